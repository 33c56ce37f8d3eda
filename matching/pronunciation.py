"""Which characters sound alike: typing by sound is how most wrong names arise."""

import re
from functools import lru_cache

# pypinyin is imported where it is first used: its tables take 0.3 s, and the service starts without them.
_NEAR_SOUNDS = (
    # Flat and curled tongue, n and l, final n and ng: kept apart by the standard, not by many who type.
    (re.compile(r"^([zcs])h"), r"\1"),
    (re.compile(r"^n(?=[aeiouv])"), "l"),
    (re.compile(r"(?<=[aei])ng$"), "n"),
)


@lru_cache(maxsize=32768)
def sounds(character: str) -> frozenset[str]:
    """Return every syllable that a character may be read as, without tones; itself when not Han."""
    from pypinyin import Style, pinyin

    return frozenset(pinyin(character, style=Style.NORMAL, heteronym=True)[0])


def are_homophones(submitted: str, read: str) -> bool:
    """Tell whether two different characters may sound the same, tones aside."""
    return submitted != read and bool(sounds(submitted) & sounds(read))


def are_near_homophones(submitted: str, read: str) -> bool:
    """Tell whether two different characters may sound the same to somebody who types by ear: 林 and 凌."""
    return submitted != read and bool(_near_sounds(submitted) & _near_sounds(read))


def sound_key(text: str) -> str:
    """Return the most usual syllables of a text: a key under which homophones meet."""
    from pypinyin import Style, pinyin

    return " ".join(pinyin(character, style=Style.NORMAL)[0][0] for character in text)


def initials(text: str) -> str:
    """Return the first letters of a text's most usual syllables, for searching: 张伟 is found by zw."""
    from pypinyin import Style, pinyin

    return "".join(part[0][0] for part in pinyin(text, style=Style.FIRST_LETTER) if part[0])


@lru_cache(maxsize=32768)
def _near_sounds(character: str) -> frozenset[str]:
    found = set()
    for syllable in sounds(character):
        for pattern, replacement in _NEAR_SOUNDS:
            syllable = pattern.sub(replacement, syllable)
        found.add(syllable)
    return frozenset(found)
