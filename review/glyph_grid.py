"""The characters of a batch as they stand on its paper, to be looked at side by side: the odd one shows."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from domain.batches import Batch, ReviewRow
from domain.decisions import paper_value
from domain.fields import Field
from domain.findings import Evidence
from domain.geometry import Polygon, cut_polygon
from matching.glyphs import look_alikes
from storage.store import Store

FIELDS = (Field.NAME, Field.ID_NUMBER, Field.CERTIFICATE_NUMBER)
"""Those whose every character counts."""

_ROOM = 0.15
"""Of a character's width on either side: places are known only by their share of the value."""


@dataclass(frozen=True, slots=True)
class GlyphCell:
    """One character of one row on paper."""

    row: ReviewRow
    field: Field
    index: int
    """From 0, among the characters of the value."""

    length: int
    """Of the value, in characters."""

    character: str
    """As it was read."""

    submitted: str
    """The sheet's character in the same place; empty when the values are not equally long."""

    place: Evidence
    polygon: Polygon
    """Of the character, in fractions of the page as shown; ``place`` is that of the whole value."""


@dataclass(frozen=True, slots=True)
class GlyphGroup:
    """A character of the batch."""

    character: str
    count: int
    alike: tuple[str, ...]
    """Others of the batch that look like it, most alike first."""

    differing: int
    """How many of them the sheet has otherwise."""


def glyph_cells(
    store: Store, batch: Batch, field: Field, characters: Collection[str] = ()
) -> Iterator[GlyphCell]:
    """Return the characters that were read of one field, in the order of the sheet.

    Args:
        store: Of whoever looks.
        batch: Checked; one that was not has none.
        field: One of ``FIELDS``.
        characters: Only these; all when empty.
    """
    for row, content in store.rows.load_contents(batch.id):
        found = content.finding.fields.get(field)
        if found is None or found.evidence is None or len(found.evidence.polygon) != 4:
            continue
        read = paper_value(found) or ""
        submitted = found.submitted if len(found.submitted) == len(read) else ""
        for index, character in enumerate(read):
            if character.isspace() or (characters and character not in characters):
                continue
            polygon = cut_polygon(
                found.evidence.polygon,
                max(0.0, (index - _ROOM) / len(read)),
                min(1.0, (index + 1 + _ROOM) / len(read)),
            )
            yield GlyphCell(
                row,
                field,
                index,
                len(read),
                character,
                submitted[index : index + 1],
                found.evidence,
                polygon,
            )


def glyph_groups(store: Store, batch: Batch, field: Field) -> list[GlyphGroup]:
    """Return the characters of a batch: those with look-alikes in it first, then the most frequent."""
    counts: Counter[str] = Counter()
    differing: Counter[str] = Counter()
    for cell in glyph_cells(store, batch, field):
        counts[cell.character] += 1
        differing[cell.character] += cell.submitted not in ("", cell.character)
    groups = [
        GlyphGroup(
            character,
            count,
            tuple(other for other in look_alikes(character) if other in counts),
            differing[character],
        )
        for character, count in counts.items()
    ]
    return sorted(
        groups, key=lambda group: (not group.differing, not group.alike, -group.count, group.character)
    )
