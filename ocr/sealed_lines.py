"""Lines under the ink of a seal, read a second time without it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from domain.geometry import Box
from domain.images import PageImage
from domain.text import fold
from ocr.crops import dark_share, ink_share, is_covered, without_ornaments
from ocr.decode import DecodedLine, is_print
from ocr.found import LEAST_CONFIDENCE, SURE_CONFIDENCE, FoundLine, merge_readings
from ocr.grey_seals import find_grey_seals
from ocr.line_reader import LineReader
from ocr.seal_windows import COARSE_PX, FINE_PX, find_bands, search_window
from ocr.sealed_dates import find_torn_rows, is_full_date, is_piece, rank_dates
from ocr.seals import Circle, find_seal_circles, find_seal_ink, suppress_seals
from ocr.upright import Quad, quad_size

_UNDER_SEAL_SHARE = 0.03
_SEAL_TEXT_SHARE = 0.6
_NEAR_SEAL_SHARE = 0.01
"""Of a box that ink covers: its line may be longer without the ink."""

_PIECE_SHARE = 0.6
"""Of a box that lies in another box: then both are of one line."""

_WHOLE_SHARE = 0.85
"""Of the length of the longer box: two boxes of one line from there on hold all of it."""

_SURE_DATE = 0.9
_SURE_LINE = 0.97
"""Lines beside a seal are read with more than this, unless a stroke of it lies on them."""

_NAME_LENGTH = 4
_NEAR = 1.3
"""Of the seal's radius: so far from its middle a date is the one it was set on."""

_LEAST_REST_SHARE = 0.02
"""Of a box that is still dark without the ink: below it nothing is printed there."""


def read_under_seals(reader: LineReader, image: PageImage, lines: list[FoundLine]) -> list[FoundLine]:
    """Read what lies under seals a second time without their ink, and what only then appears.

    Args:
        reader: Reads boxes.
        image: The upright page.
        lines: What was found on it.

    Returns:
        The lines; those that were the seal's own lettering are gone, hidden ones are added, and a line that
        is found whole only without the ink stands in the place of its pieces.
    """
    seals = _find_seals(image)
    if seals is None:
        return lines
    sealed = _SealedPage(reader, image, seals, lines)
    bands = find_bands(seals.circles, image.height_px)
    if sealed.is_touched_outside(bands):
        # A seal whose ring was not found, or coloured print.
        bands = [(0, image.height_px)]
    for top, bottom in bands:
        sealed.add(reader.detect_rows(seals.plain.pixels, top, bottom), seals.plain)
    for circle in seals.circles:
        for diameter_px in (COARSE_PX, FINE_PX):
            if diameter_px == FINE_PX and not sealed.has_piece_at(circle):
                break
            for source in (image, seals.plain):
                if not sealed.has_date_at(circle):
                    sealed.add(search_window(reader, source.pixels, circle, diameter_px), source)
    return sealed.finish()


def without_seals(image: PageImage) -> PageImage | None:
    """Return a page without the ink of its seals, as it is read a second time; ``None`` without any."""
    seals = _find_seals(image)
    return seals.plain if seals is not None else None


@dataclass(frozen=True, slots=True, eq=False)
class _Seals:
    """The seals of a page."""

    ink: npt.NDArray[np.bool_]
    plain: PageImage
    """The page without the ink."""

    circles: list[Circle]
    """Where they lie, as far as they are round."""

    is_grey: bool = False
    """Found by its ring on a page without colour, where strokes of the print may go with the ink."""


def _find_seals(image: PageImage) -> _Seals | None:
    ink = find_seal_ink(image)
    if ink is not None:
        return _Seals(ink, suppress_seals(image, ink), find_seal_circles(ink))
    grey = find_grey_seals(image)
    return _Seals(*grey, is_grey=True) if grey is not None else None


