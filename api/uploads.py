"""Resumable uploads: tus 1.0 with its extensions creation, expiration, checksum and termination."""

import base64
import binascii
from contextlib import suppress
from datetime import datetime
from email.utils import format_datetime
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from api.dependencies import ActorDep, NowDep, ServicesDep
from api.errors import CHECKSUM_MISMATCH, error_response, errors
from api.receive import receive_part
from api.stores import StoreDep, ViewerDep
from api.texts import Id, Out
from bootstrap.services import Services
from domain.accounts import Actor
from domain.batches import Document
from domain.errors import InputError
from review.export.privacy import mask_numbers_in_name
from review.uploads import TUS, TusVersionError, announce, finish
from storage.files import ChecksumMismatchError
from storage.parts import CHECKSUM_ALGORITHMS, Checksum, UploadNotFoundError, UploadOffsetError
from storage.store import Store
from storage.uploads import Upload, Uploads

router = APIRouter(tags=["uploads"], dependencies=[ViewerDep])

_CONTENT = "application/offset+octet-stream"
_MOST_METADATA = 2000

UploadId = Annotated[str, Field(pattern="^[0-9a-f]{32}$", examples=["0" * 32])]


class BadMetadataError(InputError):
    """The announcement of a file cannot be read."""

    code = "bad_upload_metadata"

    def __init__(self) -> None:
        super().__init__(
            "上传说明（Upload-Metadata）无法识别：应含 Base64 编码的 filename，可含 sha256 和 replaces。"
            "请按接口文档提交。"
        )


class BadUploadChecksumError(InputError):
    """The checksum of a part cannot be read."""

    code = "bad_upload_checksum"

    def __init__(self) -> None:
        super().__init__(
            f"Upload-Checksum 无法识别：应为“算法 Base64值”，算法为 {'、'.join(CHECKSUM_ALGORITHMS)} 之一。"
        )


class UploadOut(Out):
    """An upload under way, or done."""

    id: str
    batch_id: int
    name: str
    size_bytes: int
    offset: int
    document_id: int | None = Field(description="The file that it became.")
    expires_at: datetime


Tus = Annotated[str | None, Header(alias="Tus-Resumable", max_length=20)]


@router.options("/uploads", status_code=204, summary="What the protocol offers", responses=errors(401, 403))
def options_uploads(services: ServicesDep) -> Response:
    """Name version and extensions."""
    limit = services.settings.to_options().limits.max_file_bytes
    return Response(
        status_code=204,
        headers={
            "Tus-Resumable": TUS,
            "Tus-Version": TUS,
            "Tus-Extension": "creation,expiration,checksum,termination",
            "Tus-Max-Size": str(limit),
            "Tus-Checksum-Algorithm": ",".join(CHECKSUM_ALGORITHMS),
        },
    )


@router.post(
    "/batches/{batch_id}/uploads",
    status_code=201,
    summary="Announce a file that comes in parts",
    responses=errors(401, 403, 404, 409, 412, 429, 507),
)
def post_upload(
    batch_id: Id,
    store: StoreDep,
    services: ServicesDep,
    response: Response,
    upload_length: Annotated[int, Header(ge=1, le=2**63 - 1, description="Size of the file in bytes.")],
    upload_metadata: Annotated[
        str,
        Header(
            max_length=_MOST_METADATA,
            description="`filename` (path in the batch), and if wanted `sha256` and `replaces` (a document's "
            "id), each with its value in base64, commas between.",
            examples=["filename 6K+B5LmmLzEuanBn"],
        ),
    ],
    tus_resumable: Tus = None,
) -> UploadOut:
    """Reserve a place; its address is in `Location`. Then send the bytes with PATCH."""
    _check_version(tus_resumable)
    name, sha256, replaces = _parse_metadata(upload_metadata)
    upload = announce(
        store,
        batch_id,
        name,
        upload_length,
        most_bytes=services.settings.to_options().limits.max_file_bytes,
        sha256=sha256,
        replaces_id=replaces,
    )
    services.parts.create(upload.id, upload_length)
    response.headers.update(
        {
            "Location": f"/api/v1/uploads/{upload.id}",
            "Upload-Offset": "0",
            "Upload-Expires": format_datetime(upload.expires_at, usegmt=True),
            "Tus-Resumable": TUS,
        }
    )
    return _render(store, services, upload.id)


@router.head(
    "/uploads/{upload_id}",
    status_code=200,
    summary="How far an upload is",
    response_class=Response,
    responses=errors(401, 403, 404, 409, 507),
)
def head_upload(upload_id: UploadId, actor: ActorDep, services: ServicesDep, now: NowDep) -> Response:
    """Tell where to go on, in `Upload-Offset`."""
    shown = _show(services, actor, now, upload_id)
    return Response(
        headers={
            "Upload-Offset": str(shown.offset),
            "Upload-Length": str(shown.size_bytes),
            "Upload-Expires": format_datetime(shown.expires_at, usegmt=True),
            "Tus-Resumable": TUS,
        }
    )


@router.get("/uploads/{upload_id}", summary="One upload", responses=errors(401, 403, 404, 409, 507))
def get_upload(upload_id: UploadId, actor: ActorDep, services: ServicesDep, now: NowDep) -> UploadOut:
    """Return how far an upload is, and which file it became."""
    return _show(services, actor, now, upload_id)


