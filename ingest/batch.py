"""A batch as it was handed in: a folder or a zip, every file named, hashed and recognised."""

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from domain.errors import FileProblemError
from domain.records import FileProblem
from ingest.archives import (
    ArchiveEntry,
    UnpackBudget,
    ZipReader,
    decode_name_bytes,
    make_printable,
    open_zip,
)
from ingest.errors import (
    ArchiveTooDeepError,
    BatchSourceError,
    DuplicateNameError,
    EmptyArchiveError,
    EmptyFileError,
    FileAccessError,
    FileTooLargeError,
    LinkNotFollowedError,
    NameTooLongError,
    TooManyFilesError,
    UnpacksTooLargeError,
    UnsafeNameError,
)
from ingest.limits import IngestLimits
from ingest.sniff import FileKind, find_problem_by_name, identify, sniff

_CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class BatchFile:
    """One file that can be read on."""

    name: str
    """Path in the batch, forward slashes; zips inside count as folders."""

    path: Path
    """Where the content lies: the file itself, or its unpacked copy in the working folder."""

    kind: FileKind
    """``SHEET``, ``PDF`` or ``IMAGE``."""

    size_bytes: int
    sha256: str
    """Lower-case hexadecimal."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Everything in a batch; each file is in exactly one of the three."""

    name: str
    files: tuple[BatchFile, ...]
    """Sorted by name, numbers by value: 证书2 before 证书10."""

    problems: tuple[FileProblem, ...]
    """Files that may have been meant as evidence and cannot be used."""

    ignored: tuple[FileProblem, ...]
    """Files that are no evidence, each with what it is."""


def open_batch(source: Path, *, work_dir: Path, limits: IngestLimits) -> Batch:
    """Take in a folder or zip.

    Safe to repeat: unpacked copies are named after their content. A broken or hostile file becomes
    one entry of ``problems``; the rest goes on.

    Args:
        source: A folder, of any depth, or a zip.
        work_dir: Folder for unpacked copies; nothing is written elsewhere. Made when missing, and
            passed over when it lies in ``source``.
        limits: Bounds on sizes and counts.

    Raises:
        BatchSourceError: ``source`` is neither a folder nor a zip that can be opened.
    """
    source = Path(os.path.abspath(source))  # noqa: PTH100  keeps links, whose name the user knows
    intake = _Intake(work_dir, limits)
    if source.is_dir():
        intake.add_folder(source)
        return intake.finish(make_printable(source.name or "batch", limits.max_name_length))
    if not source.is_file():
        raise BatchSourceError(source.name, "文件夹或压缩包不存在。请检查路径后重试。")
    if sniff(source) is not FileKind.ARCHIVE:
        raise BatchSourceError(source.name, "既不是文件夹，也不是 ZIP 压缩包。请给出批次文件夹或 ZIP 文件。")
    try:
        with open_zip(source, limits) as reader:
            intake.add_archive(reader, source.name, "", depth=1)
    except FileProblemError as error:
        raise BatchSourceError(source.name, error.message) from error
    return intake.finish(make_printable(source.stem, limits.max_name_length))


def open_archive(file: BatchFile, *, work_dir: Path, limits: IngestLimits) -> Batch:
    """Take in a zip that is one file of a batch: what is in it, and what is wrong, named as people know it.

    Args:
        file: A zip; its files are named without it.
        work_dir: Folder for unpacked copies.
        limits: Bounds on sizes and counts.

    Raises:
        FileProblemError: The zip cannot be opened, or is empty.
    """
    intake = _Intake(work_dir, limits)
    with open_zip(file.path, limits) as reader:
        intake.add_whole_archive(reader, file.name, "", depth=1)
    return intake.finish(file.name)


