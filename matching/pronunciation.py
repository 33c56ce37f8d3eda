"""Which characters sound alike: typing by sound is how most wrong names arise."""

from functools import lru_cache

from pypinyin import Style, pinyin


@lru_cache(maxsize=32768)
def sounds(character: str) -> frozenset[str]:
    """Return every syllable that a character may be read as, without tones; itself when not Han."""
    return frozenset(pinyin(character, style=Style.NORMAL, heteronym=True)[0])


def are_homophones(submitted: str, read: str) -> bool:
    """Tell whether two different characters may sound the same, tones aside."""
    return submitted != read and bool(sounds(submitted) & sounds(read))


def sound_key(text: str) -> str:
    """Return the most usual syllables of a text: a key under which homophones meet."""
    return " ".join(pinyin(character, style=Style.NORMAL)[0][0] for character in text)
