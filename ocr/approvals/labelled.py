"""Lines that begin with a heading and go on with names set apart by blanks: 西安市第一中学：张三　李四."""

import re
from collections.abc import Sequence

from domain.fields import Field
from ocr.approvals.flow import Flow
from ocr.approvals.grids import are_names, read_name_line
from ocr.approvals.names import is_likely_name
from ocr.approvals.wording import Heading, enumerator_end, is_body, is_institution, parse_heading, same_places
from ocr.tables import Run, segments

_LABEL = re.compile(r"[^、,。;:()]{2,30}(?:[(][^()]{1,12}[)])?:|[^:。;]{2,30}[(]\d{1,4}[人名位][)]:?")
_WRONG_LABEL = re.compile(
    r"人:?$|电话|监督|抄送|抄报|主送|签发|经办|承办|评委|评审|委员|专家|组长|主任:|领导|小组|审核|校对|公示"
)
_GRANTING = frozenset({Field.TITLE, Field.LEVEL, Field.EMPLOYER})
_TEXT_MARKS = re.compile("[、,;。!?]")


def begins_with_label(text: str) -> bool:
    """Tell whether a line without blanks begins with a heading, numbered or not, and a colon."""
    folded = same_places(text)
    match = _LABEL.match(folded, enumerator_end(folded))
    return match is not None and match.end() < len(text)


def lists_others(text: str) -> bool:
    """Tell whether a line names those who handled the matter: 审核人：张三, 评审委员会：李四."""
    folded = same_places(text)
    match = _LABEL.match(folded, enumerator_end(folded))
    return match is not None and _WRONG_LABEL.search(match[0]) is not None


def split_labelled_names(
    row: Sequence[Run], em: float, *, is_full: bool
) -> tuple[tuple[Run, ...], tuple[Run, ...]] | None:
    """Divide a line into its heading and its names, or return ``None`` when it is another kind of line.

    Names that commas or the brackets behind each of them part are running text, which may break anywhere.

    Args:
        row: The runs of one line from the left.
        em: Usual advance of a character.
        is_full: The line goes to the right margin.
    """
    flow = Flow(row)
    cut = _label_end(row, same_places(flow.text), em)
    if not 0 < cut < len(flow.text):
        return None
    label, rest = same_places(flow.text)[:cut], same_places(flow.text)[cut:]
    if _WRONG_LABEL.search(label) or _TEXT_MARKS.search(rest) or ":" in rest:
        return None
    heading = parse_heading(label)
    if heading is None:
        return None
    runs = flow.part(cut, len(flow.text))
    names = read_name_line(runs, em)
    remarks = rest.count("(")
    if not are_names(names, announced=True) or remarks != rest.count(")"):
        return None
    if remarks and (is_full or remarks >= len(names)):
        return None
    known = _says_what(heading, label)
    if len(names) == 1:
        known = known and is_likely_name(names[0].text)
    return (flow.part(0, cut), runs) if known else None


def _label_end(row: Sequence[Run], text: str, em: float) -> int:
    """Return where the heading of a line ends: behind its colon or count, or before a wide blank."""
    match = _LABEL.match(text)
    if match:
        return match.end()
    first = segments(row[0], em)[0].text
    # An employer and one name are a person's own line.
    return len(first) if len(first) >= 4 and is_institution(first) else 0


def _says_what(heading: Heading, label: str) -> bool:
    return (
        heading.stated is not None
        or any(name in _GRANTING for name, _, _ in heading.parts)
        or label.rstrip(":").endswith("专业")
        or is_body(label.rstrip(":"))
    )
