"""What the paper of a batch says as a whole."""

from dataclasses import replace
from typing import Any

from fastapi.testclient import TestClient

from domain.batches import DocumentContents, FoundApproval, FoundPerson
from domain.findings import BatchFinding, RowFinding
from tests.filled import SAME_WRONG_NAME, SCAN, WRONG_NAME, Filled, said
from tests.found_rows import clear_row, wrong_name
from tests.results import batch_finding, evidence

CORNERS = ((0.1, 0.2), (0.2, 0.2), (0.2, 0.25), (0.1, 0.25))


def _approve(filled: Filled, *names: str) -> None:
    """Let the batch's approval list people."""
    people = tuple(FoundPerson(name, 2, CORNERS) for name in names)
    with filled.store() as store:
        document = next(
            one for one in store.documents.list_page(filled.ids.batch) if one.name.startswith("批文")
        )
        listed = FoundApproval(1, "批复", "陕人社函〔2016〕10号", len(people), False, people)
        store.documents.store_contents(document.id, DocumentContents(approvals=(listed,)))


def _check_again(filled: Filled, client: TestClient, finding: BatchFinding | None = None) -> None:
    client.post(f"/api/v1/batches/{filled.ids.batch}/check").raise_for_status()
    slips = [wrong_name(n, typed="李小名", paper="李晓明", file=SCAN) for n in (6, 7)]
    filled.check(filled.ids.batch, [clear_row(5), *map(_placed, slips)], finding)


def _placed(row: RowFinding) -> RowFinding:
    """Return a row whose values stand somewhere on the scan."""
    fields = {
        field: replace(found, evidence=evidence(SCAN, top=0.05 * n))
        for n, (field, found) in enumerate(row.fields.items())
    }
    return replace(row, fields=fields)


def test_the_approvals_people_stand_beside_their_rows(filled: Filled) -> None:
    client = filled.client_for("beilin.verifier")
    _approve(filled, "李小名", "王缺席")
    _check_again(filled, client, batch_finding(absent_from_sheet=("王缺席",)))

    listed = client.get(f"/api/v1/batches/{filled.ids.batch}/approval-list").json()

    assert [(one["name"], one["is_absent"]) for one in listed] == [("李小名", False), ("王缺席", True)]
    assert [row["row_number"] for row in listed[0]["rows"]] == [WRONG_NAME, SAME_WRONG_NAME]
    assert listed[1]["rows"] == []
    assert (listed[0]["page"], listed[0]["polygon"][0]) == (2, [0.1, 0.2])


def test_a_row_whose_name_was_typed_wrong_stands_beside_its_line(filled: Filled) -> None:
    client = filled.client_for("beilin.verifier")
    _approve(filled, "李晓明")
    _check_again(filled, client)

    (line,) = client.get(f"/api/v1/batches/{filled.ids.batch}/approval-list").json()

    assert {row["name"] for row in line["rows"]} == {"李小名"}


def test_characters_that_the_sheet_has_otherwise_come_first(filled: Filled) -> None:
    client = filled.client_for("beilin.verifier")
    url = f"/api/v1/batches/{filled.ids.batch}"
    _check_again(filled, client)

    groups = client.get(f"{url}/glyphs").json()

    differing = [group["character"] for group in groups if group["differing"]]
    assert [group["character"] for group in groups][: len(differing)] == differing
    # Typed 李小名, on paper 李晓明, twice.
    assert set(differing) == {"晓", "明"}
    assert {group["character"]: group["count"] for group in groups}["晓"] == 2


def test_a_character_is_shown_where_it_stands(filled: Filled) -> None:
    client = filled.client_for("beilin.verifier")
    url = f"/api/v1/batches/{filled.ids.batch}/glyph-cells"
    _check_again(filled, client)

    cells = client.get(url, params={"characters": "晓明"}).json()["items"]

    assert [(cell["character"], cell["submitted"], cell["index"]) for cell in cells[:2]] == [
        ("晓", "小", 1),
        ("明", "名", 2),
    ]
    first, second = cells[0]["polygon"], cells[1]["polygon"]
    assert first[0][0] < second[0][0] < first[1][0], "a little of the neighbour on either side"
    left, right = (cells[0]["value_polygon"][corner][0] for corner in (0, 1))
    assert left < first[0][0]
    assert second[1][0] <= right
    assert {cell["document_id"] for cell in cells} == {filled.ids.scan}
    assert filled.log("glyphs.looked_at")


def test_digits_of_numbers_are_looked_at_one_by_one(filled: Filled) -> None:
    client = filled.client_for("beilin.verifier")
    url = f"/api/v1/batches/{filled.ids.batch}/glyph-cells"
    _check_again(filled, client)

    wanted: dict[str, str | int] = {"characters": "6", "field": "certificate_number", "limit": 2}

    cells: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = client.get(url, params=wanted | {"cursor": cursor} if cursor else wanted).json()
        cells += page["items"]
        cursor = page["next_cursor"]

    groups = client.get(url.removesuffix("-cells") + "s", params={"field": "certificate_number"}).json()
    assert {cell["character"] for cell in cells} == {"6"}
    assert len(cells) == next(group["count"] for group in groups if group["character"] == "6") > 2
    assert len({(cell["row_id"], cell["index"]) for cell in cells}) == len(cells)
    # One digit of a number, never the number.
    assert all(len(cell["submitted"]) <= 1 for cell in cells)


def test_only_values_of_which_every_character_counts_are_taken_apart(filled: Filled) -> None:
    client = filled.client_for("beilin.verifier")

    refused = client.get(f"/api/v1/batches/{filled.ids.batch}/glyphs", params={"field": "phone"})

    assert said(refused) == (422, "invalid_request")
