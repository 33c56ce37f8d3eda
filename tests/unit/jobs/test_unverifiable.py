"""From a row with a character that the recogniser cannot write to its sentence and picture."""

import io
import re
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import pymupdf
import pytest
from PIL import Image, ImageDraw, ImageFont

from domain.fields import Field
from domain.findings import (
    BatchFinding,
    BatchResult,
    Evidence,
    FieldFinding,
    Issue,
    Kind,
    RowFinding,
    Status,
    Verdict,
)
from domain.geometry import Polygon
from ingest.batch import BatchFile
from ingest.sniff import FileKind
from jobs import workers
from jobs.options import PipelineOptions
from jobs.pool import WorkerPool
from jobs.unverifiable import add_drawings, compare_unverifiable

ALPHABET = frozenset("赵负员贞鸥明")
WIDTH, HEIGHT, EM = 800, 500, 44
LEFT, TOP = 200, 180
OLD = "姓名“赵贠鸥”含有系统不能识别的字，请对照原件人工核对。"
PLACE: Polygon = (
    (LEFT / WIDTH, TOP / HEIGHT),
    ((LEFT + 3 * EM) / WIDTH, TOP / HEIGHT),
    ((LEFT + 3 * EM) / WIDTH, (TOP + EM + 8) / HEIGHT),
    (LEFT / WIDTH, (TOP + EM + 8) / HEIGHT),
)


class InlinePool:
    """Runs the work of a pool at once, in this process."""

    def submit(self, work: Callable[..., Any], *arguments: object) -> "Future[Any]":
        future: Future[Any] = Future()
        future.set_result(work(*arguments))
        return future


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> WorkerPool:
    monkeypatch.setattr(workers, "_options", PipelineOptions(tmp_path, tmp_path))
    return cast("WorkerPool", InlinePool())


def certificate_page(folder: Path, name: str, *, turned: bool = False) -> BatchFile:
    page = Image.new("RGB", (WIDTH, HEIGHT), "white")
    face = ImageFont.truetype(io.BytesIO(pymupdf.Font("cjk").buffer), EM)
    ImageDraw.Draw(page).text((LEFT, TOP), name, font=face, fill=(30, 30, 30))
    if turned:
        page = page.transpose(Image.Transpose.ROTATE_180)
    path = folder / "1.png"
    page.save(path)
    return BatchFile("证书/1.png", path, FileKind.IMAGE, path.stat().st_size, "0" * 64)


def result(read: str | None, polygon: Polygon = PLACE, *, file: str = "证书/1.png") -> BatchResult:
    evidence = Evidence(file, 1, polygon)
    name = FieldFinding(
        "赵贠鸥", read, None, Status.UNVERIFIABLE_CHARACTER, Kind.SIMILAR_GLYPH, 0.5, evidence
    )
    row = RowFinding(
        "表.xlsx",
        "Sheet1",
        4,
        Verdict.REVIEW,
        None,
        None,
        {Field.NAME: name},
        (
            Issue(Field.NAME, Kind.UNVERIFIABLE_CHARACTER, OLD),
            Issue(None, Kind.NOT_IN_APPROVAL, "名单中没有。"),
        ),
    )
    return BatchResult(BatchFinding("批次", "", "", Status.MISSING), (row,))


def likenesses(message: str) -> tuple[float, str, float]:
    """Return the submitted character's likeness, its rival, and the rival's likeness."""
    found = re.search(r"与“贠”的字形相似度 (\d\.\d\d)，与最相近的“(.)”为 (\d\.\d\d)", message)
    assert found is not None, message
    return float(found[1]), found[2], float(found[3])


def test_sentence_says_how_close_the_image_is(pool: WorkerPool, tmp_path: Path) -> None:
    file = certificate_page(tmp_path, "赵贠鸥")

    amended, looks = compare_unverifiable(result("赵负鸥"), [file], pool, alphabet=ALPHABET)

    row = amended.rows[0]
    own, rival, rivals = likenesses(row.issues[0].message)
    assert own > rivals + 0.05
    assert rival != "贠"
    assert row.issues[0].message.startswith("姓名“赵贠鸥”：“贠”无法由识别模型写出")
    assert row.issues[1].message == "名单中没有。"
    assert (row.verdict, row.fields[Field.NAME].status) == (Verdict.REVIEW, Status.UNVERIFIABLE_CHARACTER)
    assert len(looks) == 1


def test_paper_that_says_a_look_alike_is_called_nearer_to_it(pool: WorkerPool, tmp_path: Path) -> None:
    file = certificate_page(tmp_path, "赵负鸥")

    amended, _ = compare_unverifiable(result("赵负鸥"), [file], pool, alphabet=ALPHABET)

    own, rival, rivals = likenesses(amended.rows[0].issues[0].message)
    assert rival == "负"
    assert rivals > own + 0.05


def test_page_that_lies_upside_down_is_compared_upright(pool: WorkerPool, tmp_path: Path) -> None:
    file = certificate_page(tmp_path, "赵贠鸥", turned=True)
    turned: Polygon = tuple((1 - x, 1 - y) for x, y in PLACE)

    amended, _ = compare_unverifiable(result("赵员鸥", turned), [file], pool, alphabet=ALPHABET)

    own, _, rivals = likenesses(amended.rows[0].issues[0].message)
    assert own > rivals + 0.05


def test_sentence_stays_where_the_place_is_no_line_of_text(pool: WorkerPool, tmp_path: Path) -> None:
    file = certificate_page(tmp_path, "赵贠鸥")
    whole: Polygon = ((0.45, 0.0), (0.55, 0.0), (0.55, 1.0), (0.45, 1.0))

    amended, looks = compare_unverifiable(result("赵负鸥", whole), [file], pool, alphabet=ALPHABET)

    assert amended.rows[0].issues[0].message == OLD
    assert not looks


def test_file_that_cannot_be_opened_any_more_leaves_the_sentence(pool: WorkerPool, tmp_path: Path) -> None:
    file = certificate_page(tmp_path, "赵贠鸥")
    file.path.write_bytes(b"no picture")

    amended, looks = compare_unverifiable(result("赵负鸥"), [file], pool, alphabet=ALPHABET)

    assert amended.rows[0].issues[0].message == OLD
    assert not looks


def test_drawings_stand_under_the_cut_of_the_paper(pool: WorkerPool, tmp_path: Path) -> None:
    file = certificate_page(tmp_path, "赵贠鸥")
    given = result("赵负鸥")
    _, looks = compare_unverifiable(given, [file], pool, alphabet=ALPHABET)
    (place,) = looks
    other = Evidence("证书/2.png", 1, PLACE)
    _, encoded = cv2.imencode(".jpg", np.full((60, 200, 3), 255, np.uint8))
    crop = bytes(encoded)

    pictures = add_drawings({place: crop, other: crop}, looks)

    drawn = cv2.imdecode(np.frombuffer(pictures[place], np.uint8), cv2.IMREAD_GRAYSCALE)
    assert drawn.shape[0] > 60
    assert drawn[60:].min() < 100
    assert pictures[other] == crop