class _SealedPage:
    """The lines of a page while those under its seals are put together."""

    def __init__(
        self, reader: LineReader, image: PageImage, seals: _Seals, lines: Sequence[FoundLine]
    ) -> None:
        self._reader = reader
        self._image = image
        self._seals = seals
        self._lines, self._unread = _sort_touched(image, seals.plain, seals.ink, lines)
        self._added: set[FoundLine] = set()
        """Found later than the first look at the page, and read from one picture only."""

        self._settled: set[FoundLine] = set()
        """Read with and without ink, and nothing is to be gained from another look."""

    def add(self, quads: Sequence[Quad], source: PageImage) -> None:
        """Read boxes that were found on a page with or without ink and put them among the lines."""
        quads = without_ornaments(quads, [line.quad for line in self._lines])
        is_plain = source is self._seals.plain
        wanted = [quad for quad in quads if self._may_be_new(quad, is_plain=is_plain)]
        for quad, read in zip(wanted, self._reader.read(source.pixels, wanted), strict=True):
            self._put(quad, read, is_plain=is_plain)

    def is_touched_outside(self, bands: Sequence[tuple[int, int]]) -> bool:
        """Tell whether ink lies on print outside some rows of the page, or there are no rows."""
        middles = [float(line.quad[:, 1].mean()) for line in self._unread]
        return not bands or any(not any(top <= y < bottom for top, bottom in bands) for y in middles)

    def has_date_at(self, circle: Circle) -> bool:
        """Tell whether a full date was surely read under or beside a seal."""
        return any(
            line.read.confidence >= _SURE_DATE
            and is_full_date(line.read.text)
            and _is_near(line.quad, circle)
            for line in self._lines
        )

    def has_piece_at(self, circle: Circle) -> bool:
        """Tell whether a part of a date was read there; a seal on a portrait has none."""
        return any(is_piece(line.read.text) and _is_near(line.quad, circle) for line in self._lines)

    def finish(self) -> list[FoundLine]:
        """Read without ink what was not yet, settle dates, and return the lines."""
        unread = [i for i, line in enumerate(self._lines) if line in self._unread]
        plain = self._seals.plain.pixels
        quads = [self._lines[i].quad for i in unread]
        for i, second in zip(unread, self._reader.read(plain, quads), strict=True):
            self._lines[i] = self._note(merge_readings(self._lines[i], second))
        lines, mended = self._mend_torn_dates()
        return mended + [self._look_again(line) for line in lines]

    def _look_again(self, line: FoundLine) -> FoundLine:
        """Read a line from all pictures that one or two of them have not made clear."""
        if not line.under_seal or line in self._settled:
            return line
        if is_piece(line.read.text):
            return self._read_date(line.quad) or line
        is_sure = line.read.confidence >= _SURE_LINE and not self._needs_witness(line)
        if is_sure or not is_print(line.read.text):
            return line
        others = sorted(self._read_all(line.quad), key=lambda reading: -reading.confidence)
        best = max((line.read, *others[:1]), key=lambda reading: reading.confidence)
        differing = (
            other
            for other in (line.read, *others)
            if other.best_text != best.best_text and other.confidence >= LEAST_CONFIDENCE
        )
        return replace(line, read=best, second=next(differing, line.second))

    def _needs_witness(self, line: FoundLine) -> bool:
        """Tell whether a line read from one picture only may be a number or a name: a stroke changes it."""
        text = fold(line.read.text)
        return line in self._added and (len(text) <= _NAME_LENGTH or any(map(str.isdigit, text)))

    def _note(self, merged: FoundLine) -> FoundLine:
        """Remember a line whose reading from both pictures needs no third."""
        if not self._seals.is_grey or (merged.second is None and merged.read.confidence >= _SURE_LINE):
            self._settled.add(merged)
        return merged

    def _read_date(self, quad: Quad) -> FoundLine | None:
        """Read a date from all pictures, ``None`` when nothing there looks like one."""
        readings = rank_dates(self._read_all(quad))
        if not readings:
            return None
        second = next((other for other in readings if other.best_text != readings[0].best_text), None)
        return FoundLine(quad, readings[0], under_seal=True, second=second)

    def _read_all(self, quad: Quad) -> list[DecodedLine]:
        plain = self._seals.plain.pixels
        return self._reader.read_with_and_without(self._image.pixels, plain, quad, faded=self._seals.is_grey)

    def _mend_torn_dates(self) -> tuple[list[FoundLine], list[FoundLine]]:
        """Read rows again whose date the seal has torn apart; keep a row that now holds a date.

        Returns:
            (the other lines, the rows)
        """
        # A piece between two strokes of the seal may itself be free of ink.
        near = [_bounds(line.quad) for line in self._lines if line.under_seal]
        sealed = [
            line
            for line in self._lines
            if line.under_seal or any(_are_neighbours(_bounds(line.quad), box) for box in near)
        ]
        rows = find_torn_rows([line.quad for line in sealed], [line.read.text for line in sealed])
        mended = [(pieces, self._read_date(quad)) for pieces, quad in rows]
        replaced = {sealed[i] for pieces, whole in mended if whole for i in pieces}
        return [line for line in self._lines if line not in replaced], [whole for _, whole in mended if whole]

    def _may_be_new(self, quad: Quad, *, is_plain: bool) -> bool:
        """Tell whether a box may say more than the lines known so far."""
        same = [line for line in self._lines if _is_one_line(quad, line.quad)]
        if len(same) == 1 and _are_as_long(quad, same[0].quad):
            # The same line, read from the picture with ink already. What the ink hardly touches is read
            # again only where one stroke more or less makes another date, or something went wrong.
            is_touchy = is_piece(same[0].read.text) or same[0].read.confidence < _SURE_LINE
            is_near = is_touchy and ink_share(self._seals.ink, quad) > _NEAR_SEAL_SHARE
            return is_plain and (same[0] in self._unread or is_near)
        if not same:
            return not is_covered(quad, [line.quad for line in self._lines])
        return not is_plain or ink_share(self._seals.ink, quad) > _NEAR_SEAL_SHARE

    def _put(self, quad: Quad, read: DecodedLine, *, is_plain: bool) -> None:
        pieces = [line for line in self._lines if _is_one_line(quad, line.quad)]
        if not pieces:
            self._exchange([], quad, read, is_plain=is_plain)
        elif len(pieces) == 1 and pieces[0] not in self._added and _are_as_long(quad, pieces[0].quad):
            self._lines[self._lines.index(pieces[0])] = self._note(_merge(pieces[0], quad, read))
            self._unread.discard(pieces[0])
        elif _is_whole_of(read, pieces):
            self._exchange(pieces, quad, read, is_plain=is_plain)

    def _exchange(
        self, pieces: Sequence[FoundLine], quad: Quad, read: DecodedLine, *, is_plain: bool
    ) -> None:
        """Put a line in the place of its pieces."""
        if (
            not is_plain
            and not is_piece(read.text)
            and dark_share(self._seals.plain, quad) < _LEAST_REST_SHARE
        ):
            return  # The seal's own lettering, gone with its ink.
        line = FoundLine(quad, read, under_seal=True)
        self._lines = [line for line in self._lines if line not in pieces] + [line]
        self._added.add(line)
        self._unread -= set(pieces)


