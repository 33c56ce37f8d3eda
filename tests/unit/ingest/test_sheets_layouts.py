"""Headers, hints, signatures, several tables, 批准文号 and forms, as people really lay them out."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from domain.fields import Field
from domain.records import SheetTable
from ingest.sheets.labels import find_field
from ingest.sheets.row_kinds import RowKind, classify_row, is_name_like
from tests.unit.ingest.sheet_files import HEADER, ID_NUMBER, Rows, person, read, write_csv, write_xlsx

NUMBER = "批准文号：陕人社函〔2016〕10号"


def _tables(path: Path, rows: Rows, *merges: str) -> tuple[SheetTable, ...]:
    return read(write_xlsx(path / "x.xlsx", rows, merges=merges))


def _names(table: SheetTable) -> list[tuple[int, str]]:
    return [(row.row_number, row.value(Field.NAME)) for row in table.rows]


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("姓 名", Field.NAME),
        ("*姓名", Field.NAME),
        ("姓名\n(Name)", Field.NAME),
        ("姓名Name", Field.NAME),
        ("证件号码\n（必须为二代身份证）", Field.ID_NUMBER),
        ("授予时间(yyyy-mm-dd)", Field.GRANTED_ON),
        ("1、工作单位：", Field.EMPLOYER),
        ("证书编号/管理号", Field.CERTIFICATE_NUMBER),
        ("职称证书发证日期", Field.ISSUED_ON),
        ("现任专业技术资格名称", Field.TITLE),
        ("评审委员会名称（全称）", Field.COMMITTEE),
        ("联系电话（手机）", Field.PHONE),
        ("（姓名）", Field.NAME),
        ("所学专业", None),
        ("毕业院校及专业", None),
        ("单位性质", None),
        ("聘任时间", None),
        ("单位联系人姓名", None),
        ("专业/资格名称", None),
        ("", None),
    ],
)
def test_labels(label: str, field: Field | None) -> None:
    match = find_field(label)
    assert (match.field if match else None) is field


def test_reordered_and_extra_columns(tmp_path: Path) -> None:
    rows = [
        ["证书编号", "民族", "现工作单位", "持证人", "身份证号", "职称名称", "取得资格时间", "备注"],
        ["SX1", "汉", "甲院", "张三", ID_NUMBER, "工程师", "2016.05", "补办"],
    ]
    (table,) = _tables(tmp_path, rows)
    assert {name: table.rows[0].value(name) for name in table.columns} == {
        Field.CERTIFICATE_NUMBER: "SX1",
        Field.EMPLOYER: "甲院",
        Field.NAME: "张三",
        Field.ID_NUMBER: ID_NUMBER,
        Field.TITLE: "工程师",
        Field.GRANTED_ON: "2016-05",
    }
    assert any("民族" in remark for remark in table.remarks)
    assert not any("备注" in remark for remark in table.remarks)


TWO_ROWS: Rows = [
    ["汇总表（陕人社发〔2015〕7号）"],
    ["序号", "姓名", "证件", None, "职称信息", None, "证书信息", None, None],
    [None, None, "类型", "号码", "资格名称", "授予时间", "号码", "发证日期", "发证单位"],
    [1, "张三", "身份证", ID_NUMBER, "工程师", "2016-05-16", "S1", "2016-06-01", "某局"],
]


@pytest.mark.parametrize("merged", [True, False])
def test_two_row_headers(merged: bool, tmp_path: Path) -> None:
    merges = ["A1:I1", "A2:A3", "B2:B3", "C2:D2", "E2:F2", "G2:I2"] if merged else []
    (table,) = _tables(tmp_path, TWO_ROWS, *merges)
    _check_two_rows(table)


def test_two_row_header_in_csv(tmp_path: Path) -> None:
    (table,) = read(write_csv(tmp_path / "x.csv", TWO_ROWS))
    _check_two_rows(table)


def _check_two_rows(table: SheetTable) -> None:
    (row,) = table.rows
    assert row.row_number == 4
    assert row.value(Field.ID_NUMBER) == ID_NUMBER
    assert row.value(Field.CERTIFICATE_NUMBER) == "S1"
    assert row.value(Field.ISSUER) == "某局"
    assert Field.EMPLOYER not in table.columns
    assert table.approval_number_raw == "陕人社发〔2015〕7号"


def test_hint_example_total_and_signature_rows_are_left_out_and_said(tmp_path: Path) -> None:
    rows: Rows = [
        [NUMBER],
        HEADER,
        ["填写要求", "全称", "中间不要空格", "男/女", None, "18位", "yyyy-mm-dd"],
        [str(i) for i in range(1, 19)],
        ["示例", *person(0, "王某某")[1:]],
        person(1, "张三"),
        [2],
        person(3, "李四"),
        ["合计", None, "2人"],
        ["填表人：", None, "赵六", "审核人：", None, "孙七", "联系电话：", "13900000000"],
        ["单位负责人（签字）：", None, None, None, None, None, None, None, None, None, "2021年 月 日"],
        ["单位（盖章）"],
        ["备注：证书办理状态填已办理或未办理。"],
        ["以下空白"],
    ]
    (table,) = _tables(tmp_path, rows)
    assert _names(table) == [(6, "张三"), (8, "李四")]
    said = "".join(table.remarks)
    assert all(f"第 {number} 行（" in said for number in (3, 4, 5, 9, 10, 11, 12, 13, 14))


def test_a_person_is_never_left_out_for_a_missing_name_or_an_odd_one(tmp_path: Path) -> None:
    rows: Rows = [
        HEADER,
        person(1, ""),
        person(2, "张?"),
        person(3, "合计"),
        person(4, "买买提·艾力·吾买尔江"),
        person(5, "李四", 证件号码=None, 证书号码=None, 出生日期=None),
    ]
    (table,) = _tables(tmp_path, rows)
    assert [row.row_number for row in table.rows] == [2, 3, 4, 5, 6]


def test_lines_filled_down_without_a_person_are_no_persons(tmp_path: Path) -> None:
    blank = [None] * 4 + ["居民身份证", None, None, "中级", "工程技术人员"]
    (table,) = _tables(tmp_path, [HEADER, person(1, "张三"), blank, blank])
    assert _names(table) == [(2, "张三")]


def test_a_header_repeated_on_every_page_goes_on(tmp_path: Path) -> None:
    rows: Rows = [[NUMBER], HEADER, person(1, "张三"), ["审核人：某某"], [NUMBER], HEADER, person(2, "李四")]
    (table,) = _tables(tmp_path, rows)
    assert _names(table) == [(3, "张三"), (7, "李四")]


def test_stacked_tables_keep_their_own_numbers(tmp_path: Path) -> None:
    rows: Rows = [
        [NUMBER], HEADER, person(1, "张三"), ["合计", None, "1人"], [None],
        ["批准文号：", None, "陕职改办字", "〔2015〕", "7号"], HEADER, person(1, "李四"),
    ]  # fmt: skip
    first, second = _tables(tmp_path, rows)
    assert (str(first.approval_number), _names(first)) == ("陕人社函〔2016〕10号", [(3, "张三")])
    assert (str(second.approval_number), _names(second)) == ("陕职改办字〔2015〕7号", [(8, "李四")])


def test_a_new_number_between_rows_starts_a_new_table_under_the_same_header(tmp_path: Path) -> None:
    rows: Rows = [[NUMBER], HEADER, person(1, "张三"), ["批准文号：陕人社函〔2017〕3号"], person(1, "李四")]
    first, second = _tables(tmp_path, rows)
    assert (str(first.approval_number), _names(first)) == ("陕人社函〔2016〕10号", [(3, "张三")])
    assert (str(second.approval_number), _names(second)) == ("陕人社函〔2017〕3号", [(5, "李四")])


def test_tables_side_by_side(tmp_path: Path) -> None:
    labels = ["序号", "姓名", "资格名称", "证书编号"]
    rows: Rows = [
        [NUMBER],
        [*labels, None, *labels],
        [1, "张三", "工程师", "A1", None, 3, "王五", "工程师", "A3"],
        [2, "李四", "工程师", "A2"],
        ["审核人：", "赵六"],
    ]
    left, right = _tables(tmp_path, rows)
    assert _names(left) == [(3, "张三"), (4, "李四")]
    assert _names(right) == [(3, "王五")]
    assert right.columns[Field.NAME] == 6
    assert left.approval_number == right.approval_number is not None


@pytest.mark.parametrize(
    ("lines", "raw", "number"),
    [
        ([["批准文号：陕人社函（2016）10号"]], "陕人社函（2016）10号", "陕人社函〔2016〕10号"),
        ([["批准文号", None, "陕人社函[2016]010号"]], "陕人社函[2016]010号", "陕人社函〔2016〕10号"),
        (
            [["审批文号:陕人社函【2016]第10号", "填报单位：某局"]],
            "陕人社函【2016]第10号",
            "陕人社函〔2016〕10号",
        ),
        ([["批准文号：陕人社函〔2016〕10"]], "陕人社函〔2016〕10", "陕人社函〔2016〕10号"),
        ([["汇总表（陕人社函2016年10号文）"]], "陕人社函2016年10号文", "陕人社函〔2016〕10号"),
        ([["附件2（陕人社函〔2021〕107号）"], [NUMBER]], "陕人社函〔2016〕10号", "陕人社函〔2016〕10号"),
        ([["根据陕人社函〔2021〕107号填报"]], "", None),
        ([["批准文号：第10号"]], "第10号", None),
        ([["批准文号："]], "", None),
        ([["批准文号：        填报单位（盖章）：某局2020"]], "", None),
        ([], "", None),
    ],
)
def test_approval_numbers_above_the_table(
    lines: list[list[str | None]], raw: str, number: str | None, tmp_path: Path
) -> None:
    (table,) = _tables(tmp_path, [*lines, HEADER, person(1, "张三")])
    assert table.approval_number_raw == raw
    assert (str(table.approval_number) if table.approval_number else None) == number
    assert bool(number) == (not any("批准文号" in remark for remark in table.remarks))


def test_approval_number_below_the_table_and_in_a_column(tmp_path: Path) -> None:
    (below,) = _tables(tmp_path, [HEADER, person(1, "张三"), [NUMBER]])
    assert str(below.approval_number) == "陕人社函〔2016〕10号"
    rows: Rows = [
        [*HEADER, "批准文号"],
        [*person(1, "张三"), "陕人社函(2016)10号"],
        [*person(2, "李四"), "陕人社函〔2016〕10号"],
        [*person(3, "王五"), "陕人社函〔2017〕3号"],
    ]
    (column,) = _tables(tmp_path, rows)
    assert str(column.approval_number) == "陕人社函〔2016〕10号"
    assert column.rows[2].value(Field.APPROVAL_NUMBER) == "陕人社函〔2017〕3号"
    assert any("2 个不同的文号" in remark for remark in column.remarks)


def test_annex_1_as_a_form(tmp_path: Path) -> None:
    values = dict(zip(HEADER, person(1, "张三"), strict=True))
    labels = list(HEADER[1:])
    rows: list[list[object]] = [["专业技术职称个人信息表"], [NUMBER]]
    for first, second in zip(labels[::2], [*labels[1::2], None], strict=True):
        row: list[object] = [first, values[first], None]
        rows.append([*row, f"{second}：", values[second]] if second else row)
    rows.append(["本人签字：", None, None, "年  月  日"])
    (table,) = read(write_xlsx(tmp_path / "x.xlsx", rows))  # type: ignore[arg-type]
    (row_read,) = table.rows
    assert str(table.approval_number) == "陕人社函〔2016〕10号"
    assert {name.label: row_read.value(name) for name in Field if name is not Field.APPROVAL_NUMBER} == {
        label: values[label] for label in labels
    }


def test_annex_1_as_a_header_with_one_row_and_broken_into_blocks(tmp_path: Path) -> None:
    whole = person(1, "张三")
    blocks: Rows = [
        [NUMBER],
        HEADER[1:7], whole[1:7],
        HEADER[7:13], whole[7:13],
        HEADER[13:], whole[13:],
    ]  # fmt: skip
    (table,) = _tables(tmp_path, blocks)
    (row,) = table.rows
    assert row.row_number == 3
    assert [row.value(name) for name in Field if name is not Field.APPROVAL_NUMBER] == [
        _cell_of(whole, name) for name in Field if name is not Field.APPROVAL_NUMBER
    ]


def _cell_of(whole: Sequence[object], name: Field) -> object:
    return whole[HEADER.index(name.label)]


def test_a_column_of_counting_numbers_is_no_certificate_number(tmp_path: Path) -> None:
    rows: Rows = [
        ["编号", "姓名", "身份证号", "职称"],
        [1, "张三", ID_NUMBER, "工程师"],
        [2, "李四", ID_NUMBER, "工程师"],
    ]
    (table,) = _tables(tmp_path, rows)
    assert Field.CERTIFICATE_NUMBER not in table.columns


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("张三", True),
        ("欧阳娜娜", True),
        ("买买提·艾力", True),
        ("John Smith", True),
        ("张三（退休）", True),
        ("张", False),
        ("姓名中间不要空格", False),
        ("审核人：李四", False),
        ("2016", False),
    ],
)
def test_name_likeness(name: str, expected: bool) -> None:
    assert is_name_like(name) is expected


def test_an_id_number_makes_a_person_whatever_else_stands_in_the_row() -> None:
    values = {Field.NAME: "合计", Field.ID_NUMBER: ID_NUMBER}
    assert classify_row(values, ["合计", ID_NUMBER], first_rows=True) is RowKind.PERSON
