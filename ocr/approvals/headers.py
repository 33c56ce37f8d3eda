"""Headers of lists of people: which column holds what."""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.fields import LABEL_SYNONYMS, Field
from domain.text import fold
from ocr.approvals.names import is_likely_name
from ocr.tables import Run, StraightPage, boundary_between, segments, visual_rows

_PARENTHESES = re.compile(r"\([^()]*\)?")


class ColumnRole(StrEnum):
    """Columns that hold no field of a record."""

    SERIAL = "serial"
    OTHER = "other"


Role = Field | ColumnRole

_LIST_FIELDS = (
    Field.NAME,
    Field.GENDER,
    Field.ID_TYPE,
    Field.ID_NUMBER,
    Field.BIRTH_DATE,
    Field.EMPLOYER,
    Field.LEVEL,
    Field.SERIES,
    Field.SPECIALTY,
    Field.TITLE,
    Field.GRANTED_ON,
    Field.CERTIFICATE_NUMBER,
    Field.COMMITTEE,
    Field.PHONE,
)
_LABELS: dict[str, Role] = {fold(label): name for name in _LIST_FIELDS for label in LABEL_SYNONYMS[name]}
_LIST_LABELS: dict[str, Role] = {
    "序号": ColumnRole.SERIAL,
    "编号": ColumnRole.SERIAL,
    "顺序号": ColumnRole.SERIAL,
    "序": ColumnRole.SERIAL,
    "NO": ColumnRole.SERIAL,
    "NO.": ColumnRole.SERIAL,
    "性別": Field.GENDER,
    "姓名": Field.NAME,
    "学科": Field.SPECIALTY,
    "任教学科": Field.SPECIALTY,
    "申报学科": Field.SPECIALTY,
    "评审学科": Field.SPECIALTY,
    "专业(学科)": Field.SPECIALTY,
    "民族": ColumnRole.OTHER,
    "年龄": ColumnRole.OTHER,
    "备注": ColumnRole.OTHER,
    "学历": ColumnRole.OTHER,
    "学位": ColumnRole.OTHER,
    "人数": ColumnRole.OTHER,
    "地市": ColumnRole.OTHER,
    "区县": ColumnRole.OTHER,
    "县区": ColumnRole.OTHER,
}
_SYNONYMS = _LABELS | _LIST_LABELS
# The first rule that matches decides: what a column is *not* comes before what its words also mean.
_RULES: tuple[tuple[re.Pattern[str], Role], ...] = tuple(
    (re.compile(pattern), role)
    for pattern, role in (
        (
            r"文号|备注|说明|学历|学位|毕业|民族|政治|籍贯|年龄|工龄|年限|方式|类型|性质|人数",
            ColumnRole.OTHER,
        ),
        (
            r"票|得分|成绩|结果|意见|签名|签字|方向|行政职务|参加工作|所属|地区|市县|区划|组建",
            ColumnRole.OTHER,
        ),
        (r"(?:^|[^发体])(?:现任|原|现有|已有|现职|现专业技术|聘任|受聘|现聘|行政)", ColumnRole.OTHER),
        (r"(?:主管|呈报|推荐|上级|归口|报送|上报|隶属).*(?:单位|部门)", ColumnRole.OTHER),
        (r"姓名|人员名|申报人$", Field.NAME),
        (r"性别", Field.GENDER),
        (r"身份证|证件号|公民身份", Field.ID_NUMBER),
        (r"出生|生日", Field.BIRTH_DATE),
        (r"电话|手机|联系", ColumnRole.OTHER),
        (r"发证|签发|颁发|颁证|公示|入职|任教时间", ColumnRole.OTHER),
        (r"证书.*号|管理号|^证号", Field.CERTIFICATE_NUMBER),
        (r"(?:取得|授予|资格|批准|通过|评审|任职|起算|认定|获得|审批).*(?:时间|日期|年月)", Field.GRANTED_ON),
        (r"时间|日期|年月", ColumnRole.OTHER),
        (r"评委会|评审委员会|评审机构|评审组织", Field.COMMITTEE),
        (r"单位|^.{0,3}学校$|^.{0,3}部门$", Field.EMPLOYER),
        (r"级别|等级", Field.LEVEL),
        (r"系列", Field.SERIES),
        (r"专业技术|专业资格|资格|职称|技术职务", Field.TITLE),
        (r"专业|学科", Field.SPECIALTY),
    )
)


