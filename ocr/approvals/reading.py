"""One approval document, from the readings of its pages to its people."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.fields import Field
from domain.records import (
    ApprovalDocument,
    ApprovalEntry,
    CountCheck,
    FieldReading,
    PageReading,
)
from ocr.approvals.flow import Flow, ReadingMaker
from ocr.approvals.gathering import Gathering, Person, gather, name_of, named_cells
from ocr.approvals.masthead import Masthead, judge_kind, read_masthead, read_particulars
from ocr.approvals.plausible import is_plausible
from ocr.approvals.prose import find_running_lists
from ocr.approvals.stream import read_stream
from ocr.approvals.wording import (
    find_counts,
)
from ocr.straighten import straighten
from ocr.tables import StraightPage

_ANNEX = re.compile(r"附[件表]|名单(?:附后|见后|如后)")
_SPECKS = frozenset("·.・•-_|~^`‘’*")
_INHERITED = frozenset({Field.TITLE, Field.LEVEL, Field.GRANTED_ON})


def read_approval(pages: Sequence[PageReading]) -> ApprovalDocument:
    """Read an approval document (批复, 通知), or what looks like one.

    Args:
        pages: All pages of one file, in order; at least one.

    Returns:
        The document with everybody it names. A 公示 comes back with kind ``PUBLIC_NOTICE``. Field
        ``ISSUED_ON`` of its readings is the date of the document itself; ``GRANTED_ON`` is there only when
        the text says from when the title counts.

    Raises:
        ValueError: There are no pages.
    """
    if not pages:
        raise ValueError("an approval needs at least one page")
    maker = ReadingMaker(pages)
    straight = [_without_specks(straighten(page, i)) for i, page in enumerate(pages)]
    masthead = read_masthead(straight, maker)
    items = read_stream(straight, masthead.title_rows)
    gathering = gather(items)
    particulars = read_particulars(gathering.paragraphs, straight, masthead, maker)
    people = _settle(gathering, masthead)
    entries = tuple(_entry(person, particulars, maker) for person in people)
    return ApprovalDocument(
        pages[0].file,
        judge_kind(masthead, [masthead.title, *gathering.texts]),
        masthead.title,
        masthead.number,
        masthead.number_reading,
        particulars,
        entries,
        _count_checks(gathering, masthead, people, pages),
    )


def _without_specks(page: StraightPage) -> StraightPage:
    """Leave out boxes that hold nothing but a dot or a stroke: dust and pieces of rules."""
    return replace(page, runs=tuple(run for run in page.runs if not set(run.text) <= _SPECKS))


def _settle(gathering: Gathering, masthead: Masthead) -> list[Person]:
    """Leave each person once: those named in the text and listed again count in the list."""
    listed = [p for p in gathering.people if p.source != "text"]
    people: list[Person] = []
    for person in gathering.people:
        if person.source == "text" and listed and (person.is_sample or _is_among(person, listed)):
            continue
        people.append(person)
    texts = [p for p in people if p.source == "text" and not p.is_sample]
    if texts:
        people = [p for p in people if not (p.is_sample and _is_among(p, texts))]
    if people and all(p.is_sample for p in people) and _ANNEX.search("".join(gathering.texts)):
        # The list is a file of its own; there, 张三 of 张三等22名同志 stands with everybody else.
        return []
    if masthead.title_flow is not None:
        people += _from_title(masthead.title_flow, people)
    return people


def _from_title(flow: Flow, people: Sequence[Person]) -> list[Person]:
    """Add the people of the title when no list names them: 关于张三同志任职资格的批复.

    张三等21名同志 only stands for a list; where one was found, its own reading of 张三 counts.
    """
    found: list[Person] = []
    for running in find_running_lists(flow.text):
        for name in running.names:
            person = Person(named_cells(flow, running, name), "title")
            stands_for_list = people and flow.text[name.end : name.end + 1] == "等"
            if not stands_for_list and not _is_among(person, people):
                found.append(person)
    return found


def _is_among(person: Person, others: Sequence[Person]) -> bool:
    """Tell whether a list has this name, one misread character allowed."""
    name = name_of(person)
    return any(
        len(other) == len(name) and sum(a != b for a, b in zip(name, other, strict=True)) <= (len(name) > 2)
        for other in map(name_of, others)
    )


def _entry(person: Person, particulars: Mapping[Field, FieldReading], maker: ReadingMaker) -> ApprovalEntry:
    readings = {name: maker.read(name, runs) for name, runs in person.cells.items() if runs}
    readings = {name: reading for name, reading in readings.items() if is_plausible(name, reading.value)}
    for name in _INHERITED:
        if (
            name not in readings
            and name in particulars
            and not (name is Field.LEVEL and Field.TITLE in readings)
        ):
            readings[name] = particulars[name]
    return ApprovalEntry(readings)


def _count_checks(
    gathering: Gathering, masthead: Masthead, people: Sequence[Person], pages: Sequence[PageReading]
) -> tuple[CountCheck, ...]:
    alive = {id(person) for person in people}
    checks: list[CountCheck] = []
    if masthead.title_flow is not None:
        page = pages[masthead.title_flow.runs[0].page_index]
        checks += [
            CountCheck(count, len(people), masthead.title, page.page_number)
            for count, _, _ in find_counts(masthead.title)[:1]
        ]
    for stated, first, end, where, page_index in gathering.counts:
        found = sum(id(person) in alive for person in gathering.people[first:end])
        if found or not people:
            checks.append(CountCheck(stated, found, where, pages[page_index].page_number))
    checks += [
        CountCheck(stated, len(people), where, pages[page_index].page_number)
        for stated, where, page_index in gathering.totals
    ]
    return tuple(checks)
