"""Pictures: JPEG, PNG, TIFF, BMP, WebP, GIF, HEIC, AVIF and JPEG 2000, as a viewer shows them."""

import io
import logging
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pillow_heif
from PIL import Image, ImageOps, TiffImagePlugin

from domain.images import PageImage
from ingest.errors import (
    DamagedImageError,
    FileAccessError,
    OutOfMemoryError,
    PageTooLargeError,
    TooManyPagesError,
    TruncatedImageError,
    UnsupportedImageError,
)
from ingest.jpeg import JpegState, check_jpeg, decode_jpeg
from ingest.limits import IngestLimits

logging.getLogger("PIL").addHandler(logging.NullHandler())  # else its errors go to the screen
Image.init()
pillow_heif.register_heif_opener()

_FORMATS = ("JPEG", "PNG", "TIFF", "BMP", "DIB", "WEBP", "GIF", "HEIF", "AVIF", "JPEG2000")
"""A photo with further pictures behind it (MPO) opens as JPEG."""

A4_LONG_SIDE_INCHES = 11.69
_ORIENTATION = 0x0112
_LEAKS = (
    OSError,
    ValueError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    LookupError,
    EOFError,
    RuntimeError,
    SyntaxError,
    struct.error,
    zlib.error,
)
"""What Pillow and its plug-ins were seen to raise on 60 damaged files, beside their own errors."""


def count_image_pages(path: Path, limits: IngestLimits) -> int:
    """Return the number of pages of a picture file.

    Only TIFF has pages; frames of an animation and the small pictures behind a photo are none.

    Raises:
        FileProblemError: The file is damaged or has too many pages.
    """
    with _translate_errors(limits), Image.open(path, formats=_FORMATS) as image:
        pages = _count_frames(image, limits.max_pages + 1)
    if pages > limits.max_pages:
        raise TooManyPagesError(pages=pages, max_pages=limits.max_pages)
    return pages


def _count_frames(image: Image.Image, at_most: int) -> int:
    """Count the pages of a TIFF without decoding; reduced copies of a page do not count."""
    if image.format != "TIFF":
        return 1
    return len(_list_tiff_pages(image, at_most))


def _list_tiff_pages(image: Image.Image, at_most: int) -> list[int]:
    """Return the frame numbers of the pages, thumbnails and masks left out."""
    pages: list[int] = []
    frame = 0
    while len(pages) < at_most and frame < 2 * at_most + 16:
        try:
            image.seek(frame)
        except EOFError:
            break
        tags = image.tag_v2  # type: ignore[attr-defined]
        # NewSubfileType: bit 0 reduced copy, bit 2 mask. Some writers mark every page as such.
        if not int(tags.get(254, 0) or 0) & 0b101:
            pages.append(frame)
        frame += 1
    return pages or [0]


def load_image_page(path: Path, page_index: int, limits: IngestLimits) -> PageImage:
    """Decode one page of a picture file.

    Turned by its EXIF mark, transparency on white, 16 bits scaled to 8, pixels made square, and
    scaled down to ``limits.max_page_pixels``.

    Raises:
        FileProblemError: The picture is damaged, cut off, too large or of an unknown variant.
        ValueError: There is no such page.
    """
    # Asked only for later pages: nearly all pictures have one, and a count opens the file again.
    if page_index < 0 or (page_index > 0 and page_index >= count_image_pages(path, limits)):
        raise ValueError(f"no page {page_index}")
    with _translate_errors(limits), Image.open(path, formats=_FORMATS) as image:
        if image.format == "TIFF":
            image.seek(_list_tiff_pages(image, page_index + 1)[page_index])
            _check_strips(image, path)
        aspect = _find_pixel_aspect(image)  # decoding forgets the turn
        width_px, height_px = image.size
        if width_px * height_px > limits.max_pixels:
            raise PageTooLargeError(width_px=width_px, height_px=height_px, max_pixels=limits.max_pixels)
        if _is_plain_jpeg(image, limits):
            pixels = _decode_plain_jpeg(image, path)
            if pixels is not None:
                return PageImage(pixels, estimate_dpi(pixels.shape[1], pixels.shape[0], _find_dpi(image)))
        if image.format in {"JPEG", "MPO"}:
            upright = _decode_jpeg(image, path, limits)
        else:
            image.load()
            upright = _turn(image)
        shown = _to_rgb(upright, image)
        dpi_tag = _find_dpi(image)
    page = _fit(shown, aspect, limits)
    scale = max(page.size) / max(1, *upright.size)
    pixels = np.asarray(page, dtype=np.uint8)
    return PageImage(pixels, estimate_dpi(pixels.shape[1], pixels.shape[0], dpi_tag * scale))


