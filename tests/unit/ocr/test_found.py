"""Two readings of one line, with and without the coloured ink: which leads."""

import numpy as np
import pytest

from domain.lattice import Lattice
from ocr.decode import DecodedLine
from ocr.found import FoundLine, merge_readings


def _reading(text: str, confidence: float) -> DecodedLine:
    return DecodedLine(text, confidence, Lattice.of_text(text))


@pytest.mark.parametrize(
    ("with_ink", "without_ink", "leads"),
    [
        pytest.param(("二〇五年", 0.9), ("二〇一五年", 0.99), "二〇一五年", id="the-surer-one"),
        pytest.param(("二〇一五年", 0.99), ("二〇五年", 0.9), "二〇一五年", id="the-surer-one-with-ink"),
        pytest.param(
            ("出生年月日：1979.12", 0.97), ("1979.12", 1.0), "出生年月日：1979.12", id="a-red-label-is-print"
        ),
        pytest.param(
            ("陕西省职人称改革", 0.9), ("陕西省职称改革", 1.0), "陕西省职称改革", id="a-stroke-is-not"
        ),
        pytest.param(
            ("二〇一六年三月一日", 0.9), ("二一六年三月一日", 0.99), "二〇一六年三月一日", id="a-whole-date"
        ),
        pytest.param(
            ("阳市职称改革领导小组", 1.0),
            ("南阳市职称改革领导小组", 0.97),
            "南阳市职称改革领导小组",
            id="more-print-seen",
        ),
        pytest.param(("西安理工大学文件", 0.99), ("", 0.0), "西安理工大学文件", id="a-red-masthead-stays"),
    ],
)
def test_the_better_reading_leads(
    with_ink: tuple[str, float], without_ink: tuple[str, float], leads: str
) -> None:
    line = FoundLine(np.zeros((4, 2), np.float32), _reading(*with_ink))

    merged = merge_readings(line, _reading(*without_ink))

    assert merged.read.text == leads
    assert merged.under_seal
    other = with_ink[0] if leads == without_ink[0] else without_ink[0]
    assert (merged.second.text if merged.second else "") == other
