"""What is wrong with the sheets of a batch themselves, told before any paper is looked at."""

from collections.abc import Callable

from fastapi import APIRouter
from pydantic import Field as Described

from api.documents import DocumentOut
from api.errors import errors
from api.stores import ReadStoreDep, ViewerDep
from api.texts import Id, Out
from domain.batches import CellProblem, Document, DocumentContents, RewrittenColumn
from domain.fields import Field
from review.export.privacy import RowPrivacy, mask_ids_in_text, mask_numbers_in_name, visible

router = APIRouter(tags=["documents"], dependencies=[ViewerDep])

_MOST_CELLS = 1000
_SHEET = "sheet"

_shown: Callable[[Field, str], str] = RowPrivacy(None).value


class CellProblemOut(Out):
    """Something wrong with one cell."""

    tab: str
    row: int = Described(description="As the spreadsheet program shows it.")
    column: str = Described(description="Letters as the spreadsheet program shows them; may be empty.")
    field: Field
    field_label: str
    code: str
    message: str

    @classmethod
    def from_domain(cls, problem: CellProblem) -> "CellProblemOut":
        """Render what is wrong with a cell."""
        return cls(
            tab=problem.tab,
            row=problem.row_number,
            column=problem.column,
            field=problem.field,
            field_label=problem.field.label,
            code=problem.code,
            message=visible(mask_ids_in_text(problem.message)),
        )


class RewrittenCellOut(Out):
    """One cell before and after."""

    row: int
    raw: str
    value: str


class RewrittenColumnOut(Out):
    """Cells of one field whose spelling was brought into the official form."""

    tab: str
    column: str
    field: Field
    field_label: str
    count: int
    examples: list[RewrittenCellOut]

    @classmethod
    def from_domain(cls, column: RewrittenColumn) -> "RewrittenColumnOut":
        """Render what was brought into form."""
        return cls(
            tab=column.tab,
            column=column.column,
            field=column.field,
            field_label=column.field.label,
            count=column.count,
            examples=[
                RewrittenCellOut(
                    row=one.row_number,
                    raw=_shown(column.field, one.raw),
                    value=_shown(column.field, one.value),
                )
                for one in column.examples
            ],
        )


class SheetOut(DocumentOut):
    """A sheet with everything that is wrong with it."""

    cell_problem_count: int
    cell_problems: list[CellProblemOut] = Described(description=f"The first {_MOST_CELLS}.")
    rewritten: list[RewrittenColumnOut]
    remarks: list[str]

    @classmethod
    def with_contents(cls, document: Document, contents: DocumentContents) -> "SheetOut":
        """Render a sheet."""
        return cls(
            **DocumentOut.from_domain(document).model_dump(),
            cell_problem_count=len(contents.cell_problems),
            cell_problems=[CellProblemOut.from_domain(one) for one in contents.cell_problems[:_MOST_CELLS]],
            rewritten=[RewrittenColumnOut.from_domain(one) for one in contents.rewritten],
            remarks=[mask_numbers_in_name(remark) for remark in contents.remarks],
        )


@router.get(
    "/batches/{batch_id}/sheets", summary="What is wrong with the sheets", responses=errors(401, 403, 404)
)
def get_sheets(batch_id: Id, store: ReadStoreDep) -> list[SheetOut]:
    """List the sheets of a batch with their broken cells, corrected spellings and remarks."""
    store.batches.get(batch_id)
    return [
        SheetOut.with_contents(document, store.documents.load_contents(document.id))
        for document in store.documents.list_page(batch_id)
        if document.kind == _SHEET
    ]
