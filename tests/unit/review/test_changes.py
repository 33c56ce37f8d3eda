"""What changed since is told value by value, and tells nobody a number."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.decisions import Action, CertificateRef
from domain.fields import Field
from review.changes import ChangeKind, DecisionSummary, SnapshotRow, ValueChange, compare_snapshots
from tests.results import SUBMITTED

ID = SUBMITTED[Field.ID_NUMBER]
PHONE = SUBMITTED[Field.PHONE]


def _row(key: str = "a", number: int = 5, **changes: Any) -> SnapshotRow:  # noqa: ANN401 - of a dataclass
    values: Mapping[Field, str] = {**SUBMITTED, **changes.pop("values", {})}
    return SnapshotRow(key, number, values[Field.NAME], values, **changes)


def _only(before: SnapshotRow, after: SnapshotRow) -> ValueChange:
    (change,) = compare_snapshots([before], [after])
    return change


def test_equal_snapshots_have_no_changes() -> None:
    assert compare_snapshots([_row()], [_row()]) == ()


def test_row_that_only_moved_has_not_changed() -> None:
    assert compare_snapshots([_row(number=5)], [_row(number=9)]) == ()


def test_changed_value_is_told_with_both_texts() -> None:
    change = _only(_row(), _row(values={Field.TITLE: "高级工程师"}))

    assert change.sentence == "第 5 行张伟：资格名称由“工程师”改为“高级工程师”。"
    assert (change.kind, change.field) == (ChangeKind.VALUE, Field.TITLE)
    assert (change.before, change.after) == ("工程师", "高级工程师")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [("", "机械", "专业补填为“机械”。"), ("机械", "", "专业原为“机械”，现在是空的。")],
)
def test_empty_values_are_told_as_such(before: str, after: str, words: str) -> None:
    change = _only(_row(values={Field.SPECIALTY: before}), _row(values={Field.SPECIALTY: after}))

    assert change.sentence == f"第 5 行张伟：{words}"
    assert (change.before, change.after) == (before or None, after or None)


def test_field_that_is_not_there_counts_as_empty() -> None:
    without = SnapshotRow("a", 5, "张伟", {f: v for f, v in SUBMITTED.items() if f is not Field.COMMITTEE})

    assert compare_snapshots([without], [_row(values={Field.COMMITTEE: ""})]) == ()


def test_renamed_person_goes_by_the_later_name() -> None:
    change = _only(_row(values={Field.NAME: "张玮"}), _row())

    assert change.sentence == "第 5 行张伟：姓名由“张玮”改为“张伟”。"


def test_row_added_and_row_removed() -> None:
    first, second = compare_snapshots([_row("a", 5)], [_row("b", 7, values={Field.NAME: "李娜"})])

    assert (first.kind, first.sentence) == (ChangeKind.ROW_ADDED, "新增第 7 行李娜。")
    assert (second.kind, second.sentence) == (ChangeKind.ROW_REMOVED, "删去了原第 5 行张伟。")


def test_changed_id_number_is_told_without_the_number() -> None:
    change = _only(_row(), _row(values={Field.ID_NUMBER: "610103198503140027"}))

    assert change.sentence == "第 5 行张伟：证件号码由“610***********0019”改为“610***********0027”。"


def test_difference_that_the_mask_hides_is_told_by_its_place() -> None:
    change = _only(_row(), _row(values={Field.ID_NUMBER: "610103198504130019"}))

    assert change.sentence.endswith("由“610***********0019”改为“610***********0019”（第 12、14 位不同）。")


def test_difference_in_many_hidden_places_is_only_said_to_be_there() -> None:
    change = _only(_row(), _row(values={Field.ID_NUMBER: "610999777766660019"}))

    assert change.sentence.endswith("（不同之处已隐去）。")


def test_changed_phone_is_masked() -> None:
    change = _only(_row(), _row(values={Field.PHONE: "13987654321"}))

    assert change.sentence == "第 5 行张伟：联系电话由“139****5678”改为“139****4321”。"


def test_certificate_changed_lost_and_found() -> None:
    first, second = CertificateRef("证书/1.jpg", 1, 1), CertificateRef(f"证书/{ID}.jpg", 2, 1)

    changed = _only(_row(certificate=first), _row(certificate=second))
    lost = _only(_row(certificate=first), _row())
    found = _only(_row(), _row(certificate=first))

    assert changed.kind is ChangeKind.CERTIFICATE
    assert changed.sentence == (
        "第 5 行张伟：对应的证书由“证书/1.jpg”第 1 页第 1 件改为“证书/610***********0019.jpg”第 2 页第 1 件。"
    )
    assert "不再对应证书“证书/1.jpg”第 1 页第 1 件" in lost.sentence
    assert "原来没有对应的证书" in found.sentence


def test_decision_made_changed_and_taken_back() -> None:
    right = DecisionSummary(Field.TITLE, Action.SHEET_RIGHT, None, "li")
    other = DecisionSummary(Field.TITLE, Action.OTHER_VALUE, "高级工程师", "wang")
    back = DecisionSummary(None, Action.SEND_BACK, None, "li")

    assert _only(_row(), _row(decisions=(right,))).sentence == (
        "第 5 行张伟：资格名称新作决定：“表格无误”（li）。"
    )
    assert _only(_row(decisions=(right,)), _row(decisions=(other,))).sentence == (
        "第 5 行张伟：资格名称的决定由“表格无误”（li）改为“另填”“高级工程师”（wang）。"
    )
    taken = _only(_row(decisions=(back,)), _row())
    assert taken.sentence == "第 5 行张伟：整行原来的决定（“退回”（li））已撤销。"
    assert (taken.kind, taken.field) == (ChangeKind.DECISION, None)


def test_changes_follow_the_later_snapshot_and_the_order_of_fields() -> None:
    before = [_row("a", 5), _row("b", 6), _row("c", 7)]
    after = [
        _row("c", 5, values={Field.TITLE: "x"}),
        _row("d", 6),
        _row("a", 7, values={Field.PHONE: "", Field.NAME: "李娜"}, certificate=CertificateRef("1.jpg", 1, 1)),
    ]

    changes = compare_snapshots(before, after)

    assert [(c.row_key, c.kind, c.field) for c in changes] == [
        ("c", ChangeKind.VALUE, Field.TITLE),
        ("d", ChangeKind.ROW_ADDED, None),
        ("a", ChangeKind.VALUE, Field.NAME),
        ("a", ChangeKind.VALUE, Field.PHONE),
        ("a", ChangeKind.CERTIFICATE, None),
        ("b", ChangeKind.ROW_REMOVED, None),
    ]


def test_two_rows_with_one_key_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="key"):
        compare_snapshots([_row(), _row()], [])


def test_long_texts_are_cut() -> None:
    change = _only(_row(), _row(values={Field.EMPLOYER: "单" * 500}))

    assert len(change.sentence) < 150


@given(st.sampled_from(sorted(Field)), st.sampled_from([f"{ID}", f"a{PHONE}b", f"见{ID}号", "\u202e" + ID]))
def test_no_sentence_ever_shows_a_number(field: Field, text: str) -> None:
    for before, after in ((_row(), _row(values={field: text})), (_row(values={field: text}), _row())):
        for change in compare_snapshots([before], [after]):
            shown = f"{change.sentence}{change.before}{change.after}{change.name}"
            assert ID not in shown
            assert PHONE not in shown
            assert "\u202e" not in shown
