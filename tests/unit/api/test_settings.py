"""Bars for clearing rows, tried over HTTP before they are set."""

from typing import Any

import pytest
from httpx2 import Response

from tests.filled import Filled, said


def _preview(filled: Filled, by: str, office: str, **tried: Any) -> Response:  # noqa: ANN401
    url = f"/api/v1/offices/{filled.world.offices[office].id}/threshold-preview"
    return filled.client_for(by).get(url, params=tried)


def test_a_bar_is_tried_on_past_batches_and_tells_numbers_only(filled: Filled) -> None:
    before = filled.stored("settings")

    preview = _preview(filled, "beilin.administrator", "beilin", clear_link_score=0.999).json()

    assert preview == {
        "thresholds": {"clear_probability": 0.1, "clear_link_score": 0.999},
        "batches": 2,
        "rows": 2,
        "is_whole": True,
        "held_back": 2,
        "judged": 0,
        "wrong": 0,
        "held_back_judged": 0,
        "held_back_wrong": 0,
    }
    assert filled.stored("settings") == before


def test_an_office_above_counts_only_what_was_passed_on(filled: Filled) -> None:
    assert _preview(filled, "xian.administrator", "beilin").json()["batches"] == 1
    assert _preview(filled, "shaanxi.administrator", "shaanxi").json()["batches"] == 1


@pytest.mark.parametrize("tried", [{"clear_probability": 0.2}, {"clear_link_score": 0.5}])
def test_a_laxer_bar_than_the_products_can_be_neither_tried_nor_set(
    filled: Filled, tried: dict[str, float]
) -> None:
    assert said(_preview(filled, "shaanxi.administrator", "shaanxi", **tried)) == (400, "setting_value")
    ((name, value),) = tried.items()
    url = f"/api/v1/offices/{filled.world.offices['shaanxi'].id}/settings/{name}"
    answer = filled.client_for("shaanxi.administrator").put(url, json={"value": value})
    assert said(answer) == (400, "setting_value")
