"""Batches as files: the corrected sheet, and the package for an office without a shared network."""

import secrets
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from api.batches import BatchOut
from api.dependencies import ActorDep, NowDep, ServicesDep
from api.errors import errors
from api.receive import receive_stored
from api.stores import StoreDep, ViewerDep
from api.texts import Id
from bootstrap.services import Services
from domain.accounts import Permission
from domain.batches import Document
from domain.errors import ZhengheError
from domain.geometry import Polygon
from review.access import require
from review.handover_of_batch import export_batch, import_package
from review.sheet_of_batch import write_sheet
from storage.store import Store

router = APIRouter(tags=["packages"], dependencies=[ViewerDep])

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ZIP = "application/zip"
_READ_BYTES = 1 << 20


@router.get(
    "/batches/{batch_id}/annex2",
    summary="The corrected sheet",
    response_class=Response,
    responses={**errors(401, 403, 404, 409), 200: {"content": {_XLSX: {}}}},
)
def get_annex2(
    batch_id: Id,
    store: StoreDep,
    in_full: Annotated[bool, Query(description="Show ID and telephone numbers in full; logged.")] = False,
) -> Response:
    """Make Annex 2 in the official layout with all decided corrections."""
    with tempfile.TemporaryDirectory(prefix="zhenghe-") as folder:
        path = Path(folder) / "annex2.xlsx"
        write_sheet(store, batch_id, path, in_full=in_full)
        content = path.read_bytes()
    name = f"annex2-{batch_id}.xlsx"
    return Response(
        content, media_type=_XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'}
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
    with_originals: Annotated[bool, Query(description="Pack the original files too.")] = True,
) -> StreamingResponse:
    """Pack a batch that was passed on, or sent back, for an office without a shared network; logged."""
    folder = tempfile.TemporaryDirectory(prefix="zhenghe-", dir=_scratch(services))
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
    except BaseException:
        folder.cleanup()
        raise

    def pieces() -> Iterator[bytes]:
        with folder, path.open("rb") as stream:
            while piece := stream.read(_READ_BYTES):
                yield piece

    name = f"handover-{batch_id}-{manifest.package_id[:12]}.zip"
    return StreamingResponse(
        pieces(),
        media_type=_ZIP,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
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
    most_bytes = services.settings.to_options().limits.max_unpacked_bytes
    stored = await receive_stored(
        request, services, secrets.token_hex(16), content_length, most_bytes=most_bytes
    )

    def take_in() -> BatchOut:
        with (
            services.files.fetch(stored.sha256) as path,
            tempfile.TemporaryDirectory(prefix="zhenghe-", dir=_scratch(services)) as folder,
        ):
            batch = import_package(services.database, actor, services.files, path, work_dir=Path(folder))
        with services.database.read() as session:
            return BatchOut.from_domain(batch, Store(session, actor, now))

    return await run_in_threadpool(take_in)


def _scratch(services: Services) -> Path:
    folder = services.settings.data_dir / "scratch"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


class _Cutter:
    """Cuts the evidence of decided rows; a page that cannot be shown leaves a decision without a picture."""

    def __init__(self, services: Services) -> None:
        self._images = services.images

    def __call__(self, document: Document, page_number: int, polygons: Sequence[Polygon]) -> Sequence[bytes]:
        try:
            return self._images.crops(document, page_number, list(polygons))
        except ZhengheError:
            return []
