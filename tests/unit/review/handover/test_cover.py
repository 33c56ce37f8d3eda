"""The sheet of paper that is signed: complete, inert, true to the package."""

import html
import json
import re
from dataclasses import replace
from pathlib import Path

from review.handover import GateResult, HandedTable, OfficeRef
from tests.unit.review.handover.packages import batch, files_of, package, row


def _cover(path: Path) -> str:
    return files_of(path)["交接单.html"].decode()


def _text(page: str) -> str:
    body = page[page.index("<body>") :]
    return html.unescape(re.sub(r"<[^>]+>", " ", body))


def test_says_who_hands_what_to_whom(tmp_path: Path) -> None:
    tables = (
        HandedTable("陕人社函〔2016〕10号", (row(5), row(6))),
        HandedTable("", (row(7),)),
    )
    text = _text(_cover(package(tmp_path, tables=tables)))

    for words in (
        "示例县人力资源和社会保障局（610122）",
        "示例市人力资源和社会保障局（610100）",
        "2016-工程-中级（42）",
        "2016—2017年度",
        "陕人社函〔2016〕10号",
        "（无批准文号）",
        "机器通过 1；人工决定 1。",
        "2026-03-05 13:00（北京时间）",
        "材料齐全",
        "操作日志 4 条",
        "随包移交",
    ):
        assert words in text
    assert re.search(r"合计\s+3\s", text)


def test_prints_the_id_of_the_contents_it_is_signed_for(tmp_path: Path) -> None:
    path = package(tmp_path)
    manifest = json.loads(files_of(path)["manifest.json"])

    digits = manifest["contents_id"]
    assert " ".join(digits[i : i + 8] for i in range(0, 64, 8)) in _cover(path)


def test_prints_the_bound_of_the_escape_rate(tmp_path: Path) -> None:
    text = _text(_cover(package(tmp_path)))

    assert "抽查 1 行，没有发现错误；漏检率不高于 95%。" in text
    assert "漏检率上限 95.00%（置信度 95%）" in text


def test_says_that_there_is_no_bound_without_a_re_check(tmp_path: Path) -> None:
    text = _text(_cover(package(tmp_path, batch=batch(escape_rate=None))))

    assert "没有做随机复查，机器直接通过的行没有漏检率上限。" in text


def test_bound_is_never_printed_smaller_than_it_is(tmp_path: Path) -> None:
    rate = batch().escape_rate
    assert rate is not None
    text = _text(_cover(package(tmp_path, batch=batch(escape_rate=replace(rate, upper_bound=0.024_700_1)))))

    assert "漏检率上限 2.48%" in text


def test_unmet_gate_stands_out(tmp_path: Path) -> None:
    gates = (GateResult("letter_missing", False, "没有承诺书，请上传。"),)

    page = _cover(package(tmp_path, batch=batch(gates=gates)))

    assert "有 1 项没有满足。" in page
    assert '<tr class="open"><td class="narrow">✗ 未满足</td>' in page


def test_originals_that_stayed_are_said_to_have_stayed(tmp_path: Path) -> None:
    text = _text(_cover(package(tmp_path, with_originals=False)))

    assert "原件 2 份，未随包移交，包内列有文件名和哈希值" in text


def test_receiver_may_be_filled_in_by_hand(tmp_path: Path) -> None:
    assert "<tr><th>接收单位</th><td></td></tr>" in _cover(package(tmp_path, batch=batch(receiver=None)))


def test_nothing_is_fetched_and_nothing_runs(tmp_path: Path) -> None:
    page = _cover(package(tmp_path))

    assert "default-src 'none'" in page
    assert not re.search(r"<(?:script|img|link|iframe|object)|\bon\w+=|url\(|@import|https?://", page)


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    owner = OfficeRef("<script>x</script>", "局\u202egnp.exe</title><img src=x onerror=alert(1)>")

    page = _cover(package(tmp_path, batch=batch(owner=owner, name="a\ud800</style>")))

    assert "<script" not in page
    assert "<img" not in page
    assert "\u202e" not in page
    assert "局\ufffdgnp.exe&lt;/title&gt;" in page
    assert page.count("</style>") == 1
