"""Photographs of several certificates, text layers that lie, lists without rulings, hard corpora."""

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from PIL import Image

from samples.approvals import BAD_APPROVAL_LAYOUTS
from samples.batches import write_batch
from samples.corpus import write_corpus
from samples.desk import photograph_together
from samples.false_layers import falsify, write_hidden_layer_pdf, write_lying_pdf
from samples.filling import Filling
from samples.fonts import FONT_SETS
from samples.paper import Paper, Run, draw_image
from samples.plans import BatchPlan

pytestmark = pytest.mark.usefixtures("built_in_fonts")


def _paper() -> Paper:
    paper = Paper(100, 60, FONT_SETS["samples"])
    for k in range(8):
        paper.text(8, 5 + 6 * k, f"张建国610102198{k}0304", style="song", size=4)
    return paper


def _truth(folder: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((folder.parent / f"{folder.name}.truth.json").read_text("utf-8"))
    return loaded


@pytest.mark.parametrize(("size", "grows"), [((200, 300), "width"), ((300, 200), "height")])
def test_upright_papers_lie_beside_each_other_and_wide_ones_below(size: tuple[int, int], grows: str) -> None:
    papers = [Image.new("RGB", size, colour) for colour in ("red", "lime", "blue")]

    photo = photograph_together(papers, seed=3)

    centres = []
    for channel in range(3):
        others = [c for c in range(3) if c != channel]
        mask = photo.split()[channel].point(lambda v: 255 * (v > 120))
        for other in others:
            dark = photo.split()[other].point(lambda v: 255 * (v < 70))
            mask = Image.composite(mask, Image.new("L", mask.size, 0), dark)
        box = mask.getbbox()
        assert box is not None
        centres.append((box[0] + box[2]) / 2 if grows == "width" else (box[1] + box[3]) / 2)
    assert centres == sorted(centres)
    assert getattr(photo, grows) > 3 * max(size) * 0.6


def test_certificates_on_a_desk_share_a_photo_and_have_slots(tmp_path: Path) -> None:
    plan = BatchPlan(
        name="桌", people=7, planted=0, dpi=40, degradations=("desk",), layouts=("label_value",), extras=False
    )

    truth = _truth(write_batch(tmp_path, plan, seed=2))

    slots: dict[str, list[int]] = {}
    for certificate in truth["certificates"]:
        slots.setdefault(certificate["file"], []).append(certificate["slot"])
    assert any(len(s) > 1 for s in slots.values())
    assert all(sorted(s) == list(range(1, len(s) + 1)) for s in slots.values())


def test_a_hidden_layer_says_something_else_than_the_picture(tmp_path: Path) -> None:
    paper = _paper()
    layer = falsify([paper], random.Random(1))

    write_hidden_layer_pdf(tmp_path / "a.pdf", [draw_image(paper, dpi=50)], layer, dpi=50, quality=70)

    (page,) = pymupdf.open(tmp_path / "a.pdf")
    printed = {r.text for r in paper.items if isinstance(r, Run)}
    hidden = set(page.get_text().split())
    assert len(page.get_images()) == 1
    assert len(hidden) == len(printed)
    assert 0 < len(hidden & printed) < len(printed)


def test_a_lying_font_looks_right_and_is_copied_out_wrong(tmp_path: Path) -> None:
    paper = _paper()

    write_lying_pdf(tmp_path / "a.pdf", [paper], seed=1)
    write_lying_pdf(tmp_path / "b.pdf", [paper], seed=1)

    (page,) = pymupdf.open(tmp_path / "a.pdf")
    text = "".join(page.get_text().split())
    printed = "".join(r.text for r in paper.items if isinstance(r, Run))
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    assert len(text) == len(printed)
    assert text != printed


@pytest.mark.parametrize("layout", BAD_APPROVAL_LAYOUTS)
def test_lists_without_rulings_list_everybody(tmp_path: Path, layout: str) -> None:
    plan = BatchPlan(name="丁", people=40, planted=0, approval_layout=layout, dpi=20, degradations=("clean",))

    folder = write_batch(tmp_path, plan, seed=2)

    truth = _truth(folder)
    texts = ["".join(p.get_text().split()) for p in pymupdf.open(folder / truth["approval"]["file"])]
    names = {(c["file"], c["page"], c["slot"]): c["name"] for c in truth["certificates"]}
    assert max(row["approval"]["page"] for row in truth["rows"]) > 2
    for row in truth["rows"]:
        place = row["certificate"]
        name = names[place["file"], place["page"], place["slot"]]
        assert name in texts[row["approval"]["page"] - 1]


def test_filled_in_certificates_are_never_text(tmp_path: Path) -> None:
    plan = BatchPlan(
        name="戊",
        people=12,
        planted=0,
        dpi=20,
        degradations=("clean",),
        filling=Filling(by="hand"),
        extras=False,
    )

    truth = _truth(write_batch(tmp_path, plan, seed=4))

    assert truth["paper"]["by"] == "hand"
    for certificate in truth["certificates"]:
        if certificate["file"].endswith(".pdf"):
            page = pymupdf.open(tmp_path / "戊" / certificate["file"])[certificate["page"] - 1]
            assert not page.get_text().strip()


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> list[BatchPlan]:
    """Let a corpus be planned only; returns the list that its plans go into."""
    noted: list[BatchPlan] = []

    def note(out: Path, plan: BatchPlan, *, seed: int) -> Path:
        noted.append(plan)
        return out / f"{plan.name}{seed}"

    monkeypatch.setattr("samples.corpus.write_batch", note)
    return noted


def test_a_hard_corpus_mixes_everything_in_equal_parts(tmp_path: Path, plans: list[BatchPlan]) -> None:
    write_corpus(tmp_path, seed=1, people=9 * 24, hard=True)

    assert len({(p.filling.by, p.filling.rules) for p in plans}) == 9
    assert {p.filling.seal_over_value for p in plans} == {p.false_layers for p in plans} == {True, False}
    assert set(BAD_APPROVAL_LAYOUTS) < {p.approval_layout for p in plans}
    shares = Counter(plans[0].degradations)
    assert shares.pop("desk") == 3
    assert set(shares.values()) == {1}


def test_an_ordinary_corpus_has_no_bad_paper(tmp_path: Path, plans: list[BatchPlan]) -> None:
    write_corpus(tmp_path, seed=1, people=48)

    assert all(p.filling.is_plain and not p.false_layers for p in plans)
    assert {d for p in plans for d in p.degradations} == {"clean", "scan", "photo"}
