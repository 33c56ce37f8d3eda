"""The table of reasons."""

from typing import Any

import ingest.errors
from domain.errors import FileProblemError, ZhengheError

CLASSES = [
    value
    for value in vars(ingest.errors).values()
    if isinstance(value, type) and issubclass(value, ZhengheError) and value.__module__ == "ingest.errors"
]
FACTS: dict[str, dict[str, Any]] = {
    "FileTooLargeError": {"max_bytes": 1024**2, "size_bytes": 3 * 1024**2},
    "FileAccessError": {"reason": "权限不足"},
    "UnknownFormatError": {"suffix": ".xyz"},
    "UnsupportedDocumentError": {"kind": "Word 文档"},
    "ContentMismatchError": {"suffix": ".jpg", "found": "网页"},
    "TooManyFilesError": {"max_files": 5},
    "UnsupportedArchiveError": {"kind": "RAR"},
    "NameTooLongError": {"max_length": 255},
    "ArchiveTooDeepError": {"max_depth": 3},
    "DamagedPageError": {"page_number": 7},
    "UnsupportedImageError": {"variant": "LAB"},
    "TooManyPagesError": {"pages": 9, "max_pages": 8},
    "PageTooLargeError": {"width_px": 60_000, "height_px": 60_000, "max_pixels": 120_000_000},
    "BatchSourceError": {"name": "批次.zip", "reason": "不存在。"},
}


def test_codes_are_one_for_each_reason_and_all_in_the_table() -> None:
    codes = [cls.code for cls in CLASSES]
    assert len(set(codes)) == len(codes) > 30
    table = ingest.errors.__doc__ or ""
    for cls in CLASSES:
        assert f"{cls.__name__} " in table
        assert f" {cls.code}" in table


def test_every_reason_is_a_chinese_sentence_with_its_facts() -> None:
    for cls in CLASSES:
        facts = FACTS.get(cls.__name__, {})
        error = cls(**facts)
        text = error.message if isinstance(error, FileProblemError) else str(error)
        assert text.endswith("。")
        assert sum("\u4e00" <= c <= "\u9fff" for c in text) > 8
        for fact in facts.values():
            if isinstance(fact, str):
                assert fact in text
