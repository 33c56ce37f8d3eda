"""Names of worksheets that every spreadsheet program accepts."""

import re

_LONGEST = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f\ufffd]+")
_RESERVED = "history"
_UNNAMED = "表"


class SheetNames:
    r"""Hands out worksheet names of one workbook, each once.

    The rules are those of Excel: 31 UTF-16 units, none of ``[ ] : * ? / \``, no apostrophe at
    either end, not the word History, and unique without regard to case.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def claim(self, wanted: str) -> str:
        """Return the free name that is nearest to ``wanted``, and keep it."""
        base = _FORBIDDEN.sub(" ", wanted).strip(" '") or _UNNAMED
        if base.casefold() == _RESERVED:
            base += "_"
        name, count = _shorten(base, _LONGEST), 1
        while name.casefold() in self._taken:
            count += 1
            ending = f" ({count})"
            name = _shorten(base, _LONGEST - len(ending)) + ending
        self._taken.add(name.casefold())
        return name


def _shorten(text: str, longest: int) -> str:
    """Cut to a length in UTF-16 units; rare characters need two."""
    units = 0
    for position, character in enumerate(text):
        units += 2 if ord(character) > 0xFFFF else 1
        if units > longest:
            return text[:position].rstrip(" '")
    return text
