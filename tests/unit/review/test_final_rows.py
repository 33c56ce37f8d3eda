"""The 批准文号 that rows are handed on under, also after a person settled it."""

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from domain.batches import Batch
from domain.document_numbers import parse_document_number
from domain.fields import Field
from domain.findings import BatchFinding, Status
from review.final_rows import OwnNumber, TableNumbers, final_rows
from review.letter_of_batch import content_hash, letter_for
from review.pass_on import confirm_number
from review.sheet_of_batch import write_sheet
from review.snapshots import take_snapshot
from tests.bureau import Bureau
from tests.found_rows import clear_row
from tests.results import batch_finding

IN_SHEET, ON_PAPER, OF_OTHERS = "陕人社函〔2016〕10号", "陕人社函〔2016〕70号", "陕人社函〔2015〕3号"


def differing() -> BatchFinding:
    """Return a finding whose sheet and approval do not agree."""
    return batch_finding(
        sheet_number="陕人社函[2016]10号", document_number=ON_PAPER, approval_number_status=Status.MISMATCH
    )


def settled_batch(bureau: Bureau) -> Batch:
    batch = bureau.add_batch([clear_row(4), clear_row(5)], batch=differing())
    bureau.do("county.verifier", confirm_number, batch.id, ON_PAPER, "看原件，表中误录")
    return bureau.batch(batch.id)


def numbers_of(bureau: Bureau, batch: Batch) -> list[str]:
    with bureau.store("county.verifier") as store:
        return [final.number for final in final_rows(store, batch)]


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (OwnNumber("", is_decided=False), ON_PAPER),
        (OwnNumber("陕人社函(2016)10号", is_decided=False), ON_PAPER),
        (OwnNumber(IN_SHEET, is_decided=False), ON_PAPER),
        (OwnNumber(IN_SHEET, is_decided=True), IN_SHEET),
        (OwnNumber(OF_OTHERS, is_decided=False), OF_OTHERS),
    ],
)
def test_what_was_settled_holds_for_the_table_that_was_in_doubt(own: OwnNumber, expected: str) -> None:
    assert TableNumbers("陕人社函[2016]10号", ON_PAPER).number_of(own) == expected


def test_a_number_that_nobody_settled_is_the_sheets_in_its_usual_form() -> None:
    numbers = TableNumbers.unsettled(differing())

    assert numbers.number_of(OwnNumber("", is_decided=False)) == IN_SHEET


def test_a_settled_number_holds_until_a_check_reads_another_one(racing_bureau: Bureau) -> None:
    batch = settled_batch(racing_bureau)
    assert numbers_of(racing_bureau, batch) == [ON_PAPER, ON_PAPER]

    again = racing_bureau.check(batch.id, [clear_row(4), clear_row(5)], batch=differing())
    assert numbers_of(racing_bureau, again) == [ON_PAPER, ON_PAPER]

    misread = replace(differing(), document_number="陕人社函〔2016〕76号")
    again = racing_bureau.check(batch.id, [clear_row(4), clear_row(5)], batch=misread)
    assert numbers_of(racing_bureau, again) == [IN_SHEET, IN_SHEET]


def test_the_corrected_sheet_names_the_settled_number(bureau: Bureau, tmp_path: Path) -> None:
    batch = settled_batch(bureau)
    path = tmp_path / "附件2.xlsx"

    bureau.do("county.verifier", write_sheet, batch.id, path, in_full=False)

    cells = [str(cell.value) for row in openpyxl.load_workbook(path).worksheets[0] for cell in row]
    assert any(ON_PAPER in text for text in cells)
    assert not any(IN_SHEET in text for text in cells)


def test_the_letter_vouches_for_the_settled_number(bureau: Bureau) -> None:
    batch = bureau.add_batch([clear_row(4)], batch=replace(differing(), document_numbers=()))
    with bureau.store("county.verifier") as store:
        before = content_hash(store, bureau.batch(batch.id))
    bureau.do("county.verifier", confirm_number, batch.id, ON_PAPER, "看原件，表中误录")

    with bureau.store("county.verifier") as store:
        settled = bureau.batch(batch.id)
        assert content_hash(store, settled) != before
        assert letter_for(store, settled).approval_numbers == (ON_PAPER,)


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        ((ON_PAPER, OF_OTHERS), (IN_SHEET, OF_OTHERS)),
        ((OF_OTHERS,), (OF_OTHERS, IN_SHEET)),
        ((IN_SHEET, ON_PAPER), (IN_SHEET, ON_PAPER)),
    ],
    ids=["misread", "not read", "another approval"],
)
def test_the_letter_lists_the_settled_number_in_place_of_a_misread_one(
    bureau: Bureau, read: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    numbers = tuple(number for text in read if (number := parse_document_number(text)))
    batch = bureau.add_batch([clear_row(4)], batch=replace(differing(), document_numbers=numbers))
    bureau.do("county.verifier", confirm_number, batch.id, "陕人社函[2016]10号", "表格无误，批文识别有误")

    with bureau.store("county.verifier") as store:
        assert letter_for(store, bureau.batch(batch.id)).approval_numbers == expected


def test_a_settled_number_is_written_in_its_usual_form(bureau: Bureau) -> None:
    batch = bureau.add_batch([clear_row(4), clear_row(5)], batch=differing())

    bureau.do("county.verifier", confirm_number, batch.id, "陕人社函[2016] 70 号", "看原件")
    assert numbers_of(bureau, bureau.batch(batch.id)) == [ON_PAPER, ON_PAPER]

    two = "陕人社函〔2016〕70号、71号"
    bureau.do("county.verifier", confirm_number, batch.id, two, "看原件")
    assert numbers_of(bureau, bureau.batch(batch.id)) == [two, two]


def test_a_table_of_another_number_keeps_it_in_sheet_and_letter(bureau: Bureau, tmp_path: Path) -> None:
    rows = [clear_row(4), clear_row(5, submitted={Field.APPROVAL_NUMBER: OF_OTHERS})]
    batch = bureau.add_batch(rows, batch=differing())
    bureau.do("county.verifier", confirm_number, batch.id, ON_PAPER, "看原件，表中误录")
    batch = bureau.batch(batch.id)
    assert numbers_of(bureau, batch) == [ON_PAPER, OF_OTHERS]

    path = tmp_path / "附件2.xlsx"
    bureau.do("county.verifier", write_sheet, batch.id, path, in_full=False)
    sheets = [
        [str(cell.value) for row in sheet for cell in row]
        for sheet in openpyxl.load_workbook(path).worksheets
    ]
    assert [any(ON_PAPER in text for text in texts) for texts in sheets] == [True, False]
    assert [any(OF_OTHERS in text for text in texts) for texts in sheets] == [False, True]


def test_the_next_office_is_told_that_the_number_changed(bureau: Bureau) -> None:
    batch = settled_batch(bureau)

    with bureau.store("county.verifier") as store:
        assert {row.values[Field.APPROVAL_NUMBER] for row in take_snapshot(store, batch)} == {ON_PAPER}