def open_file(path: Path, *, limits: IngestLimits, name: str | None = None) -> BatchFile:
    """Take in one file by itself.

    Args:
        path: Where the content lies.
        limits: Bounds on its size.
        name: What people call it; the path when ``None``.

    Raises:
        FileProblemError: The file is broken, hostile or no document.
    """
    name = name or str(path)
    try:
        identity = identify(path, name)
        if identity.problem is not None:
            raise identity.problem
        sha256, size_bytes = _hash_file(path)
    except OSError as error:
        raise FileAccessError(error.strerror or "未知原因") from error
    if size_bytes > limits.max_file_bytes:
        raise FileTooLargeError(max_bytes=limits.max_file_bytes, size_bytes=size_bytes)
    return BatchFile(name, path, identity.kind, size_bytes, sha256)


class _Intake:
    """Collects what is found."""

    def __init__(self, work_dir: Path, limits: IngestLimits) -> None:
        self._limits = limits
        self._work_dir = work_dir
        self._budget = UnpackBudget(limits.max_unpacked_bytes, limits.max_files)
        self._files: dict[str, BatchFile] = {}
        self._seen: dict[str, str] = {}
        self._problems: list[FileProblem] = []
        self._ignored: list[FileProblem] = []
        self._is_full = False

    def finish(self, name: str) -> Batch:
        """Return the batch in its order."""

        def order(problem: FileProblem) -> tuple[tuple[tuple[int, int, str], ...], str]:
            return _natural_key(problem.file), problem.code

        return Batch(
            name,
            tuple(sorted(self._files.values(), key=lambda file: _natural_key(file.name))),
            tuple(sorted(self._problems, key=order)),
            tuple(sorted(self._ignored, key=order)),
        )

    # -- folders ---------------------------------------------------------------------------------

    def add_folder(self, root: Path) -> None:
        """Take in every file under a folder."""
        for path, name in self._walk(root, ""):
            if not self._take_place(name):
                return
            try:
                self._add_plain_file(path, name, root)
            except FileProblemError as error:
                self._refuse(name, error)
            except OSError as error:
                self._refuse(name, FileAccessError(error.strerror or "未知原因"))

    def _walk(self, folder: Path, prefix: str) -> Iterator[tuple[Path, str]]:
        """Yield files with their names in the batch, in order; links to folders as files."""
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            self._refuse(prefix.rstrip("/") or folder.name, FileAccessError(error.strerror or "未知原因"))
            return
        for entry in entries:
            path = Path(entry.path)
            # A name that is not UTF-8 was made on a GBK system.
            name = prefix + make_printable(decode_name_bytes(os.fsencode(entry.name)), 10_000)
            if entry.is_dir(follow_symlinks=False):
                if not (self._work_dir.exists() and path.samefile(self._work_dir)):
                    yield from self._walk(path, name + "/")
            else:
                yield path, name

    def _add_plain_file(self, path: Path, name: str, root: Path) -> None:
        """Take in one file of a folder."""
        by_name = find_problem_by_name(name)
        if by_name is not None:
            self._ignored.append(FileProblem(name, by_name.code, by_name.message))
            return
        if path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
            raise LinkNotFollowedError
        status = path.stat()
        # Opening a pipe would wait for ever; a link to a folder could lead in circles.
        if not stat.S_ISREG(status.st_mode):
            raise LinkNotFollowedError
        identity = identify(path, name)
        if identity.problem is not None:
            self._set_aside(name, identity.kind, identity.problem)
        elif identity.kind is FileKind.ARCHIVE:
            self._open_nested(path, name, depth=1)
        else:
            if status.st_size > self._limits.max_file_bytes:
                raise FileTooLargeError(max_bytes=self._limits.max_file_bytes, size_bytes=status.st_size)
            sha256, size_bytes = _hash_file(path)
            if size_bytes == 0:
                raise EmptyFileError
            self._files[name] = BatchFile(name, path, identity.kind, size_bytes, sha256)

    # -- zips ------------------------------------------------------------------------------------

    def _open_nested(self, path: Path, name: str, *, depth: int) -> None:
        """Take in a zip that lies in the batch."""
        if depth > self._limits.max_archive_depth:
            raise ArchiveTooDeepError(self._limits.max_archive_depth)
        with open_zip(path, self._limits) as reader:
            self.add_whole_archive(reader, name, name + "/", depth=depth)

    def add_whole_archive(self, reader: ZipReader, name: str, prefix: str, *, depth: int) -> None:
        """Take in the files of a zip that lies in the batch; arguments as of ``add_archive``.

        Raises:
            EmptyArchiveError: There are none.
        """
        if not reader.list_entries():
            raise EmptyArchiveError
        self.add_archive(reader, name, prefix, depth=depth)

    def add_archive(self, reader: ZipReader, name: str, prefix: str, *, depth: int) -> None:
        """Take in the files of an open zip.

        Args:
            reader: The zip.
            name: How a problem of the whole zip is named.
            prefix: Put before the names of its files.
            depth: 1 for a zip that lies in no other.
        """
        self._work_dir.mkdir(parents=True, exist_ok=True)
        for number, entry in enumerate(reader.list_entries()):
            entry_name = prefix + entry.name
            if not self._take_place(entry_name):
                return
            partial = self._work_dir / f".partial-{os.getpid()}-{depth}-{number}"
            try:
                self._add_entry(reader, entry, entry_name, partial, depth=depth)
            except UnpacksTooLargeError as error:
                self._refuse(name, error)
                return
            except FileProblemError as error:
                self._refuse(entry_name, error)
            finally:
                partial.unlink(missing_ok=True)

    def _add_entry(
        self, reader: ZipReader, entry: ArchiveEntry, name: str, partial: Path, *, depth: int
    ) -> None:
        """Take in one file of a zip."""
        if isinstance(entry.problem, UnsafeNameError | NameTooLongError):
            raise entry.problem
        by_name = find_problem_by_name(name)
        if by_name is not None:
            self._ignored.append(FileProblem(name, by_name.code, by_name.message))
            return
        if entry.problem is not None:
            raise entry.problem
        sha256 = reader.unpack(entry, partial, self._budget)
        if name in self._seen:
            if self._seen[name] == sha256:
                return  # the same file packed twice
            raise DuplicateNameError
        self._seen[name] = sha256
        identity = identify(partial, name)
        if identity.problem is not None:
            self._set_aside(name, identity.kind, identity.problem)
        elif identity.kind is FileKind.ARCHIVE:
            self._open_nested(partial, name, depth=depth + 1)
        else:
            path = self._keep(partial, sha256, name)
            self._files[name] = BatchFile(name, path, identity.kind, path.stat().st_size, sha256)

    def _keep(self, partial: Path, sha256: str, name: str) -> Path:
        """Move an unpacked file to the place that its content names."""
        suffix = PurePosixPath(name).suffix.lower()
        if not re.fullmatch(r"\.[a-z0-9]{1,5}", suffix):
            suffix = ""
        path = self._work_dir / sha256[:2] / (sha256 + suffix)
        path.parent.mkdir(exist_ok=True)
        partial.replace(path)
        return path

    # -- bookkeeping -----------------------------------------------------------------------------

    def _take_place(self, name: str) -> bool:
        """Count a file; say once that there are too many."""
        self._budget.files_left -= 1
        if self._budget.files_left >= 0:
            return True
        if not self._is_full:
            self._is_full = True
            self._refuse(name, TooManyFilesError(self._limits.max_files))
        return False

    def _set_aside(self, name: str, kind: FileKind, problem: FileProblemError) -> None:
        if kind is FileKind.IGNORED:
            self._ignored.append(FileProblem(name, problem.code, problem.message))
        else:
            self._refuse(name, problem)

    def _refuse(self, name: str, problem: FileProblemError) -> None:
        shown = make_printable(name, self._limits.max_name_length)
        self._problems.append(FileProblem(shown, problem.code, problem.message))


def _hash_file(path: Path) -> tuple[str, int]:
    """Return sha256 and size of what is read now."""
    digest = hashlib.sha256()
    size_bytes = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
            size_bytes += len(chunk)
    return digest.hexdigest(), size_bytes


def _natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sort digits by their value, everything else by its characters."""
    parts = re.findall(r"[0-9]+|[^0-9]+", name)
    return tuple((0, int(p[:18]), p) if p[0].isascii() and p[0].isdigit() else (1, 0, p) for p in parts)
