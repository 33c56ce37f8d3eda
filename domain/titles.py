"""Professional titles: which series and level a title may mean, and where titles stand in a text.

A title as written is looked up as a whole, then without its bracketed specialisation, then by its
longest known ending. One word may mean several things (编辑 is of the press or of publishing, and
技师 is a health title but also a worker's skill grade), so every answer is a set; a title that
nobody listed has the empty set and is never an error.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from domain.text import fold, fold_character
from domain.title_ladders import LADDERS, SERIES_SYNONYMS


class Level(StrEnum):
    """The five levels; 高级 is the first two, 初级 the last two."""

    FULL_SENIOR = "正高级"
    DEPUTY_SENIOR = "副高级"
    INTERMEDIATE = "中级"
    ASSISTANT = "助理级"
    CLERK = "员级"


@dataclass(frozen=True, slots=True)
class TitleMeaning:
    """One thing that a title may mean."""

    series: str
    """Official name of the series."""

    level: Level
    ladder: int
    """The profession inside the series; titles of one ladder and level are the same title,
    whatever its name was at the time."""


_LEVEL_ORDER = tuple(Level)
_SENIOR = frozenset({Level.FULL_SENIOR, Level.DEPUTY_SENIOR})
_JUNIOR = frozenset({Level.ASSISTANT, Level.CLERK})
_LEVEL_WORDS: dict[str, frozenset[Level]] = {
    **dict.fromkeys(
        ("正高级", "正高", "教授级", "研究员级", "高级(正高)", "高级(正高级)"), frozenset({Level.FULL_SENIOR})
    ),
    **dict.fromkeys(("副高级", "副高", "高级(副高)", "高级(副高级)"), frozenset({Level.DEPUTY_SENIOR})),
    **dict.fromkeys(("高级", "高"), _SENIOR),
    **dict.fromkeys(("中级", "中"), frozenset({Level.INTERMEDIATE})),
    **dict.fromkeys(("初级", "初"), _JUNIOR),
    **dict.fromkeys(
        ("助理级", "助理", "助级", "师级", "初级(师)", "初级(助理级)", "初级(助理)"),
        frozenset({Level.ASSISTANT}),
    ),
    **dict.fromkeys(("员级", "士级", "员", "初级(士)", "初级(员级)", "初级(员)"), frozenset({Level.CLERK})),
}
_TAIL_WORDS = re.compile(r"(?:专业技术)?(?:职务)?(?:任职)?(?:资格|职称|职务)+$")
_BRACKETED = re.compile(r"\(([^()]*)\)")
_LEVEL_PREFIX = re.compile(
    r"(?:正|副|高级|中级|初级|助理|主任|主管|主治|特级|首席|资深|见习|实习|教授级|[一二三四五]级|[一二三四五]等)$"
)
"""A known ending after one of these is another title: 高级技师 is no 技师."""

_RANK = re.compile(r"[一二三四五](?=级|等)")
_SERIES_TAILS = re.compile(r"(?:专业技术|专业|技术)?(?:人员|系列|类|职称)*$")


def level_of_words(text: str) -> frozenset[Level]:
    """Return what a level as written (副高级, 高级, 初级（师）) may mean; empty when unknown."""
    word = _TAIL_WORDS.sub("", fold(text))
    if word in _LEVEL_WORDS:
        return _LEVEL_WORDS[word]
    return _LEVEL_WORDS.get(_BRACKETED.sub("", word), frozenset())


def levels_agree(submitted: str, read: str) -> bool:
    """Tell whether two level words can mean the same: 高级 covers 正高级 and 副高级.

    Words that are not understood agree only when they are the same.
    """
    ours, theirs = level_of_words(submitted), level_of_words(read)
    if not ours or not theirs:
        return fold(submitted) == fold(read)
    return bool(ours & theirs)


def title_meanings(title: str) -> frozenset[TitleMeaning]:
    """Return everything that a title as written may mean; empty when nobody listed it."""
    return _meanings(fold(title))


def title_levels(title: str) -> frozenset[Level]:
    """Return the levels that a title may have."""
    return frozenset(meaning.level for meaning in title_meanings(title))


def title_series(title: str) -> frozenset[str]:
    """Return the official names of the series that a title may belong to."""
    return frozenset(meaning.series for meaning in title_meanings(title))


def titles_agree(submitted: str, read: str) -> bool:
    """Tell whether two titles are the same, whatever name the title had at the time.

    Bracketed specialisations do not count; level, profession and rank words do: 高级工程师 is not
    工程师, 一级教师 is not 二级教师, 主任医师 is not 副主任医师.
    """
    ours, theirs = _bare(fold(submitted)), _bare(fold(read))
    meant, written = title_meanings(submitted), title_meanings(read)
    if ours != theirs and _RANK.sub("", ours) == _RANK.sub("", theirs):
        # 小学二级教师 and 小学三级教师 are both 员级, and two titles all the same.
        return False
    if meant and written:
        return bool(meant & written)
    return ours == theirs


def series_of_words(text: str) -> frozenset[str]:
    """Return the official names that a series as written may stand for; empty when unknown."""
    word = fold(text)
    found = _SERIES_WORDS.get(word)
    if found is None:
        found = _SERIES_WORDS.get(_SERIES_TAILS.sub("", _BRACKETED.sub("", word)), frozenset())
    return found


def find_titles(text: str) -> tuple[tuple[str, int, int], ...]:
    """Find the titles that stand in a running text, longest first, left to right.

    Returns:
        (title as written without blanks and folded, start, end); positions in ``text``; no overlaps.
    """
    folded = "".join(fold_character(c) for c in text)
    return tuple((fold(m.group()), m.start(), m.end()) for m in _TITLE_PATTERN.finditer(folded))


def is_known_title(title: str) -> bool:
    """Tell whether exactly this title (brackets aside) is listed."""
    folded = fold(title)
    return folded in _TITLES or _bare(folded) in _TITLES


@lru_cache(maxsize=4096)
def _meanings(title: str) -> frozenset[TitleMeaning]:
    title = _TAIL_WORDS.sub("", title) or title
    if title in _TITLES:
        return _TITLES[title]
    note = _level_note(title)
    bare = _bare(title)
    found = _TITLES.get(bare)
    if found is None:
        found = _by_ending(bare)
    if note:
        narrowed = frozenset(meaning for meaning in found if meaning.level in note)
        if narrowed:
            return narrowed
        # 高级工程师(正高级): the bracket lifts the title to another rung of the same ladder.
        return frozenset(
            TitleMeaning(m.series, level, m.ladder) for m in found for level in note if len(note) == 1
        )
    return found


def _level_note(title: str) -> frozenset[Level]:
    """Return the level that a bracket states: 小学高级教师(副高级)."""
    for inner in _BRACKETED.findall(title):
        if inner in _LEVEL_WORDS and len(inner) > 1:
            return _LEVEL_WORDS[inner]
    return frozenset()


def _bare(title: str) -> str:
    return _TAIL_WORDS.sub("", _BRACKETED.sub("", title)) or title


def _by_ending(title: str) -> frozenset[TitleMeaning]:
    """Read 土建高级工程师 as 高级工程师, but leave 高级技师 and 副总工程师 alone."""
    for start in range(1, len(title) - 1):
        found = _TITLES.get(title[start:])
        if found is not None:
            head = title[:start]
            return frozenset() if _LEVEL_PREFIX.search(head) or head.endswith("总") else found
    return frozenset()


def _build_titles() -> dict[str, frozenset[TitleMeaning]]:
    collected: dict[str, set[TitleMeaning]] = {}
    for ladder, (series_names, rungs) in enumerate(LADDERS):
        for level, names in zip(_LEVEL_ORDER, rungs.split("/"), strict=False):
            for name in names.split(";"):
                if name:
                    collected.setdefault(name, set()).update(
                        TitleMeaning(series, level, ladder) for series in series_names
                    )
    return {name: frozenset(meanings) for name, meanings in collected.items()}


def _build_series() -> dict[str, frozenset[str]]:
    collected: dict[str, set[str]] = {}
    for official, synonyms in SERIES_SYNONYMS.items():
        for name in (official, *synonyms):
            word = fold(name)
            for form in (word, _SERIES_TAILS.sub("", _BRACKETED.sub("", word))):
                if form:
                    collected.setdefault(form, set()).add(official)
    return {word: frozenset(names) for word, names in collected.items()}


_TITLES = _build_titles()
_SERIES_WORDS = _build_series()
_TITLE_PATTERN = re.compile(
    "|".join(
        r"\s*".join(re.escape(character) for character in name)
        for name in sorted(_TITLES, key=len, reverse=True)
    )
)
