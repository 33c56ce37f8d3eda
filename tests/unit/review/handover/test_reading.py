"""A package is believed only when all of it holds; each way of not holding has its own answer."""

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest.limits import IngestLimits
from ingest.sheets import read_sheets
from review.handover import (
    HANDOVER_LIMITS,
    HandedTable,
    HandoverError,
    HandoverFileExtraError,
    HandoverFileMissingError,
    HandoverHashMismatchError,
    HandoverManifestError,
    HandoverNotAPackageError,
    HandoverSchemaError,
    HandoverTooLargeError,
    HandoverUnsafeNameError,
    HandoverWorkspaceError,
    read_handover,
    write_handover,
)
from tests.unit.review.handover.packages import (
    SCAN,
    Files,
    contents,
    decision,
    edit_document,
    files_of,
    forge,
    open_package,
    package,
    refused,
    rewrite,
    row,
)


def test_what_was_handed_over_comes_out_again(tmp_path: Path) -> None:
    sent = contents()
    opened = open_package(package(tmp_path)).contents

    assert opened.batch == sent.batch
    assert [(table.approval_number, tuple(table.rows)) for table in opened.tables] == [
        (table.approval_number, tuple(table.rows)) for table in sent.tables
    ]
    assert list(opened.findings) == list(sent.findings)
    assert list(opened.decisions) == list(sent.decisions)
    assert list(opened.audit) == list(sent.audit)
    assert list(opened.originals) == list(sent.originals)
    assert list(opened.crops) == list(sent.crops)
    assert (opened.created_at, opened.producer) == (sent.created_at, sent.producer)


def test_opened_package_packs_into_the_same_bytes(tmp_path: Path) -> None:
    path = package(tmp_path)
    opened = open_package(path)

    again = tmp_path / "again.zip"
    manifest = write_handover(opened.contents, again, with_originals=True)

    assert again.read_bytes() == path.read_bytes()
    assert manifest.package_id == opened.manifest.package_id


def test_rows_belong_to_their_tables_each_time_they_are_read(tmp_path: Path) -> None:
    tables = (
        HandedTable("陕人社函〔2016〕1号", (row(5), row(6))),
        HandedTable("陕人社函〔2016〕2号", ()),
        HandedTable("陕人社函〔2016〕3号", (row(7),)),
    )
    opened = open_package(package(tmp_path, tables=tables)).contents

    for _ in range(2):
        numbers = [[line.row_number for line in table.rows] for table in opened.tables]
        assert numbers == [[5, 6], [], [7]]


def test_originals_can_be_looked_at_again(tmp_path: Path) -> None:
    first, second = open_package(package(tmp_path)).contents.originals

    assert first.open is not None
    with first.open() as stream:
        assert stream.read() == SCAN
    assert second.names == ("证书/0012.jpg", "证书/副本.jpg")


def test_originals_that_stayed_at_home_are_known_by_hash(tmp_path: Path) -> None:
    originals = open_package(package(tmp_path, with_originals=False)).contents.originals

    assert [original.open for original in originals] == [None, None]
    assert [original.sha256 for original in originals] == [o.sha256 for o in contents().originals]


def test_annex_and_cover_can_be_handed_out(tmp_path: Path) -> None:
    path = package(tmp_path)
    opened = open_package(path)

    assert opened.annex2.read_bytes() == files_of(path)["附件2.xlsx"]
    assert opened.cover.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    (table,) = read_sheets(opened.annex2, file="附件2.xlsx", limits=IngestLimits())
    assert len(table.rows) == 2


def test_nothing_lands_under_a_name_from_the_package(tmp_path: Path) -> None:
    open_package(package(tmp_path))

    names = {path.name for path in (tmp_path / "work").iterdir()}
    assert all(name == "manifest.json" or name.isdecimal() for name in names)


@pytest.mark.parametrize("content", [b"", b"PK", b"%PDF-1.4", b"\x00" * 100_000])
def test_other_files_are_no_package(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)

    assert refused(path, HandoverNotAPackageError).code == "handover_not_a_package"


def test_missing_file_is_no_package(tmp_path: Path) -> None:
    refused(tmp_path / "nothing.zip", HandoverNotAPackageError)


def test_zip_of_something_else_is_no_package(tmp_path: Path) -> None:
    refused(rewrite(tmp_path / "x.zip", {"证书/1.jpg": b"x"}), HandoverNotAPackageError)
    refused(rewrite(tmp_path / "y.zip", {"manifest.json": b'{"name": "web app"}'}), HandoverNotAPackageError)


