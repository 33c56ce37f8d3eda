"""Who may do what with a batch: asked at the beginning of every use case."""

from collections.abc import Mapping
from typing import Any

from domain.accounts import Actor, Permission
from domain.batches import Batch
from domain.errors import ConflictError, ForbiddenError
from domain.way import EDITABLE, REVIEWABLE, BatchState
from review.accounts.errors import PermissionMissingError


class NotHolderError(ForbiddenError):
    """The batch lies with another office."""

    code = "batch_elsewhere"

    def __init__(self) -> None:
        super().__init__("该批次目前不在您的单位办理，只能查看。需要修改时，请联系正在办理的单位退回。")


class BatchStateError(ConflictError):
    """The batch is in a state that does not allow this."""

    code = "batch_state"

    def __init__(self, batch: Batch, deed: str) -> None:
        self.state = batch.state
        super().__init__(
            f"批次“{batch.name}”处于“{batch.state.label}”状态，不能{deed}。请刷新后查看当前状态。"
        )

    @property
    def facts(self) -> Mapping[str, Any]:
        """The state that the batch is in."""
        return {"state": self.state.value}


class RowsLockedError(ConflictError):
    """The batch was accepted; its rows are locked."""

    code = "rows_locked"

    def __init__(self) -> None:
        super().__init__("批次已被接收，各行已锁定，不能再修改。需要更正时，请由接收单位退回批次。")


def require(actor: Actor, permission: Permission) -> None:
    """Refuse who may not.

    Raises:
        PermissionMissingError: The actor lacks the permission.
    """
    if not actor.may(permission):
        raise PermissionMissingError(permission)


def require_holder(actor: Actor, batch: Batch) -> None:
    """Refuse offices where the batch does not lie.

    Raises:
        NotHolderError: It lies elsewhere.
    """
    if batch.holder_id != actor.office_id:
        raise NotHolderError


def require_editable(actor: Actor, batch: Batch, deed: str) -> None:
    """Refuse changes of files where they are not due.

    Raises:
        NotHolderError: The batch lies with another office.
        RowsLockedError: The batch was accepted.
        BatchStateError: It is being checked or on its way.
    """
    require_holder(actor, batch)
    if batch.state is BatchState.ACCEPTED:
        raise RowsLockedError
    # An office above the one that made the batch judges it and never changes its files.
    if batch.state not in EDITABLE or batch.owner_id != batch.holder_id:
        raise BatchStateError(batch, deed)


def require_reviewable(actor: Actor, batch: Batch) -> None:
    """Refuse decisions where they are not due.

    Raises:
        NotHolderError: The batch lies with another office.
        RowsLockedError: The batch was accepted.
        BatchStateError: It is a draft or being checked.
    """
    require_holder(actor, batch)
    if batch.state is BatchState.ACCEPTED:
        raise RowsLockedError
    if batch.state not in REVIEWABLE:
        raise BatchStateError(batch, "复核")
