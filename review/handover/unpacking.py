"""Taking a package apart into a folder: names, sizes and hashes, before anything in it is believed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from domain.errors import FileProblemError
from ingest.archives import ArchiveEntry, UnpackBudget, ZipReader, open_zip
from ingest.errors import (
    FileTooLargeError,
    LinkNotFollowedError,
    NameTooLongError,
    TooManyFilesError,
    UnpacksTooLargeError,
    UnsafeNameError,
)
from ingest.limits import MIB, IngestLimits
from review.handover.errors import (
    HandoverFileExtraError,
    HandoverFileMissingError,
    HandoverHashMismatchError,
    HandoverManifestError,
    HandoverNotAPackageError,
    HandoverSchemaError,
    HandoverTooLargeError,
    HandoverUnsafeNameError,
    HandoverWorkspaceError,
    too_many_bytes,
)
from review.handover.lines import parse_object
from review.handover.manifest import (
    FIXED_FILES,
    FORMAT,
    MANIFEST,
    Manifest,
    PackedFile,
    is_known_path,
    read_manifest,
)
from review.handover.objects import SCHEMA

_MAX_MANIFEST_BYTES = 64 * MIB
_SHOWN_NAME = 80


def unpack_verified(path: Path, folder: Path, limits: IngestLimits) -> tuple[Manifest, dict[str, Path]]:
    """Unpack a package; everything lands under names of our own.

    Args:
        path: The zip.
        folder: Where to; must exist.
        limits: Files and bytes that it may have.

    Returns:
        The manifest, which is true, and where each of its files lies.

    Raises:
        HandoverError: It is no whole package.
    """
    with _archive_errors(), open_zip(path, limits) as archive:
        entries = _entries(archive, limits)
        manifest = _manifest(archive, entries, folder)
        _compare_names(entries, manifest, limits)
        budget = UnpackBudget(limits.max_unpacked_bytes, limits.max_files)
        places: dict[str, Path] = {}
        for number, file in enumerate(manifest.files.values()):
            place = folder / f"{number:06d}"
            _unpack(archive, entries[file.path], file, place, budget)
            places[file.path] = place
    return manifest, places


def _entries(archive: ZipReader, limits: IngestLimits) -> dict[str, ArchiveEntry]:
    entries: dict[str, ArchiveEntry] = {}
    for entry in archive.list_entries():
        shown = entry.name[:_SHOWN_NAME]
        if isinstance(entry.problem, UnsafeNameError | LinkNotFollowedError | NameTooLongError):
            raise HandoverUnsafeNameError(shown)
        if entry.problem is not None:
            raise HandoverNotAPackageError("压缩包设有密码")
        if entry.name in entries:
            raise HandoverFileExtraError(shown)
        entries[entry.name] = entry
    if len(entries) > limits.max_files:
        raise TooManyFilesError(limits.max_files)
    return entries


def _manifest(archive: ZipReader, entries: Mapping[str, ArchiveEntry], folder: Path) -> Manifest:
    if MANIFEST not in entries:
        raise HandoverNotAPackageError(f"压缩包里没有 {MANIFEST}")
    place = folder / MANIFEST
    with _entry_errors(MANIFEST, _MAX_MANIFEST_BYTES):
        archive.unpack(entries[MANIFEST], place, UnpackBudget(_MAX_MANIFEST_BYTES, 1))
    try:
        content = parse_object(place.read_bytes())
    except ValueError as error:
        raise HandoverManifestError("不是 JSON 对象") from error
    if content.get("format") != FORMAT:
        raise HandoverNotAPackageError(f"{MANIFEST} 不是移交包的清单")
    if content.get("schema") != SCHEMA:
        raise HandoverSchemaError(str(content.get("schema"))[:20], SCHEMA)
    try:
        manifest, package_id, contents_id = read_manifest(content)
    except ValueError as error:
        raise HandoverManifestError(str(error)) from error
    for path in manifest.files:
        if not is_known_path(path):
            raise HandoverManifestError(f"列有不该有的文件“{path[:_SHOWN_NAME]}”")
    if (manifest.package_id, manifest.contents_id) != (package_id, contents_id):
        raise HandoverHashMismatchError(MANIFEST)
    return manifest


def _compare_names(entries: Mapping[str, ArchiveEntry], manifest: Manifest, limits: IngestLimits) -> None:
    for path in (*sorted(FIXED_FILES), *manifest.files):
        if path not in entries or path not in manifest.files:
            raise HandoverFileMissingError(path)
    for path in entries:
        if path != MANIFEST and path not in manifest.files:
            raise HandoverFileExtraError(path[:_SHOWN_NAME])
    if sum(file.size_bytes for file in manifest.files.values()) > limits.max_unpacked_bytes:
        # Said by the package itself: known before a byte is written.
        raise too_many_bytes(limits.max_unpacked_bytes)


def _unpack(
    archive: ZipReader, entry: ArchiveEntry, file: PackedFile, place: Path, budget: UnpackBudget
) -> None:
    with _entry_errors(file.path, budget.bytes_left):
        digest = archive.unpack(entry, place, budget)
    if (digest, place.stat().st_size) != (file.sha256, file.size_bytes):
        raise HandoverHashMismatchError(file.path)


@contextmanager
def _archive_errors() -> Iterator[None]:
    """Say of the whole archive what the reader of zips says of one file among many."""
    try:
        yield
    except TooManyFilesError as error:
        raise HandoverTooLargeError(f"里的文件超过允许的 {error.max_files} 个") from error
    except FileProblemError as error:
        raise HandoverNotAPackageError("不是 ZIP 压缩包，或已损坏、不完整") from error


@contextmanager
def _entry_errors(name: str, max_bytes: int) -> Iterator[None]:
    try:
        yield
    except UnpacksTooLargeError as error:
        raise too_many_bytes(max_bytes) from error
    except FileTooLargeError as error:
        raise HandoverTooLargeError(f"里的文件“{name}”超过允许的 {error.max_bytes // MIB} MB") from error
    except FileProblemError as error:
        if isinstance(error.__cause__, OSError):
            reason = error.__cause__.strerror or type(error.__cause__).__name__
            raise HandoverWorkspaceError(reason) from error
        raise HandoverHashMismatchError(name) from error
