"""Memory that pages needed, given back when they are read.

glibc keeps what was freed for the next page, in pieces that lie between what is still used: a worker grew by
a tenth over a thousand pages.
"""

import ctypes
import gc
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

_WORTH_BYTES = 32 << 20
"""What may gather before it is given back: after every page it takes 2 % of the time."""

_left_bytes = 0
"""Resident when memory was given back the last time."""


def give_back_memory() -> None:
    """Return freed memory to the system, when enough has gathered and the C library can."""
    global _left_bytes
    trim = _find_trim()
    if trim is not None and resident_bytes() > _left_bytes + _WORTH_BYTES:
        trim(0)
        _left_bytes = resident_bytes()


def resident_bytes() -> int:
    """Return how much memory this process holds, 0 where the system does not say."""
    try:
        pages = Path("/proc/self/statm").read_text("ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def keep_for_good() -> None:
    """Leave what is there now, modules and models, out of every later search for garbage.

    Each full search goes through all of it; of the time of a dense list that was a fifth. For the start of a
    process: what lives at the time of a call is never searched again, even when it has become garbage.
    """
    gc.collect()
    gc.freeze()


@cache
def _find_trim() -> Callable[[int], int] | None:
    try:
        trim: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return None
    return trim
