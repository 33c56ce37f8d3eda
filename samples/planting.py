"""Planted discrepancies: what is changed in the sheet, so that sheet and paper no longer agree."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from samples.mistakes import other_id_number, wrong_date, wrong_digits, wrong_name
from samples.records import DATE_FIELDS, TitleRecord
from samples.words import LEVEL_WORDS, SERIES, draw_employer

FIELD_KINDS: tuple[tuple[str, str], ...] = (
    ("name", "homophone"),
    ("certificate_number", "one_digit"),
    ("granted_on", "day"),
    ("id_number", "one_digit"),
    ("name", "similar_glyph"),
    ("title", "different_value"),
    ("issued_on", "month"),
    ("id_number", "different_value"),
    ("certificate_number", "transposed_digits"),
    ("granted_on", "year"),
    ("name", "missing_character"),
    ("specialty", "different_value"),
    ("id_number", "transposed_digits"),
    ("employer", "different_value"),
    ("granted_on", "month"),
    ("birth_date", "birth_date_conflicts_with_id"),
    ("name", "homophone"),
    ("certificate_number", "different_value"),
    ("gender", "gender_conflicts_with_id"),
    ("issuer", "different_value"),
    ("issued_on", "day"),
    ("level", "different_value"),
    ("id_number", "check_digit"),
    ("certificate_number", "missing_character"),
    ("committee", "different_value"),
    ("name", "different_value"),
    ("issued_on", "year"),
    ("id_number", "invalid_id_number"),
    ("name", "extra_character"),
    ("certificate_number", "extra_character"),
    ("series", "different_value"),
    ("granted_on", "different_value"),
)
"""What is planted in turn: public field and kind."""

_SEEN_WITHOUT_PAPER = frozenset(
    {
        "one_digit",
        "transposed_digits",
        "check_digit",
        "invalid_id_number",
        "birth_date_conflicts_with_id",
        "gender_conflicts_with_id",
    }
)
"""Kinds that show by the ID number alone, whether or not a paper prints it."""


@dataclass(slots=True)
class Entry:
    """One row of the sheet to be, with its truth."""

    record: TitleRecord
    cells: dict[str, str]
    printed: dict[str, str]
    """What its certificate says; empty when there is none."""
    approval_fields: frozenset[str] = frozenset()
    """Fields that the approval says of this person."""
    planted: list[dict[str, object]] = field(default_factory=list)
    formatted: list[dict[str, str]] = field(default_factory=list)
    """Changes of form alone: the row stays clean."""
    is_borrower: bool = False
    """The row is of a namesake without a certificate of their own."""
    certificate: int | None = None
    """Index of the person's certificate."""

    def plant(self, name: str | None, kind: str, submitted: str = "", true: str = "", **more: object) -> None:
        """Note a discrepancy and put the wrong value into the sheet."""
        if name is not None and submitted:
            self.cells[name] = submitted
        self.planted.append({"field": name, "kind": kind, "submitted": submitted, "true": true, **more})


def plant_fields(entries: Sequence[Entry], count: int, chance: random.Random, *, start: int = 0) -> int:
    """Plant ``count`` discrepancies, one a row, in turn of kind. Returns how many found a place."""
    done, position = 0, start
    while done < count and position < start + count * 3:
        name, kind = FIELD_KINDS[position % len(FIELD_KINDS)]
        position += 1
        free = [e for e in entries if not e.planted and not e.formatted and _is_visible(e, name, kind)]
        chance.shuffle(free)
        for entry in free[:12]:
            wrong = _wrong_value(entry, name, kind, chance)
            if wrong is not None and wrong != entry.cells[name]:
                entry.plant(name, kind, wrong, entry.record.text(name))
                done += 1
                break
    return done


