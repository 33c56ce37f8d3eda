"""Memory that pages needed, given back when they are read.

glibc keeps what was freed for the next page, in pieces that lie between what is still used: a worker grew by
a tenth over a thousand pages, and by 100 MB with the first very wide line.
"""

import ctypes
import gc
from collections.abc import Callable
from functools import cache


def give_back_memory() -> None:
    """Return freed memory to the system; nothing happens where the C library has no such call."""
    trim = _find_trim()
    if trim is not None:
        trim(0)


def keep_for_good() -> None:
    """Leave what is there now, modules and models, out of every later search for garbage.

    Each full search goes through all of it; of the time of a dense list that was a fifth.
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
