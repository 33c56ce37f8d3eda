"""Names in zips."""

import struct
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.archives import decode_name, decode_name_bytes, is_unsafe_name, make_printable


def _info(raw: bytes, *, flags: int = 0, extra: bytes = b"") -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(raw.decode("utf-8" if flags & 0x800 else "cp437"))
    info.flag_bits = flags
    info.extra = extra
    return info


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("证书/张三.jpg".encode("gb18030"), "证书/张三.jpg"),
        ("证书/张三.jpg".encode(), "证书/张三.jpg"),
        ("联通.pdf".encode("gb18030"), "联通.pdf"),
        ("贠喆䶮.pdf".encode("gb18030"), "贠喆䶮.pdf"),
        ("乗.jpg".encode("gb18030"), "乗.jpg"),  # its second byte is a backslash
        (b"plain.jpg", "plain.jpg"),
    ],
)
def test_names_without_the_flag_come_out_right(raw: bytes, name: str) -> None:
    assert decode_name(_info(raw)) == name


def test_flagged_name_is_utf8() -> None:
    assert decode_name(_info("张三.jpg".encode(), flags=0x800)) == "张三.jpg"


def test_unicode_path_field_wins_when_it_belongs_to_the_name() -> None:
    raw = b"____.jpg"
    body = struct.pack("<BI", 1, zlib.crc32(raw)) + "张三.jpg".encode()
    extra = struct.pack("<HH", 0x7075, len(body)) + body
    assert decode_name(_info(raw, extra=extra)) == "张三.jpg"
    assert decode_name(_info(b"other.jpg", extra=extra)) == "other.jpg"


@pytest.mark.parametrize(
    "name",
    [
        "../a.jpg",
        "a/../../b",
        "/etc/passwd",
        "C:\\a.jpg",
        "c:a.jpg",
        "\\\\host\\a",
        "..\\a.jpg",
        "a\nb",
        "a\0b",
    ],
)
def test_names_that_lead_out_are_unsafe(name: str) -> None:
    assert is_unsafe_name(name)


@pytest.mark.parametrize("name", ["a.jpg", "证书/张三..jpg", "a/b c/d.pdf", "...jpg", "证书\\张三.jpg"])
def test_ordinary_names_are_safe(name: str) -> None:
    assert not is_unsafe_name(name)


@given(st.binary(max_size=60))
def test_any_bytes_give_a_printable_name(raw: bytes) -> None:
    name = make_printable(decode_name_bytes(raw), 255)
    assert name.encode("utf-8").decode("utf-8") == name
    assert not any(c < " " for c in name)