def plant_row_shift(entries: Sequence[Entry], length: int, chance: random.Random) -> int:
    """Shift the certificate numbers of neighbouring rows down by one. Returns how many rows were hit."""
    starts = [
        s
        for s in range(len(entries) - length + 1)
        if all(not e.planted and "certificate_number" in e.printed for e in entries[s : s + length])
    ]
    if not starts:
        return 0
    start = chance.choice(starts)
    block = entries[start : start + length]
    numbers = [e.cells["certificate_number"] for e in block]
    for entry, number in zip(block, [numbers[-1], *numbers[:-1]], strict=True):
        entry.plant("certificate_number", "row_shift", number, entry.record.certificate_number)
    return length


def change_form(entries: Sequence[Entry], share: float, chance: random.Random) -> None:
    """Change the form of some values in clean rows: blanks in names, full-width digits, small x."""
    for entry in entries:
        if entry.planted or chance.random() >= share:
            continue
        name = entry.cells["name"]
        number = entry.cells["id_number"]
        ways: list[tuple[str, str]] = [
            ("name", f"{name[0]} {name[1:]}"),
            ("name", f"{name[0]}　{name[1:]}" if len(name) == 2 else f"{name} "),
            ("id_number", "".join(chr(ord(c) + 0xFEE0) for c in number)),
            ("id_number", f"{number}\u00a0"),
            ("certificate_number", f" {entry.cells['certificate_number']}"),
        ]
        if number.endswith("X"):
            ways = [("id_number", number.lower())]
        target, text = chance.choice(ways)
        entry.formatted.append({"field": target, "submitted": text, "true": entry.cells[target]})
        entry.cells[target] = text


def _is_visible(entry: Entry, name: str, kind: str) -> bool:
    if not entry.printed:
        return False
    if kind in _SEEN_WITHOUT_PAPER and name in {"id_number", "birth_date", "gender"}:
        return True
    if name == "level":
        return True  # The title itself tells the level.
    printed = entry.printed.get(name)
    if printed is None:
        return name in entry.approval_fields
    return not (name in DATE_FIELDS and kind == "day" and len(printed) < 10)


def _wrong_value(entry: Entry, name: str, kind: str, chance: random.Random) -> str | None:
    record = entry.record
    if name == "name":
        return wrong_name(record.person.name, kind, chance)
    if name == "id_number":
        number = record.person.id_number
        return (
            other_id_number(number, chance)
            if kind == "different_value"
            else wrong_digits(number, kind, chance)
        )
    if name == "certificate_number":
        number = record.certificate_number
        if kind == "different_value":
            return "".join(str(chance.randrange(10)) if c.isdigit() else c for c in number)
        return wrong_digits(number, kind, chance)
    if name == "birth_date":
        changed = wrong_date(record.person.birth, chance.choice(("day", "month", "year")), chance)
        return changed.isoformat() if changed else None
    if name in DATE_FIELDS:
        date = wrong_date(record.date(name), kind, chance)
        return date.isoformat() if date else None
    return _other_text(record, name, chance)


def _other_text(record: TitleRecord, name: str, chance: random.Random) -> str | None:
    series = record.series
    choices: dict[str, Sequence[str]] = {
        "gender": ("女",) if record.person.gender == "男" else ("男",),
        "title": series.titles,
        "level": next(words for words in LEVEL_WORDS if record.level in words and words[2] != "")
        if record.level != "中级"
        else ("初级", "高级"),
        "specialty": series.specialties,
        "series": tuple(s.name for s in SERIES),
        "employer": tuple(draw_employer(chance, series, record.place) for _ in range(4)),
        "issuer": tuple(
            f"{record.place.province}{body}"
            for body in ("人力资源和社会保障厅", "人事厅", "职称改革工作领导小组")
        ),
        "committee": tuple(
            record.committee.replace(old, new)
            for old, new in (("高级", "中级"), ("中级", "初级"), ("初级", "中级"), ("系列", "行业"))
            if old in record.committee
        ),
    }
    others = [text for text in choices[name] if text != record.text(name)]
    return chance.choice(others) if others else None
