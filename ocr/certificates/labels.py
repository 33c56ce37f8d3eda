"""Labels on paper: 姓名, 证书编号, Full Name; split, spaced out, glued to values, slightly misread."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from domain.document_numbers import find_document_numbers
from domain.fields import Field
from domain.geometry import Box
from domain.text import is_han
from ocr.certificates.characters import RowText, Span, box_of_spans
from ocr.certificates.label_words import FUZZY_FROM, bare_word, labels_near
from ocr.certificates.shapes import shape_value
from ocr.certificates.vocabulary import (
    CHINESE_LABELS,
    ENGLISH_LABELS,
    LABEL_TAILS,
    SHORT_LABELS,
    simplify,
)

_TAIL = re.compile(r"[(](?:盖?章|公章|签章|印章|盖章处|签字|签名|评审|公布)[)]?|[(]?盖章[)]?$")
"""What follows a label before its colon and says only what to do there."""

_COLON = re.compile(r"[:;]|[.·](?=\D)|-{2,}|_{2,}")
_MISREAD_ENGLISH = re.compile(r"[A-Z][A-Z.,'/()-]{2,28}:")
_NUMBER_SIGNS = frozenset({"NO"})
_BULLET = re.compile(
    r"^(?:[0-9]{1,2}[.、)]|[一二三四五六七八九十]、|[(][0-9一二三四五六七八九十]{1,2}[)]|[*·■□▪◆●※>.,'`~-])+"
)
_LABEL_SEPARATORS = "/|·-.:("
_LONGEST = max(len(word) for word in CHINESE_LABELS)
_LONGEST_ENGLISH = max(len(word) for word in ENGLISH_LABELS)
_FIELD_GAP = 1.2
"""White in text heights that sets one label-value pair off from the next on the same line."""

_BODY_WORDS = tuple(word for word, name in CHINESE_LABELS.items() if name is Field.COMMITTEE)

_SHORT_VALUE = 10
"""A speciality has seldom more characters."""

_HALF_LABELS = {"姓": Field.NAME, "名": Field.NAME, "性": Field.GENDER}
_SURE_FIT = 0.9

_SENTENCE_GOES_ON = (
    "具",
    "已",
    "应",
    "须",
    "签",
    "经",
    "系",
    "为",
    "在",
    "通过",
    "所",
    "的",
    "可",
    "自",
    "由",
)

_TORN_ISSUE_DATE = re.compile(r"[^\d:;]?日期")
"""日期 with at most the ruin of 发证 before it: the seal lies on both. Two characters are another word."""

_SET_PHRASES = re.compile(
    r"^(?:人员|人才|技术|水平|知识|能力|证书|证$|证明|评审|委员会|评委会|通知|批复|名单|管理|办法|文件|制度|改革|部门|或|和|及|的|与)"
)
"""What makes the word before it no label: 专业技术职务任职资格 + 证书."""


@dataclass(frozen=True, slots=True, eq=False)
class Label:
    """A label that stands on the paper."""

    field: Field | None
    """``None`` for a label that is none of our fields: it only ends values."""

    word: str
    """The label in the table, folded."""

    spans: tuple[Span, ...]
    box: Box
    """Around the label and its English twin, page widths."""

    sure: bool
    """Marked as a label: a colon, or alone in its place."""

    exact: bool
    """Spelt as in the table."""

    row: int
    """Index of the visual row; -1 for a label set over several rows."""

    start: int
    """The label is ``key[start:end]`` of the row, colon and remarks included."""

    end: int


@dataclass(frozen=True, slots=True)
class _Match:
    field: Field | None
    word: str
    length: int
    exact: bool


def find_labels(row: RowText, row_index: int) -> tuple[Label, ...]:
    """Find the labels of a visual row, left to right.

    A word of the table is a label where a label may begin (at the start of a box, after a gap,
    punctuation or a complete value) and where something marks it as one: a colon, a gap or box edge
    behind it, or a value right behind it which can only be this field's.
    """
    row = replace(row, key=simplify(row.key))
    labels: list[Label] = []
    position = _skip_bullet(row.key)
    while position < len(row.key):
        label = _label_at(row, row_index, position, labels)
        if label is None:
            position += 1
        else:
            labels.append(label)
            position = label.end
    return tuple(labels)


def _skip_bullet(key: str) -> int:
    bullet = _BULLET.match(key)
    return bullet.end() if bullet else 0


def _label_at(row: RowText, row_index: int, start: int, before: Sequence[Label]) -> Label | None:
    key = row.key
    previous_end = before[-1].end if before else 0
    opened = (
        start == 0
        or start == previous_end
        or row.gap_before(start) > 0
        or key[start - 1] in ":;,。/|()"
        or start == _skip_bullet(key)
    )
    for match in _matches(key, start, fuzzy=opened):
        end, colon = _after_label(row, start, start + match.length, match)
        at_end = end >= len(key)
        gap = row.gap_before(end)
        rest = key[end : _next_wide_gap(row, end)]
        if _is_two_labels(row, start, match) or _jumps_a_gap(row, start, match):
            continue
        spread = any(row.gap_before(i) > 0 for i in range(start + 1, start + match.length))
        marked = _is_marked(match, rest, opened=opened, colon=colon, at_end=at_end, gap=gap)
        whole_box = match.exact and _fills_boxes(row, start, end)
        if not (marked or whole_box or (opened and _is_set_wide(match, rest, spread=spread))):
            continue
        if _is_phrase(rest, colon=colon, gap=gap, at_end=at_end):
            continue
        spans = row.spans(start, start + match.length)
        sure = colon or at_end or gap >= _FIELD_GAP
        return Label(
            match.field, match.word, spans, box_of_spans(spans), sure, match.exact, row_index, start, end
        )
    return _half_label(row, row_index, start)


def _half_label(row: RowText, row_index: int, start: int) -> Label | None:
    """Read 姓, 名 or 性 alone in its box, far before a value, as the label whose other half was lost."""
    name = _HALF_LABELS.get(row.key[start])
    if name is None or not _fills_boxes(row, start, start + 1) or row.gap_before(start + 1) < _FIELD_GAP:
        return None
    end = start + 1
    rest = row.key[end : _next_wide_gap(row, end)]
    if _fits(name, rest) < _SURE_FIT or rest[:1] in "名别氏":
        return None
    spans = row.spans(start, end)
    word = "姓名" if name is Field.NAME else "性别"
    return Label(name, word, spans, box_of_spans(spans), True, False, row_index, start, end)


def _is_two_labels(row: RowText, start: int, match: _Match) -> bool:
    """Tell whether a word is two labels side by side: 任职资格 | 批准时间 above their values."""
    return any(
        row.gap_before(start + i) >= _FIELD_GAP
        and row.key[start : start + i] in CHINESE_LABELS
        and row.key[start + i : start + match.length] in CHINESE_LABELS
        for i in range(2, match.length - 1)
    )


def _jumps_a_gap(row: RowText, start: int, match: _Match) -> bool:
    """Tell whether a word is only nearly a label and joined from two columns: 男 | 审委员会."""
    inside = range(start + 1, start + match.length)
    return not match.exact and any(row.gap_before(i) >= _FIELD_GAP for i in inside)


def _next_wide_gap(row: RowText, start: int) -> int:
    """Return where the text that begins at a place ends, at the latest: values do not jump gaps."""
    return next((i for i in range(start + 1, len(row.key)) if row.gap_before(i) >= _FIELD_GAP), len(row.key))


def _is_phrase(rest: str, *, colon: bool, gap: float, at_end: bool) -> bool:
    return not colon and not at_end and gap < _FIELD_GAP and _SET_PHRASES.match(rest) is not None


def _is_marked(match: _Match, rest: str, *, opened: bool, colon: bool, at_end: bool, gap: float) -> bool:
    """Tell whether what stands around a word shows that it is a label."""
    if match.word in ENGLISH_LABELS:
        return opened and (
            colon
            or at_end
            or gap > 0
            or (match.field in (Field.CERTIFICATE_NUMBER, None) and rest[:1].isdigit())
        )
    if colon:
        # Behind solid text only long or unmistakable words: 发证中心单位: is no label of an employer.
        return opened or match.word not in SHORT_LABELS
    if not opened:
        # Glued to the value before it: 姓名张三性别男.
        return (
            match.exact
            and match.word not in SHORT_LABELS
            and match.field is not None
            and _fits(match.field, rest) >= 0.9
            and match.field
            in (Field.GENDER, Field.ID_NUMBER, Field.BIRTH_DATE, Field.GRANTED_ON, Field.ISSUED_ON)
        )
    if at_end or gap >= _FIELD_GAP:
        return True
    if not match.exact:
        return False
    if gap > 0:
        return match.word not in SHORT_LABELS or (match.field is not None and _fits(match.field, rest) >= 0.6)
    return _glued_value(match, rest)


def _fills_boxes(row: RowText, start: int, end: int) -> bool:
    """Tell whether a stretch of a row is one or more whole boxes."""
    begins = row.origins[start][1] == 0
    ends = end >= len(row.key) or row.origins[end][1] == 0
    return begins and ends


def _is_set_wide(match: _Match, rest: str, *, spread: bool) -> bool:
    """Tell whether a short label shows itself by its setting: 专　业 over the width of 工作单位.

    专业 also begins a line of its own when the rest is too short for a heading or a sentence.
    """
    if match.field is None or not match.exact or match.word in ENGLISH_LABELS:
        return False
    alone = match.word == "专业" and len(rest) <= _SHORT_VALUE
    return (spread or alone) and _fits(match.field, rest) >= 0.3


def _glued_value(match: _Match, rest: str) -> bool:
    """Tell whether the text right behind a word (no gap, no colon) can be its value."""
    if match.field is None:
        return match.word not in SHORT_LABELS
    if match.word in SHORT_LABELS and re.match(r"[^:]{1,6}:", rest):
        # 资格名你：… is another, longer label.
        return False
    least = 0.9 if match.word in SHORT_LABELS and match.field is not Field.COMMITTEE else 0.6
    if match.field is Field.NAME and match.word != "姓名":
        # 持证人张三 names a person, 持证人具有… goes on as a sentence.
        return len(rest) <= 4 and _fits(match.field, rest) >= 0.9 and not rest.startswith(_SENTENCE_GOES_ON)
    return _fits(match.field, rest) >= least


def _fits(field: Field, rest: str) -> float:
    """Return how well the text up to the next label is a value of the field."""
    end = len(rest)
    for i in range(1, len(rest)):
        found = next(iter(_matches(rest, i, fuzzy=False)), None)
        if found is not None and (
            found.word not in SHORT_LABELS or rest[i + found.length : i + found.length + 1] == ":"
        ):
            end = i
            break
    shape = shape_value(field, rest[:end])
    # A colon may be read as a stroke.
    begins = shape.start == 0 or (shape.start == 1 and rest[0] in "1IL|!")
    return shape.fitness if begins else 0.0


def _after_label(row: RowText, start: int, end: int, match: _Match) -> tuple[int, bool]:
    """Skip the English twin, remarks such as （章）, and the colon behind a label."""
    key = row.key
    colon = False
    if match.word not in ENGLISH_LABELS:
        end = _skip_english(key, end, match.field)
    tail = _TAIL.match(key, end)
    if tail:
        end = tail.end()
    mark = _COLON.match(key, end)
    if mark:
        end, colon = mark.end(), True
        if match.word not in ENGLISH_LABELS:
            end = _skip_english(key, end, match.field, colon=True)
            again = _COLON.match(key, end)
            end = again.end() if again else end
    return end, colon


def _skip_english(key: str, position: int, field: Field | None, *, colon: bool = False) -> int:
    start = position
    while start < len(key) and key[start] in _LABEL_SEPARATORS and not colon:
        if key[start] in ":.":
            return position
        start += 1
    misread = _MISREAD_ENGLISH.match(key, start)
    for length in range(min(_LONGEST_ENGLISH, len(key) - start), 1, -1):
        word = key[start : start + length]
        if colon and bare_word(word) in _NUMBER_SIGNS:
            # 证书号：NO.123: behind the colon it is printed as part of the number.
            continue
        if word.isascii() and ENGLISH_LABELS.get(bare_word(word), "none") == field and field is not None:
            end = start + length
            if key[end : end + 1] == ")":
                end += 1
            # A longer Latin word merely begins like the label.
            if key[end : end + 1].isascii() and key[end : end + 1].isalpha():
                continue
            return end
    # Qualificatjon: Latin letters between a Chinese label and a colon can only be its misread twin.
    return misread.end() - 1 if misread and not colon else position


def _matches(key: str, start: int, *, fuzzy: bool) -> Iterable[_Match]:
    """Yield the words of the table that stand at a position, best first."""
    if not is_han(key[start]):
        yield from _english_matches(key, start)
        return
    limit = min(_LONGEST, len(key) - start)
    for length in range(limit, 1, -1):
        word = key[start : start + length]
        if word in CHINESE_LABELS:
            yield _Match(CHINESE_LABELS[word], word, length, exact=True)
    if fuzzy:
        yield from _fuzzy_matches(key, start)


def _english_matches(key: str, start: int) -> Iterable[_Match]:
    if not key[start].isalpha() or (start and key[start - 1].isascii() and key[start - 1].isalpha()):
        return
    for length in range(min(_LONGEST_ENGLISH + 2, len(key) - start), 1, -1):
        word = key[start : start + length]
        following = key[start + length : start + length + 1]
        if not word.isascii() or (following.isascii() and following.isalpha()) or not word[-1].isalpha():
            continue
        if bare_word(word) in ENGLISH_LABELS:
            yield _Match(ENGLISH_LABELS[bare_word(word)], bare_word(word), length, exact=True)


def _fuzzy_matches(key: str, start: int) -> Iterable[_Match]:
    """Yield words with one wrong, missing or additional character, up to a colon or the end."""
    stop = re.compile(r"[:;(]").search(key, start)
    end = stop.start() if stop else len(key)
    candidate = key[start:end]
    bare = re.sub(r"[^\w]|_", "", candidate)
    if bare != candidate and bare in CHINESE_LABELS:
        yield _Match(CHINESE_LABELS[bare], bare, len(candidate), exact=True)
    if _TORN_ISSUE_DATE.fullmatch(candidate) and stop and stop[0] in ":;":
        yield _Match(Field.ISSUED_ON, "发证日期", len(candidate), exact=False)
    is_tail = candidate in LABEL_TAILS and stop is not None and stop[0] != "("
    # 称: may end 职称 or 单位名称; only a title tells.
    if is_tail and stop and (candidate != "称" or _fits(Field.TITLE, key[end + 1 :]) >= _SURE_FIT):
        yield _tail_match(candidate, key[end + 1 :])
    if re.fullmatch(r"姓[^氏名]|[^\d]名", candidate) and stop and stop[0] in ":;":
        yield _Match(Field.NAME, "姓名", 2, exact=False)
    if re.fullmatch(r"性[^质能]", candidate) and stop and stop[0] in ":;":
        yield _Match(Field.GENDER, "性别", 2, exact=False)
    if not FUZZY_FROM - 1 <= len(candidate) <= _LONGEST + 1 or candidate.endswith(("证书", "证")):
        return
    if stop is None and any(word.endswith(candidate) for word in _BODY_WORDS):
        # 审委员会 is the end of a committee's name that is broken over two lines.
        return
    if any(candidate[i:] in CHINESE_LABELS for i in range(1, len(candidate) - 1)):
        # 女公布文号: is a value and the next label.
        return
    near = labels_near(candidate)
    fields = {CHINESE_LABELS[word] for word in near}
    if len(fields) == 1:
        yield _Match(fields.pop(), near[0], len(candidate), exact=False)


def _tail_match(tail: str, rest: str) -> _Match:
    """Return the label of which only the second half was read; 别 may be 性别 or 级别."""
    name = LABEL_TAILS[tail]
    if tail == "号":
        if re.match(r"\d{15}", rest):
            name = Field.ID_NUMBER
        elif find_document_numbers(rest[:30]):
            name = Field.APPROVAL_NUMBER
    if name is Field.GENDER and not rest.startswith(("男", "女")):
        name = Field.LEVEL
    return _Match(name, tail, 1, exact=False)
