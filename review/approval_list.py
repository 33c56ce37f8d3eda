"""The people of a batch's approvals beside the rows of its sheet: who is missing on either side."""

from collections import defaultdict
from dataclasses import dataclass

from domain.batches import Batch, Document, FoundPerson
from domain.fields import Field
from domain.text import fold
from storage.store import Store


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A row of the sheet."""

    row_id: int
    row_number: int
    name: str


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """A line of an approval."""

    document: Document
    person: FoundPerson
    rows: tuple[ListedRow, ...]
    """With this name, several for namesakes; also those that the check took for this person although the
    sheet has another name."""

    is_absent: bool
    """The check found no row for this line."""


def approval_list(store: Store, batch: Batch) -> list[ListedPerson]:
    """Return everybody whom the approvals name, in their order."""
    absent: set[str] = set()
    if batch.run_id is not None:
        _, finding = store.batches.get_run(batch.run_id)
        absent = {fold(name) for name in finding.absent_from_sheet}
    approvals = store.documents.find_approvals(batch.id)
    listed = {fold(person.name) for _, approval in approvals for person in approval.listed}
    rows: dict[str, list[ListedRow]] = defaultdict(list)
    for row_id, number, name in store.rows.list_names(batch.id):
        own = fold(name)
        if listed and own not in listed:
            found = store.rows.load_content(row_id).finding.fields.get(Field.NAME)
            own = fold(found.approval or name) if found else own
        rows[own].append(ListedRow(row_id, number, name))
    return [
        ListedPerson(document, person, tuple(rows.get(fold(person.name), ())), fold(person.name) in absent)
        for document, approval in approvals
        for person in approval.listed
    ]
