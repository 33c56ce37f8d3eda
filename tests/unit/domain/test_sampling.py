"""The upper bound of Clopper and Pearson."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from domain.sampling import upper_bound


@pytest.mark.parametrize(
    ("errors", "checked", "bound"),
    [
        (0, 1, 0.95),
        (0, 20, 0.139108),
        (0, 59, 0.049508),
        (0, 300, 0.009936),
        (1, 20, 0.216106),
        (3, 100, 0.075712),
    ],
)
def test_known_values(errors: int, checked: int, bound: float) -> None:
    assert upper_bound(errors, checked) == pytest.approx(bound, abs=1e-5)


@settings(deadline=None)
@given(st.integers(1, 5000), st.data())
def test_it_is_the_quantile_of_the_beta_distribution(checked: int, data: st.DataObject) -> None:
    errors = data.draw(st.integers(0, min(checked - 1, 40)))

    expected = float(beta.ppf(0.95, errors + 1, checked - errors))

    assert upper_bound(errors, checked) == pytest.approx(expected, rel=1e-6)


def test_nothing_checked_proves_nothing_and_all_wrong_proves_the_worst() -> None:
    assert upper_bound(0, 0) == 1.0
    assert upper_bound(7, 7) == 1.0


@pytest.mark.parametrize(("errors", "checked"), [(2, 1), (-1, 5)])
def test_impossible_counts_are_refused(errors: int, checked: int) -> None:
    with pytest.raises(ValueError, match="errors of"):
        upper_bound(errors, checked)
