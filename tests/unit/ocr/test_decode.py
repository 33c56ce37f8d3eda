"""Probabilities become text, confidence and a lattice that keeps the alternatives."""

import numpy as np
import pytest

from ocr.decode import Decoder, is_meaningful, is_print

ALPHABET = ("", "张", "三", "Ａ", "a", "（", " ")


def _steps(*steps: dict[str, float]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    table = np.full((len(steps), len(ALPHABET)), 1e-8, dtype=np.float32)
    for step, probabilities in enumerate(steps):
        for character, probability in probabilities.items():
            table[step, ALPHABET.index(character)] = probability
    return table


def test_repeats_collapse_and_a_blank_separates_twins() -> None:
    line = Decoder(ALPHABET).decode(_steps({"三": 1}, {"三": 1}, {"": 1}, {"三": 1}))

    assert line.text == "三三"


def test_confidence_is_the_mean_over_the_characters() -> None:
    line = Decoder(ALPHABET).decode(_steps({"张": 0.9, "三": 0.1}, {"": 1.0}, {"三": 0.7, "张": 0.3}))

    assert line.confidence == pytest.approx(0.8)


def test_the_alternative_is_kept_and_costs_its_odds() -> None:
    line = Decoder(ALPHABET).decode(_steps({"张": 0.9, "三": 0.1}))

    assert line.lattice.log_likelihood_ratio("三") == pytest.approx(np.log(9), rel=1e-3)


def test_full_width_forms_and_blanks_make_no_difference() -> None:
    line = Decoder(ALPHABET).decode(_steps({"张": 1.0}, {" ": 1.0}, {"Ａ": 0.5, "a": 0.5}, {"（": 1.0}))

    assert line.text == "张 Ａ（"
    assert line.lattice.log_likelihood_ratio("张a(") == pytest.approx(0.0, abs=1e-3)


def test_an_empty_line_has_no_confidence() -> None:
    line = Decoder(ALPHABET).decode(_steps({"": 1.0}, {"": 1.0}))

    assert (line.text, line.confidence, line.lattice.best_text()) == ("", 0.0, "")


def test_the_readable_characters_are_folded() -> None:
    assert Decoder(ALPHABET).readable == frozenset("张三A(")


@pytest.mark.parametrize(("text", "expected"), [("张", True), ("7", True), ("—·…", False), ("", False)])
def test_ornaments_mean_nothing(text: str, expected: bool) -> None:
    assert is_meaningful(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("□ □ D O U 0", False),
        ("0000", True),
        ("00800", True),
        ("—·…", False),
        ("专用章", True),
        ("☑ □ O ☑ □", False),
        ("☑同意", True),
        ("(2015)0", True),
    ],
)
def test_beads_of_a_border_are_no_print(text: str, expected: bool) -> None:
    assert is_print(text) is expected
