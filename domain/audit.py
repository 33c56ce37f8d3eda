"""The audit log as a chain: each entry seals the one before it, so that none can be altered unseen.

The hash of an entry is taken over its canonical JSON, so that any program can follow the chain from the
entries alone (``docs/handover.md``).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

GENESIS = "0" * 64
"""Stands for the entry before the first."""

_KEYS = frozenset({"seq", "at", "actor", "office", "action", "object", "detail", "previous", "hash"})


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did, or looked at, what."""

    seq: int
    """Rises along the chain; gaps prove nothing, the hashes do."""

    at: datetime
    """Aware, UTC."""

    actor: str
    office: str
    """Code of the actor's office."""

    action: str
    object: str
    """What it was done to, such as ``batch/42``."""

    detail: Mapping[str, Any]
    """JSON values only."""

    previous: str
    """Hash of the entry before, 64 hexadecimal digits; ``GENESIS`` for the first."""

    hash: str

    def to_object(self) -> dict[str, Any]:
        """Return the entry as a line of a log, keys in the order of the documentation."""
        return {**_unsealed_object(self), "hash": self.hash}


class BreakReason(StrEnum):
    """How a chain is broken."""

    HASH = "hash"
    """The entry is not what was sealed."""
    PREVIOUS = "previous"
    """It does not follow the entry before it: one is missing, added or moved."""
    ORDER = "order"
    """Its number is not above the one before it."""


@dataclass(frozen=True, slots=True)
class ChainBreak:
    """The first entry at which a chain does not hold."""

    seq: int
    reason: BreakReason
    message: str = field(init=False)
    """One Chinese sentence."""

    def __post_init__(self) -> None:
        """Say it in words."""
        object.__setattr__(self, "message", _SENTENCES[self.reason].format(seq=self.seq))


_SENTENCES = {
    BreakReason.HASH: "操作日志第 {seq} 条的内容与它的哈希值不符，记录被改动过。",
    BreakReason.PREVIOUS: "操作日志第 {seq} 条接不上前一条，中间有记录被删除、插入或调换。",
    BreakReason.ORDER: "操作日志第 {seq} 条的序号不在前一条之后，记录的次序被改动过。",
}


def seal(
    *,
    seq: int,
    at: datetime,
    actor: str,
    office: str,
    action: str,
    object: str,
    detail: Mapping[str, Any],
    previous: str,
) -> AuditEntry:
    """Make the entry that follows the one with the hash ``previous``.

    Raises:
        ValueError: ``at`` has no time zone, or ``detail`` is no JSON.
    """
    if at.tzinfo is None:
        raise ValueError(f"a time without a zone: {at}")
    bare = AuditEntry(seq, at.astimezone(UTC), actor, office, action, object, detail, previous, "")
    return replace(bare, hash=entry_hash(bare))


def entry_hash(entry: AuditEntry) -> str:
    """Return the sha256 over everything in an entry but its own hash, in hexadecimal.

    Raises:
        ValueError: The time has no zone, or the detail is no JSON.
    """
    return hashlib.sha256(canonical_json(_unsealed_object(entry))).hexdigest()


def canonical_json(content: Mapping[str, Any]) -> bytes:
    r"""Return the one spelling of a JSON object: keys sorted, no blanks, UTF-8.

    A half character of a file name in no known encoding is spelled ``\udc80``, as JSON does.

    Raises:
        ValueError: It holds something that is no JSON.
    """
    try:
        text = json.dumps(content, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    except TypeError as error:
        raise ValueError(f"no JSON: {error}") from error
    return text.encode("utf-8", "backslashreplace")


def verify_chain(entries: Iterable[AuditEntry], *, previous: str | None) -> int | ChainBreak:
    """Follow a chain from one entry to the next.

    Args:
        entries: Neighbours in the chain, none left out.
        previous: Hash of the entry before the first: ``GENESIS`` for a whole log, ``None``: not
            known.

    Returns:
        How many entries hold, or where the chain breaks first.
    """
    return _verify(entries, previous, is_whole=True)


def verify_segment(entries: Iterable[AuditEntry]) -> int | ChainBreak:
    """Check entries that were taken out of a chain, others between them left out.

    Each must be what was sealed, in rising order; two with neighbouring numbers must follow each other. That
    none was left out which belongs here, only the whole chain can prove.

    Returns:
        How many entries hold, or the first that does not.
    """
    return _verify(entries, None, is_whole=False)


def entry_from_object(content: Mapping[str, Any]) -> AuditEntry:
    """Read an entry back from a line of a log. Its hash is not checked here.

    Raises:
        ValueError: A key is missing, unknown or of the wrong kind, or the time is spelled otherwise.
    """
    if set(content) != _KEYS:
        raise ValueError(f"keys {sorted(content)}")
    seq, detail = content["seq"], content["detail"]
    texts = {key: content[key] for key in _KEYS - {"seq", "detail"}}
    if type(seq) is not int or not isinstance(detail, dict):
        raise ValueError("seq or detail of the wrong kind")
    if not all(isinstance(text, str) for text in texts.values()):
        raise ValueError("a text of the wrong kind")
    texts["at"] = parse_utc(texts["at"])
    return AuditEntry(seq=seq, detail=detail, **texts)


def format_utc(at: datetime) -> str:
    """Write a time the one way: ``2026-03-05T08:09:10.000000Z``.

    Raises:
        ValueError: It has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"a time without a zone: {at}")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def parse_utc(text: str) -> datetime:
    """Read a time as ``format_utc`` writes it.

    Raises:
        ValueError: It is spelled in any other way.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None or format_utc(at) != text:
        raise ValueError(f"not a time in UTC: {text[:40]}")
    return at.astimezone(UTC)


def _unsealed_object(entry: AuditEntry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "at": format_utc(entry.at),
        "actor": entry.actor,
        "office": entry.office,
        "action": entry.action,
        "object": entry.object,
        "detail": dict(entry.detail),
        "previous": entry.previous,
    }


def _verify(entries: Iterable[AuditEntry], previous: str | None, *, is_whole: bool) -> int | ChainBreak:
    count, last_seq = 0, None
    for entry in entries:
        if last_seq is not None and entry.seq <= last_seq:
            return ChainBreak(entry.seq, BreakReason.ORDER)
        follows = is_whole or (last_seq is not None and entry.seq == last_seq + 1)
        if follows and previous is not None and entry.previous != previous:
            return ChainBreak(entry.seq, BreakReason.PREVIOUS)
        if entry.hash != entry_hash(entry):
            return ChainBreak(entry.seq, BreakReason.HASH)
        count, last_seq, previous = count + 1, entry.seq, entry.hash
    return count