def _sort_touched(
    image: PageImage, plain: PageImage, ink: npt.NDArray[np.bool_], lines: Sequence[FoundLine]
) -> tuple[list[FoundLine], set[FoundLine]]:
    """Mark the lines that ink touches and leave out what is the seal's own lettering.

    Returns:
        (the lines, those of them that hold print under the ink)
    """
    kept: list[FoundLine] = []
    touched: set[FoundLine] = set()
    for line in lines:
        share = ink_share(ink, line.quad)
        if share <= _UNDER_SEAL_SHARE:
            kept.append(line)
        elif dark_share(plain, line.quad) >= _LEAST_REST_SHARE:
            kept.append(replace(line, under_seal=True))
            touched.add(kept[-1])
        elif (
            share <= _SEAL_TEXT_SHARE * dark_share(image, line.quad)
            or line.read.confidence >= SURE_CONFIDENCE
        ):
            kept.append(replace(line, under_seal=True))
    return kept, touched


def _is_one_line(quad: Quad, place: Quad) -> bool:
    """Tell whether two boxes hold the same line or one a piece of the other's; ink makes boxes too high."""
    return is_covered(place, [quad], _PIECE_SHARE) or is_covered(quad, [place], _PIECE_SHARE)


def _are_as_long(quad: Quad, place: Quad) -> bool:
    shorter, longer = sorted((max(quad_size(quad)), max(quad_size(place))))
    return shorter >= _WHOLE_SHARE * longer


def _merge(line: FoundLine, quad: Quad, read: DecodedLine) -> FoundLine:
    """Keep both readings of one line, and the box of the better one."""
    merged = merge_readings(line, read)
    return replace(merged, quad=quad) if merged.read is read else merged


def _is_whole_of(read: DecodedLine, pieces: Sequence[FoundLine]) -> bool:
    """Tell whether a line found without the ink says all that its pieces say, and more or more surely."""
    seen = sum(len(fold(piece.read.text)) for piece in pieces)
    length = len(fold(read.text))
    if read.confidence < SURE_CONFIDENCE or length < seen:
        return False
    return length > seen or read.confidence > min(piece.read.confidence for piece in pieces)


def _is_near(quad: Quad, circle: Circle) -> bool:
    """Tell whether a box reaches into a seal or close to it."""
    (left, top), (right, bottom) = quad.min(axis=0).tolist(), quad.max(axis=0).tolist()
    dx = max(left - circle.x, 0.0, circle.x - right)
    dy = max(top - circle.y, 0.0, circle.y - bottom)
    return math.hypot(dx, dy) < _NEAR * circle.radius


def _bounds(quad: Quad) -> Box:
    (left, top), (right, bottom) = quad.min(axis=0).tolist(), quad.max(axis=0).tolist()
    return Box(left, top, right, bottom)


def _are_neighbours(box: Box, other: Box) -> bool:
    """Tell whether two boxes lie in one row within three line heights."""
    gap = max(box.left, other.left) - min(box.right, other.right)
    overlap = min(box.bottom, other.bottom) - max(box.top, other.top)
    return overlap > 0.3 * min(box.height, other.height) and gap < 3 * box.height
