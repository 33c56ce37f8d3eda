"""Bad paper is as bad as offices hand it in, and no worse: what makes it bad can be measured."""

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw

from samples.degrade import BAD_DEGRADATIONS, degrade, dpi_after

SIZE = (500, 700)


@pytest.fixture
def page() -> Image.Image:
    """Rows of black print, and a red seal at the lower right."""
    image = Image.new("RGB", SIZE, "white")
    pen = ImageDraw.Draw(image)
    for y in range(80, 600, 60):
        for x in range(60, 440, 26):
            pen.rectangle((x, y, x + 14, y + 22), fill=(24, 24, 28))
    pen.ellipse((300, 560, 420, 680), outline=(205, 40, 45), width=8)
    return image


def _grey(image: Image.Image) -> npt.NDArray[np.float64]:
    return np.asarray(image.convert("L"), float)


@pytest.mark.parametrize("how", BAD_DEGRADATIONS)
def test_equal_seeds_give_equal_damage(page: Image.Image, how: str) -> None:
    one, again, other = (degrade(page, how, seed=seed) for seed in (4, 4, 5))

    assert one.tobytes() == again.tobytes()
    assert one.tobytes() != other.tobytes()


@pytest.mark.parametrize("how", BAD_DEGRADATIONS)
def test_print_is_still_darker_than_paper(page: Image.Image, how: str) -> None:
    grey = _grey(degrade(page, how, seed=3))

    assert np.percentile(grey, 75) - np.percentile(grey, 3) > 30


def test_a_copy_of_a_copy_has_little_between_black_and_white(page: Image.Image) -> None:
    grey = _grey(degrade(page, "copy2", seed=2))

    assert ((grey > 70) & (grey < 185)).mean() < 0.09


def test_faded_print_has_low_contrast(page: Image.Image) -> None:
    grey = _grey(degrade(page, "faded", seed=2))

    assert np.percentile(grey, 90) - np.percentile(grey, 2) < 140


def test_a_crooked_sheet_is_not_cut_off(page: Image.Image) -> None:
    crooked = degrade(page, "skew", seed=2)

    assert crooked.width > page.width
    assert crooked.height > page.height
    assert (_grey(crooked) < 90).sum() == pytest.approx((_grey(page) < 90).sum(), rel=0.1)


def test_turned_sheets_lie_in_every_direction(page: Image.Image) -> None:
    sizes = {degrade(page, "turned", seed=seed).size for seed in range(8)}

    assert sizes == {SIZE, SIZE[::-1]}


def test_low_resolution_halves_the_dots_and_says_so(page: Image.Image) -> None:
    assert degrade(page, "lowres", seed=1).size == (SIZE[0] // 2, SIZE[1] // 2)
    assert dpi_after("lowres", 200) == 100
    assert dpi_after("copy2", 200) == 200


@pytest.mark.parametrize("how", ["blackseal", "copy2"])
def test_the_red_seal_becomes_as_dark_as_print(page: Image.Image, how: str) -> None:
    damaged = degrade(page, how, seed=6)

    assert damaged.mode == "L"
    # Left and right of the ring's rim, where no print stands.
    assert _grey(damaged)[650:690, 320:400].min() < 100


def test_a_fold_changes_rows_or_columns_from_edge_to_edge(page: Image.Image) -> None:
    blank = Image.new("RGB", SIZE, "white")
    grey = _grey(degrade(blank, "fold", seed=9))

    assert min(np.median(grey, axis=1).min(), np.median(grey, axis=0).min()) < np.median(grey) - 12
