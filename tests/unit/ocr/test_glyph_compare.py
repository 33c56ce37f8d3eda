"""Characters on paper against drawings of characters."""

import io

import cv2
import numpy as np
import numpy.typing as npt
import pymupdf
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr.glyph_compare import character_similarity

Picture = npt.NDArray[np.uint8]
EM = 44


@pytest.fixture(scope="module")
def face() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(io.BytesIO(pymupdf.Font("cjk").buffer), EM)


def drawing(character: str, face: ImageFont.FreeTypeFont) -> Picture:
    mask = face.getmask(character, mode="L")
    return np.array(mask, dtype=np.uint8).reshape(mask.size[1], mask.size[0])


def paper(character: str, face: ImageFont.FreeTypeFont) -> Picture:
    """Return a soft, noisy, slightly narrowed picture of a character between parts of two others."""
    page = Image.new("RGB", (3 * EM, 56), (238, 236, 230))
    ImageDraw.Draw(page).text((0, 4), f"张{character}明", font=face, fill=(52, 50, 48))
    part = np.asarray(page)[:, EM // 2 : -EM // 2]
    narrow = cv2.resize(part, None, fx=0.94, fy=1.0, interpolation=cv2.INTER_AREA)
    noise = np.random.default_rng(3).normal(0, 9, narrow.shape)
    soft = cv2.GaussianBlur(narrow, (0, 0), 0.9) + noise
    return np.asarray(np.clip(soft, 0, 255), dtype=np.uint8)


@pytest.mark.parametrize("printed", "贠员负贞")
def test_printed_character_beats_its_look_alikes(printed: str, face: ImageFont.FreeTypeFont) -> None:
    drawings = {character: [drawing(character, face)] for character in "贠员负贞"}

    likeness = character_similarity(paper(printed, face), drawings, line_height_px=EM)

    assert max(likeness, key=likeness.__getitem__) == printed
    assert all(0 <= value <= 1 for value in likeness.values())


def test_red_seal_over_the_character_does_not_hide_it(face: ImageFont.FreeTypeFont) -> None:
    picture = paper("贠", face)
    seal = np.zeros(picture.shape[:2], np.uint8)
    cv2.circle(seal, (20, 10), 34, 255, 7)
    picture[(seal > 0) & (picture[:, :, 0] > 150)] = (214, 60, 62)
    drawings = {character: [drawing(character, face)] for character in "贠员负贞"}

    likeness = character_similarity(picture, drawings, line_height_px=EM)

    assert max(likeness, key=likeness.__getitem__) == "贠"


def test_empty_paper_is_like_nothing(face: ImageFont.FreeTypeFont) -> None:
    blank = np.full((56, 90, 3), 240, dtype=np.uint8)

    assert character_similarity(blank, {"贠": [drawing("贠", face)]}, line_height_px=EM)["贠"] < 0.2


def test_character_without_a_drawing_is_left_out(face: ImageFont.FreeTypeFont) -> None:
    drawings = {"贠": [drawing("贠", face)], "靘": []}

    assert set(character_similarity(paper("贠", face), drawings, line_height_px=EM)) == {"贠"}