@router.patch(
    "/uploads/{upload_id}",
    status_code=204,
    summary="Send a part",
    responses=errors(401, 403, 404, 409, 412, 415, 423, CHECKSUM_MISMATCH, 507),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {_CONTENT: {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def patch_upload(
    upload_id: UploadId,
    request: Request,
    actor: ActorDep,
    services: ServicesDep,
    now: NowDep,
    upload_offset: Annotated[int, Header(ge=0, le=2**63 - 1)],
    content_type: Annotated[str, Header(max_length=200)] = "",
    upload_checksum: Annotated[str | None, Header(max_length=200)] = None,
    tus_resumable: Tus = None,
) -> Response:
    """Append bytes. With the last of them the file is stored durably and its reading begins."""
    _check_version(tus_resumable)
    if content_type.split(";")[0].strip().lower() != _CONTENT:
        text = f"内容类型不对，这一部分没有收下。请以 Content-Type: {_CONTENT} 提交。"
        return error_response(415, "unsupported_media_type", text)
    checksum = _parse_checksum(upload_checksum) if upload_checksum is not None else None
    upload = await run_in_threadpool(_look, services, actor, upload_id)
    if upload.document_id is not None:
        # The answer to the last part was lost on its way.
        if upload_offset != upload.size_bytes:
            raise UploadOffsetError(upload.size_bytes)
        return _received(upload.size_bytes, upload.document_id)
    try:
        offset = await receive_part(request, services, upload_id, upload_offset, checksum)
        document = await run_in_threadpool(_finish_if_whole, services, actor, now, upload_id, offset)
    except ChecksumMismatchError as error:
        return error_response(CHECKSUM_MISMATCH, error.code, str(error))
    return _received(offset, document.id if document is not None else None)


@router.delete(
    "/uploads/{upload_id}",
    status_code=204,
    summary="Give an upload up",
    responses=errors(401, 403, 404, 409, 423),
)
def delete_upload(upload_id: UploadId, store: StoreDep, services: ServicesDep) -> Response:
    """Drop what has been sent so far; a file that it became stays."""
    upload = Uploads(store.session, store.actor).get(upload_id, lock=True)
    if upload.document_id is None:
        with suppress(UploadNotFoundError):
            services.parts.drop(upload_id)
    Uploads(store.session, store.actor).remove(upload_id)
    return Response(status_code=204, headers={"Tus-Resumable": TUS})


def _render(store: Store, services: Services, upload_id: str) -> UploadOut:
    upload = Uploads(store.session, store.actor).get(upload_id)
    offset = upload.size_bytes if upload.document_id is not None else services.parts.get(upload_id).offset
    return UploadOut(
        id=upload.id,
        batch_id=upload.batch_id,
        name=mask_numbers_in_name(upload.name),
        size_bytes=upload.size_bytes,
        offset=offset,
        document_id=upload.document_id,
        expires_at=upload.expires_at,
    )


def _show(services: Services, actor: Actor, now: datetime, upload_id: str) -> UploadOut:
    """Render an upload; one whose last part came just before a crash becomes a file now.

    Clients that find all bytes there take it for done and never call again.
    """

    def render() -> UploadOut:
        with services.database.read() as session:
            return _render(Store(session, actor, now), services, upload_id)

    shown = render()
    if shown.document_id is None and shown.offset == shown.size_bytes:
        _finish_if_whole(services, actor, now, upload_id, shown.offset)
        shown = render()
    return shown


def _received(offset: int, document_id: int | None) -> Response:
    headers = {"Upload-Offset": str(offset), "Tus-Resumable": TUS}
    if document_id is not None:
        headers["Zhenghe-Document"] = str(document_id)
    return Response(status_code=204, headers=headers)


def _look(services: Services, actor: Actor, upload_id: str) -> Upload:
    with services.database.read() as session:
        return Uploads(session, actor).get(upload_id)


def _finish_if_whole(
    services: Services, actor: Actor, now: datetime, upload_id: str, offset: int
) -> Document | None:
    with services.database.read() as session:
        upload = Uploads(session, actor).get(upload_id)
    if offset < upload.size_bytes:
        return None
    if upload.document_id is None:
        # Hashing takes long and needs no lock; the second time it is known.
        services.parts.finish(upload_id, services.files, expected_sha256=upload.sha256)
    with services.database.begin() as session:
        document = finish(
            Store(session, actor, now), services.jobs, services.parts, services.files, upload_id
        )
    with suppress(UploadNotFoundError):
        services.parts.drop(upload_id)
    return document


def _check_version(version: str | None) -> None:
    if version is not None and version != TUS:
        raise TusVersionError


def _parse_metadata(text: str) -> tuple[str, str | None, int | None]:
    values: dict[str, str] = {}
    try:
        for pair in text.split(","):
            key, _, value = pair.strip().partition(" ")
            values[key] = base64.b64decode(value.strip(), validate=True).decode()
        name = values["filename"]
        replaces = int(values["replaces"]) if values.get("replaces") else None
    except (KeyError, ValueError, binascii.Error) as error:
        raise BadMetadataError from error
    if replaces is not None and not 0 < replaces < 2**63:
        raise BadMetadataError
    return name, values.get("sha256") or None, replaces


def _parse_checksum(text: str) -> Checksum:
    algorithm, _, value = text.partition(" ")
    try:
        return Checksum(algorithm, base64.b64decode(value.strip(), validate=True))
    except (ValueError, binascii.Error) as error:
        raise BadUploadChecksumError from error
