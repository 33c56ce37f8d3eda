"""Damage is repeatable and leaves the print readable."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from samples.degrade import DEGRADATIONS, degrade


@pytest.fixture
def page() -> Image.Image:
    image = Image.new("RGB", (300, 420), "white")
    ImageDraw.Draw(image).rectangle((60, 100, 240, 130), fill="black")
    return image


@pytest.mark.parametrize("how", DEGRADATIONS)
def test_equal_seeds_give_equal_damage(page: Image.Image, how: str) -> None:
    assert degrade(page, how, seed=4).tobytes() == degrade(page, how, seed=4).tobytes()


@pytest.mark.parametrize("how", ["scan", "copy", "photo"])
def test_damage_depends_on_the_seed_and_keeps_the_print(page: Image.Image, how: str) -> None:
    one, other = (np.asarray(degrade(page, how, seed=seed).convert("L"), float) for seed in (1, 2))
    assert one.shape != other.shape or np.abs(one - other).mean() > 1
    assert np.median(one) - np.percentile(one, 3) > 60


def test_clean_changes_nothing(page: Image.Image) -> None:
    assert degrade(page, "clean", seed=1).tobytes() == page.tobytes()


def test_a_copy_is_grey(page: Image.Image) -> None:
    assert degrade(page, "copy", seed=1).mode == "L"
