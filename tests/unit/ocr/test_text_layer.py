"""A text layer becomes lines only where it says what the picture says."""

from collections.abc import Sequence

import numpy as np
import pytest

from domain.geometry import Box
from domain.images import PageImage, Word
from domain.records import PageReading, TextLine
from ocr.text_layer import read_text_layer, words_to_lines


class _EngineThatSees:
    """An engine that reads the given texts off every picture, in order."""

    alphabet: frozenset[str] = frozenset()
    version = "fake"

    def __init__(self, *texts: str) -> None:
        self._texts = texts

    def read_page(self, image: PageImage, *, file: str, page_number: int) -> PageReading:
        raise AssertionError("not asked for")

    def read_lines(self, image: PageImage, polygons: Sequence[TextLine]) -> list[str]:
        return list(self._texts[: len(polygons)])


def _word(text: str, left: float, top: float, *, height: float = 0.02) -> Word:
    return Word(text, Box(left, top, left + height * len(text), top + height).to_polygon())


PAGE = PageImage(np.full((400, 400, 3), 255, dtype=np.uint8), 200)


def test_words_of_a_row_join_and_cells_stay_apart() -> None:
    lines = words_to_lines([_word("高级教师", 0.5, 0.1), _word("三", 0.13, 0.1), _word("张", 0.1, 0.1)], 1.0)

    assert [line.text for line in lines] == ["张 三", "高级教师"]


def test_a_line_from_the_layer_is_exact() -> None:
    (line,) = words_to_lines([_word("张三", 0.1, 0.1)], 1.0)

    assert line.lattice.exact
    assert line.lattice.log_likelihood_ratio("张四") == np.inf


def test_a_layer_that_the_picture_confirms_is_used() -> None:
    words = [_word("关于批准张三等人", 0.1, 0.1), _word("高级工程师任职资格", 0.1, 0.2)]

    reading = read_text_layer(
        PAGE, words, _EngineThatSees("关于批准张三等人", "高级工程师任职资格"), file="a", page_number=3
    )

    assert reading is not None
    assert reading.from_text_layer
    assert reading.page_number == 3
    assert {line.text for line in reading.lines} == {"关于批准张三等人", "高级工程师任职资格"}


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        pytest.param([_word("关于批准张三等人", 0.1, 0.1)], "工作单位西安市", id="another-text"),
        pytest.param([_word("关", 0.1, 0.1)], "关", id="too-little-to-tell"),
        pytest.param([], "", id="no-words"),
    ],
)
def test_a_layer_that_cannot_be_confirmed_is_not_used(words: list[Word], seen: str) -> None:
    assert read_text_layer(PAGE, words, _EngineThatSees(seen), file="a", page_number=1) is None


def test_a_sideways_layer_is_left_to_the_engine() -> None:
    sideways = Word("关于批准张三等人", ((0.5, 0.1), (0.5, 0.4), (0.48, 0.4), (0.48, 0.1)))

    assert (
        read_text_layer(PAGE, [sideways], _EngineThatSees("关于批准张三等人"), file="a", page_number=1)
        is None
    )
