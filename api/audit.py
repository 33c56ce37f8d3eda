"""The log, searched and proven, and the question from outside whether a title is held."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field as Described
from pydantic import StringConstraints

from api.dependencies import require
from api.errors import errors
from api.limits import limited
from api.pagination import PageDep, PageOut
from api.stores import ReadStoreDep, StoreDep
from api.texts import In, Out
from domain.accounts import Permission
from domain.audit import AuditEntry, ChainBreak
from domain.audit_words import ACTIONS, action_label, describe_detail, object_label
from domain.errors import InputError
from domain.rates import Rate
from review.export.privacy import mask_numbers_in_name
from review.pass_on import CHINA
from review.proofs import is_held

router = APIRouter(tags=["log"])

_QUESTIONS = Rate(burst=30, per_second=1.0)
"""A counter asks now and then; whoever walks through numbers is slowed down, and seen in the log."""


Day = Annotated[
    date | None, Query(ge=date(2000, 1, 1), le=date(2199, 12, 31), description="In China; inclusive.")
]


class AuditEntryOut(Out):
    """One line of the log."""

    seq: int
    at: datetime
    actor: str
    office: str
    action: str
    action_label: str
    object: str
    object_label: str
    summary: str = Described(description="The details in words; empty when there is nothing to say.")
    detail: dict[str, Any]
    previous: str
    hash: str

    @classmethod
    def from_domain(cls, entry: AuditEntry) -> "AuditEntryOut":
        """Render a line."""
        summary = describe_detail(entry)
        return cls(
            seq=entry.seq,
            at=entry.at,
            actor=entry.actor,
            office=entry.office,
            action=entry.action,
            action_label=action_label(entry.action),
            object=entry.object,
            object_label=object_label(entry.object),
            summary=mask_numbers_in_name(summary) if "name" in entry.detail else summary,
            detail=dict(entry.detail),
            previous=entry.previous,
            hash=entry.hash,
        )


class ProofOut(Out):
    """Whether the chain of the log holds."""

    is_whole: bool
    entries: int
    last_hash: str
    problem: str | None
    message: str = Described(description="The same in one sentence, whether it holds or not.")


class ActionOut(Out):
    """Something that can be in the log."""

    action: str
    label: str


class DayOrderError(InputError):
    """The last day lies before the first."""

    code = "day_order"

    def __init__(self) -> None:
        super().__init__("截止日期不能早于开始日期。请改正后重新查找。")


_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class VerifyIn(In):
    """A title as somebody shows it."""

    name: _Text = Described(title="姓名")
    id_number: Annotated[str, StringConstraints(strip_whitespace=True, min_length=15, max_length=20)] = (
        Described(title="证件号码")
    )
    certificate_number: _Text = Described(title="证书号码")


class VerifyOut(Out):
    """The answer."""

    is_held: bool = Described(description="The province holds this certificate of this person.")


@router.get(
    "/audit",
    summary="The log",
    responses=errors(401, 403),
    dependencies=[Depends(require(Permission.VIEW_LOG))],
)
def get_audit(
    store: ReadStoreDep,
    page: PageDep,
    action: Annotated[str, Query(max_length=40)] = "",
    object: Annotated[str, Query(max_length=80, description="Such as `row/42`.")] = "",
    actor: Annotated[str, Query(title="用户名", max_length=64)] = "",
    batch_id: Annotated[int | None, Query(title="批次编号", ge=1, le=2**63 - 1)] = None,
    first_day: Day = None,
    last_day: Day = None,
) -> PageOut[AuditEntryOut]:
    """List what people of the office and of those below it did and looked at, newest first."""
    if first_day is not None and last_day is not None and last_day < first_day:
        raise DayOrderError
    found = store.log.list_page(
        store.person.office_path,
        before_seq=page.after_id() or None,
        limit=page.fetch,
        action=action.replace("\0", "") or None,
        target=object.replace("\0", "") or None,
        actor=actor.replace("\0", "") or None,
        batch_id=batch_id,
        since=_midnight(first_day) if first_day is not None else None,
        until=_midnight(last_day) + timedelta(days=1) if last_day is not None else None,
    )
    return page.of(found, AuditEntryOut.from_domain, lambda entry: (entry.seq,))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)


@router.get(
    "/audit/actions",
    summary="What can be in the log",
    responses=errors(401, 403),
    dependencies=[Depends(require(Permission.VIEW_LOG))],
)
async def get_actions() -> list[ActionOut]:
    """List all actions with their names, to be searched for."""
    return [ActionOut(action=action, label=label) for action, label in ACTIONS.items()]


@router.get(
    "/audit/proof",
    summary="Prove the log whole",
    responses=errors(401, 403, 429),
    dependencies=[
        Depends(require(Permission.VIEW_LOG)),
        Depends(limited("proof", Rate(burst=5, per_second=0.05))),
    ],
)
def get_proof(store: ReadStoreDep) -> ProofOut:
    """Follow the chain of hashes from the first line to the last."""
    outcome = store.log.verify()
    _, last_hash = store.log.last()
    if isinstance(outcome, ChainBreak):
        return ProofOut(
            is_whole=False,
            entries=outcome.seq,
            last_hash=last_hash,
            problem=outcome.message,
            message=f"{outcome.message}请保留现场，并通知维护人员和上级单位。",
        )
    return ProofOut(
        is_whole=True,
        entries=outcome,
        last_hash=last_hash,
        problem=None,
        message=(
            f"操作日志完整：共 {outcome} 条，环环相扣，没有被改动、删除或插入。"
            "末尾是否被截去，日志本身不能证明：请把条数和最后一条的哈希值另行保存，下次核对。"
        ),
    )


@router.post(
    "/verify",
    tags=["verify"],
    summary="Is this title held?",
    responses=errors(401, 403, 429),
    dependencies=[Depends(limited("verify", _QUESTIONS))],
)
def post_verify(body: VerifyIn, store: StoreDep) -> VerifyOut:
    """Tell whether the province holds a certificate of a person, nothing else. Every question is logged."""
    return VerifyOut(
        is_held=is_held(
            store,
            name=body.name,
            id_number=body.id_number,
            certificate_number=body.certificate_number,
        )
    )
