"""What the paper of a batch says as a whole: the people of its approvals, and its characters side by side."""

from enum import StrEnum
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field as Described

from api.errors import errors
from api.pagination import PageDep, PageOut
from api.stores import ReadStoreDep, StoreDep, ViewerDep
from api.texts import Id, Out
from domain.fields import Field
from review.approval_list import approval_list
from review.export.privacy import visible
from review.glyph_grid import GlyphCell, glyph_cells, glyph_groups
from storage.store import Store

router = APIRouter(prefix="/batches/{batch_id}", tags=["batches"], dependencies=[ViewerDep])


class GlyphField(StrEnum):
    """Whose characters are looked at."""

    NAME = Field.NAME.value
    ID_NUMBER = Field.ID_NUMBER.value
    CERTIFICATE_NUMBER = Field.CERTIFICATE_NUMBER.value


class ListedRowOut(Out):
    """A row that belongs to a line."""

    row_id: int
    row_number: int
    name: str = Described(description="In the sheet; another than the line's where it was typed wrong.")


class ListedPersonOut(Out):
    """A line of an approval."""

    name: str
    document_id: int
    page: int
    polygon: list[tuple[float, float]]
    rows: list[ListedRowOut] = Described(description="Several for namesakes.")
    is_absent: bool = Described(description="No row of the sheet was found for it.")


class GlyphGroupOut(Out):
    """A character of the batch."""

    character: str
    count: int
    alike: list[str] = Described(description="Others of the batch that look like it, most alike first.")
    differing: int = Described(description="How often the sheet has another character in its place.")


class GlyphCellOut(Out):
    """One character of one row on paper."""

    row_id: int
    row_number: int
    name: str
    state: str
    index: int
    length: int = Described(description="Of the value, in characters.")
    character: str
    submitted: str = Described(description="In the sheet; empty when the values are not equally long.")
    document_id: int | None
    page: int
    polygon: list[tuple[float, float]] = Described(description="In fractions of the page as shown.")
    value_polygon: list[tuple[float, float]] = Described(
        description="Of the whole value: one picture of it shows all its characters."
    )

    @classmethod
    def from_domain(cls, cell: GlyphCell, documents: dict[str, int]) -> "GlyphCellOut":
        """Render a character."""
        return cls(
            row_id=cell.row.id,
            row_number=cell.row.row_number,
            name=visible(cell.row.name),
            state=cell.row.state.value,
            index=cell.index,
            length=cell.length,
            character=cell.character,
            submitted=cell.submitted,
            document_id=documents.get(cell.place.file),
            page=cell.place.page_number,
            polygon=list(cell.polygon),
            value_polygon=list(cell.place.polygon),
        )


@router.get("/approval-list", summary="Who stands in the approvals", responses=errors(401, 403, 404))
def get_approval_list(batch_id: Id, store: ReadStoreDep) -> list[ListedPersonOut]:
    """List the people of the approvals in their order, with the rows of the sheet that are theirs."""
    return [
        ListedPersonOut(
            name=visible(one.person.name),
            document_id=one.document.id,
            page=one.person.page_number,
            polygon=list(one.person.place),
            rows=[
                ListedRowOut(row_id=row.row_id, row_number=row.row_number, name=visible(row.name))
                for row in one.rows
            ],
            is_absent=one.is_absent,
        )
        for one in approval_list(store, store.batches.get(batch_id))
    ]


@router.get("/glyphs", summary="The characters of a batch", responses=errors(401, 403, 404))
def get_glyphs(batch_id: Id, store: ReadStoreDep, field: GlyphField = GlyphField.NAME) -> list[GlyphGroupOut]:
    """Count the characters read of one field; those that differ from the sheet or have look-alikes first."""
    return [
        GlyphGroupOut(
            character=group.character, count=group.count, alike=list(group.alike), differing=group.differing
        )
        for group in glyph_groups(store, store.batches.get(batch_id), Field(field.value))
    ]


@router.get("/glyph-cells", summary="Characters side by side", responses=errors(401, 403, 404))
def get_glyph_cells(
    batch_id: Id,
    store: StoreDep,
    page: PageDep,
    characters: Annotated[str, Query(min_length=1, max_length=20, description="As they were read.")],
    field: GlyphField = GlyphField.NAME,
) -> PageOut[GlyphCellOut]:
    """Return where characters stand on paper, in the order of the sheet; the look is logged."""
    batch = store.batches.get(batch_id)
    store.log.append(
        store.person, "glyphs.looked_at", f"batch/{batch_id}", batch_id=batch_id, field=field.value
    )
    documents = _documents(store, batch_id)
    seen = page.after_id()
    cells = glyph_cells(store, batch, Field(field.value), frozenset(characters))
    numbered = list(islice(enumerate(cells, 1), seen, seen + page.fetch))
    return page.of(numbered, lambda one: GlyphCellOut.from_domain(one[1], documents), lambda one: (one[0],))


def _documents(store: Store, batch_id: int) -> dict[str, int]:
    return {document.name: document.id for document in store.documents.list_page(batch_id)}
