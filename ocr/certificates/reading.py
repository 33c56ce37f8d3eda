"""One region of a page becomes one record; the pages of a file become its records."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.fields import Field
from domain.records import CandidateRecord, FieldReading, PageReading, PaperKind
from domain.script import simplify
from domain.text import fold
from ocr.certificates.characters import KeyedLine, Span
from ocr.certificates.foot import find_foot
from ocr.certificates.pairing import Labelled, LabelledValue, pair_labels
from ocr.certificates.prose import read_prose
from ocr.certificates.regions import region_box, split_regions
from ocr.certificates.status import find_status, make_status
from ocr.certificates.text_stream import make_stream
from ocr.certificates.values import make_reading
from ocr.layout import Grid, PlacedLine, find_grid, place_lines
from ocr.noise import drop_noise
from ocr.papers import classify_lines, is_name_table

_NOT_CERTIFICATES = frozenset(
    {
        PaperKind.APPROVAL,
        PaperKind.PUBLIC_NOTICE,
        PaperKind.ID_CARD,
        PaperKind.APPOINTMENT_LETTER,
        PaperKind.SKILL_CERTIFICATE,
        PaperKind.COMMITMENT_LETTER,
        PaperKind.DIPLOMA,
        PaperKind.COVER,
        PaperKind.BLANK,
    }
)

_WHOLE_PAGES = frozenset({PaperKind.APPROVAL, PaperKind.PUBLIC_NOTICE, PaperKind.BLANK})
"""Papers that never share a page with a certificate: their lists are not to be cut up."""

_PERSON = frozenset({Field.NAME, Field.ID_NUMBER})
_SUBSTANCE = frozenset(
    {Field.TITLE, Field.GRANTED_ON, Field.CERTIFICATE_NUMBER, Field.ISSUED_ON, Field.COMMITTEE}
)
_PAPER = frozenset({Field.CERTIFICATE_NUMBER})
"""By this a certificate is known from every other one."""

_MONTH = re.compile(r"\d{4}-\d\d")
_DATE_LETTERS = "年月日〇零一二三四五六七八九十"
_BODIES = frozenset({Field.COMMITTEE, Field.ISSUER, Field.EMPLOYER})
_LEAST_TELLING = 2
"""A paper of no known kind counts as part of a certificate only if it says two things that matter."""

_DOUBTFUL_LABEL = 0.8
"""Factor on the confidence of a value whose label was not read exactly."""

_STRONG_GRANT_WORDS = ("通过", "取得", "获得", "授予", "起算", "任职", "认定")
"""Of two labelled dates of grant these mean the grant itself; 批准 and 审批 may mean the approval."""


def read_certificates(pages: Sequence[PageReading]) -> tuple[CandidateRecord, ...]:
    """Read the title certificates of one file.

    Papers that are no title certificates give nothing. A certificate that begins on one page (name,
    photograph) and ends on the next (title, seal) is one record.

    Args:
        pages: All pages of the file, in order.

    Returns:
        Records by page, and on a page in reading order (``slot``).
    """
    per_page = [_read_page(page) for page in pages]
    return _merge_pages(per_page)


def _read_page(page: PageReading) -> tuple[CandidateRecord, ...]:
    grid = find_grid(page)
    lines = drop_noise(place_lines(page))
    if classify_lines(lines) in _WHOLE_PAGES or is_name_table(lines):
        return ()
    records: list[CandidateRecord] = []
    for region in split_regions(lines):
        kind = classify_lines(region)
        if kind in _NOT_CERTIFICATES:
            continue
        readings, empty = _read_region(region, grid, page)
        telling = len(readings.keys() & (_PERSON | _SUBSTANCE))
        if telling == 0 or (kind is PaperKind.OTHER and telling < _LEAST_TELLING):
            continue
        record = CandidateRecord(page.file, page.page_number, len(records) + 1, readings, empty)
        if records and (_are_halves(records[-1], record) or _is_remainder(records[-1], record)):
            records[-1] = replace(_join(records[-1], record), last_page_number=None)
        else:
            records.append(record)
    return tuple(records)


def _are_halves(first: CandidateRecord, second: CandidateRecord) -> bool:
    """Tell whether two regions are parts of one certificate that names its person twice."""
    both = first.readings.keys() & second.readings.keys()
    return Field.NAME in both and all(_same(first.readings[name], second.readings[name]) for name in both)


def _is_remainder(first: CandidateRecord, second: CandidateRecord) -> bool:
    """Tell whether a region that names nobody is the rest of the certificate before it."""
    return _has_person(first) and not _has_person(second) and _complements(first, second)


def _read_region(
    region: Sequence[PlacedLine], grid: Grid, page: PageReading
) -> tuple[dict[Field, FieldReading], frozenset[Field]]:
    """Read one certificate: labels first, then sentences, then the foot."""
    labelled = pair_labels(region, grid)
    readings: dict[Field, FieldReading] = {}

    def add(name: Field, spans: Sequence[Span], doubt: float = 1.0) -> None:
        if spans and name not in readings:
            readings[name] = make_reading(
                name, spans, file=page.file, page_number=page.page_number, doubt=doubt
            )

    for value in _by_strength(labelled.values):
        assert value.label.field is not None
        add(value.label.field, value.spans, 1.0 if value.label.exact else _DOUBTFUL_LABEL)
    prose: dict[Field, tuple[Span, ...]] = {}
    # The lines of a facing page may stand between those of a sentence: then the rest alone is read.
    for lines in (labelled.lines, _unlabelled(labelled)):
        for name, spans in read_prose(make_stream(lines)).items():
            if _belongs_to_other(spans, labelled, name):
                continue
            if name in prose and not readings[name].value and _is_longer(spans, prose[name]):
                # 11年9月28日 of 自20 / 11年9月28日, whose first half was not found.
                del readings[name], prose[name]
            if name not in prose:
                prose[name] = spans
                add(name, spans)
    free = _without(labelled.free, prose)
    if Field.ISSUED_ON not in readings or Field.ISSUER not in readings:
        date, issuer, committee = find_foot(free, region_box(region))
        add(Field.ISSUED_ON, date)
        add(Field.ISSUER, issuer)
        add(Field.COMMITTEE, committee)
    status = find_status(labelled.lines)
    if status is not None:
        readings[Field.CERTIFICATE_STATUS] = make_status(status, page.file, page.page_number)
    empty = {
        value.label.field
        for value in labelled.values
        if value.label.field is not None and value.label.sure and value.label.field not in readings
    }
    return readings, frozenset(empty)


def _is_longer(spans: Sequence[Span], than: Sequence[Span]) -> bool:
    return sum(len(span.key) for span in spans) > sum(len(span.key) for span in than)


def _unlabelled(labelled: Labelled) -> list[KeyedLine]:
    """Return the lines that are not wholly labels with their values."""
    claimed: Counter[int] = Counter()
    for value in labelled.values:
        for span in (*value.label.spans, *value.spans):
            claimed[id(span.keyed)] += len(span.key)
    # Colons and blanks filled with strokes belong to nobody; nor do single letters of a seal.
    return [
        line
        for line in labelled.lines
        if sum(map(str.isalnum, line.key)) > claimed[id(line)] and not _is_seal_letter(line)
    ]


def _is_seal_letter(line: KeyedLine) -> bool:
    return len(line.key) == 1 and line.line.under_seal and line.key not in _DATE_LETTERS


def _by_strength(values: Sequence[LabelledValue]) -> list[LabelledValue]:
    """Order labelled values so that the first of each field is the one to believe."""

    def rank(value: LabelledValue) -> tuple[bool, bool, bool, float]:
        label = value.label
        weak_grant = label.field is Field.GRANTED_ON and not any(w in label.word for w in _STRONG_GRANT_WORDS)
        return (not label.exact, weak_grant, not label.sure, label.box.top)

    return sorted((v for v in values if v.label.field is not None and v.spans), key=rank)


def _belongs_to_other(spans: Sequence[Span], labelled: Labelled, name: Field) -> bool:
    """Tell whether a label has given this very text to another field."""
    return any(
        value.label.field is not name and _touch(span, taken)
        for value in labelled.values
        for taken in value.spans
        for span in spans
        # A sentence that a label introduces (任职资格：经…评审) may hold other fields.
        # The level in a body's name (高级职务评审委员会) is nobody's.
        if len(taken.key) < 3 * len(span.key) or (name is Field.LEVEL and value.label.field in _BODIES)
    )


def _touch(one: Span, other: Span) -> bool:
    return one.keyed is other.keyed and one.first < other.last and other.first < one.last


def _without(free: Sequence[Span], prose: Mapping[Field, tuple[Span, ...]]) -> tuple[Span, ...]:
    used = [span for spans in prose.values() for span in spans]
    return tuple(span for span in free if not any(_touch(span, other) for other in used))


def _merge_pages(per_page: Sequence[tuple[CandidateRecord, ...]]) -> tuple[CandidateRecord, ...]:
    """Join a page without a person to the page before it, or after it, that lacks what it has."""
    merged: list[CandidateRecord] = []
    # A page without a person that came first waits for the page with the person.
    waiting: CandidateRecord | None = None
    for records in per_page:
        if len(records) != 1:
            merged.extend([waiting] if waiting else [])
            waiting = None
            merged.extend(records)
            continue
        (record,) = records
        previous = merged[-1] if merged else None
        if _has_person(record):
            if waiting is not None and _complements(waiting, record):
                record = _join(waiting, record)
                waiting = None
            merged.extend([waiting] if waiting else [])
            waiting = None
            if previous is not None and _repeats_person(previous, record):
                merged[-1] = _join(previous, record)
            else:
                merged.append(record)
        elif (
            previous is not None
            and waiting is None
            and _follows(previous, record)
            and _complements(previous, record)
        ):
            merged[-1] = _join(previous, record)
        else:
            merged.extend([waiting] if waiting else [])
            waiting = record
    merged.extend([waiting] if waiting else [])
    return tuple(merged)


def _repeats_person(first: CandidateRecord, second: CandidateRecord) -> bool:
    """Tell whether two pages that both name their person are one certificate.

    One has what the other lacks (number and photograph on one page, 批准某同志具备…资格 on the
    next), or both show the same paper. Two certificates of one person differ in title, date or number.
    """
    if not _are_halves(first, second):
        return False
    both = first.readings.keys() & second.readings.keys()
    one_each = not {Field.TITLE, Field.ISSUED_ON} & both or not {Field.ID_NUMBER, *_PAPER} & both
    return one_each or bool(both & _PAPER)


def _has_person(record: CandidateRecord) -> bool:
    return any(record.readings.get(name) is not None for name in _PERSON)


def _follows(first: CandidateRecord, second: CandidateRecord) -> bool:
    last = first.last_page_number or first.page_number
    return second.page_number == last + 1 and _has_person(first)


def _complements(first: CandidateRecord, second: CandidateRecord) -> bool:
    """Tell whether two pages say different things about one certificate."""
    both = first.readings.keys() & second.readings.keys()
    conflicts = [name for name in both if not _same(first.readings[name], second.readings[name])]
    if conflicts:
        return False
    with_person, other = (first, second) if _has_person(first) else (second, first)
    if with_person is not other and _has_person(other):
        return False
    gained = other.readings.keys() - with_person.readings.keys()
    return bool(gained & _SUBSTANCE) or bool(gained and not (with_person.readings.keys() >= _SUBSTANCE))


def _same(first: FieldReading, second: FieldReading) -> bool:
    one, other = (fold(simplify(reading.value or reading.raw)) for reading in (first, second))
    if _MONTH.fullmatch(one) or _MONTH.fullmatch(other):
        # 1966年4月 on one page and 1966年4月3日 on the other.
        return one.startswith(other) or other.startswith(one)
    return one == other


def _join(first: CandidateRecord, second: CandidateRecord) -> CandidateRecord:
    readings = dict(second.readings) | dict(first.readings)
    # Of two readings of one field the one that can be understood is kept.
    for name, reading in second.readings.items():
        if not readings[name].value and reading.value:
            readings[name] = reading
    empty = (first.empty_labels | second.empty_labels) - readings.keys()
    last = second.last_page_number or second.page_number
    return replace(first, readings=readings, empty_labels=empty, last_page_number=last)
