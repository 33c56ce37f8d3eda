"""Pictures as pages."""

import io
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image, TiffImagePlugin

from domain.errors import FileProblemError
from ingest.images import estimate_dpi
from ingest.limits import IngestLimits
from ingest.pages import count_pages, load_page
from tests.unit.ingest.paper_files import LIMITS, batch_file, corners, encode, load_all, picture

UPRIGHT = ["red", "green", "blue", "black"]
_TURNS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def _code(tmp_path: Path, content: bytes, limits: IngestLimits = LIMITS) -> str:
    file = batch_file(tmp_path, content)
    with pytest.raises(FileProblemError) as caught:
        load_all(file, limits)
    return caught.value.code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("turn", list(_TURNS))
def test_exif_turn_is_applied_once(tmp_path: Path, kind: str, turn: int) -> None:
    stored, method = picture(), _TURNS[turn]
    if method is not None:
        stored = stored.transpose(method)
    exif = Image.Exif()
    exif[0x0112] = turn
    page = load_page(batch_file(tmp_path, encode(stored, kind, exif=exif)), 0, limits=LIMITS)
    assert corners(page.image.pixels) == UPRIGHT
    assert page.image.pixels.shape == (600, 400, 3)
    assert page.image.pixels.dtype == np.uint8
    assert page.words is None


def test_heic_with_a_turn_is_upright(tmp_path: Path) -> None:
    pillow_heif.register_heif_opener()
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = picture().transpose(Image.Transpose.ROTATE_90)
    page = load_page(
        batch_file(tmp_path, encode(stored, "HEIF", exif=exif.tobytes(), quality=90)), 0, limits=LIMITS
    )
    assert corners(page.image.pixels) == UPRIGHT


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "YCbCr"])
@pytest.mark.parametrize("kind", ["TIFF", "PNG", "JPEG", "BMP", "GIF", "JPEG2000"])
def test_every_mode_becomes_rgb(tmp_path: Path, mode: str, kind: str) -> None:
    image = Image.new("L", (40, 60), 255)
    image.paste(0, (0, 0, 20, 60))
    try:
        content = encode(image.convert("RGB").convert(mode), kind)
    except (OSError, KeyError, ValueError):
        content = encode(image, kind)  # the format has no such mode: grey at least
    pixels = load_page(batch_file(tmp_path, content), 0, limits=LIMITS).image.pixels
    assert corners(pixels) == ["black", "white", "black", "white"]


def test_adobe_cmyk_jpeg_is_not_inverted(tmp_path: Path) -> None:
    content = encode(picture().convert("CMYK"), "JPEG", quality=95)
    assert corners(load_page(batch_file(tmp_path, content), 0, limits=LIMITS).image.pixels) == UPRIGHT


@pytest.mark.parametrize(("top", "photometric"), [(65535, 1), (65535, 0), (4095, 1)])
def test_sixteen_bits_are_scaled(tmp_path: Path, top: int, photometric: int) -> None:
    values = np.zeros((60, 40), dtype=np.uint16)
    values[:, 20:] = top
    info = TiffImagePlugin.ImageFileDirectory_v2()
    info[262] = photometric
    content = encode(Image.fromarray(values), "TIFF", tiffinfo=info)
    pixels = load_page(batch_file(tmp_path, content), 0, limits=LIMITS).image.pixels
    dark, light = ("black", "white") if photometric else ("white", "black")
    assert corners(pixels) == [dark, light, dark, light]


def test_transparency_is_laid_on_white(tmp_path: Path) -> None:
    image = Image.new("RGBA", (40, 60), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (0, 0, 20, 60))
    pixels = load_page(batch_file(tmp_path, encode(image, "PNG")), 0, limits=LIMITS).image.pixels
    assert corners(pixels) == ["black", "white", "black", "white"]


def test_white_writing_on_nothing_is_made_visible(tmp_path: Path) -> None:
    image = Image.new("RGBA", (40, 60), (255, 255, 255, 0))
    image.paste((255, 255, 255, 255), (0, 0, 20, 60))
    pixels = load_page(batch_file(tmp_path, encode(image, "PNG")), 0, limits=LIMITS).image.pixels
    assert corners(pixels) == ["black", "white", "black", "white"]


@pytest.mark.parametrize("compression", [None, "tiff_lzw", "group4", "jpeg", "tiff_deflate"])
def test_pages_of_a_tiff_come_one_by_one(tmp_path: Path, compression: str | None) -> None:
    pages = [Image.new("L", (100 + 10 * i, 200), 255).convert("RGB") for i in range(3)]
    if compression == "group4":
        pages = [page.convert("1") for page in pages]
    content = encode(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression=compression)
    file = batch_file(tmp_path, content)
    assert count_pages(file, limits=LIMITS) == 3
    widths = [load_page(file, i, limits=LIMITS).image.width_px for i in (2, 0, 1)]
    assert widths == [120, 100, 110]
    with pytest.raises(FileProblemError):
        count_pages(file, limits=IngestLimits(max_pages=2))


