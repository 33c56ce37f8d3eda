"""Folding of text: what counts as the same character when two texts are compared."""

import re
import unicodedata
from functools import lru_cache

_FOLDS = {
    **dict.fromkeys("〔[【［{｛〈《「『﹝﹙（<", "("),
    **dict.fromkeys("〕]】］}｝〉》」』﹞﹚）>", ")"),
    **dict.fromkeys("—–―－‐‑‒−﹣ー", "-"),
    **dict.fromkeys("•・‧∙●", "·"),
    **dict.fromkeys("○◯〇", "〇"),
    **dict.fromkeys("：﹕∶︰", ":"),
    **dict.fromkeys("；", ";"),
    **dict.fromkeys("，﹐､", ","),
    **dict.fromkeys("“”„〝〞＂", '"'),
    **dict.fromkeys("‘’`´", "'"),
}
# Marks without width: joiners, directions, variation selectors, control characters. Spreadsheets and chat
# programs leave them in copied numbers and names.
_WIDTHLESS = (
    r"\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff"
)
# Unassigned (Cn) and private-use (Co) characters are seen: rare names use blocks that are younger than the
# interpreter's tables, and were typed with private codes before Unicode had them.
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_NO_CHARACTERS = "\ufffe\uffff"
_MARKS = re.compile(f"[{_WIDTHLESS}]+")
_INVISIBLE = re.compile(rf"[\s{_WIDTHLESS}]+")


@lru_cache(maxsize=65536)
def fold_character(character: str) -> str:
    """Return the form under which a character is compared.

    Full-width forms become half-width, brackets round, dashes ``-``, Latin letters upper case.
    Exactly one character comes back for one character, so that positions stay.
    """
    folded = _FOLDS.get(character)
    if folded is not None:
        return folded
    # NFKC would turn CJK compatibility and radical forms into the ordinary character: wanted.
    normal = unicodedata.normalize("NFKC", character)
    if len(normal) != 1:
        normal = character
    normal = _FOLDS.get(normal, normal)
    upper = normal.upper()
    return upper if len(upper) == 1 else normal


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Return ``text`` with blanks removed and every character folded. Idempotent."""
    return text.translate(_FOLDED)


class _Folded(dict[int, str]):
    """Code point to folded character, ``""`` for what is removed; filled as characters come."""

    def __missing__(self, code: int) -> str:
        folded = "" if _INVISIBLE.match(chr(code)) else fold_character(chr(code))
        self[code] = folded
        return folded


_FOLDED = _Folded()


def remove_blanks(text: str) -> str:
    """Remove every kind of blank and invisible character, inside the text as well."""
    return _INVISIBLE.sub("", text)


def clean_cell(text: str) -> str:
    """Trim a cell or line, drop marks without width, turn every run of blanks into one ordinary blank."""
    return _INVISIBLE.sub(" ", _MARKS.sub("", text)).strip()


def is_hidden(character: str) -> bool:
    """Tell whether a character shows nothing, or turns the reading direction; blanks are seen."""
    return unicodedata.category(character) in _HIDDEN_CATEGORIES or character in _NO_CHARACTERS


def is_han(character: str) -> bool:
    """Tell whether the character is a Chinese character (extensions included)."""
    code = ord(character)
    return (
        0x4E00 <= code <= 0x9FFF
        or 0x3400 <= code <= 0x4DBF
        or 0x20000 <= code <= 0x3FFFF
        or 0xF900 <= code <= 0xFAFF
        or character == "〇"
    )
