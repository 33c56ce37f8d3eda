"""What changed in a batch between two looks at it, value by value, in sentences a person can read.

The next office sees with this what was done since it sent the batch back; so does the unit that mended it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.decisions import Action, CertificateRef
from domain.fields import Field
from domain.id_numbers import mask_id_number
from review.export.privacy import mask_ids_in_text, mask_numbers_in_name, mask_phone, visible

_MOST_POSITIONS = 4
_LONGEST_SHOWN = 60
# Shorter texts occur in ordinary words by chance.
_SHORTEST_SECRET = 7


class ChangeKind(StrEnum):
    """What changed. Public, never changed."""

    ROW_ADDED = "row_added"
    ROW_REMOVED = "row_removed"
    VALUE = "value"
    CERTIFICATE = "certificate"
    """The row is now proven by another certificate, by none, or by one at last."""
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class DecisionSummary:
    """One living decision, as far as a change of it is worth telling."""

    field: Field | None
    """``None`` for the row as a whole."""

    action: Action
    value: str | None
    actor: str


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """One row at one moment."""

    row_key: str
    """Names the same person's row in both snapshots."""

    row_number: int
    name: str
    values: Mapping[Field, str]
    """As they would be handed on; a field that is not there counts as empty."""

    decisions: tuple[DecisionSummary, ...] = ()
    """The living ones, at most one for each field and one for the row."""

    certificate: CertificateRef | None = None


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One difference. Its texts may be shown: ID and telephone numbers are hidden in all of them."""

    kind: ChangeKind
    row_key: str
    row_number: int
    """In the later snapshot; of a removed row in the earlier one."""

    name: str
    field: Field | None
    before: str | None
    """``None`` where there was nothing."""

    after: str | None
    sentence: str
    """One Chinese sentence."""


def compare_snapshots(before: Sequence[SnapshotRow], after: Sequence[SnapshotRow]) -> tuple[ValueChange, ...]:
    """Tell what changed.

    That a row has moved to another line is no change. The order is that of the later snapshot, removed rows
    last; within a row: values in the order of the fields, the certificate, decisions.

    Raises:
        ValueError: Two rows of one snapshot have the same key.
    """
    old, new = _by_key(before), _by_key(after)
    changes: list[ValueChange] = []
    for key, row in new.items():
        earlier = old.get(key)
        changes += _row_changes(earlier, row) if earlier is not None else [_added(row)]
    changes += [_removed(row) for key, row in old.items() if key not in new]
    return tuple(changes)


def _by_key(rows: Sequence[SnapshotRow]) -> dict[str, SnapshotRow]:
    keyed = {row.row_key: row for row in rows}
    if len(keyed) < len(rows):
        raise ValueError("two rows with one key")
    return keyed


def _row_changes(before: SnapshotRow, after: SnapshotRow) -> list[ValueChange]:
    teller = _Teller(before, after)
    return [*teller.values(), *teller.certificate(), *teller.decisions()]


def _added(row: SnapshotRow) -> ValueChange:
    name = _shown_name(row, _secrets([row]))
    sentence = f"新增第 {row.row_number} 行{name}。"
    return ValueChange(ChangeKind.ROW_ADDED, row.row_key, row.row_number, name, None, None, name, sentence)


def _removed(row: SnapshotRow) -> ValueChange:
    name = _shown_name(row, _secrets([row]))
    sentence = f"删去了原第 {row.row_number} 行{name}。"
    return ValueChange(ChangeKind.ROW_REMOVED, row.row_key, row.row_number, name, None, name, None, sentence)


class _Teller:
    """Tells the changes of one row that is in both snapshots."""

    def __init__(self, before: SnapshotRow, after: SnapshotRow) -> None:
        self._before, self._after = before, after
        self._secrets = _secrets((before, after))
        self._name = _shown_name(after, self._secrets)

    def values(self) -> Iterable[ValueChange]:
        for field in Field:
            old, new = self._before.values.get(field, ""), self._after.values.get(field, "")
            if old != new:
                yield self._value(field, old, new)

    def certificate(self) -> Iterable[ValueChange]:
        old, new = self._before.certificate, self._after.certificate
        if old == new:
            return
        shown = [None if ref is None else self._certificate_words(ref) for ref in (old, new)]
        if old is None:
            words = f"现在对应证书{shown[1]}，原来没有对应的证书。"
        elif new is None:
            words = f"不再对应证书{shown[0]}，现在没有对应的证书。"
        else:
            words = f"对应的证书由{shown[0]}改为{shown[1]}。"
        yield self._change(ChangeKind.CERTIFICATE, None, shown[0], shown[1], words)

    def decisions(self) -> Iterable[ValueChange]:
        old = {decision.field: decision for decision in self._before.decisions}
        new = {decision.field: decision for decision in self._after.decisions}
        order: list[Field | None] = [None, *Field]
        for field in order:
            if old.get(field) != new.get(field):
                yield self._decision(field, old.get(field), new.get(field))

    def _value(self, field: Field, old: str, new: str) -> ValueChange:
        before, after = self._shown(field, old), self._shown(field, new)
        if not old:
            words = f"{field.label}补填为“{after}”。"
        elif not new:
            words = f"{field.label}原为“{before}”，现在是空的。"
        else:
            words = f"{field.label}由“{before}”改为“{after}”{_hidden_difference(old, new, before, after)}。"
        return self._change(ChangeKind.VALUE, field, before or None, after or None, words)

    def _decision(
        self, field: Field | None, old: DecisionSummary | None, new: DecisionSummary | None
    ) -> ValueChange:
        about = field.label if field else "整行"
        before, after = (
            None if decision is None else self._decision_words(decision) for decision in (old, new)
        )
        if old is None:
            words = f"{about}新作决定：{after}。"
        elif new is None:
            words = f"{about}原来的决定（{before}）已撤销。"
        else:
            words = f"{about}的决定由{before}改为{after}。"
        return self._change(ChangeKind.DECISION, field, before, after, words)

    def _decision_words(self, decision: DecisionSummary) -> str:
        value = ""
        if decision.value is not None:
            shown = (
                self._shown(decision.field, decision.value) if decision.field else self._text(decision.value)
            )
            value = f"“{shown}”"
        return f"“{decision.action.label}”{value}（{self._text(decision.actor)}）"

    def _certificate_words(self, ref: CertificateRef) -> str:
        return f"“{self._text(mask_numbers_in_name(ref.file))}”第 {ref.page_number} 页第 {ref.slot} 件"

    def _shown(self, field: Field, text: str) -> str:
        if field is Field.ID_NUMBER:
            return mask_id_number(visible(text))
        if field is Field.PHONE:
            return mask_phone(visible(text))
        return self._text(text)

    def _text(self, text: str) -> str:
        """Hide the row's own numbers wherever they stand, and whatever else looks like an ID number."""
        shown = _hide(text, self._secrets)
        return shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}…"

    def _change(
        self, kind: ChangeKind, field: Field | None, before: str | None, after: str | None, words: str
    ) -> ValueChange:
        row = self._after
        sentence = f"第 {row.row_number} 行{self._name}：{words}"
        return ValueChange(kind, row.row_key, row.row_number, self._name, field, before, after, sentence)


