"""The commitment letter that a batch needs now, and whether the one that was uploaded is it."""

import hashlib
import json
from dataclasses import dataclass

from domain.batches import Batch, Document, DocumentState, Holding
from domain.letters import CommitmentReading
from review.final_rows import TableNumbers, final_rows
from review.letters import CommitmentLetter, LetterProblem, check_letter
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Handler:
    """Who signs for the unit; asked for when the letter is made."""

    name: str = ""
    mobile: str = ""
    office_phone: str = ""


@dataclass(frozen=True, slots=True)
class UploadedLetter:
    """A commitment letter among the batch's files."""

    document: Document
    reading: CommitmentReading
    problems: tuple[LetterProblem, ...]


def letter_for(store: Store, batch: Batch, handler: Handler | None = None) -> CommitmentLetter:
    """Return the letter of a batch with its present data."""
    handler = handler or Handler()
    owner = store.offices.get(batch.owner_id)
    numbers, people = _numbers_and_people(store, batch)
    above = store.offices.get(owner.parent_id) if owner.parent_id is not None else None
    period = store.periods.get(batch.period_id).label if batch.period_id is not None else ""
    return CommitmentLetter(
        unit_name=owner.name,
        system_account=owner.code,
        handler=handler.name,
        mobile=handler.mobile,
        office_phone=handler.office_phone,
        batch_name=batch.name,
        period_label=period,
        approval_numbers=numbers,
        people_count=people,
        batch_id=f"{owner.code}/{batch.id}",
        content_hash=content_hash(store, batch),
        addressee=above.name if above is not None else "",
    )


def uploaded_letters(store: Store, batch: Batch) -> list[UploadedLetter]:
    """Return the commitment letters that were uploaded, each with what keeps it from being the right one."""
    letter: CommitmentLetter | None = None
    found = []
    for document in store.documents.list_page(batch.id):
        if document.state is not DocumentState.DONE or Holding.LETTER not in document.holds:
            continue
        if letter is None:
            letter = letter_for(store, batch)
        found += [
            UploadedLetter(document, reading, check_letter(letter, reading))
            for reading in store.documents.load_contents(document.id).letters
        ]
    return found


def content_hash(store: Store, batch: Batch) -> str:
    """Return a hash of the rows as they are handed on: what the unit vouches for."""
    digest = hashlib.sha256()
    for final in final_rows(store, batch):
        line = [
            final.row.sheet,
            final.row.tab,
            final.row.row_number,
            sorted((field.value, value) for field, value in final.handed.items()),
        ]
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
        digest.update(text.encode("utf-8", "surrogatepass") + b"\n")
    return digest.hexdigest()


def _numbers_and_people(store: Store, batch: Batch) -> tuple[tuple[str, ...], int]:
    people = sum(store.batches.count_rows(batch.id).values())
    if batch.run_id is None:
        return (), people
    _, finding = store.batches.get_run(batch.run_id)
    numbers = TableNumbers.of(store, batch)
    on_paper = [str(known) for known in finding.document_numbers]
    listed = numbers.put_right(on_paper, finding.document_number)
    return listed or ((numbers.settled,) if numbers.settled else ()), people
