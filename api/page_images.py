"""What the pages of a file look like."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Response
from starlette.concurrency import run_in_threadpool

from api.dependencies import ActorDep, NowDep, ServicesDep
from api.errors import errors
from api.stores import ViewerDep
from api.texts import Id
from domain.batches import Document
from domain.errors import InputError
from domain.images import Variant
from storage.store import Store

router = APIRouter(tags=["documents"], dependencies=[ViewerDep])

_A_YEAR = "private, max-age=31536000, immutable"
"""What an address with a content's hash shows never changes; "private": not for caches that others share."""


class BoxError(InputError):
    """The rectangle is none."""

    code = "bad_box"

    def __init__(self) -> None:
        super().__init__("截取范围无效：应为 0 到 1 之间的左、上、右、下四个数，左小于右，上小于下。")


@router.get(
    "/documents/{document_id}/pages/{page_number}/image",
    summary="A page as a picture",
    response_class=Response,
    responses={
        **errors(401, 403, 404, 409),
        200: {"content": {"image/jpeg": {}}},
        304: {"description": "Not modified"},
    },
)
async def get_page_image(
    document_id: Id,
    page_number: Id,
    actor: ActorDep,
    services: ServicesDep,
    now: NowDep,
    width: Annotated[int, Query(ge=50, le=3600, description="In pixels; never enlarged.")] = 1200,
    box: Annotated[
        str | None,
        Query(
            max_length=100,
            description="Left,top,right,bottom in fractions of the page; the whole page if left out.",
        ),
    ] = None,
    variant: Annotated[
        Variant, Query(description="As it is, without the ink of seals as the reader sees it, or darker.")
    ] = Variant.ORIGINAL,
    if_none_match: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """Return a page, or a rectangle of it, as a JPEG. That the page was looked at is logged."""
    rectangle = _parse_box(box) if box is not None else None

    def look() -> Document:
        with services.database.begin() as session:
            store = Store(session, actor, now)
            document = store.documents.get(document_id)
            store.log.append(
                actor,
                "page.viewed",
                f"document/{document_id}",
                batch_id=document.batch_id,
                page=page_number,
            )
            return document

    document = await run_in_threadpool(look)
    etag = f'"{document.sha256[:32]}-{page_number}-{width}-{box or ""}-{variant.value}"'
    headers = {"ETag": etag, "Cache-Control": _A_YEAR}
    if if_none_match == etag:
        return Response(status_code=304, headers=headers)
    if rectangle is None:
        picture = await run_in_threadpool(services.images.page, document, page_number, width, variant)
    else:
        picture = await run_in_threadpool(
            services.images.cut, document, page_number, rectangle, width, variant
        )
    return Response(picture, media_type="image/jpeg", headers=headers)


def _parse_box(text: str) -> tuple[float, float, float, float]:
    try:
        left, top, right, bottom = (float(part) for part in text.split(","))
    except ValueError as error:
        raise BoxError from error
    if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
        raise BoxError
    return left, top, right, bottom
