"""Lines under the ink of a seal, read a second time without it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from domain.geometry import Box
from domain.images import PageImage
from ocr.crops import dark_share, ink_share, is_covered
from ocr.decode import DecodedLine
from ocr.found import SURE_CONFIDENCE, FoundLine, merge_readings
from ocr.grey_seals import find_grey_seals
from ocr.line_reader import LineReader
from ocr.sealed_dates import find_torn_rows, is_full_date, looks_like_date
from ocr.seals import find_seal_ink, suppress_seals
from ocr.upright import Quad

_UNDER_SEAL_SHARE = 0.03
_SEAL_TEXT_SHARE = 0.6
_WHOLE_SHARE = 0.85
"""Of a box that lies in boxes known already: then it is no longer than they are."""

_LEAST_REST_SHARE = 0.02
"""Of a box that is still dark without the ink: below it nothing is printed there."""


def read_under_seals(reader: LineReader, image: PageImage, lines: list[FoundLine]) -> list[FoundLine]:
    """Read what lies under coloured ink a second time without the ink, and what only then appears.

    Args:
        reader: Reads boxes.
        image: The upright page.
        lines: What was found on it.

    Returns:
        The lines; those that were the seal's own lettering are gone, hidden ones are added.
    """
    found = _without_seals(image)
    if found is None:
        return lines
    ink, plain = found
    lines = _read_touched(reader, image, plain, ink, lines)
    fresh = reader.detect(plain.pixels)
    places = [line.quad for line in lines]
    hidden = [quad for quad in fresh if not is_covered(quad, places)]
    longer = [
        quad
        for quad in fresh
        if ink_share(ink, quad) > _UNDER_SEAL_SHARE / 3
        and is_covered(quad, places)
        and not is_covered(quad, places, _WHOLE_SHARE)
    ]
    for quad, read in zip(longer, reader.read(plain.pixels, longer), strict=True):
        lines = _exchange_pieces(lines, quad, read)
    lines = lines + [
        FoundLine(quad, read, under_seal=True)
        for quad, read in zip(hidden, reader.read(plain.pixels, hidden), strict=True)
    ]
    return _mend_dates(reader, image, plain, lines)


def _without_seals(image: PageImage) -> tuple[npt.NDArray[np.bool_], PageImage] | None:
    """Return the mask of the seals' ink and the page without it; ``None`` when the page has no seal."""
    ink = find_seal_ink(image)
    return (ink, suppress_seals(image, ink)) if ink is not None else find_grey_seals(image)


def _read_touched(
    reader: LineReader,
    image: PageImage,
    plain: PageImage,
    ink: npt.NDArray[np.bool_],
    lines: Sequence[FoundLine],
) -> list[FoundLine]:
    """Read the lines that ink touches again; leave out what is the seal's own lettering."""
    result = list(lines)
    again: list[int] = []
    lettering: set[int] = set()
    for i, line in enumerate(lines):
        share = ink_share(ink, line.quad)
        if share <= _UNDER_SEAL_SHARE:
            continue
        result[i] = replace(line, under_seal=True)
        if dark_share(plain, line.quad) >= _LEAST_REST_SHARE:
            again.append(i)
        elif (
            share > _SEAL_TEXT_SHARE * dark_share(image, line.quad) and line.read.confidence < SURE_CONFIDENCE
        ):
            lettering.add(i)
    for i, second in zip(again, reader.read(plain.pixels, [lines[i].quad for i in again]), strict=True):
        result[i] = merge_readings(result[i], second)
    return [line for i, line in enumerate(result) if i not in lettering]


def _exchange_pieces(lines: list[FoundLine], quad: Quad, read: DecodedLine) -> list[FoundLine]:
    """Put a line that is found in its full length only without ink in the place of its pieces."""
    pieces = [i for i, line in enumerate(lines) if line.under_seal and is_covered(line.quad, [quad], 0.6)]
    seen = max((len(lines[i].read.text) for i in pieces), default=0)
    if not pieces or read.confidence < SURE_CONFIDENCE or len(read.text) <= seen:
        return lines
    return [line for i, line in enumerate(lines) if i not in pieces] + [
        FoundLine(quad, read, under_seal=True)
    ]


def _mend_dates(
    reader: LineReader, image: PageImage, plain: PageImage, lines: list[FoundLine]
) -> list[FoundLine]:
    """Read rows again whose date the seal has torn apart; keep a row that now holds a full date."""
    # A piece between two strokes of the seal may itself be free of ink.
    near = [_bounds(line.quad) for line in lines if line.under_seal]
    sealed = [
        i
        for i, line in enumerate(lines)
        if line.under_seal or any(_are_neighbours(_bounds(line.quad), box) for box in near)
    ]
    rows = find_torn_rows([lines[i].quad for i in sealed], [lines[i].read.text for i in sealed])
    replaced: set[int] = set()
    added: list[FoundLine] = []
    for pieces, quad in rows:
        readings = [reader.read(page.pixels, [quad])[0] for page in (image, plain)]
        readings = [line for line in readings if looks_like_date(line.text)]
        if not readings:
            continue
        readings.sort(key=lambda line: (not is_full_date(line.text), -line.confidence))
        whole = FoundLine(quad, readings[0], under_seal=True)
        added.append(merge_readings(whole, readings[-1]) if len(readings) > 1 else whole)
        replaced |= {sealed[i] for i in pieces}
    return [line for i, line in enumerate(lines) if i not in replaced] + added


def _bounds(quad: Quad) -> Box:
    (left, top), (right, bottom) = quad.min(axis=0).tolist(), quad.max(axis=0).tolist()
    return Box(left, top, right, bottom)


def _are_neighbours(box: Box, other: Box) -> bool:
    """Tell whether two boxes lie in one row within three line heights."""
    gap = max(box.left, other.left) - min(box.right, other.right)
    overlap = min(box.bottom, other.bottom) - max(box.top, other.top)
    return overlap > 0.3 * min(box.height, other.height) and gap < 3 * box.height
