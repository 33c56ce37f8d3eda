"""What a probability is made of, shown in all three reports."""

import json
import re
from dataclasses import replace
from pathlib import Path

import jsonschema
import openpyxl
import pytest

from domain.fields import Field
from domain.findings import BatchResult, Contribution, Source, Status, Verdict
from domain.records import PageQuality
from review.export import write_findings, write_report, write_workbook
from review.export.waterfall import SOURCE_WORDS, build_waterfall, quality_in_words
from tests.results import batch_result, evidence, finding, homophone_row, row_finding, sheet_table

PARTS = (
    Contribution(Source.PRIOR, -3.9, "未看纸件之前：姓名每50个约有1个填错"),
    Contribution(Source.CERTIFICATE, 5.0, "证书读得与表格不同，图上很清楚"),
    Contribution(Source.NAME_FREQUENCY, -0.5, "表与纸同有的姓名少见，不易碰巧相同"),
)
QUALITY = PageQuality(dpi=149.6, sharpness=0.5, contrast=0.6, speckle=0.2, doubt=0.12)
SCHEMA = Path(__file__).parents[3] / "docs" / "findings.schema.json"


def result() -> BatchResult:
    row = homophone_row()
    place = evidence()
    wrong = replace(
        row.fields[Field.NAME],
        contributions=PARTS,
        probability=0.6457,
        evidence=replace(place, quality=QUALITY),
    )
    clear = row_finding(4)
    right = replace(clear.fields[Field.NAME], contributions=PARTS)
    return batch_result(
        [
            replace(clear, fields={**clear.fields, Field.NAME: right}),
            replace(row, fields={**row.fields, Field.NAME: wrong}),
        ]
    )


def test_steps_carry_the_sum_from_the_prior_to_the_result() -> None:
    waterfall = build_waterfall(replace(finding(probability=0.6457), contributions=PARTS))

    assert waterfall is not None
    assert [step.after for step in waterfall.steps] == ["2%", "75%", "65%"]
    assert [step.tone for step in waterfall.steps] == ["start", "against", "for"]
    assert waterfall.steps[0].width == 0
    assert waterfall.steps[1].left == pytest.approx(50 - 3.9 * 5)
    assert waterfall.steps[1].width == pytest.approx(5.0 * 5)
    assert "可能填错（65%）" in waterfall.result


def test_without_contributions_there_is_nothing_to_show() -> None:
    assert build_waterfall(finding(probability=0.6457)) is None
    assert build_waterfall(finding(probability=None)) is None


def test_bars_stay_on_their_axis() -> None:
    parts = (
        PARTS[0],
        Contribution(Source.CERTIFICATE, 30.0, "证书"),
        Contribution(Source.APPROVAL, -60.0, "批"),
    )
    waterfall = build_waterfall(replace(finding(probability=0.0), contributions=parts))

    assert waterfall is not None
    assert all(0 <= step.left <= step.left + step.width <= 100 for step in waterfall.steps)


def test_doubt_about_a_value_that_is_likely_right_says_why_it_was_flagged() -> None:
    doubt = replace(finding(probability=0.02, status=Status.UNREADABLE), contributions=PARTS[:1])

    waterfall = build_waterfall(doubt)

    assert waterfall is not None
    assert waterfall.result == "多半无误（2%），但纸件本身不足为凭"


def test_every_source_has_words() -> None:
    assert set(SOURCE_WORDS) == set(Source)


def test_quality_is_said_in_words_with_its_measures() -> None:
    assert quality_in_words(QUALITY) == "纸面尚可（约150 dpi，12%的文字没有把握）"
    assert quality_in_words(replace(QUALITY, doubt=0.0)) == "纸面清楚（约150 dpi，文字都有把握）"
    assert quality_in_words(None) == ""


def test_page_draws_a_bar_for_every_contribution_of_a_flagged_row(tmp_path: Path) -> None:
    path = tmp_path / "report.html"

    write_report([result()], {}, path, generated_with="证核")

    page = path.read_text("utf-8")
    (drawn,) = re.findall(r'<details class="sum".*?</details>', page, re.DOTALL)
    assert drawn.count("<svg") == len(PARTS)
    assert all(part.sentence in drawn for part in PARTS)
    assert "65%" in drawn
    assert "纸面尚可（约150 dpi，12%的文字没有把握）" in page


def test_workbook_has_the_sum_in_one_cell(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    write_workbook([result()], {"2016-工程-中级": [sheet_table(result().rows)]}, path)

    sheet = openpyxl.load_workbook(path)["问题清单"]
    titles = {cell.value: place for place, cell in enumerate(sheet[1], start=1)}
    text = str(sheet.cell(2, titles["依据合计"]).value)

    assert text == "起点 -3.9，证书 +5.0，姓名常见度 -0.5；合计 +0.6：可能填错（65%）"
    assert str(sheet.cell(2, titles["纸面质量"]).value).startswith("纸面尚可")


def test_findings_list_contributions_of_flagged_rows_only(tmp_path: Path) -> None:
    path = tmp_path / "findings.jsonl"

    write_findings([result()], path)

    schema = json.loads(SCHEMA.read_text("utf-8"))
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for line in lines:
        jsonschema.validate(line, schema)
    clear, wrong = lines[0]["fields"]["name"], lines[1]["fields"]["name"]
    assert (lines[0]["verdict"], lines[1]["verdict"]) == (Verdict.CLEAR.value, Verdict.REJECT.value)
    assert "contributions" not in clear
    assert [part["source"] for part in wrong["contributions"]] == ["prior", "certificate", "name_frequency"]
    assert wrong["evidence"]["quality"] == {"grade": "fair", "dpi": 150, "doubt": 0.12}
