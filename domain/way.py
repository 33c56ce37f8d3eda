"""The way of a batch: its states, who may move it, and what must be in order before it is passed on."""

from dataclasses import dataclass
from enum import StrEnum


class BatchState(StrEnum):
    """Where a batch is on its way. Public, never changed."""

    DRAFT = "draft"
    CHECKING = "checking"
    IN_REVIEW = "in_review"
    READY = "ready"
    """Every row is decided and the re-check finished; a supervisor may pass it on when the gate is open."""
    PASSED = "passed"
    """With the next office, which has not yet accepted it."""
    ACCEPTED = "accepted"
    """Taken over by the office that holds it; rows are locked. It may pass it on again."""
    SENT_BACK = "sent_back"
    WITHDRAWN = "withdrawn"
    """Given up by the office that made it before it was ever accepted."""

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return _LABELS[self]


_LABELS = {
    BatchState.DRAFT: "草稿",
    BatchState.CHECKING: "核对中",
    BatchState.IN_REVIEW: "复核中",
    BatchState.READY: "待报送",
    BatchState.PASSED: "已报送",
    BatchState.ACCEPTED: "已接收",
    BatchState.SENT_BACK: "已退回",
    BatchState.WITHDRAWN: "已撤回",
}

EDITABLE = frozenset({BatchState.DRAFT, BatchState.IN_REVIEW, BatchState.READY, BatchState.SENT_BACK})
"""Files may be added and a check may be started."""

REVIEWABLE = frozenset({BatchState.IN_REVIEW, BatchState.READY, BatchState.SENT_BACK, BatchState.PASSED})
"""Rows may be decided. After ``PASSED`` the receiving office may only return rows or confirm them."""

LOCKED = frozenset({BatchState.ACCEPTED, BatchState.WITHDRAWN})


class GateCode(StrEnum):
    """What may keep a batch from being passed on. Public, never changed."""

    NOT_CHECKED = "not_checked"
    ROWS_UNDECIDED = "rows_undecided"
    ROWS_SENT_BACK = "rows_sent_back"
    RECHECK_UNFINISHED = "recheck_unfinished"
    SECOND_OPINION_OPEN = "second_opinion_open"
    APPROVAL_NUMBER_MISMATCH = "approval_number_mismatch"
    APPROVAL_MISSING = "approval_missing"
    LETTER_MISSING = "letter_missing"
    LETTER_NOT_IN_ORDER = "letter_not_in_order"
    FILES_UNFINISHED = "files_unfinished"
    FOUR_EYES = "four_eyes"
    NO_NEXT_OFFICE = "no_next_office"


@dataclass(frozen=True, slots=True)
class GateItem:
    """One thing that is missing."""

    code: GateCode
    message: str
    """A Chinese sentence: what is missing, what to do."""

    count: int = 0
    """How many rows or files it concerns; 0 when that says nothing."""

    document_ids: tuple[int, ...] = ()
    """The files that it speaks of."""


class RowState(StrEnum):
    """Where a row is in review. Public, never changed."""

    CLEARED = "cleared"
    """Proven by the check; nobody is asked."""
    WAITING = "waiting"
    DECIDED = "decided"
    SENT_BACK = "sent_back"
    """Waits for the reporting office: a better scan, a mended sheet."""

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return {"cleared": "已通过", "waiting": "待复核", "decided": "已决定", "sent_back": "已退回"}[
            self.value
        ]


class RecheckState(StrEnum):
    """A cleared row that was drawn by lot to be looked at by a person."""

    NONE = "none"
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    ERROR_FOUND = "error_found"
