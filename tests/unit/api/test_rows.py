"""Rows under review: listed, taken, decided, taken back; and what stays hidden of them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from domain.fields import Field
from domain.findings import Kind, Status, Verdict
from tests.filled import CLEAR_ROW, NO_PAPER, SAME_WRONG_NAME, WRONG_NAME, Filled, said
from tests.found_rows import clear_row

KEY = {"Idempotency-Key": "0b9d3f6e-1c1f-4c55"}
SHEET_RIGHT = {"action": "sheet_right"}


@pytest.fixture
def client(filled: Filled) -> TestClient:
    """A verifier."""
    return filled.client_for("beilin.verifier")


def _row(filled: Filled, number: int = WRONG_NAME) -> str:
    return f"/api/v1/rows/{filled.ids.rows[number]}"


def _take(client: TestClient, filled: Filled, **more: Any) -> Any:  # noqa: ANN401
    return client.post("/api/v1/review/take", json={"batch_id": filled.ids.batch, **more})


def _decide(client: TestClient, url: str, *decisions: Mapping[str, Any], **more: Any) -> Any:  # noqa: ANN401
    headers = more.pop("headers", {})
    body = {"decisions": list(decisions) or [SHEET_RIGHT], **more}
    return client.post(f"{url}/decisions", json=body, headers=headers)


def test_rows_come_in_the_order_of_the_sheet_and_are_narrowed(filled: Filled, client: TestClient) -> None:
    url = f"/api/v1/batches/{filled.ids.batch}/rows"

    def numbers(**query: str) -> list[int]:
        return [row["row_number"] for row in client.get(url, params=query).json()["items"]]

    assert numbers() == [CLEAR_ROW, WRONG_NAME, SAME_WRONG_NAME, NO_PAPER]
    assert numbers(state="cleared") == [CLEAR_ROW]
    assert numbers(verdict="reject") == [WRONG_NAME, SAME_WRONG_NAME]
    assert numbers(text="李小名") == [WRONG_NAME, SAME_WRONG_NAME]
    assert numbers(text="%") == []


def test_pages_of_rows_are_stable_while_rows_are_decided(filled: Filled, client: TestClient) -> None:
    url = f"/api/v1/batches/{filled.ids.batch}/rows"
    first = client.get(url, params={"limit": 2}).json()
    _decide(client, _row(filled)).raise_for_status()
    second = client.get(url, params={"limit": 2, "cursor": first["next_cursor"]}).json()

    seen = [row["row_number"] for row in (*first["items"], *second["items"])]
    assert seen == [CLEAR_ROW, WRONG_NAME, SAME_WRONG_NAME, NO_PAPER]
    assert second["next_cursor"] is None


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJhIl0", "WzFlOTldCg", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OV0"])
def test_a_cursor_that_is_none_is_refused(filled: Filled, client: TestClient, cursor: str) -> None:
    answer = client.get(f"/api/v1/batches/{filled.ids.batch}/rows", params={"cursor": cursor})

    assert said(answer) == (400, "bad_cursor")


def test_the_queue_is_grouped_and_differences_that_rows_share_are_named(
    filled: Filled, client: TestClient
) -> None:
    queue = client.get(f"/api/v1/batches/{filled.ids.batch}/queue").json()
    patterns = client.get(f"/api/v1/batches/{filled.ids.batch}/patterns").json()

    assert {group["label"]: group["count"] for group in queue} == {
        "姓名 · 同音字": 2,
        "整行 · 没有找到证书": 1,
    }
    assert [(pattern["count"], pattern["example"]["row_number"]) for pattern in patterns] == [(2, WRONG_NAME)]


def test_two_people_never_get_the_same_row(filled: Filled, client: TestClient) -> None:
    mine = _take(client, filled, count=2).json()
    manager = filled.client_for("xian.administrator")
    other = filled.world.users["beilin.reporter"]
    manager.patch(f"/api/v1/users/{other.id}", json={"roles": ["verifier"]}).raise_for_status()
    theirs = _take(filled.client_for("beilin.reporter"), filled, count=2).json()

    assert len(mine) == 2
    assert len(theirs) == 1
    assert not {row["id"] for row in mine} & {row["id"] for row in theirs}
    assert mine[0]["lease"]["is_mine"]
    again = _take(client, filled, count=2).json()
    assert [row["id"] for row in again] == [row["id"] for row in mine], "those held come first"


def test_what_is_in_hand_or_skipped_is_not_given_again(filled: Filled, client: TestClient) -> None:
    (first,) = _take(client, filled).json()
    more = _take(client, filled, count=20, without=[first["id"]]).json()
    names = _take(client, filled, count=20, field="name").json()

    assert first["id"] not in {row["id"] for row in more}
    assert {row["row_number"] for row in (first, *more)} == {WRONG_NAME, SAME_WRONG_NAME, NO_PAPER}
    assert {row["row_number"] for row in names} == {WRONG_NAME, SAME_WRONG_NAME}


def test_one_row_is_taken_by_its_number_once_it_waits_again(filled: Filled, client: TestClient) -> None:
    row_id = filled.ids.rows[WRONG_NAME]
    decided = _decide(client, _row(filled)).json()
    (shown,) = client.post("/api/v1/review/take", json={"row_id": row_id}).json()
    undone = {"decision_id": decided["decisions"][-1]["id"]}
    client.post(f"{_row(filled)}/undo", json=undone).raise_for_status()
    (taken,) = client.post("/api/v1/review/take", json={"row_id": row_id}).json()

    assert (shown["id"], shown["lease"]) == (row_id, None)
    assert taken["lease"]["is_mine"]


def test_rows_of_one_pattern_are_listed(filled: Filled, client: TestClient) -> None:
    url = f"/api/v1/batches/{filled.ids.batch}"
    (pattern,) = client.get(f"{url}/patterns").json()
    rows = client.get(f"{url}/rows", params={"pattern": pattern["pattern"]}).json()["items"]

    assert [row["row_number"] for row in rows] == [WRONG_NAME, SAME_WRONG_NAME]


def test_certificates_are_found_by_name_number_and_file(filled: Filled, client: TestClient) -> None:
    url = f"/api/v1/batches/{filled.ids.batch}/certificates"
    (found,) = client.get(url).json()

    assert (found["document_id"], found["name"], found["page"]) == (filled.ids.scan, "李晓明", 1)
    assert [len(client.get(url, params={"text": text}).json()) for text in ("晓明", "zg2016", "王五")] == [
        1,
        1,
        0,
    ]


def test_a_certificate_is_named_by_its_file_where_the_name_is_hidden(
    filled: Filled, client: TestClient
) -> None:
    link = {"document_id": filled.ids.scan, "page": 1, "slot": 1}
    done = _decide(client, _row(filled, NO_PAPER), {"action": "link_other", "link": link})

    assert done.status_code == 201, done.text
    assert done.json()["decisions"][-1]["link"]["slot"] == 1


def test_which_digits_differ_is_seen_while_the_number_is_hidden(filled: Filled, client: TestClient) -> None:
    row = clear_row(CLEAR_ROW)
    typed = row.fields[Field.ID_NUMBER]
    paper = typed.submitted[:8] + "7" + typed.submitted[9:]
    wrong = replace(typed, certificate=paper, status=Status.MISMATCH, kind=Kind.ONE_DIGIT)
    batch = client.post("/api/v1/batches", json={"name": "新的一批"}).json()
    filled.check(
        batch["id"], [replace(row, verdict=Verdict.REVIEW, fields={**row.fields, Field.ID_NUMBER: wrong})]
    )

    (listed,) = client.get(f"/api/v1/batches/{batch['id']}/rows").json()["items"]
    fields = {one["field"]: one for one in client.get(f"/api/v1/rows/{listed['id']}").json()["fields"]}

    pieces = fields["id_number"]["submitted_pieces"]
    assert [(piece["text"], piece["mark"]) for piece in pieces] == [
        ("610*****", "same"),
        ("*", "changed"),
        ("*****" + typed.submitted[-4:], "same"),
    ]


def test_a_row_that_another_has_taken_is_refused(filled: Filled, client: TestClient) -> None:
    (mine,) = _take(client, filled).json()
    other = filled.world.users["beilin.reporter"]
    manager = filled.client_for("xian.administrator")
    manager.patch(f"/api/v1/users/{other.id}", json={"roles": ["verifier"]}).raise_for_status()
    refused = _decide(filled.client_for("beilin.reporter"), f"/api/v1/rows/{mine['id']}")

    assert said(refused) == (409, "row_taken")
    assert (refused.json()["row_id"], refused.json()["until"]) == (
        mine["id"],
        mine["lease"]["until"].replace("Z", "+00:00"),
    )


def test_a_decision_within_its_lease_stands(filled: Filled, client: TestClient) -> None:
    (taken,) = _take(client, filled).json()
    done = _decide(client, f"/api/v1/rows/{taken['id']}", lease=taken["lease"]["token"])

    assert (done.status_code, done.json()["state"], done.json()["lease"]) == (201, "decided", None)
    assert filled.log("row.decided")[-1]["action"] == "sheet_right"


def test_a_decision_sent_again_without_a_key_is_answered_as_saved(filled: Filled, client: TestClient) -> None:
    (taken,) = _take(client, filled).json()
    url, lease = f"/api/v1/rows/{taken['id']}", taken["lease"]["token"]
    headers = {"If-Match": f'"{taken["version"]}"'}
    first = _decide(client, url, lease=lease, headers=headers)

    again = _decide(client, url, lease=lease, headers=headers)

    assert (again.status_code, again.headers["etag"]) == (201, first.headers["etag"])
    assert again.json() == first.json()


def test_an_expired_lease_decides_nothing(filled: Filled, client: TestClient) -> None:
    (taken,) = _take(client, filled).json()
    decisions = filled.stored("decisions")
    filled.world.clock.advance(seconds=901)
    url = f"/api/v1/rows/{taken['id']}"

    refused = _decide(client, url, lease=taken["lease"]["token"])

    assert said(refused) == (409, "lease_expired")
    assert "请重新领取" in refused.json()["message"]
    assert (refused.json()["row_id"], refused.json()["version"]) == (taken["id"], taken["version"])
    assert filled.stored("decisions") == decisions
    assert said(client.post(f"{url}/lease", json={"lease": taken["lease"]["token"]})) == (
        409,
        "lease_expired",
    )


def test_a_lease_is_renewed_and_given_back(filled: Filled, client: TestClient) -> None:
    (taken,) = _take(client, filled).json()
    url, token = f"/api/v1/rows/{taken['id']}", {"lease": taken["lease"]["token"]}
    filled.world.clock.advance(seconds=300)
    renewed = client.post(f"{url}/lease", json=token).json()

    assert renewed["lease"]["until"] > taken["lease"]["until"]
    assert client.post(f"{url}/release", json=token).status_code == 204
    assert client.get(url).json()["lease"] is None


def test_a_clock_moved_back_leaves_no_row_taken_for_ever(filled: Filled, client: TestClient) -> None:
    """A lease made in a future that never came is none; the log goes on as its numbers do."""
    (taken,) = _take(client, filled).json()
    filled.world.clock.advance(days=-30)
    other = filled.client_for("beilin.verifier")

    refused = _decide(other, f"/api/v1/rows/{taken['id']}", lease=taken["lease"]["token"])
    assert said(refused) == (409, "lease_expired")
    done = _decide(other, f"/api/v1/rows/{taken['id']}")
    assert done.status_code == 201
    proof = filled.client_for("beilin.auditor").get("/api/v1/audit/proof").json()
    assert (proof["is_whole"], proof["problem"]) == (True, None)


def test_a_row_that_changed_since_it_was_seen_is_refused_with_its_present_state(
    filled: Filled, client: TestClient
) -> None:
    url = _row(filled)
    seen = client.get(url).headers["etag"]
    _decide(client, url, headers={"If-Match": seen}).raise_for_status()
    decisions = filled.stored("decisions")

    stale = _decide(client, url, {"action": "paper_right"}, headers={"If-Match": seen})

    assert said(stale) == (409, "stale_version")
    assert stale.json()["current"]["state"] == "decided"
    assert filled.stored("decisions") == decisions


def test_taking_back_what_has_changed_since_is_refused_with_its_present_state(
    filled: Filled, client: TestClient
) -> None:
    url = _row(filled)
    seen = client.get(url).headers["etag"]
    made = _decide(client, url).json()["decisions"][-1]["id"]

    for path, body in (("undo", {"decision_id": made}), ("reopen", {"reason": "再看"})):
        stale = client.post(f"{url}/{path}", json=body, headers={"If-Match": seen})
        assert said(stale) == (409, "stale_version")
        assert stale.json()["current"]["state"] == "decided"


def test_a_double_click_decides_once(filled: Filled, client: TestClient) -> None:
    url = _row(filled)
    first, second = _decide(client, url, headers=KEY), _decide(client, url, headers=KEY)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert len(client.get(url).json()["decisions"]) == 1


def test_a_correction_is_marked_and_taken_back(filled: Filled, client: TestClient) -> None:
    url = _row(filled)
    done = _decide(client, url, {"action": "paper_right", "field": "name"}).json()
    (name,) = [field for field in done["fields"] if field["field"] == "name"]
    assert (name["submitted"], name["final"]) == ("李小名", "李晓明")

    undone = client.post(f"{url}/undo", json={"decision_id": done["decisions"][0]["id"]})

    assert (undone.status_code, undone.json()["state"]) == (200, "waiting")
    assert [line["action"] for line in undone.json()["decisions"]] == ["paper_right", "undo"]
    again = client.post(f"{url}/undo", json={"decision_id": done["decisions"][0]["id"]})
    assert said(again) == (404, "decision_not_found")


def test_a_decided_row_is_reopened_with_a_reason(filled: Filled, client: TestClient) -> None:
    url = _row(filled)
    _decide(client, url).raise_for_status()

    assert said(client.post(f"{url}/reopen", json={"reason": " "})) == (422, "invalid_request")
    assert client.post(f"{url}/reopen", json={"reason": "看错了"}).json()["state"] == "waiting"


@pytest.mark.parametrize(
    ("decision", "status", "code"),
    [
        pytest.param(
            {"action": "other_value", "field": "name", "value": "李明"}, 400, "bad_decision", id="reason"
        ),
        pytest.param(
            {"action": "other_value", "field": "name", "reason": "看原件"}, 400, "bad_decision", id="value"
        ),
        pytest.param({"action": "send_back"}, 400, "bad_decision", id="send-back-without-reason"),
        pytest.param({"action": "link_other"}, 400, "bad_decision", id="no-link"),
        pytest.param({"action": "undo"}, 400, "bad_decision", id="not-so"),
        pytest.param({"action": "approve"}, 422, "invalid_request", id="unknown"),
        pytest.param({"action": "sheet_right", "more": 1}, 422, "invalid_request", id="unknown-field"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(
    filled: Filled, client: TestClient, decision: Mapping[str, Any], status: int, code: str
) -> None:
    decisions = filled.stored("decisions")

    assert said(_decide(client, _row(filled), decision)) == (status, code)
    assert filled.stored("decisions") == decisions


def test_rows_with_the_same_difference_are_decided_together(filled: Filled, client: TestClient) -> None:
    pattern = client.get(f"/api/v1/batches/{filled.ids.batch}/patterns").json()[0]["pattern"]
    url = f"/api/v1/batches/{filled.ids.batch}/bulk"
    body = {"pattern": pattern, "action": "paper_right", "expected": 2}

    refused = client.post(url, json={**body, "expected": 3})
    assert (said(refused), refused.json()["count"]) == ((409, "pattern_changed"), 2)
    done = client.post(url, json=body)

    assert (done.status_code, done.json()["left_out"]) == (201, [])
    assert sorted(done.json()["decided"]) == sorted(
        filled.ids.rows[number] for number in (WRONG_NAME, SAME_WRONG_NAME)
    )


def test_another_certificate_is_compared_anew(filled: Filled, client: TestClient) -> None:
    scan = client.get(f"/api/v1/documents/{filled.ids.scan}").json()
    with filled.store() as store:
        name = store.documents.get(filled.ids.scan).name
    link = {"file": name, "page": 1, "slot": 1}
    _decide(client, _row(filled, NO_PAPER), {"action": "link_other", "link": link, "reason": "同一人"})

    assert scan["kind"] == "image"
    assert filled.jobs()[-1].startswith(f"check-{filled.ids.batch}-")


def test_a_second_opinion_is_given_by_somebody_else(filled: Filled, client: TestClient) -> None:
    url = _row(filled)
    assert client.post(f"{url}/opinion", json={"text": "是“晓”吗？"}).status_code == 200

    assert said(_decide(client, url)) == (409, "second_opinion_needed")
    assert client.delete(f"{url}/opinion").json()["opinion_of"] is None
    assert said(client.delete(f"{url}/opinion")) == (409, "no_second_opinion")


def test_a_note_stays_with_the_row(filled: Filled, client: TestClient) -> None:
    made = client.post(f"{_row(filled)}/notes", json={"text": "电话问过本人。"})

    assert made.status_code == 201
    assert client.get(_row(filled)).json()["notes"][0]["text"] == "电话问过本人。"


def test_rows_of_a_batch_that_was_passed_on_are_decided_by_nobody_of_the_sender(
    filled: Filled, client: TestClient
) -> None:
    url = f"/api/v1/rows/{filled.ids.passed_rows[WRONG_NAME]}"

    assert said(_decide(client, url)) == (403, "batch_elsewhere")


def test_the_receiving_office_may_confirm_or_return_only(filled: Filled) -> None:
    url = f"/api/v1/rows/{filled.ids.passed_rows[WRONG_NAME]}"
    client = filled.client_for("xian.verifier")

    assert said(_decide(client, url, {"action": "paper_right"})) == (409, "only_confirm_or_return")
    returned = _decide(client, url, {"action": "send_back", "reason": "证书看不清"})
    assert (returned.status_code, returned.json()["state"]) == (201, "sent_back")
