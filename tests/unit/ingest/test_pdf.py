"""PDF pages as pictures."""

import io
import zlib
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image, TiffImagePlugin
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from domain.errors import FileProblemError
from ingest.limits import IngestLimits
from ingest.pages import count_pages, load_page
from ingest.pdf import close_documents
from tests.unit.ingest.paper_files import (
    LIMITS,
    batch_file,
    corners,
    drawn_pdf,
    encode,
    load_all,
    picture,
    scan_pdf,
)

UPRIGHT = ["red", "green", "blue", "black"]
FLATE = zlib.compress(picture().tobytes())
JPEG = encode(picture(), "JPEG", quality=95)


def _load(tmp_path: Path, content: bytes, limits: IngestLimits = LIMITS) -> np.ndarray:
    return load_page(batch_file(tmp_path, content), 0, limits=limits).image.pixels


def _code(tmp_path: Path, content: bytes, limits: IngestLimits = LIMITS) -> str:
    file = batch_file(tmp_path, content)
    with pytest.raises(FileProblemError) as caught:
        load_all(file, limits)
    return caught.value.code


def _save(pdf: pikepdf.Pdf, **options: object) -> bytes:
    buffer = io.BytesIO()
    pdf.save(buffer, **options)
    return buffer.getvalue()


def _pages(count: int) -> pikepdf.Pdf:
    pdf = pikepdf.new()
    for _ in range(count):
        pdf.add_blank_page()
    return pdf


def test_scan_comes_out_bit_for_bit_at_its_own_resolution(tmp_path: Path) -> None:
    page = load_page(
        batch_file(tmp_path, scan_pdf(FLATE, "/FlateDecode", page=(595.28, 841.89))), 0, limits=LIMITS
    )
    assert np.array_equal(page.image.pixels, np.asarray(picture()))
    assert round(page.image.dpi) == round((400 / 595.28 * 600 / 841.89) ** 0.5 * 72)
    assert page.words is None


@pytest.mark.parametrize(
    ("rotate", "expected"),
    [
        (90, ["blue", "red", "black", "green"]),
        (180, ["black", "blue", "green", "red"]),
        (270, ["green", "black", "red", "blue"]),
    ],
)
def test_page_turn_is_applied(tmp_path: Path, rotate: int, expected: list[str]) -> None:
    pixels = _load(tmp_path, scan_pdf(FLATE, "/FlateDecode", rotate=rotate))
    assert corners(pixels) == expected
    assert pixels.shape[:2] == ((400, 600) if rotate % 180 else (600, 400))


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ((200, 0, 0, 300, 0, 0), UPRIGHT),
        ((-200, 0, 0, 300, 200, 0), ["green", "red", "black", "blue"]),
        ((200, 0, 0, -300, 0, 300), ["blue", "black", "red", "green"]),
        ((0, 300, -200, 0, 200, 0), ["green", "black", "red", "blue"]),
    ],
)
def test_turned_and_mirrored_picture_is_shown_as_placed(
    tmp_path: Path, place: tuple[float, ...], expected: list[str]
) -> None:
    assert corners(_load(tmp_path, scan_pdf(FLATE, "/FlateDecode", place=place))) == expected


def test_crop_box_hides_what_lies_outside(tmp_path: Path) -> None:
    crop = {"/CropBox": pikepdf.Array([100, 150, 200, 300])}
    pixels = _load(tmp_path, scan_pdf(FLATE, "/FlateDecode", page_keys=crop))
    assert pixels.shape[:2] == (300, 200)
    assert np.array_equal(pixels, np.asarray(picture())[:300, 200:])


