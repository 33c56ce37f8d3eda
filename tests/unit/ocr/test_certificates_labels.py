"""Where labels are found, and where words that look like labels are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fields import Field
from ocr.certificates.characters import join_row, key_line
from ocr.certificates.label_words import is_one_edit
from ocr.certificates.labels import find_labels
from ocr.certificates.stacked_labels import find_stacked_labels
from ocr.layout import Grid, place_lines
from tests.paper import line, page

NO_GRID = Grid((), ())


def labels_of(*texts: str, gap: float = 60) -> list[tuple[Field | None, str]]:
    """Find labels in boxes set side by side; return field and the rest of the row behind the label."""
    boxes, left = [], 100.0
    for text in texts:
        item = line(text, left, 100)
        boxes.append(item)
        left = item[1].right + gap
    row = join_row([key_line(placed) for placed in place_lines(page(boxes, width_px=3000))])
    found = find_labels(row, 0)
    ends = [*(label.start for label in found[1:]), len(row.key)][: len(found)]
    return [(label.field, row.key[label.end : end]) for label, end in zip(found, ends, strict=True)]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param(("姓名：张三",), [(Field.NAME, "张三")], id="colon"),
        pytest.param(("姓    名：张三",), [(Field.NAME, "张三")], id="gap-inside-the-label"),
        pytest.param(("姓", "名", "张三"), [(Field.NAME, "张三")], id="label-in-two-boxes"),
        pytest.param(("姓", "名：张三"), [(Field.NAME, "张三")], id="second-half-with-value"),
        pytest.param(("姓名张三",), [(Field.NAME, "张三")], id="glued"),
        pytest.param(("姓名张三性别男",), [(Field.NAME, "张三"), (Field.GENDER, "男")], id="glued-pairs"),
        pytest.param(
            ("姓名：张三 性别：男 出生年月：1980.3",),
            [(Field.NAME, "张三"), (Field.GENDER, "男"), (Field.BIRTH_DATE, "1980.3")],
            id="three-on-one-line",
        ),
        pytest.param(("姓名", "性别"), [(Field.NAME, ""), (Field.GENDER, "")], id="heads-of-columns"),
        pytest.param(("姓 名 Full Name：张三",), [(Field.NAME, "张三")], id="english-twin-before-colon"),
        pytest.param(("姓名/Name 张三",), [(Field.NAME, "张三")], id="english-twin-behind-slash"),
        pytest.param(("性☑别", "女"), [(Field.GENDER, "女")], id="speck"),
        pytest.param(("姓_名：", "张三"), [(Field.NAME, "张三")], id="underline"),
        pytest.param(("姓名；张三",), [(Field.NAME, "张三")], id="semicolon"),
        pytest.param(("姓各：张三",), [(Field.NAME, "张三")], id="misread-short-label"),
        pytest.param(("发征机关：省厅",), [(Field.ISSUER, "省厅")], id="misread-character"),
        pytest.param(("资格名你：工程师",), [(Field.TITLE, "工程师")], id="misread-last-character"),
        pytest.param(("身份证号吗：610",), [(Field.ID_NUMBER, "610")], id="misread-beyond-a-shorter-label"),
        pytest.param(("证书号：2016",), [(Field.CERTIFICATE_NUMBER, "2016")], id="exact-beats-similar"),
        pytest.param(("发日期：2016.3",), [(Field.ISSUED_ON, "2016.3")], id="lost-character"),
        pytest.param(("別：女",), [(Field.GENDER, "女")], id="second-half-only"),
        pytest.param(("评審委員會名稱", "某评委会"), [(Field.COMMITTEE, "某评委会")], id="traditional"),
        pytest.param(("发证单位（章）：某局",), [(Field.ISSUER, "某局")], id="remark-before-colon"),
        pytest.param(("1.姓名：张三",), [(Field.NAME, "张三")], id="numbered"),
        pytest.param(("聘任单位：某厂",), [(None, "某厂")], id="label-of-no-field"),
        pytest.param(("职称初聘文号：2016",), [(None, "2016")], id="first-appointment-is-no-approval"),
        pytest.param(("编号2016001",), [(Field.CERTIFICATE_NUMBER, "2016001")], id="short-label-with-number"),
        pytest.param(
            ("工作单位：西安市职业资格发证中心",),
            [(Field.EMPLOYER, "西安市职业资格发证中心")],
            id="label-in-value",
        ),
    ],
)
def test_labels_are_found_where_values_begin(
    texts: tuple[str, ...], expected: list[tuple[Field | None, str]]
) -> None:
    assert labels_of(*texts) == expected


@pytest.mark.parametrize(
    "text",
    [
        "专业技术职务任职资格证书",
        "专业技术资格评审委员会",
        "经评审委员会评审通过",
        "此证表明持证人具有相应职称",
        "西安市职称改革办公室",
        "单位证明材料",
    ],
)
def test_headings_and_sentences_hold_no_labels(text: str) -> None:
    assert labels_of(text) == []


def test_a_word_joined_from_two_columns_is_no_nearly_read_label() -> None:
    """性别：男 on the left page, the end of a committee's name on the right one."""
    assert labels_of("性别：男", "审委员会", gap=400) == [(Field.GENDER, "男审委员会")]


def test_a_label_over_two_lines_is_one_label() -> None:
    lines = [key_line(item) for item in place_lines(page([line("工作", 100, 100), line("单位", 100, 136)]))]

    (label,) = find_stacked_labels(lines, NO_GRID)

    assert label.field is Field.EMPLOYER


def test_two_labels_above_each_other_stay_two() -> None:
    lines = [key_line(item) for item in place_lines(page([line("资格", 100, 100), line("级别", 100, 136)]))]

    assert find_stacked_labels(lines, NO_GRID) == ()


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("发证机关", "发征机关", True),
        ("发证机关", "发证机", True),
        ("发证机关", "发发证机关", True),
        ("发证机关", "发证机关", False),
        ("发证机关", "发证单位", False),
    ],
)
def test_one_edit_is_exactly_one(first: str, second: str, *, expected: bool) -> None:
    assert is_one_edit(first, second) is expected


@given(st.text(alphabet="姓名性别单位专业资格证书编号：:;. 张三男0123456789ANo（）", max_size=30))
def test_labels_never_overlap_and_never_leave_the_row(text: str) -> None:
    placed = place_lines(page([line(text, 100, 100)]))
    row = join_row([key_line(item) for item in placed])

    found = find_labels(row, 0)

    ends = [0, *(label.end for label in found)]
    assert all(label.start >= end for label, end in zip(found, ends, strict=False))
    assert all(label.end <= len(row.key) for label in found)
