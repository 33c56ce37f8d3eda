"""Contents of a package as JSON objects, and back. The keys are public: ``docs/handover.md``.

Whatever reads raises ``ValueError`` with a short Chinese reason; who knows file and line says where.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from domain.audit import format_utc, parse_utc
from domain.decisions import Action, CertificateRef
from domain.fields import Field
from domain.way import BatchState, RecheckState
from review.handover.contents import (
    Count,
    EscapeRate,
    GateResult,
    HandedBatch,
    HandedDecision,
    HandedRow,
    OfficeRef,
    OriginalFile,
    StateChange,
)

SCHEMA = 1
"""Of the package and of every file in it but ``findings.jsonl``, which has its own."""

_GREATEST = 2**53
"""Whole numbers up to here are the same in every program that reads JSON."""

_T = TypeVar("_T")
_E = TypeVar("_E", bound=StrEnum)


class Reader:
    """Takes values out of a JSON object and insists on what they are."""

    def __init__(self, content: Any) -> None:  # noqa: ANN401 - whatever a stranger wrote
        if not isinstance(content, Mapping):
            raise ValueError("应为 JSON 对象")  # noqa: TRY004 - one kind of error for what is read
        self._content = content

    def text(self, key: str) -> str:
        """Return a text."""
        return self._take(key, str)

    def text_or_none(self, key: str) -> str | None:
        """Return a text or null."""
        return None if self._value(key) is None else self._take(key, str)

    def number(self, key: str, *, least: int = 0) -> int:
        """Return a whole number that is not below ``least``."""
        value = self._value(key)
        if type(value) is not int or not least <= value <= _GREATEST:
            raise ValueError(f"{key} 应为不小于 {least} 的整数")
        return value

    def share(self, key: str) -> float:
        """Return a number from 0 to 1."""
        value = self._value(key)
        if type(value) not in (int, float) or not 0 <= value <= 1:
            raise ValueError(f"{key} 应为 0 到 1 的数")
        return float(value)

    def flag(self, key: str) -> bool:
        """Return a truth value."""
        return self._take(key, bool)

    def time(self, key: str) -> datetime:
        """Return a time in UTC."""
        try:
            return parse_utc(self.text(key))
        except ValueError as error:
            raise ValueError(f"{key} 不是 UTC 时间") from error

    def one_of(self, key: str, kind: type[_E]) -> _E:
        """Return a member of a closed list of words."""
        text = self.text(key)
        try:
            return kind(text)
        except ValueError:
            raise ValueError(f"{key} 的值“{text[:40]}”没有定义") from None

    def optional(self, key: str, read: Callable[["Reader"], _T]) -> _T | None:
        """Return what ``read`` makes of an object, ``None`` for null."""
        value = self._value(key)
        return None if value is None else read(Reader(value))

    def each(self, key: str, read: Callable[["Reader"], _T]) -> tuple[_T, ...]:
        """Return what ``read`` makes of every object in a list."""
        return tuple(read(Reader(item)) for item in self._take(key, list))

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        items = self._take(key, list)
        if not all(isinstance(item, str) for item in items):
            raise ValueError(f"{key} 应为文字的列表")
        return tuple(items)

    def numbers(self, key: str) -> tuple[int, ...]:
        """Return a list of whole numbers that are not below 0."""
        return _whole_numbers(self._take(key, list))

    def groups(self, key: str) -> tuple[tuple[int, ...], ...]:
        """Return a list of such lists."""
        return tuple(_whole_numbers(group) for group in self._take(key, list))

    def points(self, key: str) -> tuple[tuple[float, float], ...]:
        """Return a list of points in shares of a page."""
        return tuple(_point(point) for point in self._take(key, list))

    def finite(self, key: str) -> float:
        """Return any number."""
        value = self._value(key)
        if type(value) not in (int, float) or not -_GREATEST <= value <= _GREATEST:
            raise ValueError(f"{key} 应为数")
        return float(value)

    def object(self, key: str) -> Mapping[str, Any]:
        """Return an object."""
        return self._take(key, dict)

    def _take(self, key: str, kind: type[_T]) -> _T:
        value = self._value(key)
        if not isinstance(value, kind):
            raise ValueError(f"{key} 的类型不对")  # noqa: TRY004 - one kind of error for what is read
        return value

    def _value(self, key: str) -> Any:  # noqa: ANN401 - JSON
        if key not in self._content:
            raise ValueError(f"缺少 {key}")
        return self._content[key]


def _whole_numbers(items: Any) -> tuple[int, ...]:  # noqa: ANN401 - JSON
    if not isinstance(items, list) or not all(type(item) is int and 0 <= item <= _GREATEST for item in items):
        raise ValueError("应为整数的列表")
    return tuple(items)


def _point(items: Any) -> tuple[float, float]:  # noqa: ANN401 - JSON
    if not isinstance(items, list) or len(items) != len("xy"):
        raise ValueError("角应为两个数")
    x, y = items
    if not all(type(share) in (int, float) and 0 <= share <= 1 for share in (x, y)):
        raise ValueError("角应为两个 0 到 1 的数")
    return float(x), float(y)


def check_schema(content: Mapping[str, Any]) -> None:
    """Raise ``ValueError`` for a line of another schema."""
    if content.get("schema") != SCHEMA:
        raise ValueError(f"schema 应为 {SCHEMA}")


def batch_object(batch: HandedBatch) -> dict[str, Any]:
    """Return the part of ``batch.json`` that says what the batch is."""
    rate = batch.escape_rate
    return {
        "key": batch.key,
        "name": batch.name,
        "owner": _office_object(batch.owner),
        "receiver": batch.receiver and _office_object(batch.receiver),
        "period": batch.period,
        "state": batch.state.value,
        "history": [
            {
                "state": change.state.value,
                "at": format_utc(change.at),
                "actor": change.actor,
                "office": _office_object(change.office),
                "note": change.note,
            }
            for change in batch.history
        ],
        "gates": [
            {"code": gate.code, "is_met": gate.is_met, "message": gate.message} for gate in batch.gates
        ],
        "counts": [
            {"code": count.code, "label": count.label, "number": count.number} for count in batch.counts
        ],
        "escape_rate": rate
        and {
            "cleared": rate.cleared,
            "checked": rate.checked,
            "errors": rate.errors,
            "upper_bound": rate.upper_bound,
            "confidence": rate.confidence,
            "sentence": rate.sentence,
        },
    }


def read_batch(content: Mapping[str, Any]) -> HandedBatch:
    """Read the batch back."""
    reader = Reader(content)
    return HandedBatch(
        reader.text("key"),
        reader.text("name"),
        _office(Reader(reader.object("owner"))),
        reader.optional("receiver", _office),
        reader.text("period"),
        reader.one_of("state", BatchState),
        reader.each("history", _state_change),
        reader.each("gates", lambda r: GateResult(r.text("code"), r.flag("is_met"), r.text("message"))),
        reader.each("counts", lambda r: Count(r.text("code"), r.text("label"), r.number("number"))),
        reader.optional("escape_rate", _escape_rate),
    )


def row_object(row: HandedRow, *, table: int) -> dict[str, Any]:
    """Return a line of ``rows.jsonl``; ``table`` is the 0-based place among the tables of ``batch.json``."""
    return {
        "schema": SCHEMA,
        "table": table,
        "key": row.key,
        "sheet": row.sheet,
        "tab": row.tab,
        "row": row.row_number,
        "state": row.state,
        "values": {field.value: row.values[field] for field in Field if field in row.values},
        "certificate": row.certificate and _certificate_object(row.certificate),
        "submitted": {field.value: row.submitted[field] for field in Field if field in row.submitted},
        "fingerprint": row.fingerprint,
        "recheck": row.recheck,
    }


def read_row(content: Mapping[str, Any]) -> tuple[int, HandedRow]:
    """Read a row back, with the place of its table."""
    check_schema(content)
    reader = Reader(content)
    values = Reader(reader.object("values"))
    row = HandedRow(
        reader.text("key"),
        reader.text("sheet"),
        reader.text("tab"),
        reader.number("row", least=1),
        reader.text("state"),
        {read_field(name): values.text(name) for name in reader.object("values")},
        reader.optional("certificate", _certificate),
        _submitted(content),
        reader.text("fingerprint") if "fingerprint" in content else "",
        reader.one_of("recheck", RecheckState) if "recheck" in content else RecheckState.NONE.value,
    )
    return reader.number("table"), row


def _submitted(content: Mapping[str, Any]) -> dict[Field, str | None]:
    if "submitted" not in content:
        return {}
    values = Reader(content).object("submitted")
    reader = Reader(values)
    return {read_field(name): reader.text_or_none(name) for name in values}


def decision_object(decision: HandedDecision) -> dict[str, Any]:
    """Return a line of ``decisions.jsonl``."""
    return {
        "schema": SCHEMA,
        "key": decision.key,
        "row": decision.row,
        "field": decision.field and decision.field.value,
        "action": decision.action.value,
        "value": decision.value,
        "reason": decision.reason,
        "link": decision.link and _certificate_object(decision.link),
        "undoes": decision.undoes,
        "actor": decision.actor,
        "office": _office_object(decision.office),
        "at": format_utc(decision.at),
        "crops": list(decision.crops),
        "seen": None if decision.seen is None else dict(decision.seen),
    }


def read_decision(content: Mapping[str, Any]) -> HandedDecision:
    """Read a decision back."""
    check_schema(content)
    reader = Reader(content)
    name = reader.text_or_none("field")
    return HandedDecision(
        reader.text("key"),
        reader.text("row"),
        None if name is None else read_field(name),
        reader.one_of("action", Action),
        reader.text_or_none("value"),
        reader.text("reason"),
        reader.optional("link", _certificate),
        reader.text_or_none("undoes"),
        reader.text("actor"),
        _office(Reader(reader.object("office"))),
        reader.time("at"),
        reader.texts("crops"),
        reader.object("seen") if content.get("seen") is not None else None,
    )


def original_object(original: OriginalFile) -> dict[str, Any]:
    """Return a line of ``originals.jsonl``."""
    return {
        "schema": SCHEMA,
        "sha256": original.sha256,
        "size": original.size_bytes,
        "names": list(original.names),
        "kind": original.kind,
        "holds": list(original.holds),
        "pages": original.pages,
    }


def read_original(content: Mapping[str, Any]) -> OriginalFile:
    """Read an original's line back, without a way to its content."""
    check_schema(content)
    reader = Reader(content)
    return OriginalFile(
        reader.text("sha256"),
        reader.number("size"),
        reader.texts("names"),
        kind=reader.text("kind") if content.get("kind") is not None else None,
        holds=reader.texts("holds") if "holds" in content else (),
        pages=reader.number("pages") if content.get("pages") is not None else None,
    )


def _office_object(office: OfficeRef) -> dict[str, str]:
    return {"code": office.code, "name": office.name}


def _certificate_object(link: CertificateRef) -> dict[str, Any]:
    return {"file": link.file, "page": link.page_number, "slot": link.slot}


def _office(reader: Reader) -> OfficeRef:
    return OfficeRef(reader.text("code"), reader.text("name"))


def _certificate(reader: Reader) -> CertificateRef:
    return CertificateRef(reader.text("file"), reader.number("page", least=1), reader.number("slot", least=1))


def _state_change(reader: Reader) -> StateChange:
    return StateChange(
        reader.one_of("state", BatchState),
        reader.time("at"),
        reader.text("actor"),
        _office(Reader(reader.object("office"))),
        reader.text("note"),
    )


def _escape_rate(reader: Reader) -> EscapeRate:
    return EscapeRate(
        reader.number("cleared"),
        reader.number("checked"),
        reader.number("errors"),
        reader.share("upper_bound"),
        reader.share("confidence"),
        reader.text("sentence"),
    )


def read_field(name: str) -> Field:
    """Return a field by its public name."""
    try:
        return Field(name)
    except ValueError:
        raise ValueError(f"没有字段“{name[:40]}”") from None
