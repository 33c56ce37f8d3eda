"""Pages survive the cache unchanged, and a broken cache is a sentence."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from domain.geometry import Box
from domain.lattice import Lattice
from domain.records import PageReading, Rule, SealMark, TextLine
from storage.page_cache import CacheUnusableError, PageCache, page_key
from storage.page_codec import pack_page, unpack_page


def _page() -> PageReading:
    lattice = Lattice(
        np.array([[24352, -1], [0, 19977]], dtype=np.int32),
        np.array([[0.0, -np.inf], [-0.1, -2.0]], dtype=np.float32),
    )
    second = TextLine(
        "张", Box(0.1, 0.2, 0.3, 0.25).to_polygon(), 0.5, Lattice.of_text("张"), under_seal=True
    )
    line = TextLine(
        "张三", Box(0.1, 0.2, 0.3, 0.25).to_polygon(), 0.9, lattice, under_seal=True, second=second
    )
    rule = Rule((0.1, 0.5), (0.9, 0.5))
    return PageReading("a.jpg", 2, 800, 600, (line,), (rule,), turn_deg=90, skew_deg=1.5)


def test_a_page_comes_back_as_it_was_under_its_new_name() -> None:
    page = _page()

    back = unpack_page(pack_page(page), file="other/b.jpg")

    assert (back.file, back.page_number, back.width_px, back.height_px) == ("other/b.jpg", 2, 800, 600)
    assert (back.rules, back.turn_deg, back.skew_deg, back.from_text_layer) == (page.rules, 90, 1.5, False)
    (line,), (before,) = back.lines, page.lines
    assert (line.text, line.polygon, line.confidence, line.under_seal) == ("张三", before.polygon, 0.9, True)
    np.testing.assert_array_equal(line.lattice.codes, before.lattice.codes)
    np.testing.assert_array_equal(line.lattice.log_probabilities, before.lattice.log_probabilities)
    assert line.second is not None
    assert line.second.lattice.exact


@pytest.mark.parametrize(
    "seals",
    [
        pytest.param(None, id="not-looked-for"),
        pytest.param((), id="none"),
        pytest.param((SealMark(Box(0.1, 0.2, 0.3, 0.4), is_grey=True),), id="one"),
    ],
)
def test_seals_come_back_and_none_is_not_the_same_as_not_looked_for(
    seals: tuple[SealMark, ...] | None,
) -> None:
    assert unpack_page(pack_page(replace(_page(), seals=seals)), file="a.jpg").seals == seals


def test_what_one_cache_saved_the_next_one_loads(tmp_path: Path) -> None:
    first = PageCache(tmp_path / "cache")
    first.save("a", b"one")
    first.close()

    second = PageCache(tmp_path / "cache")

    assert second.load(["a", "b"]) == {"a": b"one"}
    second.close()


def test_many_keys_are_looked_up_in_parts(tmp_path: Path) -> None:
    cache = PageCache(tmp_path)
    cache.save("1999", b"x")

    assert cache.load(str(number) for number in range(2000)) == {"1999": b"x"}
    cache.close()


def test_saving_twice_keeps_the_first(tmp_path: Path) -> None:
    cache = PageCache(tmp_path)
    cache.save("a", b"one")
    cache.save("a", b"two")

    assert cache.load(["a"]) == {"a": b"one"}
    cache.close()


def test_a_file_that_is_no_database_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "pages.sqlite").write_bytes(b"no database, but longer than a header " * 200)

    with pytest.raises(CacheUnusableError, match="缓存文件无法使用") as caught:
        PageCache(tmp_path)
    assert caught.value.code == "cache_unusable"


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(CacheUnusableError):
        PageCache(tmp_path / "file" / "cache")


def test_another_file_page_or_reader_has_another_key() -> None:
    keys = {page_key("a", 0, "1"), page_key("b", 0, "1"), page_key("a", 1, "1"), page_key("a", 0, "2")}

    assert len(keys) == 4
