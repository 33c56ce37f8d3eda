"""What a hand-over package holds, and that making one is safe to repeat."""

import hashlib
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from domain.audit import ChainBreak, entry_from_object, verify_segment
from domain.fields import Field
from ingest.limits import IngestLimits
from ingest.sheets import read_sheets
from review.handover import (
    CropFile,
    HandedTable,
    HandoverChainBrokenError,
    HandoverNotWritableError,
    HandoverSourceError,
    OriginalFile,
    from_bytes,
    from_path,
    write_handover,
)
from tests.results import NUMBER, SUBMITTED
from tests.unit.review.handover.packages import (
    SCAN,
    contents,
    decision,
    files_of,
    jpeg,
    log,
    original,
    package,
    row,
)


def test_package_holds_what_the_document_says(tmp_path: Path) -> None:
    files = files_of(package(tmp_path))

    red = hashlib.sha256(jpeg("red")).hexdigest()
    scan = hashlib.sha256(SCAN).hexdigest()
    assert set(files) == {
        "附件2.xlsx",
        "交接单.html",
        "batch.json",
        "rows.jsonl",
        "findings.jsonl",
        "decisions.jsonl",
        "audit.jsonl",
        "originals.jsonl",
        "manifest.json",
        "crops/d1-1.jpg",
        f"originals/{scan}",
        f"originals/{red}",
    }
    assert files[f"originals/{scan}"] == SCAN


def test_manifest_can_be_checked_with_common_tools(tmp_path: Path) -> None:
    """The ids are hashes of what ``sha256sum`` prints for the files in order."""
    path = tmp_path / "移交包.zip"
    returned = write_handover(contents(), path)
    files = files_of(path)
    manifest = json.loads(files["manifest.json"])

    def list_hash(names: list[str]) -> str:
        text = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in names)
        return hashlib.sha256(text.encode()).hexdigest()

    names = sorted(files.keys() - {"manifest.json"}, key=str.encode)
    assert manifest["package_id"] == list_hash(names) == returned.package_id
    assert manifest["contents_id"] == list_hash([n for n in names if n != "交接单.html"])
    assert [file["path"] for file in manifest["files"]] == names
    assert all(file["size"] == len(files[file["path"]]) for file in manifest["files"])
    assert (manifest["format"], manifest["schema"]) == ("zhenghe-handover", 1)
    assert manifest["created_at"] == "2026-03-05T05:00:00.000000Z"


def test_annex_has_the_corrected_values_in_full(tmp_path: Path) -> None:
    path = tmp_path / "annex2.xlsx"
    other = "陕人社函〔2017〕3号"
    tables = (HandedTable(NUMBER, (row(5), row(6, name="贠喆"))), HandedTable(other, (row(7),)))
    path.write_bytes(files_of(package(tmp_path, tables=tables))["附件2.xlsx"])

    first, second = read_sheets(path, file="附件2.xlsx", limits=IngestLimits())

    assert [line.value(Field.NAME) for line in first.rows] == ["张伟", "贠喆"]
    assert first.rows[0].value(Field.ID_NUMBER) == SUBMITTED[Field.ID_NUMBER]
    assert first.rows[0].value(Field.PHONE) == SUBMITTED[Field.PHONE]
    assert second.approval_number_raw == other
    assert first.remarks == second.remarks == ()


def test_log_segment_can_be_followed_from_the_file(tmp_path: Path) -> None:
    lines = files_of(package(tmp_path))["audit.jsonl"].decode().splitlines()

    assert verify_segment(entry_from_object(json.loads(line)) for line in lines) == 4


def test_equal_contents_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        write_handover(contents(), tmp_path / name, with_originals=True)

    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_originals_stay_at_home_unless_asked_for(tmp_path: Path) -> None:
    """Their names and hashes travel all the same."""
    files = files_of(package(tmp_path, with_originals=False))

    assert not any(name.startswith("originals/") for name in files)
    listed = [json.loads(line) for line in files["originals.jsonl"].splitlines()]
    assert [item["names"] for item in listed] == [["批文.pdf"], ["证书/0012.jpg", "证书/副本.jpg"]]
    assert json.loads(files["batch.json"])["contains"]["originals_packed"] == 0


