"""Bytes of uploads on their way from the line to the store."""

import secrets
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from bootstrap.services import Services
from domain.accounts import Actor
from domain.batches import Document
from review.documents import StoredContent, add_document, check_upload
from review.uploads import FormUploadError, LengthRequiredError, TruncatedUploadError, UploadSizeError
from storage.files import StoredFile
from storage.parts import Checksum
from storage.store import Store

_WRITE_BYTES = 1 << 20
"""Small pieces are gathered: each write is a change of threads."""


async def receive_whole(
    request: Request,
    services: Services,
    actor: Actor,
    now: datetime,
    batch_id: int,
    name: str,
    length: int | None,
    *,
    sha256: str | None,
    replaces_id: int | None,
) -> Document:
    """Take a file in one piece; it is stored durably before the batch knows of it.

    Raises:
        FormUploadError: It is wrapped in a form.
        LengthRequiredError: Its size was not announced.
        UploadSizeError: It is empty or too large.
        TruncatedUploadError: The line broke.
        ChecksumMismatchError: It is not what was announced.
        StorageFullError: There is no room; nothing was accepted.
        ZhengheError: As ``add_document``.
    """
    most_bytes = services.settings.to_options().limits.max_file_bytes
    # Asked before gigabytes are sent for nothing, and asked again when they are here.
    await run_in_threadpool(_ask, services, actor, now, batch_id, name, length, sha256, replaces_id)
    stored = await receive_stored(
        request, services, secrets.token_hex(16), length, most_bytes=most_bytes, sha256=sha256
    )
    return await run_in_threadpool(_add, services, actor, now, batch_id, name, stored, replaces_id)


async def receive_stored(
    request: Request,
    services: Services,
    upload_id: str,
    length: int | None,
    *,
    most_bytes: int,
    sha256: str | None = None,
) -> StoredFile:
    """Take the body of a call into the store of originals.

    Raises:
        FormUploadError: It is wrapped in a form.
        LengthRequiredError: Its size was not announced.
        UploadSizeError: It is empty or too large.
        TruncatedUploadError: The line broke.
        ChecksumMismatchError: It is not what was announced.
        StorageFullError: There is no room; nothing was accepted.
    """
    if request.headers.get("content-type", "").strip().lower().startswith("multipart/"):
        raise FormUploadError
    if length is None:
        raise LengthRequiredError
    if not 0 < length <= most_bytes:
        raise UploadSizeError(most_bytes)
    await run_in_threadpool(services.parts.create, upload_id, length)
    try:
        received = await receive_part(request, services, upload_id, 0)
        if received < length:
            raise TruncatedUploadError(received, length)
        return await run_in_threadpool(
            services.parts.finish, upload_id, services.files, expected_sha256=sha256
        )
    finally:
        await run_in_threadpool(services.parts.drop, upload_id)


async def receive_part(
    request: Request,
    services: Services,
    upload_id: str,
    offset: int,
    checksum: Checksum | None = None,
) -> int:
    """Append the body of a call to an upload; return the new offset.

    What came before a line broke is kept, unless it has a checksum.

    Raises:
        UploadOffsetError: The upload stands elsewhere.
        UploadTooLongError: More came than was announced.
        UploadLockedError: Another call is writing.
        ChecksumMismatchError: The body is not what was announced.
    """
    opened = services.parts.open_append(upload_id, offset, checksum=checksum)
    writer = await run_in_threadpool(opened.__enter__)
    gathered = bytearray()
    try:
        try:
            async for piece in request.stream():
                gathered += piece
                if len(gathered) >= _WRITE_BYTES:
                    await run_in_threadpool(writer.write, bytes(gathered))
                    gathered.clear()
        except ClientDisconnect:
            pass
        if gathered:
            await run_in_threadpool(writer.write, bytes(gathered))
    except BaseException as error:
        await run_in_threadpool(opened.__exit__, type(error), error, error.__traceback__)
        raise
    await run_in_threadpool(opened.__exit__, None, None, None)
    return writer.offset


def _ask(
    services: Services,
    actor: Actor,
    now: datetime,
    batch_id: int,
    name: str,
    length: int | None,
    sha256: str | None,
    replaces_id: int | None,
) -> None:
    with services.database.read() as session:
        store = Store(session, actor, now)
        check_upload(store, batch_id, name, length, sha256=sha256, replaces_id=replaces_id)


def _add(
    services: Services,
    actor: Actor,
    now: datetime,
    batch_id: int,
    name: str,
    stored: StoredFile,
    replaces_id: int | None,
) -> Document:
    with services.database.begin() as session:
        document, _ = add_document(
            Store(session, actor, now),
            services.jobs,
            batch_id,
            name,
            StoredContent(stored.sha256, stored.size_bytes),
            replaces_id=replaces_id,
        )
    return document
