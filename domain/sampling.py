"""What a random re-check proves: an upper bound of the share of errors that were let through."""

from math import exp, lgamma, log, log1p

CONFIDENCE = 0.95
_HALVINGS = 60


def upper_bound(errors: int, checked: int, *, confidence: float = CONFIDENCE) -> float:
    """Return the one-sided upper bound (Clopper and Pearson) of a share.

    Args:
        errors: How many of the checked rows were wrong.
        checked: How many rows were drawn by lot and looked at.
        confidence: Of the bound, 0 to 1.

    Returns:
        The largest share that would still show so few errors with a probability of ``1 - confidence``; 1 when
        nothing was checked. Drawing without replacement from a finite batch makes the true bound a little
        lower.

    Raises:
        ValueError: More errors than rows, or a negative count.
    """
    if not 0 <= errors <= checked:
        raise ValueError(f"{errors} errors of {checked}")
    if errors == checked:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _at_most(errors, checked, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def _at_most(errors: int, checked: int, share: float) -> float:
    """Return the probability of at most so many errors among the checked."""
    if share <= 0:
        return 1.0
    if share >= 1:
        return 0.0
    return sum(
        exp(
            lgamma(checked + 1)
            - lgamma(k + 1)
            - lgamma(checked - k + 1)
            + k * log(share)
            + (checked - k) * log1p(-share)
        )
        for k in range(errors + 1)
    )
