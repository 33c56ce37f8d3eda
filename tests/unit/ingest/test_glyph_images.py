"""Drawings of single characters."""

import numpy as np
import pytest

from ingest.glyph_images import render_characters


@pytest.mark.parametrize("character", ["贠", "靘", "坢", "员"])
def test_rare_characters_are_drawn_without_any_installed_typeface(character: str) -> None:
    (drawing,) = render_characters([character], size_px=48, with_system_faces=False)[character]

    assert 24 < max(drawing.shape) <= 56
    assert drawing.max() > 200
    assert drawing[0].any()
    assert drawing[:, -1].any()


def test_different_characters_are_drawn_differently() -> None:
    drawings = render_characters("贠员", size_px=48, with_system_faces=False)

    first, second = drawings["贠"][0], drawings["员"][0]
    assert first.shape != second.shape or not np.array_equal(first, second)


def test_character_that_no_typeface_has_gives_no_drawing() -> None:
    assert render_characters(["\u0378"], size_px=48)["\u0378"] == ()