@dataclass(frozen=True, slots=True)
class Label:
    """One understood label of a header."""

    role: Role
    is_sure: bool
    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list, in straightened units."""

    role: Role
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Header:
    """The header row of a list and what it says about the columns."""

    top: float
    bottom: float
    blocks: tuple[tuple[Column, ...], ...]
    """Blocks that stand side by side, each with a name column; columns from the left."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of all blocks."""
        return tuple(column for block in self.blocks for column in block)

    @property
    def left(self) -> float:
        """Left edge of the list."""
        return self.columns[0].left

    @property
    def right(self) -> float:
        """Right edge of the list."""
        return self.columns[-1].right


def match_label(text: str) -> tuple[Role, bool] | None:
    """Understand a label.

    Args:
        text: The label; blanks do not matter.

    Returns:
        The column's role and whether the label is spelled as known; ``None`` for any other text.
    """
    folded = fold(text).strip(":*.、,")
    bare = _PARENTHESES.sub("", folded) or folded
    for label in (folded, bare):
        if label in _SYNONYMS:
            return _SYNONYMS[label], True
    if not 2 <= len(bare) <= 14 or any(c.isdigit() for c in bare) or re.search(r"[,。;:]", bare):
        return None
    for pattern, role in _RULES:
        if pattern.search(bare):
            return role, False
    return _one_wrong_character(bare)


def find_headers(page: StraightPage) -> tuple[Header, ...]:
    """Find the header rows of lists on a page, from the top."""
    headers: list[Header] = []
    for row in visual_rows(page.runs, page.em):
        parts = [part for run in row for part in _label_parts(run, page.em)]
        labels = _row_labels(_join_split_labels(parts))
        if not _is_header(labels):
            continue
        top, bottom = min(a.top for a in labels), max(a.bottom for a in labels)
        if headers and top < headers[-1].bottom:
            continue
        header = _build_header(page, *_header_band(page, labels, top, bottom))
        if header is not None:
            headers.append(header)
    return tuple(headers)


def _one_wrong_character(text: str) -> tuple[Role, bool] | None:
    roles = {
        role
        for label, role in _SYNONYMS.items()
        if len(label) == len(text) >= 3 and sum(a != b for a, b in zip(label, text, strict=True)) == 1
    }
    if len(roles) == 1:
        return roles.pop(), False
    short: dict[str, Role] = {"姓": Field.NAME, "性": Field.GENDER, "序": ColumnRole.SERIAL}
    if len(text) == 2 and text[0] in short:
        return short[text[0]], False
    return None


def _label_parts(run: Run, em: float) -> list[Run]:
    """Split a run into labels: at wide gaps, or where one box holds several known labels."""
    if match_label(run.text) is not None and len(run.text) <= 8 and not _holds_several(run.text):
        return [run]
    cuts = _known_cuts(run.text)
    if cuts:
        return [run.cut(a, b) for a, b in cuts]
    return segments(run, em)


def _holds_several(text: str) -> bool:
    cuts = _known_cuts(text)
    return cuts is not None and len(cuts) > 1


def _known_cuts(text: str) -> list[tuple[int, int]] | None:
    """Divide a text wholly into known labels, with as few as possible; ``None`` when it cannot be."""
    folded = fold(text)
    if len(folded) != len(text) or len(text) > 60:
        return None
    best: list[list[tuple[int, int]] | None] = [[]] + [None] * len(folded)
    for end in range(1, len(folded) + 1):
        for begin in range(max(0, end - 14), end):
            before = best[begin]
            if before is None or folded[begin:end] not in _SYNONYMS or end - begin < 2:
                continue
            if best[end] is None or len(before) + 1 < len(best[end] or []):
                best[end] = [*before, (begin, end)]
    return best[-1]


def _join_split_labels(parts: Sequence[Run]) -> list[tuple[str, Run, Run]]:
    """Join neighbours such as 姓 and 名 into one label: (text, first run, last run)."""
    joined: list[tuple[str, Run, Run]] = []
    i = 0
    while i < len(parts):
        for size in (4, 3, 2):
            group = parts[i : i + size]
            text = "".join(p.text for p in group)
            if len(group) == size and max(len(p.text) for p in group) <= 2 and fold(text) in _SYNONYMS:
                # 性别 级别 must not be read as one label because their joint text happens to be known.
                if size > 1 and all(fold(p.text) in _SYNONYMS for p in group):
                    continue
                joined.append((text, group[0], group[-1]))
                i += size
                break
        else:
            joined.append((parts[i].text, parts[i], parts[i]))
            i += 1
    return joined


