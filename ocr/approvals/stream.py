"""A document as one stream from first page to last: headings, lists, lines of names, text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from domain.fields import Field
from domain.text import is_han
from ocr.approvals.flow import Flow
from ocr.approvals.grids import GridName, are_names, find_slots, read_name_line
from ocr.approvals.headers import Header, find_headers
from ocr.approvals.headless import guess_header
from ocr.approvals.labelled import begins_with_label, lists_others, split_labelled_names
from ocr.approvals.lines import read_line_entry
from ocr.approvals.names import has_surname, is_name_shape
from ocr.approvals.refit import refit_header
from ocr.approvals.tabular import ListPart, SectionLine, list_bottom, read_part
from ocr.approvals.wording import Rank, is_noise, parse_heading, same_places
from ocr.tables import Run, StraightPage, visual_rows

_FOOTER = re.compile(
    r"抄送|抄报|^主送|印发(?:$|\d)|^附件|^附:|^注:|^备注:|联系人|联系电话|监督电话|举报电话|签发人|此页无正文|^校对"
)
_CLOSED_LIST = re.compile(r"[(]共?\d{1,4}[人名位][)]$")


@dataclass(frozen=True, slots=True, eq=False)
class TextRow:
    """One line of the page outside any list."""

    runs: tuple[Run, ...]
    page: StraightPage
    part: str = ""
    """``label`` or ``names`` when it is one of the two parts of a line such as 高级教师：张三　李四."""

    @property
    def text(self) -> str:
        """Text without blanks."""
        return "".join(run.text for run in self.runs)

    @property
    def y(self) -> float:
        """Height of the line."""
        return sum(run.y for run in self.runs) / len(self.runs)


@dataclass(frozen=True, slots=True, eq=False)
class TablePart:
    """A stretch of a list with columns."""

    header: Header
    part: ListPart
    page: StraightPage
    continues: bool
    """It goes on with the list of the page before, without a header of its own."""


@dataclass(frozen=True, slots=True, eq=False)
class NameRow:
    """A line of names."""

    names: tuple[GridName, ...]
    page: StraightPage


@dataclass(frozen=True, slots=True, eq=False)
class LineEntry:
    """A line with one person."""

    serial: int | None
    cells: dict[Field, tuple[Run, ...]]
    page: StraightPage


@dataclass(frozen=True, slots=True, eq=False)
class Paragraph:
    """Running text, possibly over several lines and pages."""

    flow: Flow
    page: StraightPage


@dataclass(frozen=True, slots=True, eq=False)
class Footer:
    """Copies-to lines, annex lists, notes: they end what stands above and hold nobody."""

    text: str


Item = SectionLine | TablePart | NameRow | LineEntry | Paragraph | Footer


def read_stream(pages: Sequence[StraightPage], left_out: frozenset[int]) -> tuple[Item, ...]:
    """Read all pages as one stream.

    Args:
        pages: In order.
        left_out: Identities of runs that were understood already (title, number).
    """
    raw: list[TextRow | TablePart] = []
    open_header: Header | None = None
    for page in pages:
        parts, open_header = _page_parts(page, open_header, left_out)
        raw += parts
    return tuple(_understand([part for item in raw for part in _label_and_names(item)]))


def _label_and_names(item: TextRow | TablePart) -> list[TextRow | TablePart]:
    """Divide a line that is a heading with its names behind it."""
    if isinstance(item, TablePart) or _FOOTER.search(same_places(item.text)):
        return [item]
    parts = split_labelled_names(item.runs, item.page.em, is_full=_is_full(item))
    if parts is None:
        return [item]
    return [TextRow(parts[0], item.page, "label"), TextRow(parts[1], item.page, "names")]


def _page_parts(
    page: StraightPage, open_header: Header | None, left_out: frozenset[int]
) -> tuple[list[TextRow | TablePart], Header | None]:
    """Divide one page into lists and lines: (parts from the top, the header of a list that goes on)."""
    headers = find_headers(page)
    parts: list[TextRow | TablePart] = []
    position = -1.0
    carried = open_header
    whole = None if headers or carried is None else _continue_list(page, carried, page.height + 1)
    if not headers and whole is None:
        guessed = guess_header(page)
        headers = (guessed,) if guessed is not None else ()
        carried = None if headers else carried
    for header in [*headers, None]:
        limit = header.top if header is not None else page.height + 1
        if carried is not None and not any(isinstance(p, TablePart) for p in parts) and position < 0:
            continued = whole or _continue_list(page, carried, limit)
            if continued is not None:
                part, end = continued
                parts.append(part)
                position = end
                if end < limit:
                    carried = None
        parts += _text_rows(page, position, limit, left_out)
        if header is None:
            break
        following = min([h.top for h in headers if h.top > header.top], default=page.height + 1)
        end = list_bottom(page, header, header.bottom, following)
        parts.append(TablePart(header, read_part(page, header, header.bottom, end), page, continues=False))
        position = end
        carried = header if end >= following else None
    return parts, carried if any(isinstance(p, TablePart) for p in parts) else None


def _continue_list(page: StraightPage, header: Header, limit: float) -> tuple[TablePart, float] | None:
    """Go on with the list of the page before; ``None`` when the page does not begin with its rows."""
    fitted = refit_header(page, header, limit)
    end = list_bottom(page, fitted, -1.0, limit)
    part = read_part(page, fitted, -1.0, end)
    names = ["".join(run.text for run in person.name) for person in part.people]
    if not names:
        return None
    shaped = sum(is_name_shape(name) for name in names)
    likely = sum(has_surname(name) for name in names)
    if shaped < 0.6 * len(names) or likely < 0.5 * len(names):
        return None
    return TablePart(fitted, part, page, continues=True), end


def _text_rows(page: StraightPage, top: float, bottom: float, left_out: frozenset[int]) -> list[TextRow]:
    runs = [run for run in page.runs if top < run.y < bottom and id(run) not in left_out]
    rows = [TextRow(_without_strokes(row), page) for row in visual_rows(runs, page.em)]
    return [row for row in rows if not is_noise(row.text)]


def _without_strokes(row: Sequence[Run]) -> tuple[Run, ...]:
    """Leave out a dash behind a whole name or word: dust, or a piece of a rule, often read as 一."""
    kept: list[Run] = []
    for run in row:
        if run.text in ("一", "—", "-") and kept and len(kept[-1].text) >= 2 and is_han(kept[-1].text[-1]):
            continue
        kept.append(run)
    return tuple(kept)


def _understand(raw: Sequence[TextRow | TablePart]) -> list[Item]:
    """Tell lines of names, headings, lines with one person and running text apart."""
    names = _name_rows(raw)
    items: list[Item] = []
    pending: list[TextRow] = []

    def flush() -> None:
        if pending:
            items.extend(_text_item(pending))
            pending.clear()

    for i, item in enumerate(raw):
        if isinstance(item, TablePart):
            flush()
            items.append(item)
            continue
        if i in names:
            flush()
            items.append(NameRow(names[i], item.page))
            continue
        if _FOOTER.search(same_places(item.text)):
            flush()
            items.append(Footer(item.text))
            continue
        goes_on = bool(pending) and not item.part and _goes_on(pending[-1], item)
        entry = (
            None
            if goes_on or _announces(item) or _may_run_on(item)
            else read_line_entry(item.runs, item.page.em)
        )
        if entry is not None:
            flush()
            items.append(LineEntry(*entry, item.page))
            continue
        if not goes_on:
            flush()
        pending.append(item)
    flush()
    return items


def _name_rows(raw: Sequence[TextRow | TablePart]) -> dict[int, tuple[GridName, ...]]:
    """Find the lines of names: sure ones first, then their neighbours and the lines below counts."""
    accepted: dict[int, tuple[GridName, ...]] = {}
    possible: dict[int, tuple[GridName, ...]] = {}
    for i, item in enumerate(raw):
        if not isinstance(item, TextRow) or _FOOTER.search(same_places(item.text)):
            continue
        if not item.part and (_is_wrapped_enumeration(raw, i) or lists_others(item.text)):
            continue
        found = read_name_line(item.runs, item.page.em)
        if item.part == "names":
            accepted[i] = found
        elif item.part == "label":
            continue
        elif are_names(found, announced=False) and (len(found) >= 3 or _is_announced(raw, i, {})):
            accepted[i] = found
        elif are_names(found, announced=True):
            possible[i] = found
    changed = True
    while changed:
        changed = False
        for i in list(possible):
            if _is_announced(raw, i, accepted):
                accepted[i] = possible.pop(i)
                changed = True
    return _realigned(raw, accepted)


def _is_wrapped_enumeration(raw: Sequence[TextRow | TablePart], i: int) -> bool:
    """Tell whether a line belongs to names set as text, 张三、李四, whose ends may be broken anywhere."""
    item = raw[i]
    if not isinstance(item, TextRow):
        return False
    commas = len(re.findall("[、，,]", item.text))
    # One comma in a line of many boxes is dust.
    if not commas or (commas == 1 and len(item.runs) > 2):
        return False
    before = raw[i - 1] if i else None
    return _is_full(item) or (
        isinstance(before, TextRow) and _is_full(before) and re.search("[、，,]", before.text) is not None
    )


def _is_announced(
    raw: Sequence[TextRow | TablePart], i: int, accepted: dict[int, tuple[GridName, ...]]
) -> bool:
    """Tell whether a line of names is expected here: next to another one or below a heading with a count."""
    item = raw[i]
    assert isinstance(item, TextRow)
    for neighbour in (i - 1, i + 1):
        if neighbour in accepted:
            other = raw[neighbour]
            if isinstance(other, TextRow) and (
                other.page is not item.page or abs(other.y - item.y) < 5 * item.page.em
            ):
                return True
    before = raw[i - 1] if i else None
    if isinstance(before, TextRow):
        heading = parse_heading(before.text)
        return heading is not None and (
            heading.stated is not None or (bool(heading.parts) and bool(accepted))
        )
    return False


def _realigned(
    raw: Sequence[TextRow | TablePart], accepted: dict[int, tuple[GridName, ...]]
) -> dict[int, tuple[GridName, ...]]:
    """Read each line of names again, now that the columns of the lines on its page are known."""
    better = dict(accepted)
    pages = {id(row.page) for i in accepted if isinstance(row := raw[i], TextRow)}
    for page_id in pages:
        places = [i for i in accepted if isinstance(row := raw[i], TextRow) and id(row.page) == page_id]
        first = raw[places[0]]
        assert isinstance(first, TextRow)
        slots = find_slots([accepted[i] for i in places], first.page.em)
        for i in places:
            row = raw[i]
            assert isinstance(row, TextRow)
            again = read_name_line(row.runs, row.page.em, slots)
            if are_names(again, announced=True):
                better[i] = again
    return better


def _is_full(row: TextRow) -> bool:
    """Tell whether a line of text goes to the right margin, so that the next one may go on with it."""
    margin, widest = _text_extent(row.page) or _extent(row.runs)
    width = row.runs[-1].box.right - row.runs[0].box.left
    return row.runs[-1].box.right > margin - 2.2 * row.page.em and width > 0.6 * widest


@lru_cache(maxsize=4)
def _text_extent(page: StraightPage) -> tuple[float, float] | None:
    """Return the right margin of a page's text and the width of its longest line."""
    # Mastheads and titles are set larger and wider than the text.
    plain = [run for run in page.runs if len(run.text) >= 2 and run.em < 1.25 * page.em]
    return _extent(plain) if plain else None


