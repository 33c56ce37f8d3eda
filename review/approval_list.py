"""The people of a batch's approvals beside the rows of its sheet: who is missing on either side."""

from collections import defaultdict
from dataclasses import dataclass

from domain.batches import Batch, Document, FoundPerson
from domain.text import fold
from storage.store import Store


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """A line of an approval."""

    document: Document
    person: FoundPerson
    rows: tuple[tuple[int, int], ...]
    """Id and number in the sheet of the rows with this name; several for namesakes."""

    is_absent: bool
    """The check found no row for this line."""


def approval_list(store: Store, batch: Batch) -> list[ListedPerson]:
    """Return everybody whom the approvals name, in their order."""
    absent: set[str] = set()
    if batch.run_id is not None:
        _, finding = store.batches.get_run(batch.run_id)
        absent = {fold(name) for name in finding.absent_from_sheet}
    rows: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row_id, number, name in store.rows.list_names(batch.id):
        rows[fold(name)].append((row_id, number))
    return [
        ListedPerson(
            document,
            person,
            tuple(rows.get(fold(person.name), ())),
            fold(person.name) in absent,
        )
        for document, approval in store.documents.find_approvals(batch.id)
        for person in approval.listed
    ]