def _row_labels(parts: Iterable[tuple[str, Run, Run]]) -> list[Label]:
    labels = []
    for text, first, last in parts:
        match = match_label(text)
        if match is not None:
            labels.append(
                Label(
                    *match,
                    first.box.left,
                    last.box.right,
                    min(first.box.top, last.box.top),
                    max(first.box.bottom, last.box.bottom),
                )
            )
    return labels


def _is_header(labels: Sequence[Label]) -> bool:
    roles = {label.role for label in labels}
    sure = sum(label.is_sure for label in labels)
    if Field.NAME in roles:
        return len(labels) >= 2 and sure >= 1
    return (len(roles) >= 4 and sure >= 3) or (len(roles) >= 3 and ColumnRole.SERIAL in roles and sure >= 3)


def _header_band(
    page: StraightPage, labels: Sequence[Label], top: float, bottom: float
) -> tuple[float, float]:
    """Widen the heights of a header row to its ruled cell, or to labels broken over two lines."""
    middle, em = (top + bottom) / 2, page.em
    long_rules = sorted(r.at for r in page.horizontals if r.length > 12 * em)
    above = [y for y in long_rules if y <= middle]
    below = [y for y in long_rules if y >= middle]
    upper = above[-1] if above and middle - above[-1] < 5 * em else top - 0.9 * em
    lower = below[0] if below and below[0] - middle < 5 * em else bottom + 0.35 * em
    # When the rule below the header was not found, the next one lies below the first person.
    for label in labels:
        for run in page.runs:
            over = min(run.box.right, label.right) - max(run.box.left, label.left)
            if label.role is Field.NAME and over > 0 and bottom < run.y < lower and len(run.text) > 1:
                lower = min(lower, (bottom + run.box.top) / 2 if run.box.top > bottom else bottom)
    return upper, lower


def _build_header(page: StraightPage, top: float, bottom: float) -> Header | None:
    em = page.em
    inside = [run for run in page.runs if top <= run.y <= bottom]
    parts = [part for run in inside for part in _label_parts(run, em)]
    cells = _stack_cells(parts, em)
    labels = _row_labels(_join_split_cells(cells))
    labels = _settle_roles(labels)
    if not any(label.role is Field.NAME for label in labels):
        labels = _guess_name_column(page, labels, cells, bottom)
    if not any(label.role is Field.NAME for label in labels):
        return None
    everything = sorted(
        [*labels, *_unknown_cells(cells, labels)], key=lambda label: (label.left + label.right) / 2
    )
    columns = _columns(page, everything, top, bottom)
    return Header(top, max(label.bottom for label in labels), _blocks(columns))


@dataclass(frozen=True, slots=True, eq=False)
class _Cell:
    runs: tuple[Run, ...]
    """From the top."""

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    @property
    def left(self) -> float:
        return min(run.box.left for run in self.runs)

    @property
    def right(self) -> float:
        return max(run.box.right for run in self.runs)


def _stack_cells(parts: Sequence[Run], em: float) -> list[_Cell]:
    """Put labels that are broken over several lines together: 工作 above 单位."""
    cells: list[list[Run]] = []
    for part in sorted(parts, key=lambda r: r.y):
        for cell in cells:
            last = cell[-1]
            shared = min(part.box.right, last.box.right) - max(part.box.left, last.box.left)
            if shared > 0.5 * min(part.box.width, last.box.width) and part.y - last.y > 0.5 * em:
                cell.append(part)
                break
        else:
            cells.append([part])
    return sorted((_Cell(tuple(cell)) for cell in cells), key=lambda c: (c.left + c.right) / 2)


def _join_split_cells(cells: Sequence[_Cell]) -> list[tuple[str, Run, Run]]:
    single = [cell for cell in cells if len(cell.runs) == 1]
    joined = _join_split_labels([cell.runs[0] for cell in single])
    for cell in cells:
        if len(cell.runs) > 1:
            widest = min(cell.runs, key=lambda r: r.box.left), max(cell.runs, key=lambda r: r.box.right)
            text = cell.text
            if match_label(text) is None:
                # A group label over two columns (专业技术资格 over 系列 | 名称): the lowest line counts.
                text = cell.runs[-1].text
            joined.append((text, *widest))
    return joined


