"""Annex 2 as it is handed on: read back, it says what was written."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.fields import Field
from domain.records import SheetTable
from ingest.limits import IngestLimits
from ingest.sheets import read_sheets
from review.export import ReportNotWritableError
from review.export.annex2 import ANNEX2_FIELDS, Annex2Table, write_annex2
from tests.results import NUMBER, SUBMITTED

UNIT = "示例县人力资源和社会保障局"


def _row(**changes: str) -> dict[Field, str]:
    return {**SUBMITTED, **{Field(name): value for name, value in changes.items()}}


def _table(*rows: Mapping[Field, str], number: str = NUMBER) -> Annex2Table:
    return Annex2Table(number, UNIT, rows)


def _read(path: Path) -> tuple[SheetTable, ...]:
    return read_sheets(path, file=path.name, limits=IngestLimits())


def _round_trip(tmp_path: Path, rows: Sequence[Mapping[Field, str]]) -> SheetTable:
    path = tmp_path / "附件2.xlsx"
    write_annex2([_table(*rows)], path, masked=False)
    (table,) = _read(path)
    return table


def _values(table: SheetTable, place: int = 0) -> dict[Field, str]:
    return {field: table.rows[place].value(field) for field in ANNEX2_FIELDS}


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(_row(), id="ordinary"),
        pytest.param(_row(id_number="11010519491231002X"), id="check-character-X"),
        pytest.param(_row(name="贠喆"), id="name-outside-GB2312"),
        pytest.param(_row(name="王𠮷䶮"), id="name-outside-the-basic-plane"),
        pytest.param(_row(name="阿依古丽·买买提"), id="name-with-a-dot"),
        pytest.param(_row(employer="陕西省示例集团有限责任公司" * 40), id="long-unit"),
        pytest.param(_row(employer="中铁一局（集团）第二工程有限公司、<b>&amp;"), id="brackets-and-markup"),
        pytest.param(_row(specialty="=1+1"), id="formula-like"),
        pytest.param(_row(specialty="+SUM(A1)", title="@x", issuer="{=1}"), id="more-formula-like"),
        pytest.param(_row(certificate_number="00012345678901234567890"), id="leading-zeros"),
        pytest.param(_row(certificate_number="1E5"), id="looks-like-an-exponent"),
        pytest.param(_row(specialty="http://example.cn/1"), id="looks-like-a-link"),
        pytest.param(_row(specialty="_x0041_"), id="looks-like-an-escape"),
        pytest.param(_row(granted_on="2016-05", issued_on="2016"), id="dates-in-part"),
        pytest.param(_row(phone="029-87654321"), id="phone-with-a-dash"),
        pytest.param(
            dict.fromkeys(SUBMITTED, "") | {Field.NAME: "张伟", Field.ID_NUMBER: "610103198503140019"},
            id="everything-else-empty",
        ),
    ],
)
def test_values_are_read_back_equal_and_without_a_remark(tmp_path: Path, row: dict[Field, str]) -> None:
    table = _round_trip(tmp_path, [_row(name="李娜"), row])

    assert table.remarks == ()
    assert table.approval_number_raw == NUMBER
    assert len(table.rows) == 2
    assert _values(table, 1) == row
    assert [cell.problem for line in table.rows for cell in line.cells.values() if cell.problem] == []


_texts = st.text(
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5) | st.sampled_from("=+@'\"<>&_,;()12AX"),
    min_size=1,
    max_size=30,
).map(lambda text: f"处{text}室")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.lists(st.tuples(_texts, _texts), min_size=1, max_size=4))
def test_any_text_comes_back(tmp_path: Path, texts: list[tuple[str, str]]) -> None:
    rows = [_row(employer=first, specialty=second) for first, second in texts]

    table = _round_trip(tmp_path, rows)

    assert [_values(table, place) for place in range(len(rows))] == rows
    assert table.remarks == ()


def test_each_approval_number_has_a_worksheet(tmp_path: Path) -> None:
    path = tmp_path / "附件2.xlsx"
    other = "陕人社函〔2017〕3号"
    write_annex2([_table(_row()), _table(_row(name="李娜"), _row(name="王芳"), number=other)], path)

    first, second = _read(path)

    assert (first.tab, first.approval_number_raw, len(first.rows)) == (NUMBER, NUMBER, 1)
    assert (second.tab, second.approval_number_raw, len(second.rows)) == (other, other, 2)


@pytest.mark.parametrize("number", ["示例文号（2016）10号", "西安理工人事[2022]14号", "陕人社函〔2016〕10"])
def test_approval_number_is_read_back_as_it_was_printed(tmp_path: Path, number: str) -> None:
    path = tmp_path / "附件2.xlsx"
    write_annex2([_table(_row(), number=number)], path)

    (table,) = _read(path)

    assert (table.approval_number_raw, table.remarks) == (number, ())


def test_layout_is_the_official_one(tmp_path: Path) -> None:
    path = tmp_path / "附件2.xlsx"
    write_annex2([_table(_row(), _row())], path, masked=False)

    sheet = openpyxl.load_workbook(path).worksheets[0]

    labels = [str(cell.value).split("\n")[0] for cell in sheet[3]]
    assert " ".join(labels) == (
        "序号 工作单位 姓名 性别 证件类型 证件号码 出生日期 级别 职称系列 专业 资格名称 "
        "授予时间 证书号码 证书办理状态 发证日期 发证机构 评审委员会名称 联系电话"
    )
    assert sheet["A1"].value == "附件2　职称汇总信息表"
    assert sheet["A2"].value == f"批准文号：{NUMBER}"
    assert sheet["I2"].value == f"填报单位（盖章）：{UNIT}"
    assert sheet["C3"].value == "姓名\n（字间不留空格）"
    assert [sheet.cell(line, 1).value for line in (4, 5)] == ["1", "2"]
    assert {cell.data_type for cell in sheet[4]} == {"s"}
    assert {cell.number_format for cell in sheet[4]} == {"@"}
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.print_title_rows == "$2:$3"
    assert sheet.freeze_panes == "D4"


def test_usual_answers_are_offered_and_others_stay_possible(tmp_path: Path) -> None:
    path = tmp_path / "附件2.xlsx"
    write_annex2([_table(_row(), _row(certificate_status="补办中"))], path)

    sheet = openpyxl.load_workbook(path).worksheets[0]

    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert rules["D4:D5"].formula1 == '"男,女"'
    assert rules["N4:N5"].formula1 == '"已办理,未办理,补办中"'
    assert {rule.errorStyle for rule in rules.values()} == {"warning"}


def test_numbers_are_hidden_unless_the_receiver_needs_them(tmp_path: Path) -> None:
    path = tmp_path / "附件2.xlsx"
    row = _row(certificate_number=SUBMITTED[Field.ID_NUMBER], specialty="机械13912345678")
    write_annex2([_table(row)], path)

    with zipfile.ZipFile(path) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist()).decode()
    (table,) = _read(path)

    assert SUBMITTED[Field.ID_NUMBER] not in content
    assert SUBMITTED[Field.PHONE] not in content
    assert table.rows[0].value(Field.ID_NUMBER) == "610***********0019"
    assert table.rows[0].value(Field.PHONE) == "139****5678"
    assert table.rows[0].value(Field.NAME) == "张伟"


def test_spelling_follows_the_hints(tmp_path: Path) -> None:
    table = _round_trip(tmp_path, [_row(name="张　 伟", id_number="11010519491231002x")])

    assert table.rows[0].cells[Field.NAME].raw == "张伟"
    assert table.rows[0].cells[Field.ID_NUMBER].raw == "11010519491231002X"


def test_characters_that_cannot_be_seen_are_shown(tmp_path: Path) -> None:
    table = _round_trip(tmp_path, [_row(specialty="机\u202e械\x07制\ud800造")])

    assert table.rows[0].cells[Field.SPECIALTY].raw == "机\ufffd械\ufffd制\ufffd造"


def test_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_annex2([_table(_row(), _row(name="李娜"))], tmp_path / name)

    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_table_without_rows_is_the_empty_form(tmp_path: Path) -> None:
    path = tmp_path / "附件2.xlsx"
    write_annex2([_table()], path)

    assert openpyxl.load_workbook(path).worksheets[0].max_row == 3


def test_annex_without_a_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="table"):
        write_annex2([], tmp_path / "附件2.xlsx")


def test_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReportNotWritableError, match="附件2"):
        write_annex2([_table(_row())], tmp_path / "nowhere" / "附件2.xlsx")
