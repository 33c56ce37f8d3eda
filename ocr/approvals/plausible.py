"""What a cell may say: values that no cell of their column holds are a misreading and are left out.

A value that is wrong only by its neighbours' ink would be taken for a source that contradicts the
certificate; no value at all only means that the list does not vouch for that cell.
"""

import re

from domain.fields import DATE_FIELDS, Field
from domain.text import is_han
from ocr.approvals.wording import is_institution, is_title, same_places

_EDGE = re.compile(r"^[^\w(（<《〈“\"〔\[]+|[^\w)）>》〉”\"〕\]]+$")
_SPECK = re.compile(r"(?<=[\u3400-\u9fff])[,.'`|_~^](?=[\u3400-\u9fff])")
_BRACKETS = {"(": ")", "[": "]", "〔": "〕", "《": "》", "〈": "〉", "<": ">"}
_LEVEL_WORD = re.compile(r"[高中初]级?|助理|员级?|正高|副高")
_ONE_LINE = frozenset({Field.TITLE, Field.SPECIALTY, Field.LEVEL, Field.SERIES, Field.EMPLOYER})


def clean_text(name: Field, text: str) -> str:
    """Take away what dust and rules add to the text of a cell: dots at its ends, lone brackets."""
    if name not in _ONE_LINE:
        return text.strip("、,，;；:：")
    kept = text
    while kept != (bare := _without_lone_bracket(_EDGE.sub("", kept))):
        kept = bare
    folded = same_places(kept)
    specks = {match.start() for match in _SPECK.finditer(folded)}
    return "".join(c for i, c in enumerate(kept) if i not in specks)


def is_plausible(name: Field, value: str) -> bool:
    """Tell whether a normalised value may stand in a list under this field."""
    folded = same_places(value)
    if name is Field.GENDER or name in DATE_FIELDS:
        return bool(value)
    if name is Field.ID_NUMBER:
        # Lists that were published mask the middle of the numbers.
        return re.fullmatch(r"\d{14,17}[\dX]", folded) is not None
    if name is Field.LEVEL:
        return len(folded) <= 8 and _LEVEL_WORD.search(folded) is not None
    if name in (Field.TITLE, Field.SPECIALTY, Field.SERIES, Field.EMPLOYER, Field.COMMITTEE):
        han = sum(map(is_han, folded))
        return (
            han >= 2 and han >= 0.6 * len(folded) and not (name is Field.TITLE and _is_no_title(folded, han))
        )
    return True


def _is_no_title(folded: str, han: int) -> bool:
    return not is_title(folded) and (is_institution(folded) or han < 0.8 * len(re.sub(r"[()]", "", folded)))


def _without_lone_bracket(text: str) -> str:
    """Drop a bracket at either end that has no partner."""
    folded = same_places(text)
    if folded and folded[-1] in _BRACKETS.values():
        opener = next(a for a, b in _BRACKETS.items() if b == folded[-1])
        if folded.count(opener) < folded.count(folded[-1]):
            return text[:-1]
    if folded and folded[0] in _BRACKETS and folded.count(_BRACKETS[folded[0]]) < folded.count(folded[0]):
        return text[1:]
    return text
