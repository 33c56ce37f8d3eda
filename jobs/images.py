"""Pages and cuts of them as pictures, for people to look at; made once and kept.

``jobs.pool`` and ``jobs.workers`` are imported with the first picture that must be made: they bring all that
decodes and recognises, and the server starts without it.
"""

import hashlib
import secrets
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from domain.batches import Document
from domain.errors import ConflictError, InputError, NotFoundError
from domain.geometry import Polygon
from domain.images import Variant
from domain.records import FileProblem
from ingest.batch import BatchFile
from ingest.sniff import FileKind
from jobs.options import PipelineOptions
from storage.stored_file import FileStore

if TYPE_CHECKING:
    from jobs.pool import WorkerPool

T = TypeVar("T")

WIDTHS_PX = (200, 400, 800, 1200, 1600, 2400, 3600)
"""Sizes that are made; a wish is rounded up, so that one picture serves many screens."""

_IMAGES_VERSION = "1"
"""Raised when pictures are made in another way; part of their names."""


class PageNotFoundError(NotFoundError):
    """The file has no such page."""

    code = "page_not_found"

    def __init__(self) -> None:
        super().__init__("该文件没有这一页。请刷新后重新选择。")


class NoPictureError(ConflictError):
    """The file has no pages to look at, or not yet."""

    code = "no_picture"

    def __init__(self) -> None:
        super().__init__(
            "该文件没有可显示的页面：它不是图片或 PDF，或者还没有读取。请稍后重试或下载原件查看。"
        )


class PictureFailedError(InputError):
    """The page cannot be shown."""

    code = "picture_failed"

    def __init__(self, message: str) -> None:
        super().__init__(message)


class PageImages:
    """Makes pictures in processes of its own, because files are not to be trusted. Safe to share."""

    def __init__(self, files: FileStore, folder: Path, options: PipelineOptions) -> None:
        """Prepare; no process is started before the first picture is wanted.

        Args:
            files: The originals.
            folder: Where finished pictures are kept; may be emptied at any time.
            options: Limits; two workers are enough, for they never recognise anything.
        """
        self._files = files
        self._folder = folder
        self._options = options
        self._lock = Lock()
        self._pool: WorkerPool | None = None

    def close(self) -> None:
        """End the processes."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.__exit__(None, None, None)

    def page(
        self, document: Document, page_number: int, width_px: int, variant: Variant = Variant.ORIGINAL
    ) -> bytes:
        """Return a page as a JPEG, as wide as asked or a little wider, never enlarged.

        Raises:
            NoPictureError: The file is none that is looked at.
            PageNotFoundError: It has no such page.
            PictureFailedError: It cannot be decoded.
            StoredFileError: The store has lost or damaged it.
        """
        width = _round_up(width_px)
        key = f"{document.sha256}|{page_number}|{width}{_suffix(variant)}"

        def render() -> bytes:
            from jobs.workers import render_page

            return self._make(document, page_number, render_page, width, variant)

        return self._kept(key, document, page_number, render)

    def cut(
        self,
        document: Document,
        page_number: int,
        box: tuple[float, float, float, float],
        width_px: int,
        variant: Variant = Variant.ORIGINAL,
    ) -> bytes:
        """Return a rectangle of a page as a JPEG.

        Args:
            document: The file.
            page_number: 1-based.
            box: Left, top, right, bottom in fractions of the page as shown.
            width_px: As for ``page``, of the rectangle.
            variant: As for ``page``.

        Raises:
            ZhengheError: As ``page``.
        """
        width = _round_up(width_px)
        exact = ",".join(f"{value:.5f}" for value in box)
        key = f"{document.sha256}|{page_number}|{width}|{exact}{_suffix(variant)}"

        def cut() -> bytes:
            from jobs.workers import cut_out

            return self._make(document, page_number, cut_out, box, width, variant)

        return self._kept(key, document, page_number, cut)

    def crops(self, document: Document, page_number: int, polygons: list[Polygon]) -> list[bytes]:
        """Return a JPEG of the surroundings of each polygon, the polygon outlined. Not kept.

        Raises:
            ZhengheError: As ``page``.
        """
        from jobs.workers import cut_crops

        return self._make(document, page_number, cut_crops, polygons)

    def _kept(self, key: str, document: Document, page_number: int, make: Callable[[], bytes]) -> bytes:
        """Return the picture of a name, made now if there is none."""
        _check(document, page_number)
        name = hashlib.sha256(f"{_IMAGES_VERSION}|{key}".encode()).hexdigest()
        place = self._folder / name[:2] / f"{name}.jpg"
        try:
            return place.read_bytes()
        except FileNotFoundError:
            pass
        picture = make()
        _keep(place, picture)
        return picture

    def _make(
        self,
        document: Document,
        page_number: int,
        task: Callable[..., T | FileProblem],
        *arguments: object,
    ) -> T:
        """Have a process do a task of ``jobs.workers`` on a page."""
        from jobs.pool import Turn, outcome

        kind = _check(document, page_number)
        with self._files.fetch(document.sha256) as path:
            file = BatchFile(document.name, path, kind, document.size_bytes, document.sha256)
            promise = self._workers().submit(
                task, file, page_number - 1, *arguments, turn=Turn.INTERACTIVE_PAGE
            )
            made: T | FileProblem = outcome(promise, document.name)
        if isinstance(made, FileProblem):
            raise PictureFailedError(made.message)
        return made

    def _workers(self) -> "WorkerPool":
        from jobs.pool import WorkerPool

        with self._lock:
            if self._pool is None:
                self._pool = WorkerPool(self._options).__enter__()
            return self._pool

    def sweep(self, most_bytes: int) -> int:
        """Remove the pictures that were not looked at for longest until the rest fits; return how many."""
        found = []
        for path in self._folder.glob("*/*.jpg"):
            try:
                status = path.stat()
            except FileNotFoundError:
                continue
            found.append((max(status.st_atime, status.st_mtime), status.st_size, path))
        found.sort(reverse=True)
        kept, removed = 0, 0
        for _, size, path in found:
            kept += size
            if kept > most_bytes:
                path.unlink(missing_ok=True)
                removed += 1
        return removed


def _check(document: Document, page_number: int) -> FileKind:
    if document.kind not in (FileKind.PDF.value, FileKind.IMAGE.value) or document.pages is None:
        raise NoPictureError
    if not 1 <= page_number <= document.pages:
        raise PageNotFoundError
    return FileKind(document.kind)


def _suffix(variant: Variant) -> str:
    """Return what the name of a variant has more; nothing for the page as it is, kept by earlier releases."""
    return "" if variant is Variant.ORIGINAL else f"|{variant.value}"


def _round_up(width_px: int) -> int:
    return next((width for width in WIDTHS_PX if width >= width_px), WIDTHS_PX[-1])


def _keep(place: Path, picture: bytes) -> None:
    """Write a picture so that nobody ever reads half of it; a full disk costs only the next one some time."""
    partial = place.with_name(f".{secrets.token_hex(8)}")
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial.write_bytes(picture)
        partial.replace(place)
    except OSError:
        partial.unlink(missing_ok=True)
