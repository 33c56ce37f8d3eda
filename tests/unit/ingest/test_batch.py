"""Batches: folders and zips, good and hostile."""

import hashlib
import io
import os
import stat
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from ingest.batch import Batch, open_archive, open_batch, open_file
from ingest.errors import BatchSourceError, DamagedArchiveError
from ingest.limits import IngestLimits
from ingest.sniff import FileKind

LIMITS = IngestLimits()


def _jpeg(shade: int = 255) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (20, 30), (shade, shade, shade)).save(buffer, "JPEG")
    return buffer.getvalue()


def _zip(entries: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in entries:
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            archive.writestr(info, content)
    return buffer.getvalue()


def _gbk_zip(entries: list[tuple[str, bytes]]) -> bytes:
    """Zip with GBK names and no UTF-8 flag, as Chinese Windows does."""
    places = {
        f"{number:04d}{'x' * (len(name.encode('gb18030')) - 4)}": name
        for number, (name, _) in enumerate(entries)
    }
    packed = _zip([(place, content) for place, (_, content) in zip(places, entries, strict=True)])
    for place, name in places.items():
        packed = packed.replace(place.encode(), name.encode("gb18030"))
    return packed


def _open(tmp_path: Path, source: Path, limits: IngestLimits = LIMITS) -> Batch:
    return open_batch(source, work_dir=tmp_path / "work", limits=limits)


def _open_zip(tmp_path: Path, content: bytes, limits: IngestLimits = LIMITS) -> Batch:
    source = tmp_path / "批次.zip"
    source.write_bytes(content)
    return _open(tmp_path, source, limits)


def _names(batch: Batch) -> list[str]:
    return [file.name for file in batch.files]


def _problems(batch: Batch) -> dict[str, str]:
    return {problem.file: problem.code for problem in batch.problems}


def test_folder_is_taken_in_with_names_kinds_and_hashes(tmp_path: Path) -> None:
    root = tmp_path / "某局2016"
    (root / "证书" / "一").mkdir(parents=True)
    (root / "证书" / "一" / "证书10.jpg").write_bytes(_jpeg())
    (root / "证书" / "一" / "证书2.jpg").write_bytes(_jpeg(9))
    (root / "批复.pdf").write_bytes(b"%PDF-1.4")
    (root / "汇总.csv").write_text("姓名,性别,证件号码\n", encoding="utf-8")
    (root / "Thumbs.db").write_bytes(b"x")
    (root / "~$汇总.xlsx").write_bytes(b"x")
    (root / "空.jpg").write_bytes(b"")
    (root / "材料.rar").write_bytes(b"Rar!\x1a\x07\x01\0")

    batch = _open(tmp_path, root)

    assert batch.name == "某局2016"
    assert _names(batch) == ["批复.pdf", "汇总.csv", "证书/一/证书2.jpg", "证书/一/证书10.jpg"]
    assert [file.kind for file in batch.files] == [
        FileKind.PDF,
        FileKind.SHEET,
        FileKind.IMAGE,
        FileKind.IMAGE,
    ]
    assert batch.files[3].sha256 == hashlib.sha256(_jpeg()).hexdigest()
    assert batch.files[3].size_bytes == len(_jpeg())
    assert _problems(batch) == {"空.jpg": "empty_file", "材料.rar": "unsupported_archive"}
    assert {p.file: p.code for p in batch.ignored} == {"Thumbs.db": "system_file", "~$汇总.xlsx": "lock_file"}


def test_links_are_followed_inside_the_batch_only(tmp_path: Path) -> None:
    root = tmp_path / "b"
    root.mkdir()
    outside = tmp_path / "secret.jpg"
    outside.write_bytes(_jpeg())
    (root / "a.jpg").write_bytes(_jpeg())
    (root / "in.jpg").symlink_to(root / "a.jpg")
    (root / "out.jpg").symlink_to(outside)
    (root / "gone.jpg").symlink_to(root / "none")
    (root / "round").symlink_to(root)
    os.mkfifo(root / "pipe.jpg")

    batch = _open(tmp_path, root)

    assert _names(batch) == ["a.jpg", "in.jpg"]
    problems = _problems(batch)
    assert problems["out.jpg"] == problems["round"] == problems["pipe.jpg"] == "link_not_followed"
    assert problems["gone.jpg"] == "file_access"


def test_folder_names_in_gbk_bytes_are_shown_right(tmp_path: Path) -> None:
    root = tmp_path / "b"
    root.mkdir()
    try:
        Path(os.fsdecode(os.fsencode(root) + b"/" + "张三.jpg".encode("gb18030"))).write_bytes(_jpeg())
    except OSError:
        pytest.fail("this file system refuses the name; run the tests on an ordinary Linux one")
    batch = _open(tmp_path, root)
    assert _names(batch) == ["张三.jpg"]
    assert batch.files[0].path.read_bytes() == _jpeg()


def test_working_folder_inside_the_batch_is_passed_over(tmp_path: Path) -> None:
    root = tmp_path / "b"
    root.mkdir()
    (root / "z.zip").write_bytes(_zip([("a.jpg", _jpeg())]))
    for _ in range(2):
        batch = open_batch(root, work_dir=root / "work", limits=LIMITS)
        assert _names(batch) == ["z.zip/a.jpg"]


@pytest.mark.parametrize("packer", [_zip, _gbk_zip])
def test_zip_names_are_read_in_both_encodings(tmp_path: Path, packer: object) -> None:
    assert callable(packer)
    entries = [("证书一/张三的证书.jpg", _jpeg()), ("证书一/李四光证书.jpg", _jpeg(3))]
    batch = _open_zip(tmp_path, packer(entries))
    assert batch.name == "批次"
    assert _names(batch) == ["证书一/张三的证书.jpg", "证书一/李四光证书.jpg"]
    assert [file.path.read_bytes() for file in batch.files] == [_jpeg(), _jpeg(3)]


def test_zip_in_zip_in_folder_is_opened_to_the_bound(tmp_path: Path) -> None:
    content = _jpeg()
    for depth in range(5, 0, -1):
        content = _zip([("a.jpg", _jpeg(depth)), ("b.zip", content)] if depth < 5 else [("a.jpg", content)])
    root = tmp_path / "b"
    root.mkdir()
    (root / "o.zip").write_bytes(content)
    batch = _open(tmp_path, root)
    assert _names(batch) == ["o.zip/a.jpg", "o.zip/b.zip/a.jpg", "o.zip/b.zip/b.zip/a.jpg"]
    assert _problems(batch) == {"o.zip/b.zip/b.zip/b.zip": "archive_too_deep"}


@pytest.mark.parametrize(
    "name", ["../../evil.jpg", "/evil.jpg", "C:/evil.jpg", "a/../../evil.jpg", "..\\evil.jpg"]
)
def test_zip_slip_is_one_named_problem_and_nothing_leaves_the_working_folder(
    tmp_path: Path, name: str
) -> None:
    batch = _open_zip(tmp_path, _zip([(name, _jpeg()), ("好.jpg", _jpeg(1))]))
    assert _names(batch) == ["好.jpg"]
    assert [p.code for p in batch.problems] == ["unsafe_name"]
    assert "为安全起见没有解压" in batch.problems[0].message
    outside = [p for p in tmp_path.rglob("*") if p.is_file() and tmp_path / "work" not in p.parents]
    assert outside == [tmp_path / "批次.zip"]


def test_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("link.jpg")
        info.create_system = 3
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
        archive.writestr("a.jpg", _jpeg())
    batch = _open_zip(tmp_path, buffer.getvalue())
    assert _names(batch) == ["a.jpg"]
    assert _problems(batch) == {"link.jpg": "link_not_followed"}


def test_damaged_encrypted_and_oddly_packed_entries_are_named_and_the_rest_comes_through(
    tmp_path: Path,
) -> None:
    names = ["坏.jpg", "密.jpg", "怪.jpg", "好.jpg"]
    content = bytearray(_zip([(name, _jpeg(i)) for i, name in enumerate(names)], zipfile.ZIP_STORED))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        infos = archive.infolist()
    content[infos[0].header_offset + 30 + len(names[0].encode()) + 100] ^= 0xFF
    place = content.find(b"PK\x01\x02")
    for number in range(4):
        for field, wanted in ((8, 1), (10, 2)):
            if number == wanted:
                offset = infos[number].header_offset + field - 2
                value = content[offset] | 1 if field == 8 else 97
                content[offset] = content[place + field] = value
        place = content.find(b"PK\x01\x02", place + 1)
    batch = _open_zip(tmp_path, bytes(content))
    assert _names(batch) == ["好.jpg"]
    assert _problems(batch) == {
        "坏.jpg": "damaged_entry",
        "密.jpg": "encrypted_entry",
        "怪.jpg": "unsupported_compression",
    }


def test_bomb_is_stopped_while_unpacking_and_the_folder_goes_on(tmp_path: Path) -> None:
    limits = IngestLimits(free_unpacked_bytes=100_000, max_unpack_ratio=50)
    root = tmp_path / "b"
    root.mkdir()
    (root / "bomb.zip").write_bytes(
        _zip([("a.jpg", _jpeg()), ("b.jpg", bytes(5_000_000)), ("c.jpg", _jpeg(3))])
    )
    (root / "z.jpg").write_bytes(_jpeg())
    batch = _open(tmp_path, root, limits)
    assert _names(batch) == ["bomb.zip/a.jpg", "z.jpg"]
    assert _problems(batch) == {"bomb.zip": "unpacks_too_large"}
    assert not list((tmp_path / "work").glob(".partial*"))


def test_unpacked_bytes_are_counted_over_all_zips_of_a_batch(tmp_path: Path) -> None:
    limits = IngestLimits(max_unpacked_bytes=3000)
    root = tmp_path / "b"
    root.mkdir()
    for number in range(3):
        (root / f"{number}.zip").write_bytes(_zip([("a.bin", os.urandom(1400))], zipfile.ZIP_STORED))
    assert _problems(_open(tmp_path, root, limits))["2.zip"] == "unpacks_too_large"


def test_declared_size_is_not_trusted(tmp_path: Path) -> None:
    content = bytearray(_zip([("a.jpg", bytes(200_000)), ("b.jpg", _jpeg())]))
    place = content.find(b"PK\x01\x02")
    content[place + 24 : place + 28] = (100).to_bytes(4, "little")
    batch = _open_zip(tmp_path, bytes(content))
    assert _names(batch) == ["b.jpg"]
    assert _problems(batch) == {"a.jpg": "damaged_entry"}


def test_second_file_of_one_name_is_named_unless_it_is_the_same(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = _zip([("a.jpg", _jpeg(1)), ("a.jpg", _jpeg(2)), ("b.jpg", _jpeg(3))])
    batch = _open_zip(tmp_path, content)
    assert _names(batch) == ["a.jpg", "b.jpg"]
    assert batch.files[0].path.read_bytes() == _jpeg(1)
    assert _problems(batch) == {"a.jpg": "duplicate_name"}
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = _zip([("a.jpg", _jpeg(1)), ("a.jpg", _jpeg(1))])
    assert _open_zip(tmp_path, content).problems == ()


def test_too_long_name_is_named_short(tmp_path: Path) -> None:
    batch = _open_zip(tmp_path, _zip([("长" * 3000 + ".jpg", _jpeg()), ("a.jpg", _jpeg())]))
    assert _names(batch) == ["a.jpg"]
    assert [p.code for p in batch.problems] == ["name_too_long"]
    assert len(batch.problems[0].file) < 1100


def test_too_many_files_end_in_one_problem(tmp_path: Path) -> None:
    limits = IngestLimits(max_files=2)
    content = _zip([(f"{i}.jpg", _jpeg(i)) for i in range(5)])
    batch = _open_zip(tmp_path, content, limits)
    assert _names(batch) == ["0.jpg", "1.jpg"]
    assert _problems(batch) == {"2.jpg": "too_many_files"}


def test_file_over_the_bound_is_named(tmp_path: Path) -> None:
    limits = IngestLimits(max_file_bytes=1000)
    big = _jpeg() + bytes(1000)
    root = tmp_path / "b"
    root.mkdir()
    (root / "big.jpg").write_bytes(big)
    (root / "z.zip").write_bytes(_zip([("big.jpg", big), ("a.jpg", _jpeg())]))
    batch = _open(tmp_path, root, limits)
    assert _names(batch) == ["z.zip/a.jpg"]
    assert _problems(batch) == {"big.jpg": "file_too_large", "z.zip/big.jpg": "file_too_large"}


def test_system_files_in_a_zip_are_not_even_unpacked(tmp_path: Path) -> None:
    batch = _open_zip(tmp_path, _zip([("__MACOSX/._a.jpg", b"x"), ("d/", b""), ("d/a.jpg", _jpeg())]))
    assert _names(batch) == ["d/a.jpg"]
    assert [p.code for p in batch.ignored] == ["system_file"]


def test_damaged_zip_in_a_folder_is_one_problem(tmp_path: Path) -> None:
    root = tmp_path / "b"
    root.mkdir()
    (root / "z.zip").write_bytes(_zip([("a.jpg", _jpeg())])[:-30])
    (root / "a.jpg").write_bytes(_jpeg())
    batch = _open(tmp_path, root)
    assert _names(batch) == ["a.jpg"]
    assert _problems(batch) == {"z.zip": "damaged_archive"}


def test_a_zip_without_a_file_is_said_to_be_empty(tmp_path: Path) -> None:
    batch = _open_zip(tmp_path, _zip([("空.zip", _zip([("d/", b"")])), ("a.jpg", _jpeg())]))
    assert _names(batch) == ["a.jpg"]
    assert _problems(batch) == {"空.zip": "empty_archive"}


def test_a_zip_that_is_one_file_of_a_batch_goes_by_its_own_name(tmp_path: Path) -> None:
    stored = tmp_path / "0af3"
    stored.write_bytes(_zip([("a.jpg", bytes(3000)), ("b.jpg", _jpeg())]))
    limits = IngestLimits(free_unpacked_bytes=1000, max_unpack_ratio=2)
    file = open_file(stored, limits=limits, name="材料/全部.zip")
    batch = open_archive(file, work_dir=tmp_path / "work", limits=limits)
    assert _problems(batch) == {"材料/全部.zip": "unpacks_too_large"}


def test_a_broken_zip_that_is_one_file_of_a_batch_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    stored = tmp_path / "0af3"
    stored.write_bytes(_zip([("a.jpg", _jpeg())])[:-30])
    file = open_file(stored, limits=LIMITS, name="全部.zip")
    with pytest.raises(DamagedArchiveError):
        open_archive(file, work_dir=tmp_path / "work", limits=LIMITS)


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (None, "不存在"),
        (b"%PDF-1.4", "既不是文件夹"),
        (_zip([("a.jpg", b"x" * 300)])[:-40], "已损坏"),
    ],
)
def test_source_that_is_no_batch_is_an_error_of_the_batch(
    tmp_path: Path, content: bytes | None, part: str
) -> None:
    source = tmp_path / "批次.zip"
    if content is not None:
        source.write_bytes(content)
    with pytest.raises(BatchSourceError, match=part) as caught:
        _open(tmp_path, source)
    assert "批次.zip" in str(caught.value)


def test_opening_twice_gives_the_same_batch(tmp_path: Path) -> None:
    content = _zip([("b.jpg", _jpeg(1)), ("a.jpg", _jpeg(2))])
    assert _open_zip(tmp_path, content) == _open_zip(tmp_path, content)
