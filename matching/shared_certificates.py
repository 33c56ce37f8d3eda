"""Certificates that several rows claim."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from domain.fields import Field
from domain.records import CandidateRecord, SheetRow
from domain.text import fold
from matching.agreement import number_core
from matching.link import Link


def find_shared_certificates(
    rows: Sequence[SheetRow],
    candidates: Sequence[CandidateRecord],
    links: Mapping[int, Link],
    duplicates: Sequence[tuple[int, ...]],
) -> dict[int, list[int]]:
    """Return the rows that claim one certificate, by certificate: linked twice, or by its number.

    One person reported twice is reported as that, and not also as two claims to one certificate.
    """
    claims: dict[int, set[int]] = defaultdict(set)
    for n, link in links.items():
        claims[link.paper].add(n)
    stated: dict[str, list[int]] = defaultdict(list)
    for n, row in enumerate(rows):
        number = number_core(row.value(Field.CERTIFICATE_NUMBER))
        if number and n not in links:
            stated[number].append(n)
    for j, candidate in enumerate(candidates):
        reading = candidate.readings.get(Field.CERTIFICATE_NUMBER)
        if reading is not None and reading.value and claims.get(j):
            claims[j].update(stated.get(number_core(reading.value), ()))
    repeated = [
        set(group) for group in duplicates if len({fold(rows[n].value(Field.NAME)) for n in group}) == 1
    ]
    return {
        j: sorted(members)
        for j, members in claims.items()
        if len(members) > 1 and not any(members <= group for group in repeated)
    }