def _extent(runs: Sequence[Run]) -> tuple[float, float]:
    return max(run.box.right for run in runs), max(run.box.width for run in runs)


def _goes_on(before: TextRow, after: TextRow) -> bool:
    text = same_places(before.text)
    if text.count("(") > text.count(")") and ")" in same_places(after.text)[:26]:
        # Even a short line goes on when its bracket does.
        return before.page is not after.page or after.y - before.y < 3.2 * before.page.em
    if text[-1:] in "。;!" or not _is_full(before):
        return False
    if _CLOSED_LIST.search(text) and begins_with_label(after.text):
        # Its count ends a list, however far the line goes: 成本会计专业：张三、李四（2人）.
        return False
    heading = parse_heading(after.text)
    if heading is not None and heading.rank is not Rank.PLAIN:
        return False
    if before.page is not after.page:
        return True
    return after.y - before.y < 3.2 * before.page.em


def _may_run_on(row: TextRow) -> bool:
    """Tell whether a full line lists people behind a heading, so that its last name may go on below."""
    return _is_full(row) and begins_with_label(row.text)


def _announces(row: TextRow) -> bool:
    """Tell whether a line is a heading that says how many follow: 四、经济师 金融（2人）."""
    heading = parse_heading(row.text)
    return heading is not None and heading.stated is not None


def _text_item(rows: Sequence[TextRow]) -> list[Item]:
    flow = Flow([run for row in rows for run in row.runs])
    heading = parse_heading(flow.text) if len(rows) == 1 else None
    if heading is not None and (
        heading.parts or heading.stated is not None or heading.rank is not Rank.PLAIN or rows[0].part
    ):
        return [SectionLine(heading, flow, rows[0].y)]
    return [Paragraph(flow, rows[0].page)]