def test_every_truncation_isrefused(tmp_path: Path) -> None:
    whole = package(tmp_path).read_bytes()
    path = tmp_path / "cut.zip"
    for share in (0.1, 0.5, 0.9, 0.999):
        path.write_bytes(whole[: int(len(whole) * share)])
        refused(path, HandoverNotAPackageError)


def test_no_flipped_bit_of_a_file_goes_unnoticed(tmp_path: Path) -> None:
    """Whatever byte is hit, the package is refused or says exactly the same as before."""
    path = package(tmp_path)
    whole = path.read_bytes()
    ids = open_package(path).manifest.package_id
    for place in range(0, len(whole), max(1, len(whole) // 150)):
        damaged = bytearray(whole)
        damaged[place] ^= 0x10
        path.write_bytes(damaged)
        try:
            opened = open_package(path)
        except HandoverError:
            continue
        assert opened.manifest.package_id == ids


@pytest.mark.parametrize("text", [b"", b"[]", b"{", b"\xff\xfe", b"[" * 100_000])
def test_manifest_that_is_no_object_isrefused(tmp_path: Path, text: bytes) -> None:
    path = package(tmp_path)
    files = files_of(path) | {"manifest.json": text}

    assert refused(rewrite(path, files), HandoverManifestError).code == "handover_manifest_invalid"


@pytest.mark.parametrize(
    "edit",
    [
        lambda m: m.pop("files"),
        lambda m: m.update(created_at="yesterday"),
        lambda m: m["files"].append(m["files"][0]),
        lambda m: m["files"][0].update(size=-1),
        lambda m: m["files"][0].update(size=True),
        lambda m: m["files"][0].update(sha256="A" * 64),
        lambda m: m["files"][0].update(path="run.exe"),
        lambda m: m["files"][0].update(path="../batch.json"),
        lambda m: m["files"][0].update(path="crops/a\ud800.jpg"),
    ],
)
def test_manifest_that_cannot_be_so_isrefused(tmp_path: Path, edit: Callable[[dict[str, Any]], None]) -> None:
    path = package(tmp_path)
    files = files_of(path)
    content = json.loads(files["manifest.json"])
    edit(content)
    files["manifest.json"] = json.dumps(content).encode()

    refused(rewrite(path, files), HandoverManifestError)


@pytest.mark.parametrize("schema", [2, "1", None])
def test_newer_schema_asks_for_a_newer_version(tmp_path: Path, schema: object) -> None:
    path = package(tmp_path)
    files = files_of(path)
    edit_document(files, "manifest.json", lambda m: m.update(schema=schema))

    assert refused(rewrite(path, files), HandoverSchemaError).code == "handover_schema_unknown"


@pytest.mark.parametrize("name", ["batch.json", "附件2.xlsx", "crops/d1-1.jpg", "audit.jsonl"])
def test_file_that_is_missing_is_named(tmp_path: Path, name: str) -> None:
    path = package(tmp_path)
    files = files_of(path)
    del files[name]

    error = refused(rewrite(path, files), HandoverFileMissingError)

    assert error.code == "handover_file_missing"
    assert f"“{name}”" in str(error)


def test_file_that_the_format_needs_cannot_be_left_out_of_the_manifest(tmp_path: Path) -> None:
    def alter(files: Files) -> None:
        del files["audit.jsonl"]

    refused(forge(package(tmp_path), alter), HandoverFileMissingError)


@pytest.mark.parametrize("name", ["更多.txt", "crops/d9-1.jpg", "BATCH.JSON"])
def test_file_that_is_in_no_list_isrefused(tmp_path: Path, name: str) -> None:
    path = package(tmp_path)

    error = refused(rewrite(path, files_of(path) | {name: b"x"}), HandoverFileExtraError)

    assert error.code == "handover_file_extra"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_file_that_is_there_twice_isrefused(tmp_path: Path) -> None:
    path = package(tmp_path)
    files = files_of(path)

    refused(rewrite(path, [*files.items(), ("batch.json", b"{}")]), HandoverFileExtraError)


@pytest.mark.parametrize("name", ["../out.txt", "/etc/cron.d/x", "C:\\x.txt", "crops\\..\\..\\x.jpg"])
def test_name_that_leads_out_isrefused(tmp_path: Path, name: str) -> None:
    path = package(tmp_path)

    error = refused(rewrite(path, files_of(path) | {name: b"x"}), HandoverUnsafeNameError)

    assert error.code == "handover_unsafe_name"


def test_link_isrefused(tmp_path: Path) -> None:
    path = package(tmp_path)
    files = files_of(path)
    del files["crops/d1-1.jpg"]
    rewrite(path, files)
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("crops/d1-1.jpg")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")

    refused(path, HandoverUnsafeNameError)


@pytest.mark.parametrize("name", ["batch.json", "附件2.xlsx", "交接单.html", "rows.jsonl", "crops/d1-1.jpg"])
def test_altered_file_is_found(tmp_path: Path, name: str) -> None:
    path = package(tmp_path)
    files = files_of(path)
    files[name] += b" "

    error = refused(rewrite(path, files), HandoverHashMismatchError)

    assert error.code == "handover_hash_mismatch"
    assert name in str(error)


def test_altered_manifest_is_found(tmp_path: Path) -> None:
    path = package(tmp_path)
    files = files_of(path)
    edit_document(files, "manifest.json", lambda m: m.update(package_id="0" * 64))

    refused(rewrite(path, files), HandoverHashMismatchError)


def test_bomb_is_stopped_while_it_comes_out(tmp_path: Path) -> None:
    def alter(files: Files) -> None:
        files["findings.jsonl"] = b" " * (80 * 1024 * 1024)

    path = forge(package(tmp_path), alter)

    assert refused(path, HandoverTooLargeError).code == "handover_too_large"
    unpacked = sum(file.stat().st_size for file in (tmp_path / "work").iterdir())
    assert unpacked < 70 * 1024 * 1024


def test_bounds_on_files_and_bytes_are_kept(tmp_path: Path) -> None:
    path = package(tmp_path)

    told = refused(path, HandoverTooLargeError, replace(HANDOVER_LIMITS, max_files=5))
    assert "取消“附原件”" in str(told)
    assert "调高" not in str(told), "the limits are no setting"
    refused(path, HandoverTooLargeError, replace(HANDOVER_LIMITS, max_unpacked_bytes=2_000))
    refused(path, HandoverTooLargeError, replace(HANDOVER_LIMITS, max_file_bytes=2_500))


def test_file_larger_than_it_claims_is_stopped(tmp_path: Path) -> None:
    """The manifest's sizes are claims too."""
    path = package(tmp_path)
    files = files_of(path)
    content = json.loads(files["manifest.json"])
    files["audit.jsonl"] = b" " * 200_000
    files["manifest.json"] = json.dumps(content, ensure_ascii=False).encode()

    refused(rewrite(path, files), HandoverTooLargeError, replace(HANDOVER_LIMITS, max_unpacked_bytes=150_000))


def test_folder_that_cannot_be_written_is_no_fault_of_the_package(tmp_path: Path) -> None:
    path = package(tmp_path)

    with pytest.raises(HandoverWorkspaceError) as caught:
        read_handover(path, work_dir=tmp_path / "nowhere")
    assert caught.value.code == "handover_no_space"


def test_undo_names_an_earlier_decision(tmp_path: Path) -> None:
    decisions = (decision("d1"), decision("d2", undoes="d1"))

    opened = open_package(package(tmp_path, decisions=decisions))

    assert [line.undoes for line in opened.contents.decisions] == [None, "d1"]


def test_names_in_no_known_encoding_come_through(tmp_path: Path) -> None:
    originals = (replace(contents().originals[0], names=("证书/a\udc80\u2028b.jpg",)),)  # type: ignore[index]

    opened = open_package(package(tmp_path, originals=originals))

    assert [original.names for original in opened.contents.originals] == [("证书/a\udc80\u2028b.jpg",)]


def test_package_that_was_unpacked_and_zipped_again_is_still_good(tmp_path: Path) -> None:
    """Desktop programs of Chinese Windows write names in GBK, and folders as entries of their own."""
    path = package(tmp_path)

    opened = open_package(_zipped_again(path))

    assert list(opened.contents.decisions) == list(contents().decisions)


class _GbkInfo(zipfile.ZipInfo):
    """An entry whose name is written as GBK, which ``zipfile`` itself never does."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - the library's name
        return self.filename.encode("gb18030"), self.flag_bits & ~0x800


def _zipped_again(path: Path) -> Path:
    files = files_of(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("crops/", b"")
        for name, content in files.items():
            archive.writestr(_GbkInfo(name), content)
    return path
