"""The files of batches: added, listed, read again, removed."""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import Field

from api.dependencies import ActorDep, NowDep, ServicesDep
from api.errors import errors
from api.pagination import PageDep, PageOut
from api.receive import receive_whole
from api.stores import ReadStoreDep, StoreDep, ViewerDep
from api.texts import Id, Out, masked_problem
from domain.accounts import Permission
from domain.batches import ORIGINAL_NOT_HERE, Document, DocumentContents, DocumentState, Holding
from domain.errors import ConflictError
from domain.text import fold
from review.access import require
from review.documents import cancel_document, remove_document, retry_document
from review.export.privacy import mask_ids_in_text, mask_numbers_in_name, visible

router = APIRouter(tags=["documents"], dependencies=[ViewerDep])

_READ_BYTES = 1 << 20


class OriginalNotHereError(ConflictError):
    """A hand-over package brought the file's name and hash only."""

    code = ORIGINAL_NOT_HERE

    def __init__(self, message: str) -> None:
        super().__init__(message)


class DocumentOut(Out):
    """A file of a batch."""

    id: int
    batch_id: int
    name: str
    is_active: bool = Field(description="False once it was replaced or removed.")
    sha256: str
    size_bytes: int
    state: DocumentState
    kind: str | None = Field(description="sheet, pdf, image or archive; null until it was looked at.")
    holds: list[Holding] = Field(description="What it was recognised as.")
    pages: int | None
    pages_done: int
    rows: int
    problem: dict[str, str] | None = Field(description="Code and sentence, when it cannot be used.")
    attempt: int
    archive_id: int | None = Field(description="The zip that it was in.")
    replaces_id: int | None
    uploaded_at: datetime
    finished_at: datetime | None

    @classmethod
    def from_domain(cls, document: Document) -> "DocumentOut":
        """Render a file."""
        problem = None
        if document.problem_code is not None:
            message = mask_numbers_in_name(document.problem_message or "")
            problem = {"code": document.problem_code, "message": message}
        return cls(
            id=document.id,
            batch_id=document.batch_id,
            name=mask_numbers_in_name(document.name),
            is_active=document.is_active,
            sha256=document.sha256,
            size_bytes=document.size_bytes,
            state=document.state,
            kind=document.kind,
            holds=list(document.holds),
            pages=document.pages,
            pages_done=document.pages_done,
            rows=document.rows,
            problem=problem,
            attempt=document.attempt,
            archive_id=document.archive_id,
            replaces_id=document.replaces_id,
            uploaded_at=document.uploaded_at,
            finished_at=document.finished_at,
        )


class DocumentDetailOut(DocumentOut):
    """A file with what it holds."""

    certificates: list[dict[str, Any]]
    approvals: list[dict[str, Any]]
    letters: list[dict[str, Any]]
    problems: list[dict[str, str]]
    others: list[dict[str, str]]
    cell_problems: list[dict[str, Any]]
    remarks: list[str]
    grades: list[str]

    @classmethod
    def with_contents(cls, document: Document, contents: DocumentContents) -> "DocumentDetailOut":
        """Render a file with what it holds."""
        return cls(
            **DocumentOut.from_domain(document).model_dump(),
            certificates=[
                {
                    "page": one.page_number,
                    "last_page": one.last_page_number,
                    "slot": one.slot,
                    "name": one.name,
                    "title": one.title,
                    "certificate_number": one.certificate_number,
                    "outline": one.outline,
                }
                for one in contents.certificates
            ],
            approvals=[
                {
                    "page": one.page_number,
                    "title": one.title,
                    "number": one.number,
                    "people": one.people,
                    "is_public_notice": one.is_public_notice,
                }
                for one in contents.approvals
            ],
            letters=[
                {
                    "page": one.page_number,
                    "title": one.title,
                    "unit": one.unit,
                    "has_seal": one.has_seal,
                    "signed_on": str(one.signed_on) if one.signed_on else None,
                    "codes": list(one.codes),
                }
                for one in contents.letters
            ],
            problems=[masked_problem(one) for one in contents.problems],
            others=[masked_problem(one) for one in contents.others],
            cell_problems=[
                {
                    "tab": one.tab,
                    "row": one.row_number,
                    "column": one.column,
                    "field": one.field.value,
                    "code": one.code,
                    "message": mask_ids_in_text(one.message),
                }
                for one in contents.cell_problems
            ],
            remarks=[mask_numbers_in_name(remark) for remark in contents.remarks],
            grades=list(contents.grades),
        )


class CertificateOut(Out):
    """A certificate found in a batch."""

    document_id: int
    file: str
    page: int
    slot: int = Field(description="Reading order among those that begin on the page, from 1.")
    name: str
    title: str
    certificate_number: str
    outline: list[tuple[float, float]] = Field(description="Corners around all that was read of it.")
    is_orphan: bool = Field(description="No row claims it.")


