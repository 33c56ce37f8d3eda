"""What is told of the sheets of a batch before any paper is looked at."""

from domain.batches import CellProblem, DocumentContents, RewrittenCell, RewrittenColumn
from domain.fields import Field
from tests.filled import Filled
from tests.found_rows import number_of

CONTENTS = DocumentContents(
    cell_problems=(
        CellProblem("汇总", 9, Field.ID_NUMBER, "lost_digits", f"“{number_of(3)}”末尾的数字已丢失。", "D"),
    ),
    rewritten=(
        RewrittenColumn(
            "汇总", Field.ID_NUMBER, "D", 1, (RewrittenCell(4, f"身份证{number_of(1)}", number_of(1)),)
        ),
        RewrittenColumn("汇总", Field.PHONE, "Q", 1, (RewrittenCell(4, "139-1234-5678", "13912345678"),)),
        RewrittenColumn("汇总", Field.GRANTED_ON, "K", 30, (RewrittenCell(4, "2015.3.1", "2015-03-01"),)),
    ),
    remarks=("第 7 行是隐藏行。",),
)


def _sheet(filled: Filled, contents: DocumentContents, **columns: str) -> None:
    with filled.store() as store:
        store.documents.change(filled.ids.waiting, kind="sheet", **columns)
        store.documents.store_contents(filled.ids.waiting, contents)


def test_broken_cells_are_told_with_row_and_column(filled: Filled) -> None:
    _sheet(filled, CONTENTS)

    (sheet,) = filled.client_for("beilin.reporter").get(f"/api/v1/batches/{filled.ids.draft}/sheets").json()

    assert (sheet["id"], sheet["cell_problem_count"], sheet["remarks"]) == (
        filled.ids.waiting,
        1,
        ["第 7 行是隐藏行。"],
    )
    (problem,) = sheet["cell_problems"]
    assert (problem["tab"], problem["row"], problem["column"]) == ("汇总", 9, "D")
    assert (problem["field_label"], problem["code"]) == ("证件号码", "lost_digits")


def test_corrected_spellings_are_told_and_numbers_in_them_hidden(filled: Filled) -> None:
    _sheet(filled, CONTENTS)

    answer = filled.client_for("beilin.reporter").get(f"/api/v1/batches/{filled.ids.draft}/sheets")

    assert number_of(1) not in answer.text
    assert number_of(3) not in answer.text
    assert "1234" not in answer.text
    dates = answer.json()[0]["rewritten"][2]
    assert (dates["column"], dates["count"]) == ("K", 30)
    assert dates["examples"] == [{"row": 4, "raw": "2015.3.1", "value": "2015-03-01"}]


def test_a_sheet_that_was_not_understood_says_why(filled: Filled) -> None:
    _sheet(
        filled,
        DocumentContents(),
        state="failed",
        problem_code="not_a_title_sheet",
        problem_message="没有找到职称汇总信息表的表头。",
    )

    (sheet,) = filled.client_for("beilin.reporter").get(f"/api/v1/batches/{filled.ids.draft}/sheets").json()

    assert sheet["problem"] == {"code": "not_a_title_sheet", "message": "没有找到职称汇总信息表的表头。"}


def test_papers_are_no_sheets(filled: Filled) -> None:
    found = filled.client_for("beilin.reporter").get(f"/api/v1/batches/{filled.ids.draft}/sheets")

    assert found.json() == []