@contextmanager
def _translate_errors(limits: IngestLimits) -> Iterator[None]:
    """Say in our words what Pillow raises, and keep its warnings to ourselves."""
    before = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = limits.max_pixels
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PageTooLargeError(max_pixels=limits.max_pixels) from error
    except MemoryError as error:
        raise OutOfMemoryError from error
    except PermissionError as error:
        raise FileAccessError(error.strerror or "权限不足") from error
    except _LEAKS as error:
        if "truncated" in str(error).lower():
            raise TruncatedImageError from error
        raise DamagedImageError from error
    finally:
        Image.MAX_IMAGE_PIXELS = before


def _is_plain_jpeg(image: Image.Image, limits: IngestLimits) -> bool:
    """Tell whether a picture is an ordinary JPEG that is not to be scaled."""
    area = image.size[0] * image.size[1]
    return image.format in {"JPEG", "MPO"} and image.mode in {"RGB", "L"} and area <= limits.max_page_pixels


def _decode_plain_jpeg(image: Image.Image, path: Path) -> npt.NDArray[np.uint8] | None:
    """Decode an ordinary JPEG once, for its pixels and its warnings; ``None`` where OpenCV cannot."""
    state, pixels = decode_jpeg(path.read_bytes())
    _refuse_broken(state)
    if pixels is None or pixels.shape[1::-1] != image.size:
        return None
    orientation = _read_orientation(image)
    if orientation != 1:
        pixels = np.asarray(_transpose(Image.fromarray(pixels), orientation), np.uint8)
    return pixels


def _refuse_broken(state: JpegState) -> None:
    if state is JpegState.TRUNCATED:
        raise TruncatedImageError
    if state is JpegState.DAMAGED:
        raise DamagedImageError


def _decode_jpeg(image: Image.Image, path: Path, limits: IngestLimits) -> Image.Image:
    """Decode a JPEG that is whole; one that merely lacks its end mark is."""
    content = path.read_bytes()
    state = check_jpeg(content)
    _refuse_broken(state)
    orientation = _read_orientation(image)
    source = image
    if state is JpegState.NO_END_MARK:
        source = Image.open(io.BytesIO(content + b"\xff\xd9"), formats=_FORMATS)
    # The decoder can leave out detail that would be scaled away: 4 times faster for big photos.
    share = (limits.max_page_pixels / (source.size[0] * source.size[1])) ** 0.5
    if share < 0.5 and source.mode in {"RGB", "L"}:
        source.draft(source.mode, (int(source.size[0] * share), int(source.size[1] * share)))
    source.load()
    return _transpose(source, orientation)


def _check_strips(image: Image.Image, path: Path) -> None:
    """Refuse a TIFF page whose data lie beyond the end of the file: fax decoders fill with white."""
    tags = image.tag_v2  # type: ignore[attr-defined]
    size_bytes = path.stat().st_size
    for offsets_tag, counts_tag in ((273, 279), (324, 325)):
        offsets = tags.get(offsets_tag) or ()
        counts = tags.get(counts_tag) or ()
        if isinstance(offsets, int):
            offsets = (offsets,)
        if isinstance(counts, int):
            counts = (counts,)
        if any(offset + count > size_bytes for offset, count in zip(offsets, counts, strict=False)):
            raise TruncatedImageError


def _read_orientation(image: Image.Image) -> int:
    """Return the EXIF turn, 1 when there is none or it cannot be read."""
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except _LEAKS:
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _turn(image: Image.Image) -> Image.Image:
    """Apply the turn that a viewer applies. TIFF and HEIC are turned by their decoders."""
    if image.format in {"TIFF", "HEIF"}:
        return image
    return _transpose(image, _read_orientation(image))


_TRANSPOSES = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _transpose(image: Image.Image, orientation: int) -> Image.Image:
    method = _TRANSPOSES.get(orientation)
    return image if method is None else image.transpose(method)


