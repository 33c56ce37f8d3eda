"""Pages for the speed bench: every kind under every degradation, with the lines that stand on them."""

from pathlib import Path

import pytest
from PIL import Image

from samples.speed_pages import SpeedPage, write_speed_pages

pytestmark = pytest.mark.usefixtures("built_in_fonts")


def test_kinds_and_degradations_come_in_equal_parts(tmp_path: Path) -> None:
    pages = write_speed_pages(tmp_path, seed=3, pages=8)

    assert len({(page.kind, page.degradation) for page in pages}) == 8
    assert all(page.path.is_file() for page in pages)


def test_a_page_is_a4_at_200_dpi(tmp_path: Path) -> None:
    pages = write_speed_pages(tmp_path, seed=3, pages=4)

    for page in pages:
        with Image.open(page.path) as image:
            assert sorted(image.size) == [1654, 2339]


def test_a_list_page_names_many_people_and_a_certificate_few(tmp_path: Path) -> None:
    certificate, listed, *_ = write_speed_pages(tmp_path, seed=3, pages=2)

    assert (certificate.kind, listed.kind) == ("certificate", "list")
    assert 10 < len(certificate.lines) < 60
    assert len(listed.lines) > 150


def test_lines_have_no_blanks(tmp_path: Path) -> None:
    pages: list[SpeedPage] = write_speed_pages(tmp_path, seed=4, pages=2)

    assert all(line == "".join(line.split()) != "" for page in pages for line in page.lines)


def test_equal_seeds_give_equal_pages(tmp_path: Path) -> None:
    one, other = (write_speed_pages(tmp_path / name, seed=5, pages=2) for name in ("1", "2"))

    assert [page.lines for page in one] == [page.lines for page in other]
    assert [page.path.read_bytes() for page in one] == [page.path.read_bytes() for page in other]
