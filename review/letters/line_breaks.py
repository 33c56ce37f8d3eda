"""Where lines of Chinese text break: anywhere, but not inside numbers nor on the wrong side of a mark."""

import re
from collections.abc import Callable

_NEVER_FIRST = frozenset("，。、；：？！）〕》」』】”’…—％·,.;:?!)]}>%")
_NEVER_LAST = frozenset("（〔《「『【“‘([{<")
_PIECES = re.compile(r"[0-9A-Za-z@._/+-]+|.", re.DOTALL)


def break_lines(text: str, widths: tuple[float, float], measure: Callable[[str], float]) -> list[str]:
    """Break a paragraph into lines; joined they are the text again.

    Args:
        text: Without line breaks.
        widths: Room of the first line and of all others, in the unit of ``measure``. Numbers and Latin words
            that are longer than a line are broken like Chinese.
        measure: Gives the printed width of a text.
    """
    lines: list[list[str]] = [[]]
    for piece in _pieces(text, min(widths), measure):
        room = widths[0] if len(lines) == 1 else widths[1]
        if lines[-1] and measure("".join(lines[-1]) + piece) > room:
            lines.append(_carry_over(lines[-1], piece))
        lines[-1].append(piece)
    return ["".join(line) for line in lines]


def _pieces(text: str, room: float, measure: Callable[[str], float]) -> list[str]:
    """Return what is never broken."""
    pieces: list[str] = []
    for match in _PIECES.finditer(text):
        pieces += [match[0]] if measure(match[0]) <= room else list(match[0])
    return pieces


def _carry_over(line: list[str], following: str) -> list[str]:
    """Take off the end of a line what must stand on the next one before ``following``; return it."""
    carried: list[str] = []
    first = following
    while len(line) > 1 and (first in _NEVER_FIRST or line[-1] in _NEVER_LAST):
        first = line.pop()
        carried.insert(0, first)
    return carried
