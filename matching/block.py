"""Which pairs are worth scoring: those that share a cheap key."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from domain.fields import Field
from domain.text import fold
from matching.kinds import parse_iso
from matching.pronunciation import sound_key
from matching.weights import Values

_ID_LENGTH = 18


def paired_exactly(
    rows: Sequence[Values], papers: Sequence[Values], *, max_pairs_per_key: int
) -> set[tuple[int, int]]:
    """Return index pairs (row, paper) that share a whole name, ID number or certificate number.

    A key that would make more than ``max_pairs_per_key`` pairs says too little and is left out, so
    the number of pairs grows with the rows, not with their square.
    """
    by_key = _index(_whole_keys(values) for values in papers)
    return _pairs((_whole_keys(values) for values in rows), by_key, max_pairs_per_key)


def paired_nearly(
    rows: Sequence[Values], papers: Sequence[Values], *, max_pairs_per_key: int
) -> set[tuple[int, int]]:
    """Return index pairs that share the sound or most of a name, an ID part or a birth."""
    by_key = _index(_near_keys(values) for values in papers)
    return _pairs((_near_keys(values) for values in rows), by_key, max_pairs_per_key)


def paired_by_parts(
    rows: Sequence[Values], papers: Sequence[Values], *, max_pairs_per_key: int
) -> set[tuple[int, int]]:
    """Return index pairs that share one character of the name at its place, or an employer."""
    by_key = _index(_part_keys(values) for values in papers)
    return _pairs((_part_keys(values) for values in rows), by_key, max_pairs_per_key)


def _index(keys_of_papers: Iterable[Iterable[tuple[str, ...]]]) -> Mapping[tuple[str, ...], list[int]]:
    by_key: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i, keys in enumerate(keys_of_papers):
        for key in set(keys):
            by_key[key].append(i)
    return by_key


def _pairs(
    keys_of_rows: Iterable[Iterable[tuple[str, ...]]],
    by_key: Mapping[tuple[str, ...], list[int]],
    max_pairs_per_key: int,
) -> set[tuple[int, int]]:
    rows_by_key: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i, keys in enumerate(keys_of_rows):
        for key in set(keys):
            if key in by_key:
                rows_by_key[key].append(i)
    pairs: set[tuple[int, int]] = set()
    for key, row_indices in rows_by_key.items():
        paper_indices = by_key[key]
        if len(row_indices) * len(paper_indices) <= max_pairs_per_key:
            pairs.update((i, j) for i in row_indices for j in paper_indices)
    return pairs


def _whole_keys(values: Values) -> Iterable[tuple[str, ...]]:
    for field, shortest in ((Field.NAME, 2), (Field.ID_NUMBER, 6), (Field.CERTIFICATE_NUMBER, 4)):
        value = fold(values.get(field, ""))
        if len(value) >= shortest:
            yield (field, value)


def _near_keys(values: Values) -> Iterable[tuple[str, ...]]:
    name = fold(values.get(Field.NAME, ""))
    if len(name) >= 2:
        yield ("sound", sound_key(name))
        if len(name) >= 3:
            for i in range(len(name)):
                yield ("most of the name", name[:i] + name[i + 1 :])
    number = fold(values.get(Field.ID_NUMBER, ""))
    if len(number) == _ID_LENGTH:
        yield ("id head", number[:12])
        yield ("id tail", number[12:])
        yield ("birth", number[6:14])
    birth = parse_iso(values.get(Field.BIRTH_DATE, ""))
    if birth is not None and birth.day is not None:
        yield ("birth", f"{birth.year}{birth.month:02d}{birth.day:02d}")


def _part_keys(values: Values) -> Iterable[tuple[str, ...]]:
    name = fold(values.get(Field.NAME, ""))
    for i, character in enumerate(name):
        yield ("character", str(i), character)
    employer = fold(values.get(Field.EMPLOYER, ""))
    if employer:
        yield ("employer", employer)
