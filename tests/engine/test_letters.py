"""Commitment letters, printed, stamped, scanned and read by the real engine in worker processes.

Tolerances: which files are letters, whether a seal is on them, and the code of the product's own letters must
be right on every page; one character of a handwritten field may be misread, so none is compared here.
"""

import random
from dataclasses import dataclass, replace
from pathlib import Path

import pymupdf
import pytest
from PIL import Image

from bootstrap.settings import load_settings
from domain.text import fold
from jobs.documents import DocumentReading
from jobs.options import PipelineOptions
from jobs.read import read_files
from review.letters import check_letter, write_letter_pdf
from samples import fonts
from samples.degrade import degrade
from samples.letters import SEAL_AT, draw_letter, draw_text, stamp, write_on
from samples.paper import Faces, draw_image
from storage.page_cache import PageCache
from tests import letters
from tests.engine.conftest import SAMPLES

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("engine")]

_STYLES = ("song", "kai", "hei", "fang", "title", "hand", "dots")
_DPI = 150
_MM_PER_POINT = 25.4 / 72

LETTER = letters.letter(handler="马忠")


class _Silent:
    def start(self, stage: str, total: int) -> None:
        """Begin a stage."""

    def advance(self, steps: int = 1) -> None:
        """Finish some steps."""


@dataclass(frozen=True)
class _Desk:
    """An office that prints, stamps and scans."""

    folder: Path
    faces: Faces

    def own(self, name: str, how: str, *, is_stamped: bool, date: tuple[str, str, str] | None) -> Path:
        """Hand in the product's own letter."""
        pdf = self.folder / f"{name}.pdf"
        write_letter_pdf(LETTER, pdf)
        with pymupdf.open(pdf) as document:
            pixmap = document[0].get_pixmap(dpi=_DPI)
            label = document[0].search_for("日期：")[-1]
        image = Image.frombytes("RGB", (pixmap.width, pixmap.height), pixmap.samples)
        x, y = label.x1 * _MM_PER_POINT, label.y0 * _MM_PER_POINT
        if date is not None:
            places = zip((x + 3, x + 34, x + 53), date, strict=True)
            image = write_on(image, [(left, y - 1.5, text) for left, text in places], self.faces, dpi=_DPI)
        if is_stamped:
            image = stamp(image, LETTER.unit_name, self.faces, dpi=_DPI, at=(x + 20, y - 6), seed=1)
        return self._save(name, degrade(image, how, seed=7))

    def other(self, name: str, layout: str, how: str, *, is_stamped: bool) -> tuple[Path, str]:
        """Hand in a letter in another office's words; return its file and unit."""
        text = draw_text(random.Random(layout))
        image = draw_image(draw_letter(self.faces, text, layout), dpi=_DPI)
        if is_stamped:
            image = stamp(image, text.unit, self.faces, dpi=_DPI, at=SEAL_AT[layout], seed=2)
        return self._save(name, degrade(image, how, seed=8)), text.unit

    def _save(self, name: str, image: Image.Image) -> Path:
        path = self.folder / f"{name}.jpg"
        image.convert("RGB").save(path, quality=60)
        return path


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Desk:
    """An office with one font: it comes with a library, so that no package of the system is needed."""
    path = tmp_path / "fallback.ttf"
    path.write_bytes(pymupdf.Font("china-s").buffer)
    face = fonts.Face(str(path), "none")
    monkeypatch.setattr(fonts, "_LAST_RESORTS", (face,))
    return _Desk(tmp_path, dict.fromkeys(_STYLES, (face,)))


@pytest.fixture(scope="module")
def options(page_cache: Path) -> PipelineOptions:
    return replace(load_settings().to_options(), workers=1, cache_dir=page_cache)


def _read(paths: list[Path], options: PipelineOptions) -> list[DocumentReading]:
    cache = PageCache(options.cache_dir)
    try:
        readings = read_files(paths, options=options, cache=cache, progress=_Silent())
    finally:
        cache.close()
    assert len(readings) == len(paths)
    return list(readings.values())


def test_own_letters_come_back_from_paper(desk: _Desk, options: PipelineOptions) -> None:
    """A scan and a grey photocopy with everything, a scan that was neither stamped nor dated."""
    files = [
        desk.own("扫描", "scan", is_stamped=True, date=("2021", "4", "12")),
        desk.own("复印", "copy", is_stamped=True, date=("2021", "5", "8")),
        desk.own("未盖章", "scan", is_stamped=False, date=None),
    ]

    scan, copy, unstamped = (reading.letters[0] for reading in _read(files, options))

    assert check_letter(LETTER, scan) == ()
    assert (copy.codes, copy.has_seal, copy.unit) == ((LETTER.code,), True, LETTER.unit_name)
    assert copy.seals is not None
    assert copy.seals[0][1].is_grey
    assert [problem.code for problem in check_letter(LETTER, unstamped)] == ["no_seal", "no_date"]


def test_the_pdf_itself_is_a_letter_without_stamp(tmp_path: Path, options: PipelineOptions) -> None:
    """Its text layer is read, and its picture looked at for a seal."""
    path = tmp_path / "承诺书.pdf"
    write_letter_pdf(LETTER, path)

    ((letter,),) = (reading.letters for reading in _read([path], options))

    assert letter.codes == (LETTER.code,)
    assert [problem.code for problem in check_letter(LETTER, letter)] == ["no_seal", "no_date"]


def test_letters_in_other_words_are_recognised_and_bear_no_code(
    desk: _Desk, options: PipelineOptions
) -> None:
    stamped, unit = desk.other("诚信", "sincerity", "photo", is_stamped=True)
    bare, other_unit = desk.other("承诺函", "undertaking", "copy", is_stamped=False)

    first, second = (reading.letters[0] for reading in _read([stamped, bare], options))

    assert (first.unit, first.has_seal, first.codes) == (fold(unit), True, ())
    assert (second.unit, second.has_seal, second.codes) == (fold(other_unit), False, ())


def test_approvals_and_certificates_are_no_letters(options: PipelineOptions) -> None:
    folder = SAMPLES / "01-平板扫描"
    approval, certificate = _read([folder / "榆政人社发批文.pdf", folder / "证书" / "IMG_3028.jpg"], options)

    assert approval.approvals
    assert certificate.candidates
    assert approval.letters == certificate.letters == ()
