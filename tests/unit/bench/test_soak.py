"""The soak's batch has the pages that it promises, and its report says only what one worker showed."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bench.command import CheckRun, Usage
from bench.soak import count_pictures, main, make_report, write_batch
from ingest.batch import Batch, open_batch
from ingest.limits import IngestLimits
from ingest.pages import count_pages, load_page
from ingest.pdf import close_documents
from ingest.sniff import FileKind

LIMITS = IngestLimits()


def _pictures(folder: Path, count: int) -> list[Path]:
    folder.mkdir()
    paths = [folder / f"{number:05d}.jpg" for number in range(count)]
    for number, path in enumerate(paths):
        Image.new("RGB", (83, 117), (8 * (number % 32), 40 * (number // 32), 200)).save(path, dpi=(200, 200))
    return paths


def _batch(tmp_path: Path, pages: int) -> Batch:
    write_batch(tmp_path / "批次", _pictures(tmp_path / "pictures", count_pictures(pages)), pages)
    return open_batch(tmp_path / "批次", work_dir=tmp_path / "work", limits=LIMITS)


@pytest.mark.parametrize("pages", [1, 25, 26, 60, 200, 201, 226, 430])
def test_a_batch_has_as_many_pages_as_asked_for(tmp_path: Path, pages: int) -> None:
    batch = _batch(tmp_path, pages)

    papers = [file for file in batch.files if file.kind is not FileKind.SHEET]
    assert sum(count_pages(file, limits=LIMITS) for file in papers) == pages
    assert not batch.problems
    # A page is known by its file and number: no two files may be alike.
    assert len({file.sha256 for file in papers}) == len(papers)
    close_documents()


def test_files_and_documents_take_turns_in_the_order_of_reading(tmp_path: Path) -> None:
    kinds = [file.kind for file in _batch(tmp_path, 425).files if file.kind is not FileKind.SHEET]

    turn = [FileKind.IMAGE] * 25 + [FileKind.PDF]
    assert kinds == [*turn, *turn, *([FileKind.IMAGE] * 25)]


def test_a_picture_is_in_its_document_once_and_shown_pixel_by_pixel(tmp_path: Path) -> None:
    batch = _batch(tmp_path, 200)
    alone, document = batch.files[0], next(file for file in batch.files if file.kind is FileKind.PDF)

    shown = [load_page(document, index, limits=LIMITS).image for index in (0, 25, 150)]

    original = load_page(alone, 0, limits=LIMITS).image
    assert {(image.width_px, image.height_px) for image in shown} == {(83, 117)}
    assert all(abs(image.pixels.astype(int) - original.pixels).max() <= 2 for image in shown)
    assert document.path.read_bytes().count(b"/Subtype /Image") == 25
    close_documents()


def _log(*resident: float) -> tuple[Usage, ...]:
    return tuple({"resident_mib": value, "peak_mib": value + 100} for value in resident)


def _report(*workers: tuple[Usage, ...], wanted: int = 300) -> dict[str, Any]:
    run = CheckRun(wall_seconds=600.0, cpu_seconds=500.0, workers=workers)
    return make_report(run, wanted=wanted, begin=100, end=275)


def test_current_and_highest_memory_are_measured_of_the_one_worker() -> None:
    report = _report(_log(*[1000.0] * 200, *[1040.0] * 100))

    assert report["pages_read"] == 300
    assert report["pages_per_second"] == 0.5
    assert report["growth"]["resident"] == {
        "from_page": 100,
        "to_page": 275,
        "from_mib": 1000.0,
        "to_mib": 1040.0,
        "share": pytest.approx(0.04),
    }
    assert report["growth"]["peak"]["share"] == pytest.approx(40 / 1100)
    assert report["within_target"] is True


def test_more_growth_than_allowed_misses_the_target() -> None:
    assert _report(_log(*[1000.0] * 200, *[1051.0] * 100))["within_target"] is False


def test_a_worker_that_was_replaced_is_said_and_measured_to_its_own_last_page() -> None:
    # Taken as one series the two would seem to shrink.
    report = _report(_log(*[1000.0] * 150, *[1200.0] * 50), _log(*[800.0] * 100))

    assert report["pages_by_worker"] == [200, 100]
    assert report["growth"]["resident"]["to_page"] == 200
    assert report["growth"]["resident"]["share"] == pytest.approx(0.2)
    assert report["within_target"] is False


def test_workers_that_never_lived_long_enough_give_no_growth() -> None:
    report = _report(*[_log(*[1000.0] * 60)] * 5)

    assert (report["growth"], report["within_target"]) == ({}, None)


def test_pages_that_could_not_be_read_are_missing_from_the_count() -> None:
    report = _report(_log(*[1000.0] * 280))

    assert (report["pages_wanted"], report["pages_read"]) == (300, 280)


def test_windows_that_would_overlap_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--pages", "100", "--from", "60"])

    assert stop.value.code == 2
    assert "--from" in capsys.readouterr().err
