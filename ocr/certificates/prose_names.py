"""Whom the sentences of a certificate name: 兹证明张三, 张三同志, 张三，女，身份证…"""

import re
from collections.abc import Iterator

from domain.fields import Field
from domain.text import is_han
from ocr.certificates.text_stream import HAN, Stream
from ocr.certificates.vocabulary import CHINESE_LABELS, ORGANISATION_END

_N = r"[㐀-鿿豈-﫿\U00020000-\U0003ffff〇](?:[㐀-鿿豈-﫿\U00020000-\U0003ffff·]){1,14}"
_COMRADE = re.compile(rf"(?<=[{HAN}])[·,.]?(?:同志|先生|女士)(?:[,(、]性?别?:?(?P<g>[男女])(?=[,、)。]))?")
_BEFORE_NAME = re.compile(
    r"(?:兹证明|兹有|特授予|特颁发给|授予|颁发给|证明|确认|批准|核准|认定|同意|评定|评审|审定|通过|持证人|持证者|[,。:;()、])$"
)


def find_names(stream: Stream) -> Iterator[tuple[Field, int, int]]:
    """Find the persons that sentences name, and the gender beside the name; positions in the key."""
    key, starts = stream.key, stream.starts
    for match in _COMRADE.finditer(key):
        place = _name_before(key, match.start(), starts)
        if place:
            yield Field.NAME, *place
        if match["g"]:
            yield Field.GENDER, match.start("g"), match.end("g")
    for match in re.finditer(
        rf"(?:兹证明|兹有|持证人|持证者|授予)(?P<n>{_N}?)(?=[(,]|男|女|身份证|具[备有]|于|经|已|在)", key
    ):
        usual = 2 <= len(match["n"]) <= 4 or "·" in match["n"]
        goes_on = match["n"].startswith(("具", "已", "通过", "签"))
        if usual and not goes_on and match["n"] not in CHINESE_LABELS:
            yield Field.NAME, match.start("n"), match.end("n")
    for match in re.finditer(rf"(?P<n>{_N}?)(?:[,(、]性?别?:?(?P<g>[男女])(?=[,、)。]|性|身份))", key):
        start = _boundary_start(key, match.start("n"), match.end("n"), starts)
        if start is not None:
            yield Field.NAME, start, match.end("n")
            yield Field.GENDER, match.start("g"), match.end("g")
    for match in re.finditer(rf"(?P<n>{_N}?)于(?=(?:19|20)\d\d|[一二][〇零九])", key):
        start = _boundary_start(key, match.start("n"), match.end("n"), starts)
        if start is not None:
            yield Field.NAME, start, match.end("n")
    for match in re.finditer(
        rf"(?P<n>{_N}?)(?:[:,]|[(][^)]{{0,40}}\d{{15}}[^)]*[)],?)(?=你?(?:经|于|你|参加|已|自))", key
    ):
        start = _boundary_start(key, match.start("n"), match.end("n"), starts)
        if start is not None:
            yield Field.NAME, start, match.end("n")


def _name_before(key: str, end: int, starts: frozenset[int]) -> tuple[int, int] | None:
    """Find the name that ends at ``end``, by what stands before it."""
    dotted = re.search(r"[㐀-鿿]{1,8}(?:·[㐀-鿿]{1,10})+$", key[:end])
    if dotted:
        return dotted.start(), end
    for length in (2, 3, 4, 1):
        start = end - length
        if start < 0 or not all(is_han(c) for c in key[start:end]):
            break
        if start in starts or _BEFORE_NAME.search(key[:start]):
            # 授予 ends where the name begins; 经 is a verb only after a line start or comma.
            return _usable(key, start, end)
    for length in (3, 2):
        start = end - length
        if start >= 0 and re.search(rf"{ORGANISATION_END}$", key[:start]):
            return _usable(key, start, end)
    return None


def _in_years(key: str, start: int, end: int) -> bool:
    """Tell whether a text is part of a date: 十二月,经…"""
    return re.search(r"[年月日]$", key[start:end]) is not None or key[end : end + 1] in ("年", "月")


def _usable(key: str, start: int, end: int) -> tuple[int, int] | None:
    return None if key[start:end] in ("该", "本", "此", "上述", "以上", "下列", "全体") else (start, end)


def _boundary_start(key: str, start: int, end: int, starts: frozenset[int]) -> int | None:
    for length in (2, 3, 4):
        begin = end - length
        if begin >= start and all(is_han(c) for c in key[begin:end]):
            bounded = begin in starts or begin == 0 or _BEFORE_NAME.search(key[:begin])
            if bounded and key[begin:end] not in CHINESE_LABELS and not _in_years(key, begin, end):
                return begin
    if "·" in key[start:end] and start in starts:
        return start
    return None
