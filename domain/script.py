"""Traditional characters that are simplified ones in other dress.

Recognisers return 學 for a plainly printed 学 when the typeface looks like brush writing, and some
paper really is printed so. Neither is a difference. Only characters outside the simplified standard
set (GB 2312) count, and of those not the ones that given names have of their own: 昇 is not 升.
"""

from functools import cache, lru_cache

import numpy as np
import opencc

from domain.lattice import Lattice

_OWN_CHARACTERS = frozenset("昇陞鍾甦濛絜徵淼堃喆")
"""Most of them standard again since the list of 2013 (通用规范汉字表)."""

_HAN = range(0x4E00, 0xA000)


@lru_cache(maxsize=65536)
def simplify(text: str) -> str:
    """Return the text with such characters exchanged, one for one."""
    return text.translate(_table())


def simplify_lattice(lattice: Lattice) -> Lattice:
    """Return the lattice with such characters exchanged in every alternative."""
    codes = _codes()
    known = (lattice.codes >= _HAN.start) & (lattice.codes < _HAN.stop)
    changed = np.where(known, codes[np.where(known, lattice.codes, _HAN.start) - _HAN.start], lattice.codes)
    if np.array_equal(changed, lattice.codes):
        return lattice
    return Lattice(changed.astype(np.int32), lattice.log_probabilities, lattice.exact)


@cache
def _table() -> dict[int, int]:
    candidates = [c for c in map(chr, _HAN) if not _is_simplified_standard(c) and c not in _OWN_CHARACTERS]
    simplified = opencc.OpenCC("t2s").convert("\n".join(candidates)).split("\n")
    return {
        ord(character): ord(plain)
        for character, plain in zip(candidates, simplified, strict=True)
        if len(plain) == 1 and plain != character and _is_simplified_standard(plain)
    }


@cache
def _codes() -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    codes = np.arange(_HAN.start, _HAN.stop, dtype=np.int32)
    for character, plain in _table().items():
        codes[character - _HAN.start] = plain
    return codes


def _is_simplified_standard(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
