"""Lists whose columns have no labels: what the columns hold tells what they are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from domain.fields import Field
from domain.text import is_han
from ocr.approvals.headers import Column, Header, divide_blocks
from ocr.approvals.labels import ColumnRole, Role
from ocr.approvals.names import is_likely_name, is_name_shape
from ocr.approvals.wording import is_body, is_institution, is_level, is_sentence, is_title, same_places
from ocr.tables import Run, StraightPage, segments, visual_rows

_LEAST_ROWS = 3
_PROOF: frozenset[Role] = frozenset({Field.EMPLOYER, Field.TITLE, Field.ID_NUMBER, Field.GENDER})
"""Beside names, a list has at least one of these: names and numbers alone are a grid."""


_LIKE_A_TITLE = re.compile(r".{1,14}(?:师|员|士|教授|编审|编辑|记者|教练|翻译)(?:[(].{2,8}[)])?")
"""Titles of national exams have many names (网络工程师, 程序员); those of a list repeat."""


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """A column that has no label."""

    left: float
    right: float
    texts: tuple[str, ...]


def guess_header(page: StraightPage) -> Header | None:
    """Return columns for a page that holds a list without a header row, ``None`` when it holds none."""
    rows = [row for row in _cell_rows(page) if len(row) >= 3]
    if len(rows) < _LEAST_ROWS:
        return None
    top, bottom = min(run.box.top for run in rows[0]), max(run.box.bottom for run in rows[-1])
    cells = _columns_of(page, rows, top, bottom)
    roles = [_role_of(column.texts) for column in cells]
    roles = _once_per_name(roles)
    names = roles.count(Field.NAME)
    if not names or len(roles) < 3 * names or not _PROOF & set(roles):
        return None
    edges = [
        cells[0].left - page.em,
        *((a.right + b.left) / 2 for a, b in pairwise(cells)),
        cells[-1].right + page.em,
    ]
    walls = [v.at for v in page.verticals if v.begin < bottom and v.end > top]
    for i in range(1, len(edges) - 1):
        between = [x for x in walls if cells[i - 1].right - 2 <= x <= cells[i].left + 2]
        if between:
            edges[i] = between[0]
    columns = [Column(role, a, b) for role, (a, b) in zip(roles, pairwise(edges), strict=True)]
    begin = top - 0.5 * page.em
    return Header(begin, begin, divide_blocks(columns))


def _cell_rows(page: StraightPage) -> list[list[Run]]:
    """Return the rows of the page that could belong to a list, each divided into cells."""
    rows = []
    for row in visual_rows(page.runs, page.em):
        cells = [part for run in row for part in segments(run, page.em, gap=1.2)]
        if any(is_sentence(cell.text) for cell in cells) or _is_spaced_heading(cells):
            continue
        if any(is_likely_name(cell.text) for cell in cells):
            rows.append(cells)
    return rows


def _is_spaced_heading(cells: Sequence[Run]) -> bool:
    """Tell whether the cells are the letters of a heading set wide: 人 员 名 单."""
    return sum(len(c.text) == 1 and is_han(c.text) and c.text not in "男女" for c in cells) > 3


def _columns_of(page: StraightPage, rows: Sequence[Sequence[Run]], top: float, bottom: float) -> list[_Cells]:
    """Divide the page at strips that hardly any cell covers, and at vertical rules."""
    cover = np.zeros(1001)
    for row in rows:
        for cell in row:
            cover[max(0, int(cell.box.left)) : max(0, min(1000, int(cell.box.right) + 1))] += 1
    walls = [v.at for v in page.verticals if v.end - v.begin > 0.5 * (bottom - top)]
    for wall in walls:
        cover[max(0, int(wall)) : max(0, int(wall)) + 2] = 0
    inked = cover > 0.08 * len(rows)
    columns: list[_Cells] = []
    begin: int | None = None
    for x, is_inked in enumerate([*inked.tolist(), False]):
        if is_inked and begin is None:
            begin = x
        elif not is_inked and begin is not None:
            texts = tuple(
                cell.text
                for row in rows
                for cell in row
                if begin <= (cell.box.left + cell.box.right) / 2 <= x
            )
            if texts:
                columns.append(_Cells(begin, x, texts))
            begin = None
    return columns


def _role_of(texts: Sequence[str]) -> Role:
    """Name a column by what most of its cells are."""

    def share(test: "re.Pattern[str]") -> float:
        return sum(test.fullmatch(same_places(t)) is not None for t in texts) / len(texts)

    if share(re.compile(r"\d{1,4}[.、]?")) >= 0.6:
        return ColumnRole.SERIAL
    if share(re.compile("[男女]")) >= 0.6:
        return Field.GENDER
    if share(re.compile(r"\d{17}[\dX]|\d{15}")) >= 0.6:
        return Field.ID_NUMBER
    checks = (
        (sum(is_title(t) for t in texts), Field.TITLE),
        (sum(is_level(t) for t in texts), Field.LEVEL),
        (sum(is_institution(t) or (len(t) >= 5 and is_body(t)) for t in texts), Field.EMPLOYER),
        (sum(is_likely_name(t) and is_name_shape(t) for t in texts), Field.NAME),
    )
    for count, role in checks:
        if count >= 0.55 * len(texts):
            # A speciality repeats, names hardly do.
            if role is Field.NAME and len(set(texts)) < 0.8 * len(texts):
                return ColumnRole.OTHER
            return role
    if share(_LIKE_A_TITLE) >= 0.7 and len(set(texts)) <= 0.7 * len(texts):
        return Field.TITLE
    return ColumnRole.OTHER


def _once_per_name(roles: Sequence[Role]) -> list[Role]:
    """Leave a field that more columns claim than there are names to nobody: 原资格 beside 资格."""
    names = roles.count(Field.NAME)
    return [
        ColumnRole.OTHER
        if isinstance(role, Field) and role is not Field.NAME and roles.count(role) > names
        else role
        for role in roles
    ]
