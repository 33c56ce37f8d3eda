"""``findings.jsonl`` keeps to the public schema, whatever the values are."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from domain.fields import Field
from domain.findings import Contribution, Evidence, Kind, Source, Status, Verdict
from domain.records import FileProblem
from review.export import ReportNotWritableError, write_findings
from tests.results import (
    SUBMITTED,
    batch_finding,
    batch_result,
    finding,
    homophone_row,
    realistic_result,
    row_finding,
)

SCHEMA = Path(__file__).parents[3] / "docs" / "findings.schema.json"


def _lines(path: Path) -> list[dict[str, Any]]:
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for line in lines:
        validator.validate(line)
    return lines


def test_realistic_batches_are_valid_and_complete(tmp_path: Path) -> None:
    results = [realistic_result(60, seed=1), realistic_result(5, seed=2, batch="另一批")]
    path = tmp_path / "findings.jsonl"

    write_findings(results, path)

    lines = _lines(path)
    assert [line["type"] for line in lines] == [*["row"] * 60, "batch", *["row"] * 5, "batch"]
    assert [line["row"] for line in lines[:60]] == [row.row_number for row in results[0].rows]
    assert {line["batch"] for line in lines[61:]} == {"另一批"}


def test_row_line_says_what_the_row_finding_says(tmp_path: Path) -> None:
    path = tmp_path / "findings.jsonl"

    write_findings([batch_result([homophone_row(6)])], path)

    row, _ = _lines(path)
    assert (row["sheet"], row["tab"], row["row"], row["verdict"]) == (
        "汇总信息表.xlsx",
        "Sheet1",
        6,
        "reject",
    )
    assert row["certificate"] == {"file": "证书/0012.jpg", "page": 1, "slot": 1, "score": 0.998}
    assert row["approval"] == {"file": "批文.pdf", "page": 2}
    name = row["fields"]["name"]
    assert (name["submitted"], name["certificate"], name["approval"]) == ("张玮", "张伟", "张伟")
    assert (name["status"], name["kind"], name["probability"]) == ("mismatch", "homophone", 0.997)
    assert name["evidence"]["polygon"] == [[0.3, 0.3], [0.6, 0.3], [0.6, 0.33], [0.3, 0.33]]
    assert row["issues"][0]["kind"] == "homophone"


def test_contributions_keep_to_their_public_keys(tmp_path: Path) -> None:
    part = Contribution(Source.CERTIFICATE, 4.8, "证书读得与表格不同", cell="ratio_9", condition="good")
    row = homophone_row(6)
    name = replace(row.fields[Field.NAME], contributions=(part,))
    path = tmp_path / "findings.jsonl"

    write_findings([batch_result([replace(row, fields={**row.fields, Field.NAME: name})])], path)

    assert _lines(path)[0]["fields"]["name"]["contributions"] == [
        {"source": "certificate", "nats": 4.8, "sentence": "证书读得与表格不同"}
    ]


def test_batch_line_carries_other_files_and_remarks_beside_the_public_keys(tmp_path: Path) -> None:
    result = realistic_result(3)
    path = tmp_path / "findings.jsonl"

    write_findings([result], path)

    batch = _lines(path)[-1]
    assert batch["approval_number"] == {
        "sheet": "陕人社函〔2016〕10号",
        "document": "陕人社函〔2016〕19号",
        "status": "mismatch",
    }
    assert batch["orphan_certificates"] == [
        {"file": "证书/IMG_2231.jpg", "page": 1, "slot": 2, "name": "欧阳慧敏"}
    ]
    assert batch["absent_from_sheet"] == ["欧阳慧敏", "贺兰"]
    assert batch["absent_from_approval"] == [9, 17]
    assert batch["duplicate_rows"] == [[11, 29]]
    assert batch["certificate_used_twice"] == [
        {"file": "证书/合订本.pdf", "page": 7, "slot": 1, "rows": [11, 29]}
    ]
    assert [problem["code"] for problem in batch["unreadable_files"]] == ["encrypted_pdf", "broken_image"]
    assert [problem["code"] for problem in batch["other_files"]] == ["system_file", "id_card"]
    assert len(batch["remarks"]) == 2


def test_numbers_stand_in_full_because_programs_compare_them(tmp_path: Path) -> None:
    path = tmp_path / "findings.jsonl"

    write_findings([batch_result([row_finding()])], path)

    row, _ = _lines(path)
    assert row["fields"]["id_number"]["submitted"] == SUBMITTED[Field.ID_NUMBER]
    assert row["fields"]["phone"]["submitted"] == SUBMITTED[Field.PHONE]


def test_unlinked_row_has_null_papers(tmp_path: Path) -> None:
    path = tmp_path / "findings.jsonl"
    bare = finding(status=Status.NOT_ON_DOCUMENT, probability=None)
    row = row_finding(verdict=Verdict.REVIEW, fields={Field.NAME: bare}, is_linked=False)

    write_findings([batch_result([row])], path)

    line, _ = _lines(path)
    assert line["certificate"] is None
    assert line["fields"]["name"]["evidence"] is None
    assert line["fields"]["name"]["probability"] is None


@pytest.mark.parametrize(
    ("polygon", "expected"),
    [
        pytest.param(
            ((-0.02, 0.5), (1.04, 0.5), (1.04, 0.6), (-0.02, 0.6)),
            [[0, 0.5], [1, 0.5], [1, 0.6], [0, 0.6]],
            id="reaches-beyond-the-page",
        ),
        pytest.param((), [[0, 0], [1, 0], [1, 1], [0, 1]], id="whole-page"),
    ],
)
def test_evidence_stays_on_the_page(
    tmp_path: Path, polygon: tuple[tuple[float, float], ...], expected: list[list[float]]
) -> None:
    path = tmp_path / "findings.jsonl"
    seen = finding(certificate="张伟", place=Evidence("a.jpg", 1, polygon), probability=1.0000001)

    write_findings([batch_result([row_finding(fields={Field.NAME: seen})])], path)

    field = _lines(path)[0]["fields"]["name"]
    assert field["evidence"]["polygon"] == expected
    assert field["probability"] == 1.0


@pytest.mark.parametrize("odd", ["a\nb", "a\u2028b", "a\x85b", 'a"b\\', "\U00030edd", "\udcb9\udcfa.jpg"])
def test_odd_texts_stay_on_one_line_and_come_back(tmp_path: Path, odd: str) -> None:
    """File names in no known encoding hold half characters; they survive as JSON escapes."""
    path = tmp_path / "findings.jsonl"
    batch = batch_finding(unreadable_files=(FileProblem(odd, "broken", "文件打不开。"),))

    write_findings([batch_result([], batch)], path)

    (line,) = _lines(path)
    assert line["unreadable_files"][0]["file"] == odd


def test_earlier_file_stays_whole_when_writing_fails(tmp_path: Path) -> None:
    path = tmp_path / "findings.jsonl"
    path.write_text("old", encoding="utf-8")
    broken = finding(probability=float("nan"))

    with pytest.raises(ValueError, match="JSON compliant"):
        write_findings([batch_result([row_finding(fields={Field.NAME: broken})])], path)

    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_unwritable_place_is_named_in_chinese(tmp_path: Path) -> None:
    with pytest.raises(ReportNotWritableError, match=r"findings\.jsonl 写不进去") as caught:
        write_findings([], tmp_path / "gone" / "findings.jsonl")

    assert caught.value.code == "report_not_writable"


def test_every_kind_and_status_is_valid_in_the_schema(tmp_path: Path) -> None:
    path = tmp_path / "findings.jsonl"
    fields = [
        row_finding(number, fields={Field.NAME: finding(status=status, kind=kind)})
        for number, (status, kind) in enumerate(
            ((status, kind) for status in Status for kind in Kind), start=2
        )
    ]

    write_findings([batch_result(fields)], path)

    assert len(_lines(path)) == len(Status) * len(Kind) + 1