def test_scans_are_stored_as_they_are(tmp_path: Path) -> None:
    with zipfile.ZipFile(package(tmp_path)) as archive:
        kinds = {info.filename.split("/")[0]: info.compress_type for info in archive.infolist()}

    assert kinds["originals"] == kinds["crops"] == zipfile.ZIP_STORED
    assert kinds["findings.jsonl"] == zipfile.ZIP_DEFLATED


class _Watched:
    """A large file that counts how much of it is asked for at once."""

    def __init__(self, size: int) -> None:
        self.size, self.largest = size, 0

    def open(self) -> BinaryIO:
        left = self.size

        class _Stream:
            def __enter__(self) -> "_Stream":
                return self

            def __exit__(self, *error: object) -> None:
                return

            def read(inner, size: int = -1) -> bytes:  # noqa: N805 - the outer one is meant by self
                nonlocal left
                self.largest = max(self.largest, size if size >= 0 else left)
                given = min(left, size if size >= 0 else left)
                left -= given
                return bytes(given)

        return _Stream()  # type: ignore[return-value]


def test_originals_go_through_piece_by_piece(tmp_path: Path) -> None:
    size = 8 * 1024 * 1024
    watched = _Watched(size)
    large = OriginalFile(hashlib.sha256(bytes(size)).hexdigest(), size, ("大.tif",), watched.open)

    package(tmp_path, originals=(large,))

    assert 0 < watched.largest <= 1024 * 1024


def test_original_that_changed_in_the_store_stops_the_package(tmp_path: Path) -> None:
    changed = replace(original(), open=from_bytes(b"%PDF-1.4 a scaN"))

    with pytest.raises(HandoverSourceError, match=r"批文\.pdf"):
        package(tmp_path, originals=(changed,))
    assert list(tmp_path.iterdir()) == []


def test_original_that_is_gone_stops_the_package(tmp_path: Path) -> None:
    gone = replace(original(), open=from_path(tmp_path / "gone"))

    with pytest.raises(HandoverSourceError) as caught:
        package(tmp_path, originals=(gone,))
    assert caught.value.code == "handover_source_changed"


def test_original_without_content_cannot_be_packed(tmp_path: Path) -> None:
    with pytest.raises(HandoverSourceError):
        package(tmp_path, originals=(replace(original(), open=None),))


def test_older_package_stays_when_the_new_one_fails(tmp_path: Path) -> None:
    path = package(tmp_path)
    before = path.read_bytes()

    with pytest.raises(HandoverSourceError):
        package(tmp_path, originals=(replace(original(), open=None),))

    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_crop_that_is_no_picture_stops_the_package(tmp_path: Path) -> None:
    with pytest.raises(HandoverSourceError, match=r"d1-1\.jpg"):
        package(tmp_path, crops=(CropFile("d1-1.jpg", from_bytes(b"GIF89a")),))


def test_broken_log_is_not_handed_over(tmp_path: Path) -> None:
    entries = list(log())
    entries[2] = replace(entries[2], actor="somebody else")
    assert isinstance(verify_segment(entries), ChainBreak)

    with pytest.raises(HandoverChainBrokenError, match="没有生成移交包"):
        package(tmp_path, audit=entries)


@pytest.mark.parametrize(
    "changes",
    [
        {"crops": ()},
        {"crops": (CropFile("../x.jpg", from_bytes(jpeg())),)},
        {"crops": (CropFile("d1-1.jpg", from_bytes(jpeg())),) * 2},
        {"decisions": (decision(crops=("other.jpg",)),)},
        {"originals": (original(), original())},
        {"tables": ()},
    ],
)
def test_contents_that_contradict_each_other_are_a_mistake_of_the_caller(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r".+"):
        package(tmp_path, **changes)


def test_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(HandoverNotWritableError, match=r"a\.zip") as caught:
        write_handover(contents(), tmp_path / "nowhere" / "a.zip")
    assert caught.value.code == "handover_not_writable"
