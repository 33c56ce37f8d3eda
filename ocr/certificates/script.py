"""Traditional characters in otherwise simplified texts: 張欣 on one page is 张欣 on the next."""

from functools import cache

import opencc


def plain_script(text: str) -> str:
    """Return a text with the traditional characters of no simplified standard (GB 2312) simplified.

    For telling whether two readings are the same. Of the same length; values stay as they are read.
    """
    return "".join(_plain(character) for character in text)


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@cache
def _plain(character: str) -> str:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        plain: str = _converter().convert(character)
        return plain if len(plain) == 1 else character
    return character