def _settle_roles(labels: Sequence[Label]) -> list[Label]:
    """Let every field be claimed once per block: the known spelling wins, then the first."""
    names = max(1, sum(label.role is Field.NAME for label in labels))
    settled = list(labels)
    for role in {label.role for label in labels if isinstance(label.role, Field)}:
        claims = [i for i, label in enumerate(settled) if label.role is role]
        if len(claims) <= names:
            continue
        ranked = sorted(claims, key=lambda i: (not settled[i].is_sure, settled[i].left))
        for i in ranked[names:]:
            label = settled[i]
            settled[i] = Label(ColumnRole.OTHER, False, label.left, label.right, label.top, label.bottom)
    return settled


def _guess_name_column(
    page: StraightPage, labels: Sequence[Label], cells: Sequence[_Cell], bottom: float
) -> list[Label]:
    """Take the column below whose label most texts are likely names for the name column."""
    best: tuple[float, _Cell] | None = None
    for cell in cells:
        if any(abs((label.left + label.right) - (cell.left + cell.right)) < 1 for label in labels):
            continue
        below = [
            run.text
            for run in page.runs
            if run.y > bottom and run.box.left < cell.right and run.box.right > cell.left
        ]
        likely = sum(is_likely_name(text) for text in below)
        if likely >= 2 and likely / len(below) >= 0.5 and (best is None or likely > best[0]):
            best = (likely, cell)
    if best is None:
        return list(labels)
    cell = best[1]
    box = cell.runs[0].box
    return [*labels, Label(Field.NAME, False, cell.left, cell.right, box.top, box.bottom)]


def _unknown_cells(cells: Sequence[_Cell], labels: Sequence[Label]) -> list[Label]:
    unknown = []
    for cell in cells:
        middle = (cell.left + cell.right) / 2
        if not any(label.left - 1 <= middle <= label.right + 1 for label in labels):
            box = cell.runs[0].box
            unknown.append(Label(ColumnRole.OTHER, False, cell.left, cell.right, box.top, box.bottom))
    return unknown


def _columns(page: StraightPage, labels: Sequence[Label], top: float, bottom: float) -> list[Column]:
    em = page.em
    rules = [r.at for r in page.verticals if r.begin <= bottom + em and r.end >= bottom + 0.5 * em]
    reach = page.height if not rules else max(r.end for r in page.verticals)
    ink = [(x - 0.5 * em, x + 0.5 * em) for run in page.runs if bottom < run.y < reach for x in run.centres]
    edges = [_outer_edge(rules, labels[0].left, ink, left=True)]
    roles: list[Role] = []
    for label, following in itertools.pairwise(labels):
        between = sorted(x for x in rules if label.right - 2 <= x <= following.left + 2)
        roles.append(label.role)
        if len(between) >= 2 and between[-1] - between[0] > 1.5 * em:
            # A ruled column without a label of its own.
            edges += [between[0], between[-1]]
            roles.append(ColumnRole.OTHER)
        else:
            edges.append(boundary_between(label.right, following.left, verticals=between, ink=ink))
    roles.append(labels[-1].role)
    edges.append(_outer_edge(rules, labels[-1].right, ink, left=False))
    return [Column(role, a, b) for role, a, b in zip(roles, edges, edges[1:], strict=False)]


def _outer_edge(
    rules: Sequence[float], label_edge: float, ink: Sequence[tuple[float, float]], *, left: bool
) -> float:
    """Return where a list begins or ends: the next rule outside, or the outermost ink."""
    if left:
        outside = [x for x in rules if x <= label_edge + 2]
        return max(outside) if outside else min([label_edge, *(a for a, _ in ink)])
    outside = [x for x in rules if x >= label_edge - 2]
    return min(outside) if outside else max([label_edge, *(b for _, b in ink)])


def _blocks(columns: Sequence[Column]) -> tuple[tuple[Column, ...], ...]:
    """Divide columns into blocks that each have one name column."""
    names = [i for i, column in enumerate(columns) if column.role is Field.NAME]
    if len(names) < 2:
        return (tuple(columns),)
    first = columns[0].role
    starts = [i for i, column in enumerate(columns) if column.role is first]
    if len(starts) != len(names):
        starts = [i - 1 if i > 0 and columns[i - 1].role is ColumnRole.SERIAL else i for i in names]
        starts[0] = 0
    elif any(not a <= name < b for name, a, b in zip(names, starts, [*starts[1:], len(columns)], strict=True)):
        starts = [0, *names[1:]]
    bounds = [*starts, len(columns)]
    return tuple(tuple(columns[a:b]) for a, b in itertools.pairwise(bounds))
