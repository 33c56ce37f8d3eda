"""Batches as files: the corrected sheet, and the package for an office without a shared network."""

import secrets
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from api.attachment import attachment
from api.batches import BatchOut
from api.dependencies import ActorDep, NowDep, ServicesDep
from api.errors import errors
from api.receive import receive_stored
from api.stores import ViewerDep
from api.texts import Id
from bootstrap.services import Services
from domain.accounts import Actor, Permission
from domain.batches import Document
from domain.errors import ZhengheError
from domain.geometry import Polygon
from review.access import require
from review.handover import HANDOVER_LIMITS, HandoverTooLargeError
from review.handover_of_batch import export_batch, import_package
from review.sheet_of_batch import log_sheet, write_sheet
from storage.durable import make_folder
from storage.files import FileStore, StoredFile, open_file_store
from storage.store import Store

router = APIRouter(tags=["packages"], dependencies=[ViewerDep])

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ZIP = "application/zip"
_READ_BYTES = 1 << 20
_MOST_BYTES = HANDOVER_LIMITS.max_unpacked_bytes
"""Scans do not get smaller in a zip."""


@router.get(
    "/batches/{batch_id}/annex2",
    summary="The corrected sheet",
    response_class=Response,
    responses={**errors(401, 403, 404, 409), 200: {"content": {_XLSX: {}}}},
)
def get_annex2(
    batch_id: Id,
    actor: ActorDep,
    services: ServicesDep,
    now: NowDep,
    in_full: Annotated[bool, Query(description="Show ID and telephone numbers in full; logged.")] = False,
) -> Response:
    """Make Annex 2 in the official layout with all decided corrections."""
    with tempfile.TemporaryDirectory(prefix="zhenghe-") as folder:
        path = Path(folder) / "annex2.xlsx"
        with services.database.read() as session:
            store = Store(session, actor, now)
            write_sheet(store, batch_id, path, in_full=in_full)
            name = store.batches.get(batch_id).name
        content = path.read_bytes()
    with services.database.begin() as session:
        log_sheet(Store(session, actor, now), batch_id, in_full=in_full)
    return Response(
        content, media_type=_XLSX, headers=attachment(f"附件2 {name}", ".xlsx", f"annex2-{batch_id}.xlsx")
    )


@router.get(
    "/batches/{batch_id}/package",
    summary="The hand-over package",
    response_class=StreamingResponse,
    responses={**errors(401, 403, 404, 409, 507), 200: {"content": {_ZIP: {}}}},
)
def get_package(
    batch_id: Id,
    actor: ActorDep,
    services: ServicesDep,
    now: NowDep,
    with_originals: Annotated[bool, Query(description="Pack the original files too.")] = True,
) -> StreamingResponse:
    """Pack a batch that was passed on, or sent back, for an office without a shared network; logged."""
    folder = _open_scratch(services)
    path = Path(folder.name) / "package.zip"
    try:
        manifest = export_batch(
            services.database,
            actor,
            services.files,
            batch_id,
            path,
            with_originals=with_originals,
            cut=_Cutter(services),
        )
        size = path.stat().st_size
        with services.database.read() as session:
            batch_name = Store(session, actor, now).batches.get(batch_id).name
    except BaseException:
        folder.cleanup()
        raise

    def pieces() -> Iterator[bytes]:
        with folder, path.open("rb") as stream:
            while piece := stream.read(_READ_BYTES):
                yield piece

    short_id = manifest.package_id[:12]
    return StreamingResponse(
        pieces(),
        media_type=_ZIP,
        headers={
            **attachment(f"移交包 {short_id} {batch_name}", ".zip", f"handover-{batch_id}-{short_id}.zip"),
            "Content-Length": str(size),
            "Zhenghe-Package": manifest.package_id,
            "Zhenghe-Contents": manifest.contents_id,
        },
    )


@router.post(
    "/packages",
    status_code=201,
    summary="Take in a hand-over package",
    responses=errors(401, 403, 404, 409, 411, 507),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {_ZIP: {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def post_package(
    request: Request,
    actor: ActorDep,
    services: ServicesDep,
    now: NowDep,
    content_length: Annotated[int | None, Header(ge=0, le=2**63 - 1)] = None,
) -> BatchOut:
    """Import a batch from an office that shares no network; everything in the package is proven first."""
    require(actor, Permission.PASS_ON)
    if (content_length or 0) > _MOST_BYTES:
        raise HandoverTooLargeError(f"超过允许的 {_MOST_BYTES >> 20} MB")
    folder = await run_in_threadpool(_open_scratch, services)
    try:
        # A store that goes with the folder: what was taken out of a package is kept, the package is not.
        passing = open_file_store(Path(folder.name) / "received", scratch=Path(folder.name))
        stored = await receive_stored(
            request,
            replace(services, files=passing),
            secrets.token_hex(16),
            content_length,
            most_bytes=_MOST_BYTES,
        )
        return await run_in_threadpool(_take_in, services, actor, now, passing, stored, Path(folder.name))
    finally:
        await run_in_threadpool(folder.cleanup)


def _take_in(
    services: Services, actor: Actor, now: datetime, passing: FileStore, stored: StoredFile, folder: Path
) -> BatchOut:
    work_dir = folder / "unpacked"
    work_dir.mkdir()
    with passing.fetch(stored.sha256) as path:
        batch = import_package(services.database, actor, services.files, path, work_dir=work_dir)
    with services.database.read() as session:
        return BatchOut.from_domain(batch, Store(session, actor, now))


def _open_scratch(services: Services) -> "tempfile.TemporaryDirectory[str]":
    place = services.settings.packages_dir
    make_folder(place)
    return tempfile.TemporaryDirectory(prefix="zhenghe-", dir=place)


class _Cutter:
    """Cuts the evidence of decided rows; a page that cannot be shown leaves a decision without a picture."""

    def __init__(self, services: Services) -> None:
        self._images = services.images

    def __call__(self, document: Document, page_number: int, polygons: Sequence[Polygon]) -> Sequence[bytes]:
        try:
            return self._images.crops(document, page_number, list(polygons))
        except ZhengheError:
            return []
