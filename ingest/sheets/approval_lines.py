"""The 批准文号 that stands above (sometimes below) a table, whatever the brackets and the cells."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.document_numbers import DocumentNumber, find_document_numbers, parse_document_number
from domain.fields import LABEL_SYNONYMS, Field
from domain.text import fold, remove_blanks

_LABEL = re.compile(
    "(?:"
    + "|".join(sorted({fold(s) for s in LABEL_SYNONYMS[Field.APPROVAL_NUMBER]}, key=len, reverse=True))
    + ")"
    r"(?:\([^()]*\))?[:;]?"
)
# The notice that asks for the sheets has a number too, and many a title cites it.
_CITATION = re.compile(r"(?:根据|依据|按照|按|附件|参照)\d*[^,。;]{0,12}$")
_NEXT_LABEL = re.compile(
    r"(?:填报|填表|制表|呈报|申报|报送|评审|主管|联系|审核)[^:]{0,10}[:]|单位[:(]|日期[:]|时间[:]|\(盖章|\(公章|盖章|年月日"
)
_MAX_RAW_LENGTH = 60


@dataclass(frozen=True, slots=True)
class ApprovalLine:
    """A document number found outside the table."""

    raw: str
    number: DocumentNumber | None
    is_labelled: bool


def find_approval_line(texts: Sequence[str]) -> ApprovalLine | None:
    """Find the approval number in the cells of one row.

    A labelled number counts even when it cannot be understood; without a label only a number that is not
    the citation of another document counts.
    """
    joined = remove_blanks("".join(texts))
    folded = fold(joined)
    label = _LABEL.search(folded)
    if label is not None:
        rest = joined[label.end() :]
        # The label at the end of the line, the number before it, is nobody's habit; an empty rest is a blank.
        return _labelled(rest)
    for number, start, end in find_document_numbers(joined):
        if not _CITATION.search(folded[:start]):
            return ApprovalLine(joined[start:end], number, is_labelled=False)
    return None


def _labelled(rest: str) -> ApprovalLine | None:
    folded = fold(rest)
    stop = _NEXT_LABEL.search(folded)
    if stop is not None and stop.start() > 0:
        rest, folded = rest[: stop.start()], folded[: stop.start()]
    elif stop is not None:
        return None
    found = find_document_numbers(rest)
    if found:
        number, start, end = found[0]
        return ApprovalLine(rest[start:end], number, is_labelled=True)
    raw = rest[:_MAX_RAW_LENGTH].strip(":：_ ")
    if not re.search(r"\d", folded):
        # "批准文号：" left blank, or a sentence about approval numbers.
        return None
    return ApprovalLine(raw, parse_document_number(raw), is_labelled=True)
