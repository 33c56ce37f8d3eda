"""What a decision must be to be recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from domain.batches import Batch, ReviewRow, RowContent, submitted_values
from domain.dates import parse_date
from domain.decisions import (
    NEEDS_REASON,
    ROW_ACTIONS,
    Action,
    CertificateRef,
    Decision,
    NewDecision,
    final_values,
    living,
    open_items,
    paper_value,
)
from domain.errors import ConflictError, InputError
from domain.fields import DATE_FIELDS, Field
from domain.findings import Status
from domain.id_numbers import parse_id_number
from domain.text import is_hidden
from domain.way import BatchState
from storage.store import Store

_LONGEST_REASON = 1000
_LONGEST_VALUE = 500
_BLANKS = " \u3000"

AFTER_PASSING = frozenset({Action.SHEET_RIGHT, Action.SEND_BACK, Action.UNDO})
"""What the receiving office may say of a row before it accepts: confirm it, or send it back."""

_ON_THE_WAY_BACK = frozenset({Action.SEND_BACK, Action.UNDO})
"""What an office may say of a row that the next higher one sent back and that it has not made itself."""

_SAY_NO_VALUE = frozenset({Action.SEND_BACK, Action.LINK_OTHER})
"""Said of a whole row, and nothing of what is in it."""

NOT_READ = frozenset({Status.UNREADABLE, Status.UNVERIFIABLE_CHARACTER})
"""What was read of the paper is no value that a sheet could be corrected to."""


class BadDecisionError(InputError):
    """The decision makes no sense for this row."""

    code = "bad_decision"

    def __init__(self, reason: str) -> None:
        super().__init__(f"决定无法保存：{reason}。")


class OnlyReturnError(ConflictError):
    """The batch was passed on; the receiving office corrects nothing itself."""

    code = "only_confirm_or_return"

    def __init__(self) -> None:
        super().__init__("批次已报送到您的单位，接收前只能确认或退回各行，更正由报送单位完成。")


class CorrectionsLostError(ConflictError):
    """A word on the whole row would silently end what was decided on single fields of it."""

    code = "corrections_would_be_lost"

    def __init__(self, action: Action, fields: Sequence[Field]) -> None:
        self.fields = tuple(fields)
        names = "、".join(field.label for field in fields)
        what_to_do = (
            f"请先撤销原来的决定，选择“{action.label}”之后再决定{names}"
            if action is Action.NO_CERTIFICATE
            else "请逐个字段决定：仍然正确的，对该字段再选一次；不再正确的，对该字段另作决定"
        )
        super().__init__(
            f"本行的{names}以前已作决定，对整行选择“{action.label}”会推翻它，所以没有保存。{what_to_do}。"
        )

    @property
    def facts(self) -> Mapping[str, Any]:
        """The fields whose values would change."""
        return {"fields": [field.value for field in self.fields]}


def tidy(new: NewDecision) -> NewDecision:
    """Return a decision without the blanks that typing leaves around a value."""
    return replace(new, value=new.value.strip()) if new.value is not None else new


def check_decision(new: NewDecision, content: RowContent, batch: Batch) -> None:
    """Refuse a decision that makes no sense for a row, or that is not for the office where the batch lies.

    Raises:
        OnlyReturnError: The batch is another office's and this would correct it.
        BadDecisionError: A value or a reason is missing, or the row does not allow this.
    """
    finding = content.finding
    if batch.holder_id != batch.owner_id:
        allowed = AFTER_PASSING if batch.state is BatchState.PASSED else _ON_THE_WAY_BACK
        if new.action not in allowed:
            raise OnlyReturnError
    if new.action in (Action.UNDO,):
        raise BadDecisionError("撤销请指明要撤销的决定")
    if new.action in ROW_ACTIONS and new.field is not None:
        raise BadDecisionError(f"“{new.action.label}”针对整行，不针对单个字段")
    if new.action in NEEDS_REASON and not new.reason.strip():
        raise BadDecisionError(f"“{new.action.label}”必须写明理由")
    if len(new.reason) > _LONGEST_REASON or len(new.value or "") > _LONGEST_VALUE:
        raise BadDecisionError("填写的内容过长")
    if new.action is Action.OTHER_VALUE:
        _check_value(new.field, new.value)
    if new.action is not Action.OTHER_VALUE and new.value is not None:
        raise BadDecisionError("只有“另填”才填写内容")
    if (new.action is Action.LINK_OTHER) != (new.link is not None):
        raise BadDecisionError("“改换证书”必须指明另一本证书")
    if new.field is not None and new.field not in finding.fields and new.action is not Action.OTHER_VALUE:
        raise BadDecisionError(f"本行没有“{new.field.label}”的核对结果")
    if new.action is Action.PAPER_RIGHT:
        fields = [new.field] if new.field else sorted(f for f in open_items(finding) if f is not None)
        lacking = [field for field in fields if not _has_paper(content, field)]
        if lacking or not fields:
            names = "、".join(field.label for field in lacking)
            raise BadDecisionError(
                f"纸件上没有读出{names}，不能以纸件为准，请改用“另填”" if lacking else "没有可改正的字段"
            )


def _check_value(field: Field | None, value: str | None) -> None:
    """Refuse a typed value that cannot be what any paper says."""
    if field is None or not value:
        raise BadDecisionError("“另填”必须指明字段并填写内容")
    if any(is_hidden(character) or (character.isspace() and character not in _BLANKS) for character in value):
        raise BadDecisionError("填写的内容含有看不见的字符")
    if field is Field.ID_NUMBER and parse_id_number(value).problem is not None:
        raise BadDecisionError("填写的证件号码不是有效的公民身份号码，请核对有无错位、漏位")
    if field in DATE_FIELDS and str(parse_date(value)) != value:
        raise BadDecisionError("日期请按 2016-05-12 的格式填写，并核对是否有这一天")


def check_link(store: Store, batch: Batch, content: RowContent, link: CertificateRef) -> None:
    """Refuse a certificate that the batch does not hold, and the one that the row has.

    Raises:
        BadDecisionError: It is one of these.
    """
    now = content.finding.certificate
    if now is not None and (now.file, now.page_number, now.slot) == (link.file, link.page_number, link.slot):
        raise BadDecisionError("本行现在对应的就是这本证书")
    document = store.documents.find_by_name(batch.id, link.file)
    held = store.documents.load_contents(document.id).certificates if document is not None else ()
    if not any((found.page_number, found.slot) == (link.page_number, link.slot) for found in held):
        raise BadDecisionError("批次中没有所指明的证书，请刷新后重新选择")


def _has_paper(content: RowContent, field: Field) -> bool:
    """Tell whether paper was read of a field to which the sheet can be corrected."""
    found = content.finding.fields.get(field)
    return found is not None and found.status not in NOT_READ and paper_value(found) is not None


def require_values_kept(store: Store, row: ReviewRow, content: RowContent) -> None:
    """Refuse a confirmation that would end corrections made below.

    Raises:
        OnlyReturnError: The row would be handed on with other values than it came with.
    """
    history = store.decisions.history(row.id)
    came_with = [line for line in history if line.office != store.person.office_code]
    if any(line.action is Action.SEND_BACK for line in living(history, content.finding, row.fingerprint)):
        return
    submitted = submitted_values(content.submitted)
    now, before = (
        final_values(submitted, content.finding, living(lines, content.finding, row.fingerprint))
        for lines in (history, came_with)
    )
    if now != before:
        raise OnlyReturnError


def require_corrections_kept(
    news: Sequence[NewDecision],
    before: Sequence[Decision],
    after: Sequence[Decision],
    content: RowContent,
) -> None:
    """Refuse a word on the whole row that would change, unnamed, what was decided on single fields.

    Whoever says “表格无误” of a row may mean the sheet as submitted, or the row as it was corrected: only
    the person knows, so neither is guessed. Keeping the correction would hand on another value than the words
    say, and histories are read by other installations, where they must mean the same.
    After a sending back it is the corrected row that the other office has asked about; then also a correction
    of the row as a whole is not turned round in passing. To name another certificate is no word on values.

    Args:
        news: What is said now.
        before: What held until now.
        after: What holds with it.
        content: Of the row.

    Raises:
        CorrectionsLostError: Values would change.
    """
    whole = [new.action for new in news if new.field is None and new.action not in _SAY_NO_VALUE]
    if not whole:
        return
    submitted = submitted_values(content.submitted)
    old, new = (final_values(submitted, content.finding, held) for held in (before, after))
    is_answer = any(decision.action is Action.SEND_BACK for decision in before)
    named = {one.field for one in news}
    decided = {decision.field for decision in before}
    lost = [
        field
        for field in Field
        if (is_answer or field in decided) and field not in named and old.get(field) != new.get(field)
    ]
    if lost:
        raise CorrectionsLostError(whole[-1], lost)