@router.get(
    "/batches/{batch_id}/certificates", summary="Certificates of a batch", responses=errors(401, 403, 404)
)
def get_certificates(
    batch_id: Id,
    store: ReadStoreDep,
    text: Annotated[
        str, Query(title="查找的内容", max_length=100, description="Name, title, number or file.")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> list[CertificateOut]:
    """List certificates that rows can be linked with, those first that no row claims."""
    batch = store.batches.get(batch_id)
    unclaimed: set[tuple[str, int, int]] = set()
    if batch.run_id is not None:
        _, run = store.batches.get_run(batch.run_id)
        unclaimed = {(one.file, one.page_number, one.slot) for one in run.orphan_certificates}
    wanted = fold(text.replace("\0", ""))
    shown = [
        CertificateOut(
            document_id=document.id,
            file=mask_numbers_in_name(document.name),
            page=one.page_number,
            slot=one.slot,
            name=visible(one.name),
            title=visible(one.title),
            certificate_number=visible(mask_ids_in_text(one.certificate_number)),
            outline=list(one.outline),
            is_orphan=(document.name, one.page_number, one.slot) in unclaimed,
        )
        for document, one in store.documents.find_certificates(batch_id, wanted, limit=limit)
    ]
    return sorted(shown, key=lambda one: not one.is_orphan)


@router.get("/batches/{batch_id}/documents", summary="Files of a batch", responses=errors(401, 403, 404))
def get_documents(
    batch_id: Id,
    store: ReadStoreDep,
    page: PageDep,
    with_inactive: Annotated[bool, Query(description="Also files that were replaced or removed.")] = False,
) -> PageOut[DocumentOut]:
    """List the files of a batch in the order they came."""
    store.batches.get(batch_id)
    found = store.documents.list_page(
        batch_id, after_id=page.after_id(), limit=page.fetch, active_only=not with_inactive
    )
    return page.of(found, DocumentOut.from_domain, lambda document: (document.id,))


@router.post(
    "/batches/{batch_id}/documents",
    status_code=202,
    summary="Upload a file in one piece",
    responses=errors(401, 403, 404, 409, 411, 429, 507),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def post_document(
    batch_id: Id,
    request: Request,
    actor: ActorDep,
    services: ServicesDep,
    now: NowDep,
    name: Annotated[
        str, Query(title="文件名", min_length=1, max_length=400, description="Path in the batch.")
    ],
    sha256: Annotated[
        str | None, Query(pattern="^[0-9a-f]{64}$", description="Checked against what arrives.")
    ] = None,
    replaces: Annotated[
        int | None, Query(ge=1, le=2**63 - 1, description="Document that it replaces.")
    ] = None,
    content_length: Annotated[int | None, Header(ge=0, le=2**63 - 1)] = None,
) -> DocumentOut:
    """Add a file; 202 means that it is safely stored and will be read, whatever happens to the server.

    For large files and bad lines use the resumable uploads. A zip is taken apart: each file becomes one.
    """
    document = await receive_whole(
        request, services, actor, now, batch_id, name, content_length, sha256=sha256, replaces_id=replaces
    )
    return DocumentOut.from_domain(document)


@router.get("/documents/{document_id}", summary="One file", responses=errors(401, 403, 404))
def get_document(document_id: Id, store: StoreDep) -> DocumentDetailOut:
    """Return a file with what was found in it. That it was looked at is logged."""
    document = store.documents.get(document_id)
    store.log.append(store.person, "document.viewed", f"document/{document_id}", batch_id=document.batch_id)
    return DocumentDetailOut.with_contents(document, store.documents.load_contents(document_id))


@router.delete(
    "/documents/{document_id}", status_code=204, summary="Remove a file", responses=errors(401, 403, 404, 409)
)
def delete_document(document_id: Id, store: StoreDep) -> None:
    """Let a file no longer count; its content and history stay."""
    remove_document(store, document_id)


@router.post(
    "/documents/{document_id}/cancel", summary="Stop reading a file", responses=errors(401, 403, 404, 409)
)
def post_cancel(document_id: Id, store: StoreDep, services: ServicesDep) -> DocumentOut:
    """Stop waiting for a file to be read; one that is finished stays as it is."""
    return DocumentOut.from_domain(cancel_document(store, services.jobs, document_id))


@router.post(
    "/documents/{document_id}/retry",
    status_code=202,
    summary="Read a file again",
    responses=errors(401, 403, 404, 409),
)
def post_retry(document_id: Id, store: StoreDep, services: ServicesDep) -> DocumentOut:
    """Let a file that failed or was cancelled be read again."""
    return DocumentOut.from_domain(retry_document(store, services.jobs, document_id))


@router.get(
    "/documents/{document_id}/content",
    summary="The original file",
    response_class=StreamingResponse,
    responses={**errors(401, 403, 404, 409), 200: {"content": {"application/octet-stream": {}}}},
)
def get_content(document_id: Id, store: StoreDep, services: ServicesDep) -> StreamingResponse:
    """Download a file as it was uploaded. That it was taken is logged."""
    require(store.person, Permission.EXPORT)
    document = store.documents.get(document_id)
    if document.problem_code == ORIGINAL_NOT_HERE:
        raise OriginalNotHereError(document.problem_message or "")
    store.log.append(
        store.actor, "document.downloaded", f"document/{document_id}", batch_id=document.batch_id
    )
    opened = services.files.fetch(document.sha256)
    path = opened.__enter__()

    def pieces() -> Any:  # noqa: ANN401 - a generator of bytes
        try:
            with path.open("rb") as stream:
                while piece := stream.read(_READ_BYTES):
                    yield piece
        finally:
            opened.__exit__(None, None, None)

    name = quote(document.name.rsplit("/", 1)[-1], safe="")
    return StreamingResponse(
        pieces(),
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            "Content-Length": str(document.size_bytes),
        },
    )
