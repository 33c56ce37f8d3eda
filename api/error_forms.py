"""The forms of answers that are errors: what a client may find in one beside code and sentence.

They are only described here, for the description of the interface; what an answer says comes from the
``facts`` of the error.
"""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.texts import Out
from domain.accounts import Permission
from domain.fields import Field as SheetField
from domain.way import BatchState, GateCode, GateItem
from review.export.privacy import mask_numbers_in_name


class GateItemOut(Out):
    """One thing that keeps a batch from being passed on."""

    code: GateCode
    message: str
    count: int = Field(description="How many rows or files it concerns; 0 where that says nothing.")
    document_ids: list[int] = Field(description="The files that it speaks of.")

    @classmethod
    def from_domain(cls, item: GateItem) -> "GateItemOut":
        """Render a missing thing; its sentence may name a file."""
        return cls(
            code=item.code,
            message=mask_numbers_in_name(item.message),
            count=item.count,
            document_ids=list(item.document_ids),
        )


class FieldProblemOut(Out):
    """One field of a call that is wrong."""

    field: str = Field(description="Its place in the call, with points between.")
    label: str = Field(description="What people know it by; empty for what only programs fill in.")
    message: str
    type: str = Field(description="Stable kind of the problem, as pydantic names it.")


class ErrorOut(BaseModel):
    """An answer that is an error."""

    model_config = ConfigDict(extra="allow")

    code: str = Field(description="Stable; what programs go by.")
    message: str = Field(description="One or two Chinese sentences: what happened, then what to do.")


class InputErrorOut(ErrorOut):
    """What was handed in cannot be used."""

    most_bytes: int | None = Field(None, description="`upload_size`: how large a file may be.")
    length: int | None = Field(None, description="`upload_too_long`: how many bytes were announced.")


class ForbiddenOut(ErrorOut):
    """Known and seen, but not for this person to do."""

    permission: Permission | None = Field(None, description="`forbidden`: what the person lacks.")


class ConflictOut(ErrorOut):
    """The state has moved on, or does not allow this yet; which facts are there depends on the code."""

    current: dict[str, Any] | None = Field(
        None, description="`stale_version`: the thing as it is now, in the form in which it is read."
    )
    missing: list[GateItemOut] | None = Field(None, description="`gate_closed`: as `get_gate` names them.")
    state: BatchState | None = Field(None, description="`batch_state`: that of the batch.")
    row_id: int | None = Field(None, description="`row_taken`, `lease_expired`: which row.")
    until: datetime | None = Field(None, description="`row_taken`: when it is free again.")
    version: int | None = Field(None, description="`lease_expired`: of the row as it is now.")
    count: int | None = Field(
        None,
        description="`pattern_changed`, `rows_marked_for_return`, `handover_originals_missing`: how many.",
    )
    fields: list[SheetField] | None = Field(
        None, description="`corrections_would_be_lost`: those whose decided values would change."
    )
    document_id: int | None = Field(None, description="`document_name_taken`: the file that has the name.")
    offset: int | None = Field(
        None, description="`upload_offset_mismatch`, `upload_incomplete`: where to go on, in bytes."
    )
    length: int | None = Field(None, description="`upload_incomplete`: how many bytes were announced.")
    office_code: str | None = Field(
        None, description="`handover_office_unknown`: the office that has no place here."
    )


class InvalidOut(ErrorOut):
    """The call has not the form that it must have."""

    errors: list[FieldProblemOut] | None = Field(None, description="`invalid_request`: every wrong field.")


class LimitOut(ErrorOut):
    """Too often."""

    retry_after_seconds: int | None = Field(None, description="When to ask again; also in `Retry-After`.")


class IncidentOut(ErrorOut):
    """Something failed that nobody foresaw."""

    incident: str | None = Field(None, description="`internal_error`: by which the log finds it.")


FORM_BY_STATUS: dict[int, type[ErrorOut]] = {
    HTTPStatus.BAD_REQUEST: InputErrorOut,
    HTTPStatus.FORBIDDEN: ForbiddenOut,
    HTTPStatus.CONFLICT: ConflictOut,
    HTTPStatus.UNPROCESSABLE_ENTITY: InvalidOut,
    HTTPStatus.TOO_MANY_REQUESTS: LimitOut,
    HTTPStatus.INTERNAL_SERVER_ERROR: IncidentOut,
}
"""Any other error has ``ErrorOut``."""


def form_of(status: int) -> type[ErrorOut]:
    """Return the form of an answer with a status of an error."""
    return FORM_BY_STATUS.get(status, ErrorOut)