def _to_rgb(image: Image.Image, source: Image.Image) -> Image.Image:
    """Turn any mode into RGB, or grey for grey pages to save memory while scaling."""
    mode = image.mode
    if mode in {"I", "F"} or mode.startswith("I;16"):
        return Image.fromarray(_scale_depth(np.asarray(image), source))
    if "transparency" in image.info or mode in {"RGBA", "LA", "PA", "La", "RGBa"}:
        return _compose(image.convert("RGBA"))
    if mode == "1":
        return image.convert("L")
    if mode in {"L", "RGB"}:
        return image
    if mode in {"P", "CMYK", "YCbCr", "RGBX", "HSV"}:
        return image.convert("RGB")
    raise UnsupportedImageError(mode)


def _scale_depth(values: npt.NDArray[np.generic], source: Image.Image) -> npt.NDArray[np.uint8]:
    """Scale samples of more than 8 bits to 8."""
    numbers = np.nan_to_num(values.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    bits = 16
    inverted = False
    if isinstance(source, TiffImagePlugin.TiffImageFile):
        declared = source.tag_v2.get(258, (16,))
        bits = int(declared[0] if isinstance(declared, tuple) else declared)
        inverted = source.tag_v2.get(262) == 0
    top = float(2 ** min(bits, 16) - 1)
    if values.dtype.kind == "f" or numbers.max(initial=0.0) > top or numbers.min(initial=0.0) < 0:
        # Floating point and 32-bit samples have no fixed range: the darkest is black.
        low, high = float(numbers.min()), float(numbers.max())
        numbers, top = numbers - low, max(high - low, 1e-6)
    elif 0 < numbers.max(initial=0.0) < top / 8:
        top = float(numbers.max())  # 10 or 12 bits kept in 16, which the file does not say
    grey = np.clip(numbers * (255.0 / top) + 0.5, 0, 255).astype(np.uint8)
    return 255 - grey if inverted else grey


def _compose(image: Image.Image) -> Image.Image:
    """Lay a picture with transparency on white paper."""
    page = Image.new("RGB", image.size, (255, 255, 255))
    page.paste(image, mask=image.getchannel("A"))
    low, high = page.convert("L").getextrema()
    least, most = image.getchannel("A").getextrema()
    if high - low < 16 and most - least > 64:  # type: ignore[operator]
        # White writing on nothing would vanish: show its shape.
        return ImageOps.invert(image.getchannel("A")).convert("RGB")
    return page


def _find_pixel_aspect(image: Image.Image) -> float:
    """Return height over width of a pixel: faxes in TIFF are not square."""
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return 1.0
    try:
        aspect = float(image.tag_v2[282]) / float(image.tag_v2[283])
    except _LEAKS:
        return 1.0
    if int(image.tag_v2.get(274, 1) or 1) in {5, 6, 7, 8}:
        aspect = 1 / aspect if aspect else 1.0
    # 204 x 98 and 204 x 196 dpi are the modes of fax; beyond that the mark is wrong.
    return aspect if 1.2 < aspect < 2.5 or 0.4 < aspect < 0.8 else 1.0


def _find_dpi(image: Image.Image) -> float:
    """Return the resolution that the file claims, 0 without one."""
    try:
        return float(max(image.info.get("dpi", (0.0, 0.0))))
    except _LEAKS:
        return 0.0


def _fit(image: Image.Image, aspect: float, limits: IngestLimits) -> Image.Image:
    """Make pixels square, bound the area, and end in RGB."""
    width, height = float(image.size[0]), float(image.size[1])
    if aspect > 1:
        height *= aspect
    else:
        width /= aspect
    share = min(1.0, (limits.max_page_pixels / (width * height)) ** 0.5)
    size = (max(1, round(width * share)), max(1, round(height * share)))
    if size != image.size:
        image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return image if image.mode == "RGB" else image.convert("RGB")


def estimate_dpi(width_px: int, height_px: int, claimed_dpi: float = 0.0) -> float:
    """Return the claimed resolution when it gives paper between A6 and A3, else that of an A4 page."""
    long_side = max(width_px, height_px)
    if claimed_dpi > 0 and 5.5 <= long_side / claimed_dpi <= 17.0:
        return claimed_dpi
    return long_side / A4_LONG_SIDE_INCHES
