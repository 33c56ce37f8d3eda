"""ID and telephone numbers are hidden in every list, detail, error and log; to show one in full is logged."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from domain.accounts import Role
from tests.filled import CLEAR_ROW, NO_PAPER, NUMBERS, PHONE, SCAN, WRONG_NAME, Filled, jpeg, metadata, said
from tests.found_rows import number_of

_PICTURES = ("/image", "/content", "letter.{form}", "/package", "/annex2")
"""Show paper, or are files of their own with tests of their own."""


def _addresses(filled: Filled) -> Iterator[str]:
    ids = filled.ids
    values = [
        {"batch_id": batch, "document_id": document, "row_id": row, "upload_id": ids.upload}
        for batch, document, row in (
            (ids.batch, ids.scan, ids.rows[WRONG_NAME]),
            (ids.draft, ids.failed, ids.rows[NO_PAPER]),
            (ids.passed, ids.letter, ids.passed_rows[CLEAR_ROW]),
        )
    ]
    one = {"user_id": 1, "office_id": filled.world.offices["beilin"].id, "period_id": 1}
    for path, methods in filled.world.app.openapi()["paths"].items():
        if "get" in methods and not path.endswith(_PICTURES) and "events" not in path:
            for numbers in values:
                yield path.format(**numbers, **one)


def _hidden_in(text: str) -> bool:
    return not [number for number in NUMBERS if number in text]


@pytest.mark.parametrize("role", list(Role))
def test_no_number_is_seen_in_what_is_listed_or_shown(
    filled: Filled, role: Role, capsys: pytest.CaptureFixture[str]
) -> None:
    client = filled.client_for(f"beilin.{role}")
    above = filled.client_for(f"xian.{role}")
    for address in dict.fromkeys(_addresses(filled)):
        for caller in (client, above):
            answer = caller.get(address)
            assert _hidden_in(answer.text), f"{address}: {answer.text}"

    assert _hidden_in(capsys.readouterr().out)


def test_a_row_shows_its_numbers_only_when_asked_and_that_is_logged(filled: Filled) -> None:
    client, url = filled.client_for("beilin.verifier"), f"/api/v1/rows/{filled.ids.rows[WRONG_NAME]}"
    plain = client.get(url)
    assert (plain.json()["in_full"], len(filled.log("row.numbers_shown"))) == (False, 0)

    full = client.get(url, params={"in_full": True})

    shown = {field["field"]: field["submitted"] for field in full.json()["fields"]}
    assert (shown["id_number"], shown["phone"]) == (number_of(WRONG_NAME), PHONE)
    assert full.json()["in_full"] is True
    assert len(filled.log("row.numbers_shown")) == 1


def test_who_may_not_see_numbers_is_not_shown_them(filled: Filled) -> None:
    client, url = filled.client_for("beilin.auditor"), f"/api/v1/rows/{filled.ids.rows[WRONG_NAME]}"

    assert client.get(url).status_code == 200
    refused = client.get(url, params={"in_full": True})
    assert (said(refused), refused.json()["permission"]) == ((403, "forbidden"), "show_numbers")
    assert _hidden_in(refused.text)


def test_what_is_answered_to_work_hides_numbers_too(
    filled: Filled, capsys: pytest.CaptureFixture[str]
) -> None:
    client = filled.client_for("beilin.verifier")
    taken = client.post("/api/v1/review/take", json={"batch_id": filled.ids.batch, "count": 5})
    row = f"/api/v1/rows/{filled.ids.rows[WRONG_NAME]}"
    noted = client.post(f"{row}/notes", json={"text": f"本人号码 {number_of(WRONG_NAME)}，电话 {PHONE}。"})
    value = {"action": "other_value", "field": "id_number", "value": number_of(7), "reason": number_of(7)}
    decided = client.post(f"{row}/decisions", json={"decisions": [value]})

    assert (taken.status_code, noted.status_code, decided.status_code) == (200, 201, 201)
    for answer in (taken, noted, decided, client.get(row)):
        assert _hidden_in(answer.text), answer.text
    assert _hidden_in(filled.client_for("beilin.auditor").get("/api/v1/audit?limit=200").text)
    assert _hidden_in(capsys.readouterr().out)


def test_errors_do_not_repeat_numbers(filled: Filled, capsys: pytest.CaptureFixture[str]) -> None:
    client = filled.client_for("beilin.reporter")
    url = f"/api/v1/batches/{filled.ids.batch}"
    answers = [
        client.post(f"{url}/documents", params={"name": SCAN}, content=jpeg(1)),
        client.post(
            f"{url}/uploads", headers={"Upload-Length": "4", "Upload-Metadata": metadata(f"../{SCAN}")}
        ),
        client.get(f"{url}/rows", params={"state": number_of(1)}),
        client.get(f"/api/v1/rows/{number_of(1)}"),
        client.get(f"/api/v1/{number_of(1)}"),
        client.post("/api/v1/batches", json={number_of(1): PHONE}),
        client.post("/api/v1/batches", json={"name": [PHONE]}),
    ]

    for answer in answers:
        assert 400 <= answer.status_code < 500
        assert _hidden_in(answer.text), answer.text
    assert _hidden_in(capsys.readouterr().out)


def test_searching_for_a_number_leaves_no_trace_of_it(
    filled: Filled, capsys: pytest.CaptureFixture[str]
) -> None:
    client: TestClient = filled.client_for("beilin.verifier")
    answer = client.get(f"/api/v1/batches/{filled.ids.batch}/rows", params={"text": number_of(WRONG_NAME)})

    assert answer.json()["items"] == [], "rows are not found by what is hidden of them"
    assert _hidden_in(capsys.readouterr().out)
