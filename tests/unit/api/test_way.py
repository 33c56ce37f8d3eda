"""The way of a batch over HTTP: the gate, the letter, passed on, accepted, sent back, what changed."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from fastapi.testclient import TestClient

from tests.filled import NO_PAPER, PHONE, SAME_WRONG_NAME, WRONG_NAME, Filled, said

KEY = {"Idempotency-Key": "0b9d3f6e-1c1f-4c55"}


def _decide_all(filled: Filled, by: str = "beilin.verifier") -> None:
    client = filled.client_for(by)
    for number in (WRONG_NAME, SAME_WRONG_NAME, NO_PAPER):
        url = f"/api/v1/rows/{filled.ids.rows[number]}/decisions"
        client.post(url, json={"decisions": [{"action": "sheet_right"}]}).raise_for_status()


@pytest.fixture
def supervisor(filled: Filled) -> TestClient:
    """Whoever passes the office's batches on."""
    return filled.client_for("beilin.supervisor")


def test_the_gate_names_what_is_missing_and_opens(filled: Filled, supervisor: TestClient) -> None:
    url = f"/api/v1/batches/{filled.ids.batch}"
    gate = supervisor.get(f"{url}/gate").json()
    assert (gate["is_open"], [item["code"] for item in gate["missing"]]) == (False, ["rows_undecided"])
    refused = supervisor.post(f"{url}/pass")
    assert said(refused) == (409, "gate_closed")
    assert refused.json()["missing"] == gate["missing"]

    _decide_all(filled)

    assert supervisor.get(f"{url}/gate").json()["is_open"] is True
    passed = supervisor.post(f"{url}/pass")
    assert (passed.status_code, passed.json()["batch"]["state"]) == (200, "passed")
    assert passed.json()["transfer"]["to_office_id"] == filled.world.offices["xian"].id


def test_a_double_click_on_pass_is_one_step(filled: Filled, supervisor: TestClient) -> None:
    _decide_all(filled)
    url = f"/api/v1/batches/{filled.ids.batch}"
    first, second = (supervisor.post(f"{url}/pass", headers=KEY) for _ in range(2))

    assert first.json() == second.json()
    assert len(supervisor.get(f"{url}/transfers").json()) == 1
    assert said(supervisor.post(f"{url}/pass")) == (403, "batch_elsewhere")


def test_an_accepted_batch_is_locked_for_both_offices(filled: Filled) -> None:
    url = f"/api/v1/batches/{filled.ids.passed}"
    accepted = filled.client_for("xian.supervisor").post(f"{url}/accept")
    assert (accepted.status_code, accepted.json()["batch"]["state"]) == (200, "accepted")

    row = f"/api/v1/rows/{filled.ids.passed_rows[WRONG_NAME]}/decisions"
    body = {"decisions": [{"action": "sheet_right"}]}
    assert said(filled.client_for("xian.verifier").post(row, json=body)) == (409, "rows_locked")
    assert said(filled.client_for("beilin.verifier").post(row, json=body)) == (403, "batch_elsewhere")
    refused = filled.client_for("xian.supervisor").post(f"{url}/accept")
    assert (said(refused), refused.json()["state"]) == ((409, "batch_state"), "accepted")


def test_a_batch_is_sent_back_with_reasons_for_rows(filled: Filled) -> None:
    url, row = f"/api/v1/batches/{filled.ids.passed}", filled.ids.passed_rows[WRONG_NAME]
    supervisor = filled.client_for("xian.supervisor")
    assert said(supervisor.post(f"{url}/send-back", json={})) == (400, "reason_missing")

    body = {"reason": "请补正", "rows": {str(row): "证书看不清"}}
    sent = supervisor.post(f"{url}/send-back", json=body)

    assert (sent.status_code, sent.json()["batch"]["state"]) == (200, "sent_back")
    assert sent.json()["transfer"]["row_reasons"] == {str(row): "证书看不清"}
    own = filled.client_for("beilin.reporter")
    shown = own.get(f"/api/v1/batches/{filled.ids.passed}/rows", params={"state": "sent_back"}).json()
    assert [one["id"] for one in shown["items"]] == [row]
    assert [step["step"] for step in own.get(f"{url}/transfers").json()] == ["pass", "send_back"]


