"""The log over HTTP, and the question whether a title is held."""

from datetime import date, datetime, timedelta

import pytest

from domain.fields import Field
from review.pass_on import CHINA
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


def test_what_the_service_did_to_a_batch_is_in_the_log_of_its_office_and_those_above(filled: Filled) -> None:
    def checks(reader: str) -> int:
        params = {"action": "batch.checked"}
        return len(filled.client_for(reader).get("/api/v1/audit", params=params).json()["items"])

    assert [checks(f"{office}.auditor") for office in ("beilin", "xian", "jintai")] == [2, 2, 0]


def test_lines_are_told_in_words(filled: Filled) -> None:
    client = filled.client_for("beilin.verifier")
    row = f"/api/v1/rows/{filled.ids.rows[WRONG_NAME]}"
    decision = {"action": "sheet_right", "field": "name"}
    client.post(f"{row}/decisions", json={"decisions": [decision]}).raise_for_status()

    (line,) = (
        filled.client_for("beilin.auditor")
        .get("/api/v1/audit", params={"action": "row.decided"})
        .json()["items"]
    )[:1]

    assert line["action_label"] == "决定"
    assert line["object_label"] == f"行 {filled.ids.rows[WRONG_NAME]}"
    assert line["summary"].startswith("决定：表格无误，")
    assert "字段：姓名" in line["summary"]


def test_days_are_those_of_china(filled: Filled) -> None:
    filled.world.clock.advance(days=10)
    auditor = filled.client_for("beilin.auditor")
    filled.client_for("beilin.reporter").post("/api/v1/batches", json={"name": "又一批"}).raise_for_status()
    made = auditor.get("/api/v1/audit", params={"action": "batch.created"}).json()["items"][0]
    day = datetime.fromisoformat(made["at"]).astimezone(CHINA).date()

    def found(first: date | None, last: date | None) -> list[int]:
        days = {"first_day": first, "last_day": last}
        params = {name: str(value) for name, value in days.items() if value is not None}
        items = auditor.get("/api/v1/audit", params={**params, "action": "batch.created"}).json()["items"]
        return [item["seq"] for item in items]

    one = timedelta(days=1)
    assert found(day, day) == [made["seq"]]
    assert found(day + one, None) == []
    assert made["seq"] not in found(None, day - one)
    assert len(found(None, day - one)) == 3
    refused = auditor.get("/api/v1/audit", params={"first_day": str(day), "last_day": str(day - one)})
    assert said(refused) == (400, "day_order")
    assert said(auditor.get("/api/v1/audit?last_day=9999-12-31")) == (422, "invalid_request")


def test_what_can_be_searched_for_has_a_name(filled: Filled) -> None:
    offered = filled.client_for("beilin.auditor").get("/api/v1/audit/actions").json()

    assert {"action": "row.decided", "label": "决定"} in offered


def test_the_log_is_proven_whole_and_a_line_that_was_altered_is_found(filled: Filled) -> None:
    client = filled.client_for("beilin.auditor")
    whole = client.get("/api/v1/audit/proof").json()
    assert (whole["is_whole"], whole["problem"]) == (True, None)
    assert f"共 {whole['entries']} 条" in whole["message"]

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
    assert broken["message"].startswith(broken["problem"])


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
