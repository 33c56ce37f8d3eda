"""``report.html``: safe, self-contained, complete."""

import base64
import hashlib
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from domain.fields import Field
from domain.findings import BatchResult, Evidence, Issue, Kind, Status, Verdict
from domain.records import FileProblem
from review.export import evidence_to_show, write_report
from tests.results import (
    SUBMITTED,
    batch_finding,
    batch_result,
    evidence,
    finding,
    homophone_row,
    realistic_result,
    row_finding,
)

WITH = "证核 0.1.0"


class _Page(HTMLParser):
    """Collects elements, their attributes, and the texts inside one kind of element."""

    VOID = frozenset({"meta", "img", "input", "br", "rect"})

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(source)
        self.close()
        assert self._open == [], "elements left open"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        while self._open.pop() != tag:
            assert self._open or tag in ("p", "dd", "dt"), f"stray </{tag}>"

    def handle_data(self, data: str) -> None:
        self.texts.append((self._open[-1] if self._open else "", data))

    def of(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def with_class(self, name: str) -> list[dict[str, str]]:
        return [a for _, a in self.elements if name in a.get("class", "").split()]

    def inside(self, tag: str) -> list[str]:
        return [text for name, text in self.texts if name == tag]


def _picture(kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (40, 12), "white").save(stream, kind)
    return stream.getvalue()


def _write(
    tmp_path: Path, results: list[BatchResult], crops: dict[Evidence, bytes] | None = None
) -> tuple[str, _Page]:
    path = tmp_path / "report.html"
    write_report(results, crops or {}, path, generated_with=WITH)
    source = path.read_text(encoding="utf-8")
    return source, _Page(source)


def test_finding_shows_both_values_with_differing_characters_marked(tmp_path: Path) -> None:
    _, page = _write(tmp_path, [batch_result([homophone_row()])], {evidence(): _picture()})

    assert page.inside("mark") == ["玮", "伟", "伟"]
    texts = [text.strip() for _, text in page.texts]
    assert {"同音字", "证书与批文一致，表格不同", "几乎可以肯定填错（>99%）", "证书/0012.jpg　第1页"} <= set(
        texts
    )
    assert "姓名填“张玮”，证书和批文都是“张伟”，读音相同。" in texts


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_picture_is_inside_the_file(tmp_path: Path, kind: str, media_type: str) -> None:
    crop = _picture(kind)

    _, page = _write(tmp_path, [batch_result([homophone_row()])], {evidence(): crop})

    (image,) = page.of("img")
    assert image["src"] == f"data:{media_type};base64,{base64.b64encode(crop).decode()}"
    assert image["alt"] == "姓名在纸上的图"


@pytest.mark.parametrize("crops", [{}, {evidence(): b"<svg onload=alert(1)>"}, {evidence(): b""}])
def test_missing_or_foreign_picture_is_said(tmp_path: Path, crops: dict[Evidence, bytes]) -> None:
    source, page = _write(tmp_path, [batch_result([homophone_row()])], crops)

    assert page.of("img") == []
    assert "无图，请看原件" in source
    assert "svg onload" not in source


EVIL = '<script>alert(1)</script><img src=x onerror="alert(2)">\'"&</style></script>'


def test_nothing_submitted_can_run(tmp_path: Path) -> None:
    """Names, file names, messages and batch names come from strangers."""
    place = Evidence(EVIL, 1, evidence().polygon)
    wrong = finding(
        Field.NAME,
        EVIL,
        certificate=EVIL + "x",
        approval=EVIL,
        status=Status.MISMATCH,
        kind=Kind.HOMOPHONE,
        place=place,
    )
    row = row_finding(
        verdict=Verdict.REJECT,
        fields={Field.NAME: wrong, Field.EMPLOYER: finding(Field.EMPLOYER, EVIL)},
        issues=[Issue(Field.NAME, Kind.HOMOPHONE, EVIL), Issue(None, Kind.DUPLICATE_ROW, EVIL)],
        sheet=EVIL,
        tab=EVIL,
    )
    batch = batch_finding(
        EVIL,
        sheet_number=EVIL,
        absent_from_sheet=(EVIL,),
        unreadable_files=(FileProblem(EVIL, EVIL, EVIL),),
        other_files=(FileProblem(EVIL, EVIL, EVIL),),
        remarks=(EVIL,),
    )

    clean, clean_page = _write(tmp_path, [batch_result([homophone_row(), row_finding(7)])])
    source, page = _write(tmp_path, [BatchResult(batch, (row, row_finding(7, sheet=EVIL)))])

    # One script of ours, and one block of data per batch.
    kinds = [attributes.get("type", "") for attributes in page.of("script")]
    assert kinds == [a.get("type", "") for a in clean_page.of("script")] == ["application/json", ""]
    assert page.of("img") == []
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    assert source.count("</script") == clean.count("</script")
    assert EVIL not in source
    assert any(EVIL in text for _, text in page.texts), "shown as text"


def test_details_are_data_that_comes_back_unchanged(tmp_path: Path) -> None:
    row = row_finding(fields={Field.EMPLOYER: finding(Field.EMPLOYER, EVIL, certificate="厂")})

    _, page = _write(tmp_path, [batch_result([row])])

    details = json.loads(next(text for text in page.inside("script") if text.startswith("{")))
    lines = {line[0]: line[1:] for line in details["b0r0"]}
    assert lines["工作单位"][:2] == [EVIL, "厂"]
    assert lines["姓名"] == ["张伟", "张伟", "张伟", "一致", "<1%", "+11.2"]


def test_nothing_is_loaded_from_anywhere(tmp_path: Path) -> None:
    results = [realistic_result(30)]
    crops = dict.fromkeys(evidence_to_show(results), _picture())

    source, page = _write(tmp_path, results, crops)

    assert not re.search(r"(?:src|href)=[\"'](?!data:image/(?:png|jpeg);base64,)", source)
    assert not re.search(r"https?:|@import|url\(", source)
    (policy,) = [a["content"] for a in page.of("meta") if "http-equiv" in a]
    assert policy.startswith("default-src 'none'")


def test_policy_allows_exactly_our_script(tmp_path: Path) -> None:
    source, page = _write(tmp_path, [batch_result()])

    script = source.rsplit("<script>", 1)[1].split("</script>", 1)[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (policy,) = [a["content"] for a in page.of("meta") if "http-equiv" in a]
    assert f"script-src 'sha256-{digest}'" in policy


def test_id_number_is_full_only_where_it_is_in_question(tmp_path: Path) -> None:
    source, _ = _write(tmp_path, [batch_result([homophone_row(), row_finding(7)])])
    assert SUBMITTED[Field.ID_NUMBER] not in source
    assert SUBMITTED[Field.PHONE] not in source
    assert "610***********0019" in source

    typed = SUBMITTED[Field.ID_NUMBER][:-1] + "8"
    wrong = finding(
        Field.ID_NUMBER,
        typed,
        certificate=SUBMITTED[Field.ID_NUMBER],
        status=Status.MISMATCH,
        kind=Kind.CHECK_DIGIT,
    )
    _, page = _write(
        tmp_path,
        [batch_result([row_finding(verdict=Verdict.REJECT, fields={Field.ID_NUMBER: wrong})])],
    )
    assert page.inside("mark") == ["8", "9"]
    assert typed[:-1] in [text.strip() for text in page.inside("span")]


def test_counts_and_rows_agree(tmp_path: Path) -> None:
    result = realistic_result(40)

    source, page = _write(tmp_path, [result])

    rows = page.with_class("row")
    assert [sum(row["data-verdict"] == verdict.value for row in rows) for verdict in Verdict] == [
        sum(row.verdict is verdict for row in result.rows) for verdict in Verdict
    ]
    assert len({row["id"] for row in rows}) == 40
    assert "已通过的" in source


def test_filters_offer_what_occurs(tmp_path: Path) -> None:
    _, page = _write(tmp_path, [batch_result([homophone_row(), row_finding(7)])])

    assert [option["value"] for option in page.of("option")] == ["", "homophone", "", "name"]
    (row, _clear) = page.with_class("row")
    assert (row["data-kinds"], row["data-fields"]) == ("homophone", "name")
    assert "张玮" in row["data-search"]


def test_many_rows_open_folded_few_unfolded(tmp_path: Path) -> None:
    _, few = _write(tmp_path, [batch_result([homophone_row(n) for n in range(2, 12)])])
    _, many = _write(tmp_path, [batch_result([homophone_row(n) for n in range(2, 202)])])

    assert all("open" in row for row in few.with_class("row"))
    assert not any("open" in row for row in many.with_class("row"))


def test_everything_about_the_batch_is_said(tmp_path: Path) -> None:
    _, page = _write(tmp_path, [realistic_result(3)])
    texts = {text.strip() for _, text in page.texts}

    assert {
        "欧阳慧敏",
        "贺兰",
        "第9、17行",
        "第11、29行",
        "证书/IMG_2231.jpg",
        "PDF 有打开密码。请去掉密码后重新提交。",
        "身份证/610***********0019.jpg",
        "批文标题写 42 人，名单中读到 41 个姓名。",
        "陕人社函〔2016〕19号",
        WITH,
    } <= texts | {text.split("　·")[0] for text in texts}


def test_row_to_look_at_without_a_reason_still_asks(tmp_path: Path) -> None:
    source, page = _write(tmp_path, [batch_result([row_finding(verdict=Verdict.REVIEW)])])

    assert len(page.with_class("finding")) == 1
    assert "请人工核对" in source


@pytest.mark.parametrize(
    ("results", "words"),
    [([], "没有批次"), ([BatchResult(batch_finding(), ())], "这个批次没有可核对的行")],
)
def test_nothing_to_report_is_a_whole_page(tmp_path: Path, results: list[BatchResult], words: str) -> None:
    source, _ = _write(tmp_path, results)

    assert words in source


def test_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    first, _ = _write(tmp_path, [realistic_result(10)])
    second, _ = _write(tmp_path, [realistic_result(10)])

    assert first == second


def test_file_name_in_no_known_encoding_is_shown(tmp_path: Path) -> None:
    batch = batch_finding(unreadable_files=(FileProblem("\udcb9\udcfa.jpg", "broken", "文件打不开。"),))

    source, _ = _write(tmp_path, [batch_result([], batch)])

    assert "\ufffd\ufffd.jpg" in source
