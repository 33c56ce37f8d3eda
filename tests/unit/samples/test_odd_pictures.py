"""Odd pictures are what their names say, at little cost for whoever writes them."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from samples.odd_pictures import ODD_PICTURES, write_odd_pictures


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("odd")
    certificate = Image.new("RGB", (600, 800), "white")
    certificate.paste((10, 10, 10), (100, 40, 500, 90))
    write_odd_pictures(target, certificate)
    return target


def test_all_are_written(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == set(ODD_PICTURES)


def test_the_largest_is_small_on_disk_and_a_whole_png(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    path = folder / "超大.png"
    assert path.stat().st_size < 3_000_000
    with Image.open(path) as image:
        assert (image.size, image.mode) == ((20_000, 20_000), "RGB")
        # Pillow checks the sums of all chunks without unpacking them.
        image.verify()


def test_the_half_has_its_left_edge_only(folder: Path) -> None:
    with Image.open(folder / "半张.jpg") as half:
        assert half.width < 300
        assert half.height == 800


def test_upside_down_print_is_at_the_foot(folder: Path) -> None:
    with Image.open(folder / "倒置.jpg") as image:
        pixels = np.asarray(image.convert("L"), float)
    assert pixels[:400].mean() > pixels[400:].mean()


def test_the_preview_has_100_pixels_a_side(folder: Path) -> None:
    with Image.open(folder / "缩略图.png") as image:
        assert image.size == (100, 100)
