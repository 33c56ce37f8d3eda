"""Every bad sheet ends as one named error with a Chinese sentence."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import FileProblemError
from tests.unit.ingest.sheet_files import (
    HEADER,
    ID_NUMBER,
    Rows,
    encrypted_xls,
    encrypted_xlsx,
    person,
    read,
    write_csv,
    write_html,
    write_ods,
    write_xls,
    write_xlsx,
    xls_bytes,
)

ROWS: Rows = [HEADER, person(1, "张三")]


def _bytes(data: bytes) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_bytes(data)
        return path

    return write


def _cut(write: Callable[[Path], Path], share: float) -> Callable[[Path], Path]:
    def cut(path: Path) -> Path:
        data = write(path).read_bytes()
        path.write_bytes(data[: int(len(data) * share)])
        return path

    return cut


def _with_part(name: str, content: bytes) -> Callable[[Path], Path]:
    """Replace one part of a good .xlsx."""

    def write(path: Path) -> Path:
        good = write_xlsx(path.with_name("good.xlsx"), ROWS)
        with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
            for part in source.namelist():
                target.writestr(part, content if part == name else source.read(part))
        return path

    return write


SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
BOMB = (
    '<!DOCTYPE worksheet [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    f'<worksheet {MAIN}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>'
    "</sheetData></worksheet>"
)
FAR_APART = (
    f'<worksheet {MAIN}><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
    '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
)


def test_neither_errors_nor_remarks_show_an_id_number(tmp_path: Path) -> None:
    with pytest.raises(FileProblemError) as caught:
        read(write_csv(tmp_path / "x.csv", [person(1, "张三")]))
    assert ID_NUMBER not in str(caught.value)
    (table,) = read(write_csv(tmp_path / "x.csv", [HEADER, ["示例", "王某", ID_NUMBER], person(1, "张三")]))
    assert any("示例 王某 610*" in remark for remark in table.remarks)
    assert not any(ID_NUMBER in remark for remark in table.remarks)


@pytest.mark.parametrize(
    ("write", "code", "words"),
    [
        (_bytes(b""), "empty_sheet", "0 字节"),
        (_bytes(b"  \r\n"), "empty_sheet", "没有任何文字"),
        (lambda path: write_xlsx(path, []), "empty_sheet", "没有任何内容"),
        (lambda path: write_xls(path, []), "empty_sheet", "没有任何内容"),
        (lambda path: write_ods(path, []), "empty_sheet", "没有任何内容"),
        (lambda path: write_xlsx(path, [["批准文号："], HEADER, [1], [2]]), "empty_sheet", "没有一条人员"),
        (_bytes(b"%PDF-1.7\n..."), "not_a_sheet", "PDF"),
        (_bytes(b"\xff\xd8\xff\xe0" + bytes(40)), "not_a_sheet", "图片"),
        (_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40)), "not_a_sheet", "图片"),
        (_bytes(bytes(range(256)) * 20), "not_a_sheet", "二进制"),
        (encrypted_xlsx, "encrypted_sheet", "密码"),
        (encrypted_xls, "encrypted_sheet", "密码"),
        (_cut(lambda path: write_xlsx(path, ROWS), 0.6), "damaged_sheet", "损坏"),
        (_cut(lambda path: write_ods(path, ROWS), 0.6), "damaged_sheet", "损坏"),
        (_cut(_bytes(xls_bytes()), 0.3), "damaged_sheet", "损坏"),
        (_with_part(SHEET, BOMB.encode()), "damaged_sheet", "损坏"),
        (_with_part(SHEET, b"<worksheet><sheetData>"), "damaged_sheet", "XML"),
        (_with_part(SHEET, FAR_APART.encode()), "sheet_too_large", "第 1048576 行"),
        (_bytes("姓名,电话\n张三,1\n".encode()), "not_a_title_sheet", "“姓名”、“电话”"),
        (lambda path: write_html(path, "<table><tr><td>公告</table>"), "not_a_title_sheet", "公告"),
    ],
)  # fmt: skip
def test_bad_files_are_named(write: Callable[[Path], Path], code: str, words: str, tmp_path: Path) -> None:
    path = write(tmp_path / "附件2.xlsx")
    with pytest.raises(FileProblemError) as caught:
        read(path)
    assert caught.value.code == code
    assert words in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


def test_an_error_names_what_was_looked_for_what_was_found_and_what_is_missing(tmp_path: Path) -> None:
    rows: Rows = [["名单"], ["工作单位", "性别", "证件号码", "学历"], ["某院", "男", "1", "本科"]]
    with pytest.raises(FileProblemError) as caught:
        read(write_xlsx(tmp_path / "x.xlsx", rows))
    text = str(caught.value)
    assert "缺少姓名、证书号码、资格名称、授予时间" in text
    assert all(label in text for label in ("工作单位", "性别", "证件号码", "学历"))


def test_a_table_on_its_side_is_said_to_be_one(tmp_path: Path) -> None:
    rows: Rows = [
        ["姓名", "张三", "李四"], ["性别", "男", "女"], ["证件号码", "1", "2"],
        ["资格名称", "工程师", "工程师"], ["证书号码", "A1", "A2"],
    ]  # fmt: skip
    with pytest.raises(FileProblemError, match="每人占一列"):
        read(write_xlsx(tmp_path / "x.xlsx", rows))


def test_limits(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "x.xlsx", [HEADER, *(person(i, "张三") for i in range(1, 20))])
    for limits in ({"max_rows": 10}, {"max_cells": 100}, {"max_file_bytes": 100}):
        with pytest.raises(FileProblemError) as caught:
            read(path, **limits)
        assert caught.value.code == "sheet_too_large"


def test_a_sheet_that_claims_millions_of_empty_cells_is_read(tmp_path: Path) -> None:
    """Formatted to the last row, as people do who colour whole columns."""
    good = write_xlsx(tmp_path / "good.xlsx", ROWS)
    with zipfile.ZipFile(good) as source:
        sheet = source.read(SHEET).decode()
    empty = "".join(f'<row r="{n}"><c r="A{n}" s="0"/><c r="CZ{n}" s="0"/></row>' for n in range(3, 30_000))
    start = sheet.index("<dimension")
    end = sheet.index("/>", start)
    sheet = sheet[:start] + '<dimension ref="A1:CZ30000"' + sheet[end:]
    path = _with_part(SHEET, sheet.replace("</sheetData>", empty + "</sheetData>").encode())(
        tmp_path / "x.xlsx"
    )
    (table,) = read(path)
    assert len(table.rows) == 1


KINDS: tuple[Callable[[Path], Path], ...] = (
    lambda path: write_xlsx(path, ROWS),
    lambda path: write_xls(path, ROWS),
    lambda path: write_ods(path, ROWS),
    lambda path: write_csv(path, ROWS, encoding="gb18030"),
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    write=st.sampled_from(KINDS),
    wounds=st.lists(
        st.tuples(st.floats(0, 0.999), st.integers(1, 40), st.binary(max_size=40)), min_size=1, max_size=4
    ),
)
def test_no_damage_ends_in_anything_but_a_named_error(
    write: Callable[[Path], Path], wounds: list[tuple[float, int, bytes]], tmp_path: Path
) -> None:
    path = write(tmp_path / "x")
    content = bytearray(path.read_bytes())
    for share, length, filling in wounds:
        place = int(share * len(content))
        content[place : place + length] = filling
    path.write_bytes(bytes(content))
    try:
        read(path)
    except FileProblemError as error:
        assert error.message  # noqa: PT017


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.lists(st.text('张三男女证书编号姓名：（）〔〕2016.年月日,"\n ', max_size=8), max_size=6),
        max_size=8,
    )
)
def test_no_table_of_texts_breaks_the_reader(rows: list[list[str]], tmp_path: Path) -> None:
    path = write_csv(tmp_path / "x.csv", [["姓名", "证书编号", "资格名称", "授予时间"], *rows])
    try:
        tables = read(path)
    except FileProblemError:
        return
    assert all(row.row_number <= len(rows) + 1 for table in tables for row in table.rows)
