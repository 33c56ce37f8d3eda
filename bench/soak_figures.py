"""How a series of measurements grows between two of its places; pure."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

WINDOW = 50
"""Pages whose median stands for the page in their middle: one large page must not speak for the others."""


@dataclass(frozen=True, slots=True)
class Growth:
    """A measure around one page and around a later one."""

    begin: int
    """Number of the earlier page, from 1."""

    end: int
    before: float
    """Median of the pages around the earlier one."""

    after: float

    @property
    def share(self) -> float:
        """What came in addition, as a share of what was there; negative when it shrank."""
        return self.after / self.before - 1


def measure_growth(values: Sequence[float], *, begin: int, end: int) -> Growth | None:
    """Compare the medians around two pages.

    Args:
        values: One for each page, positive, in the order of reading.
        begin: The earlier page, from 1.
        end: The later one; where the series is shorter, its last page counts.

    Returns:
        ``None`` when the series is too short for two windows that do not overlap.
    """
    end = min(end, len(values))
    first, second = _window(len(values), begin), _window(len(values), end)
    if len(first) < WINDOW or len(second) < WINDOW or first.stop > second.start:
        return None
    before, after = (statistics.median(values[i] for i in pages) for pages in (first, second))
    return Growth(begin, end, before, after)


def list_course(values: Sequence[float]) -> list[float]:
    """Return the median of every full window, one after the other."""
    return [
        statistics.median(values[start : start + WINDOW])
        for start in range(0, len(values) - WINDOW + 1, WINDOW)
    ]


def _window(count: int, page: int) -> range:
    """Return the indices of the pages around a page, moved so far that all of them exist."""
    start = max(0, min(page - WINDOW // 2, count - WINDOW))
    return range(start, min(count, start + WINDOW))