def _secrets(rows: Iterable[SnapshotRow]) -> tuple[tuple[str, str], ...]:
    """Return the numbers of a row that must not be seen, each with what is shown instead; longest first."""
    found: dict[str, str] = {}
    for row in rows:
        for field, mask in ((Field.ID_NUMBER, mask_id_number), (Field.PHONE, mask_phone)):
            number = row.values.get(field, "")
            if len(number) >= _SHORTEST_SECRET:
                found[number] = mask(number)
    return tuple(sorted(found.items(), key=lambda pair: -len(pair[0])))


def _hide(text: str, secrets: Iterable[tuple[str, str]]) -> str:
    for secret, masked in secrets:
        text = text.replace(secret, masked)
    return mask_ids_in_text(visible(text))


def _shown_name(row: SnapshotRow, secrets: Iterable[tuple[str, str]]) -> str:
    return _hide(row.name, secrets) or "（无姓名）"


def _hidden_difference(old: str, new: str, before: str, after: str) -> str:
    """Say where two numbers differ when what is shown of them does not."""
    if before != after:
        return ""
    places = [str(i + 1) for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b]
    if len(old) != len(new) or not 0 < len(places) <= _MOST_POSITIONS:
        return "（不同之处已隐去）"
    return f"（第 {'、'.join(places)} 位不同）"