def test_rows_of_another_batch_are_not_sent_back(filled: Filled) -> None:
    foreign = filled.ids.rows[WRONG_NAME]
    url = f"/api/v1/batches/{filled.ids.passed}/send-back"
    refused = filled.client_for("xian.supervisor").post(url, json={"rows": {str(foreign): "不清"}})

    assert said(refused) == (404, "row_not_found"), "as one that is not there: it never left its office"


def test_what_changed_since_is_told_value_by_value(filled: Filled) -> None:
    url, row = f"/api/v1/batches/{filled.ids.passed}", filled.ids.passed_rows[WRONG_NAME]
    filled.client_for("xian.supervisor").post(
        f"{url}/send-back", json={"rows": {str(row): "以证书为准"}}
    ).raise_for_status()
    filled.client_for("beilin.verifier").post(
        f"/api/v1/rows/{row}/decisions", json={"decisions": [{"action": "paper_right", "field": "name"}]}
    ).raise_for_status()

    changes = filled.client_for("beilin.auditor").get(f"{url}/changes").json()

    assert [(one["field"], one["before"], one["after"]) for one in changes] == [
        ("name", "李小名", "李晓明"),
        ("name", None, "“以纸件为准”（beilin.verifier）"),
    ]


@pytest.mark.parametrize(("form", "first"), [("docx", b"PK"), ("pdf", b"%PDF")])
def test_the_letter_is_made_in_both_forms_and_that_is_logged(
    filled: Filled, supervisor: TestClient, form: str, first: bytes
) -> None:
    url = f"/api/v1/batches/{filled.ids.batch}/letter"
    made = supervisor.get(f"{url}.{form}", params={"handler": "贠琪", "mobile": "13800000000"})

    assert made.status_code == 200
    assert made.content.startswith(first)
    assert filled.log("letter.made")[-1]["code"]
    if form == "docx":
        text = ZipFile(BytesIO(made.content)).read("word/document.xml").decode()
        assert "beilin人社局" in text


@pytest.mark.parametrize("handler", ["贠\0琪", "=\x03\x86", "甲\u202e", "\ufffe"])
def test_who_signs_is_written_in_characters_that_can_be_seen(
    filled: Filled, supervisor: TestClient, handler: str
) -> None:
    url = f"/api/v1/batches/{filled.ids.batch}/letter.docx"

    assert said(supervisor.get(url, params={"handler": handler})) == (422, "invalid_request")


def test_letters_have_two_forms(filled: Filled, supervisor: TestClient) -> None:
    answer = supervisor.get(f"/api/v1/batches/{filled.ids.batch}/letter.exe")

    assert said(answer) == (422, "invalid_request")


def test_the_standing_of_the_letter_changes_with_the_data(filled: Filled, supervisor: TestClient) -> None:
    url = f"/api/v1/batches/{filled.ids.batch}/letter"
    before = supervisor.get(url).json()
    assert before["uploaded"][0]["problems"] == []

    client = filled.client_for("beilin.verifier")
    decisions = {"decisions": [{"action": "paper_right", "field": "name"}]}
    client.post(f"/api/v1/rows/{filled.ids.rows[WRONG_NAME]}/decisions", json=decisions).raise_for_status()

    after = supervisor.get(url).json()
    assert after["code"] != before["code"]
    assert [problem["code"] for problem in after["uploaded"][0]["problems"]] == ["code_of_older_data"]
    assert PHONE not in supervisor.get(url).text


def test_a_letter_is_confirmed_by_eye_with_a_reason(filled: Filled) -> None:
    client = filled.client_for("beilin.verifier")
    url = f"/api/v1/batches/{filled.ids.batch}/letter/confirm"

    body = {"document_id": filled.ids.letter, "reason": "公章清楚"}
    assert client.post(url, json=body).status_code == 200
    assert said(client.post(url, json={**body, "reason": " "})) == (422, "invalid_request")
    other = {"document_id": filled.ids.scan, "reason": "是承诺书"}
    assert said(client.post(url, json=other)) == (409, "no_letter")


def test_whoever_decided_a_row_does_not_pass_the_batch_on(filled: Filled) -> None:
    user = filled.world.users["beilin.verifier"]
    roles = ["verifier", "supervisor"]
    manager = filled.client_for("xian.administrator")
    manager.patch(f"/api/v1/users/{user.id}", json={"roles": roles}).raise_for_status()
    _decide_all(filled)

    refused = filled.client_for("beilin.verifier").post(f"/api/v1/batches/{filled.ids.batch}/pass")

    assert said(refused) == (409, "gate_closed")
    assert "双人复核" in refused.json()["message"]