def test_thumbnail_in_a_tiff_is_no_page(tmp_path: Path) -> None:
    info = TiffImagePlugin.ImageFileDirectory_v2()
    info[254] = 1
    small = picture(40, 64)
    small.encoderinfo = {"tiffinfo": info}
    content = encode(picture(), "TIFF", save_all=True, append_images=[small])
    assert count_pages(batch_file(tmp_path, content), limits=LIMITS) == 1


def test_animation_is_one_page(tmp_path: Path) -> None:
    frames = [Image.new("L", (40, 60), shade) for shade in (0, 255)]
    file = batch_file(tmp_path, encode(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert count_pages(file, limits=LIMITS) == 1
    assert load_page(file, 0, limits=LIMITS).image.pixels.max() == 0


def test_fax_pixels_are_made_square(tmp_path: Path) -> None:
    content = encode(Image.new("1", (1728, 1100), 1), "TIFF", compression="group4", dpi=(204, 98))
    assert load_page(batch_file(tmp_path, content), 0, limits=LIMITS).image.pixels.shape[:2] == (2290, 1728)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_large_page_is_scaled_to_the_bound(tmp_path: Path, kind: str) -> None:
    limits = IngestLimits(max_page_pixels=60_000)
    page = load_page(batch_file(tmp_path, encode(picture(800, 1200), kind)), 0, limits=limits)
    assert page.image.pixels.shape == (300, 200, 3)
    assert corners(page.image.pixels) == UPRIGHT


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "GIF", "BMP", "WEBP", "HEIF"])
def test_too_many_pixels_are_refused(tmp_path: Path, kind: str) -> None:
    content = encode(picture(), kind)
    assert _code(tmp_path, content, IngestLimits(max_pixels=100_000)) == "page_too_large"


def test_declared_size_alone_is_refused_before_decoding(tmp_path: Path) -> None:
    content = bytearray(encode(picture(), "BMP"))
    content[18:26] = (60_000).to_bytes(4, "little") * 2
    file = batch_file(tmp_path, bytes(content))
    with pytest.raises(FileProblemError, match="请用 300 dpi 左右的分辨率重新扫描后再提交"):
        load_page(file, 0, limits=LIMITS)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.97])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "BMP", "WEBP", "JPEG2000"])
def test_cut_off_picture_is_refused(tmp_path: Path, kind: str, share: float) -> None:
    content = encode(picture(), kind)
    assert _code(tmp_path, content[: int(len(content) * share)]) in {"truncated_image", "damaged_image"}


@pytest.mark.parametrize("progressive", [False, True])
def test_half_a_jpeg_with_an_end_mark_is_refused(tmp_path: Path, progressive: bool) -> None:
    """Its lower half would be plain grey, and every library but one says nothing."""
    content = encode(picture(), "JPEG", progressive=progressive)
    assert _code(tmp_path, content[: len(content) // 2] + b"\xff\xd9") == "truncated_image"


def test_jpeg_filled_up_with_zeros_is_refused(tmp_path: Path) -> None:
    content = encode(picture(), "JPEG")
    half = len(content) // 2
    assert _code(tmp_path, content[:half] + bytes(half)) in {"truncated_image", "damaged_image"}


def test_jpeg_that_lacks_only_its_end_mark_is_read(tmp_path: Path) -> None:
    page = load_page(batch_file(tmp_path, encode(picture(), "JPEG")[:-2]), 0, limits=LIMITS)
    assert corners(page.image.pixels) == UPRIGHT


def test_fax_tiff_whose_last_strip_is_missing_is_refused(tmp_path: Path) -> None:
    content = encode(picture().convert("1"), "TIFF", compression="group4")
    with Image.open(io.BytesIO(content)) as image:
        assert isinstance(image, TiffImagePlugin.TiffImageFile)
        offset = int(image.tag_v2[273][-1])
    moved = content.replace(offset.to_bytes(4, "little"), (len(content) - 5).to_bytes(4, "little"))
    assert _code(tmp_path, moved) == "truncated_image"


@pytest.mark.parametrize(
    "head", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"GIF89a", b"RIFF\0\0\0\0WEBP"]
)
def test_rubbish_behind_a_good_mark_is_damaged(tmp_path: Path, head: bytes) -> None:
    assert _code(tmp_path, head + b"\x13\x37" * 400) in {"damaged_image", "truncated_image"}


@pytest.mark.parametrize(
    ("size", "claimed", "dpi"),
    [((2480, 3508), 300, 300), ((2480, 3508), 72, 300), ((3508, 2480), 0, 300), ((4000, 3000), 72, 342)],
)
def test_dpi_is_that_of_a_likely_paper(size: tuple[int, int], claimed: float, dpi: int) -> None:
    assert round(estimate_dpi(*size, claimed)) == dpi


def test_page_that_is_not_there_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="page 1"):
        load_page(batch_file(tmp_path, encode(picture(), "PNG")), 1, limits=LIMITS)
