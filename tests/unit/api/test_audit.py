"""The log over HTTP, and the question whether a title is held."""

import pytest

from domain.fields import Field
from tests.filled import CLEAR_ROW, WRONG_NAME, Filled, said
from tests.found_rows import number_of
from tests.results import SUBMITTED

QUESTION = {
    "name": "张零五",
    "id_number": number_of(CLEAR_ROW),
    "certificate_number": "ZG2016000005",
}


def test_looks_and_deeds_are_in_the_log_newest_first(filled: Filled) -> None:
    client = filled.client_for("beilin.verifier")
    row = f"/api/v1/rows/{filled.ids.rows[WRONG_NAME]}"
    client.get(row)
    client.post(f"{row}/decisions", json={"decisions": [{"action": "sheet_right"}]}).raise_for_status()

    url = "/api/v1/audit"
    found = filled.client_for("beilin.auditor").get(
        url, params={"object": f"row/{filled.ids.rows[WRONG_NAME]}"}
    )

    lines = found.json()["items"]
    assert [(line["action"], line["actor"]) for line in lines] == [
        ("row.decided", "beilin.verifier"),
        ("row.viewed", "beilin.verifier"),
    ]
    assert lines[0]["previous"] != lines[0]["hash"]


def test_pages_of_the_log_are_stable_while_it_grows(filled: Filled) -> None:
    client = filled.client_for("beilin.auditor")
    whole = [line["seq"] for line in client.get("/api/v1/audit?limit=20").json()["items"]]
    walked: list[int] = []
    cursor = ""
    while len(walked) < len(whole):
        page = client.get(f"/api/v1/audit?limit=4{cursor}").json()
        walked += [line["seq"] for line in page["items"]]
        filled.client_for("beilin.verifier").get(f"/api/v1/rows/{filled.ids.rows[WRONG_NAME]}")
        cursor = f"&cursor={page['next_cursor']}"

    assert walked[: len(whole)] == whole


def test_an_office_reads_no_line_of_an_office_beside_it(filled: Filled) -> None:
    filled.client_for("jintai.reporter").post("/api/v1/batches", json={"name": "金台的批次"})

    shown = filled.client_for("beilin.auditor").get("/api/v1/audit?limit=200").json()["items"]
    above = filled.client_for("shaanxi.auditor").get("/api/v1/audit?limit=200").json()["items"]

    assert "jintai" not in str(shown)
    assert "jintai" in str(above)


def test_the_log_is_proven_whole_and_a_line_that_was_altered_is_found(filled: Filled) -> None:
    client = filled.client_for("beilin.auditor")
    whole = client.get("/api/v1/audit/proof").json()
    assert (whole["is_whole"], whole["problem"]) == (True, None)

    with filled.world.services.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS audit_no_update")
        for (trigger,) in connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'"
        ).all():
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
        connection.exec_driver_sql("UPDATE audit SET action = 'row.viewed' WHERE seq = 3")

    broken = client.get("/api/v1/audit/proof").json()
    assert broken["is_whole"] is False
    assert "3" in broken["problem"]


def test_proofs_are_rationed(filled: Filled) -> None:
    client = filled.client_for("beilin.auditor")
    for _ in range(5):
        assert client.get("/api/v1/audit/proof").status_code == 200

    refused = client.get("/api/v1/audit/proof")

    assert said(refused) == (429, "too_many_requests")
    assert int(refused.headers["retry-after"]) > 0


def test_a_title_is_held_once_the_province_accepted_it(filled: Filled) -> None:
    with filled.store() as store:
        cells = store.rows.load_content(filled.ids.passed_rows[CLEAR_ROW]).submitted.cells
    question = {
        "name": cells[Field.NAME].value,
        "id_number": cells[Field.ID_NUMBER].value,
        "certificate_number": cells[Field.CERTIFICATE_NUMBER].value,
    }
    asker = filled.client_for("xian.supervisor")
    assert asker.post("/api/v1/verify", json=question).json() == {"is_held": False}

    url = f"/api/v1/batches/{filled.ids.passed}"
    asker.post(f"{url}/accept").raise_for_status()
    assert asker.post("/api/v1/verify", json=question).json() == {"is_held": False}, "not the province yet"
    asker.post(f"{url}/pass").raise_for_status()
    filled.client_for("shaanxi.supervisor").post(f"{url}/accept").raise_for_status()

    assert asker.post("/api/v1/verify", json=question).json() == {"is_held": True}
    other = {**question, "name": SUBMITTED[Field.NAME] + "甲"}
    assert asker.post("/api/v1/verify", json=other).json() == {"is_held": False}


def test_questions_are_rationed_and_logged_without_the_number(filled: Filled) -> None:
    client = filled.client_for("beilin.supervisor")
    for _ in range(30):
        assert client.post("/api/v1/verify", json=QUESTION).status_code == 200

    assert said(client.post("/api/v1/verify", json=QUESTION)) == (429, "too_many_requests")
    lines = filled.client_for("beilin.auditor").get("/api/v1/audit?limit=40").text
    assert lines.count("title.verified") == 30
    assert QUESTION["id_number"] not in lines


@pytest.mark.parametrize("number", ["", "610103", "6" * 30])
def test_a_question_without_a_number_is_refused(filled: Filled, number: str) -> None:
    asked = filled.client_for("beilin.supervisor").post(
        "/api/v1/verify", json={**QUESTION, "id_number": number}
    )

    assert said(asked) == (422, "invalid_request")
    assert number == "" or number not in asked.text