def test_colour_spaces_masks_and_decode_arrays_are_those_of_a_viewer(tmp_path: Path) -> None:
    half = np.zeros((600, 400), dtype=np.uint8)
    half[:, 200:] = 255
    inverted = {"/Decode": pikepdf.Array([1, 0])}
    dark_left = ["black", "white", "black", "white"]
    grey = scan_pdf(half.tobytes(), None, colour="/DeviceGray")
    assert corners(_load(tmp_path, grey)) == dark_left
    turned = scan_pdf(half.tobytes(), None, colour="/DeviceGray", image_keys=inverted)
    assert corners(_load(tmp_path, turned)) == dark_left[::-1]
    bits = scan_pdf(np.packbits(half // 255, axis=1).tobytes(), None, colour="/DeviceGray", bits=1)
    assert corners(_load(tmp_path, bits)) == dark_left
    cmyk = scan_pdf(encode(picture().convert("CMYK"), "JPEG"), "/DCTDecode", colour="/DeviceCMYK")
    assert corners(_load(tmp_path, cmyk)) != ["?"] * 4
    palette = pikepdf.Array(
        [pikepdf.Name.Indexed, pikepdf.Name.DeviceRGB, 1, pikepdf.String(b"\xff\0\0\0\xff\0")]
    )
    indexed = scan_pdf((half // 255).tobytes(), None, image_keys={"/ColorSpace": palette})
    assert corners(_load(tmp_path, indexed)) == ["red", "green", "red", "green"]


def test_strips_are_put_together_at_their_resolution(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(200, 300))
    images, content = {}, b""
    for i in range(6):
        strip = picture().crop((0, 100 * i, 400, 100 * i + 100))
        stream = pikepdf.Stream(pdf, encode(strip, "JPEG", quality=95))
        stream.Type, stream.Subtype, stream.Filter = (
            pikepdf.Name.XObject,
            pikepdf.Name.Image,
            pikepdf.Name.DCTDecode,
        )
        stream.Width, stream.Height, stream.BitsPerComponent = 400, 100, 8
        stream.ColorSpace = pikepdf.Name.DeviceRGB
        images[f"/I{i}"] = stream
        content += f"q 200 0 0 50 0 {250 - 50 * i} cm /I{i} Do Q ".encode()
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(images))
    page.obj.Contents = pikepdf.Stream(pdf, content)
    pixels = _load(tmp_path, _save(pdf))
    assert pixels.shape[:2] == (600, 400)
    assert corners(pixels) == UPRIGHT


@pytest.mark.parametrize("size", [(20.0, 30.0), (2000.0, 3000.0), (5.0, 7.5)])
def test_scan_on_a_page_of_odd_size_keeps_its_pixels(tmp_path: Path, size: tuple[float, float]) -> None:
    pixels = _load(tmp_path, scan_pdf(FLATE, "/FlateDecode", page=size))
    assert pixels.shape[:2] == (600, 400)
    assert corners(pixels) == UPRIGHT


def test_user_unit_changes_the_size_and_not_the_pixels(tmp_path: Path) -> None:
    content = scan_pdf(FLATE, "/FlateDecode", page=(297, 421), page_keys={"/UserUnit": 2})
    page = load_page(batch_file(tmp_path, content), 0, limits=LIMITS)
    assert corners(page.image.pixels) == UPRIGHT
    assert round(page.image.dpi, 1) == round((400 / 594 * 600 / 842) ** 0.5 * 72, 1)


def test_drawn_page_is_rendered_at_the_setting_and_a_card_larger(tmp_path: Path) -> None:
    page = load_page(batch_file(tmp_path, drawn_pdf(lambda c: c.line(0, 0, 9, 9))), 0, limits=LIMITS)
    assert page.image.pixels.shape[:2] == (2339, 1653)
    assert page.image.dpi == pytest.approx(200)
    card = _load(tmp_path, drawn_pdf(lambda c: c.line(0, 0, 9, 9), size=(243, 153)))
    assert card.shape[1] == 1654


def test_stamp_over_a_scan_is_seen(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(io.BytesIO(JPEG)), 0, 0, 595, 842)
        canvas.setFillColorRGB(0, 0, 1)
        canvas.rect(0, 642, 200, 200, stroke=0, fill=1)

    pixels = _load(tmp_path, drawn_pdf(draw))
    assert pixels.shape[:2] == (600, 400)
    assert corners(pixels)[0] == "blue"


def _damaged(kind: str) -> tuple[bytes, str | None, dict[str, object]]:
    """Return the data of a scan, its filter and its other keys."""
    if kind == "jpeg":
        return JPEG, "/DCTDecode", {}
    if kind == "flate":
        return FLATE, "/FlateDecode", {}
    if kind == "raw":
        return picture().tobytes(), None, {}
    if kind == "jpx":
        return encode(picture(), "JPEG2000"), "/JPXDecode", {}
    content = encode(picture().convert("1"), "TIFF", compression="group4", strip_size=10**6)
    with Image.open(io.BytesIO(content)) as image:
        assert isinstance(image, TiffImagePlugin.TiffImageFile)
        offset, length = int(image.tag_v2[273][0]), sum(image.tag_v2[279])
    parameters = pikepdf.Dictionary(K=-1, Columns=400, Rows=600)
    keys = {"image_keys": {"/DecodeParms": parameters}, "colour": "/DeviceGray", "bits": 1}
    return content[offset : offset + length], "/CCITTFaxDecode", keys


@pytest.mark.parametrize("kind", ["jpeg", "flate", "raw", "jpx", "fax"])
@pytest.mark.parametrize("share", [0.5, 0.95])
def test_scan_that_is_cut_off_is_refused_and_whole_it_is_read(
    tmp_path: Path, kind: str, share: float
) -> None:
    """The renderer would leave the missing part blank without an error."""
    data, name, keys = _damaged(kind)
    assert _load(tmp_path, scan_pdf(data, name, **keys)).shape[:2] == (600, 400)  # type: ignore[arg-type]
    cut = scan_pdf(data[: int(len(data) * share)], name, **keys)  # type: ignore[arg-type]
    assert _code(tmp_path, cut) == "damaged_page"


def test_jpeg_scan_that_lacks_only_its_end_mark_is_read(tmp_path: Path) -> None:
    assert corners(_load(tmp_path, scan_pdf(JPEG[:-2], "/DCTDecode"))) == UPRIGHT


def test_damaged_page_is_named_and_the_others_come_through(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    for data in (JPEG, JPEG[: len(JPEG) // 2], JPEG):
        pdf.pages.extend(pikepdf.open(io.BytesIO(scan_pdf(data, "/DCTDecode"))).pages)
    file = batch_file(tmp_path, _save(pdf))
    assert count_pages(file, limits=LIMITS) == 3
    assert corners(load_page(file, 2, limits=LIMITS).image.pixels) == UPRIGHT
    with pytest.raises(FileProblemError) as caught:
        load_page(file, 1, limits=LIMITS)
    assert caught.value.message == "第 2 页的数据已损坏，无法完整显示。请重新扫描这一页后再提交。"


def test_password_is_asked_for_only_where_opening_needs_one(tmp_path: Path) -> None:
    locked = _save(_pages(1), encryption=pikepdf.Encryption(user="u", owner="o"))
    assert _code(tmp_path, locked) == "encrypted_pdf"
    free = _save(_pages(1), encryption=pikepdf.Encryption(user="", owner="o"))
    assert count_pages(batch_file(tmp_path, free, "free"), limits=LIMITS) == 1


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (b"%PDF-1.4\n", {"damaged_pdf", "pdf_without_pages"}),
        (b"%PDF-1.7\n" + b"\x13\x37" * 2000, {"damaged_pdf", "pdf_without_pages"}),
        (_save(_pages(0)), {"pdf_without_pages"}),
        (_save(_pages(3))[:200], {"damaged_pdf", "pdf_without_pages"}),
    ],
)
def test_damaged_and_empty_documents_are_refused(tmp_path: Path, content: bytes, codes: set[str]) -> None:
    assert _code(tmp_path, content) in codes


def test_page_tree_that_bites_its_tail_ends(tmp_path: Path) -> None:
    pdf = _pages(2)
    pdf.Root.Pages.Kids.append(pdf.Root.Pages)
    pdf.Root.Pages.Count = 3
    file = batch_file(tmp_path, _save(pdf))
    count = count_pages(file, limits=LIMITS)
    assert 1 <= count <= 3
    load_page(file, 0, limits=LIMITS)


def test_too_many_pages_are_refused(tmp_path: Path) -> None:
    assert _code(tmp_path, _save(_pages(5)), IngestLimits(max_pages=4)) == "too_many_pages"


@pytest.mark.parametrize("count", [0, 1, -1, 2_000_000_000])
def test_pages_are_counted_and_not_believed(tmp_path: Path, count: int) -> None:
    """A count too small would hide pages."""
    pdf = _pages(3)
    pdf.Root.Pages.Count = count
    assert count_pages(batch_file(tmp_path, _save(pdf)), limits=LIMITS) == 3


def test_too_many_pixels_are_refused_before_decoding(tmp_path: Path) -> None:
    bomb = scan_pdf(zlib.compress(bytes(1000)), "/FlateDecode", size_px=(60_000, 60_000))
    assert _code(tmp_path, bomb) == "page_too_large"
    assert _code(tmp_path, drawn_pdf(lambda c: c.line(0, 0, 9, 9), size=(14_000, 14_000))) == "page_too_large"


def test_large_scan_is_scaled_to_the_bound(tmp_path: Path) -> None:
    pixels = _load(tmp_path, scan_pdf(FLATE, "/FlateDecode"), IngestLimits(max_page_pixels=60_000))
    assert pixels.shape[:2] == (300, 200)
    assert corners(pixels) == UPRIGHT


def test_replaced_file_is_read_anew_and_closed_files_can_go(tmp_path: Path) -> None:
    assert count_pages(batch_file(tmp_path, _save(_pages(2))), limits=LIMITS) == 2
    assert count_pages(batch_file(tmp_path, _save(_pages(3))), limits=LIMITS) == 3
    close_documents()
    (tmp_path / "f").unlink()


def test_page_that_is_not_there_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="page 1 of 1"):
        load_page(batch_file(tmp_path, _save(_pages(1))), 1, limits=LIMITS)


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    _code(tmp_path, scan_pdf(JPEG[:2000], "/DCTDecode"))
    _code(tmp_path, b"%PDF-1.7\n" + b"\x13\x37" * 2000)
    assert capfd.readouterr() == ("", "")
