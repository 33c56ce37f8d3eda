"""Batches: made, changed, checked, stopped, given up, watched."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.filled import CLEAR_ROW, Filled, jpeg, said
from tests.found_rows import clear_row

KEY = {"Idempotency-Key": "0b9d3f6e-1c1f-4c55"}


def test_a_batch_goes_from_draft_through_its_check_into_review(filled: Filled) -> None:
    client = filled.client_for("beilin.reporter")
    made = client.post("/api/v1/batches", json={"name": " 碑林区2016年第4批 "})
    url = f"/api/v1/batches/{made.json()['id']}"
    assert (made.status_code, made.json()["state"], made.json()["name"]) == (
        201,
        "draft",
        "碑林区2016年第4批",
    )

    uploaded = client.post(f"{url}/documents?name=汇总信息表.xlsx", content=b"PK-sheet")
    assert (uploaded.status_code, uploaded.json()["state"]) == (202, "waiting")
    asked = client.post(f"{url}/check")
    assert (asked.status_code, asked.json()["state"]) == (202, "checking")
    assert filled.jobs()[-1] == f"document-{uploaded.json()['id']}-1", "no check before all is read"

    filled.check(made.json()["id"], [clear_row(CLEAR_ROW)])
    found = client.get(url).json()
    assert (found["state"], found["counts"]) == ("ready", {"cleared": 1})
    finding = client.get(f"{url}/finding").json()
    assert finding["run"]["versions"] == {"code": "test", "reader": "1 test"}
    assert finding["approval_number_status"] == "match"


def test_a_check_of_files_that_are_read_is_asked_for_at_once(filled: Filled) -> None:
    batch = filled.ids.batch
    asked = filled.client_for("beilin.reporter").post(f"/api/v1/batches/{batch}/check")

    assert asked.status_code == 202
    assert filled.jobs()[-1] == f"check-{batch}-2"


def test_a_batch_without_files_is_not_checked(filled: Filled) -> None:
    client = filled.client_for("beilin.reporter")
    batch = client.post("/api/v1/batches", json={"name": "空的"}).json()["id"]

    refused = client.post(f"/api/v1/batches/{batch}/check")

    assert said(refused) == (409, "nothing_to_check")
    assert "请先上传" in refused.json()["message"]


def test_a_double_click_on_check_is_one_check(filled: Filled) -> None:
    client = filled.client_for("beilin.reporter")
    url = f"/api/v1/batches/{filled.ids.batch}/check"
    first, second = client.post(url, headers=KEY), client.post(url, headers=KEY)

    assert first.status_code == second.status_code == 202
    assert first.json() == second.json()
    assert sum(job.startswith(f"check-{filled.ids.batch}-") for job in filled.jobs()) == 2, "one before"


def test_a_double_click_without_a_key_is_told_that_it_is_done(filled: Filled) -> None:
    client = filled.client_for("beilin.reporter")
    url = f"/api/v1/batches/{filled.ids.batch}/check"
    client.post(url)
    jobs = filled.jobs()

    again = client.post(url)

    assert said(again) == (409, "batch_state")
    assert "核对中" in again.json()["message"]
    assert filled.jobs() == jobs


def test_a_check_is_stopped_and_what_was_read_stays(filled: Filled) -> None:
    client = filled.client_for("beilin.reporter")
    url = f"/api/v1/batches/{filled.ids.batch}"
    client.post(f"{url}/check")

    stopped = client.post(f"{url}/stop")

    assert (stopped.status_code, stopped.json()["state"]) == (200, "in_review")
    assert said(client.post(f"{url}/stop")) == (409, "batch_state")
    assert client.get(f"{url}/progress").json()["files_done"] == 4


def test_a_change_of_what_was_not_seen_is_refused_with_the_present_state(filled: Filled) -> None:
    client = filled.client_for("beilin.reporter")
    url = f"/api/v1/batches/{filled.ids.batch}"
    seen = client.get(url).headers["etag"]
    changed = client.patch(url, json={"name": "第一次"}, headers={"If-Match": seen})
    assert changed.status_code == 200

    stale = client.patch(url, json={"name": "第二次"}, headers={"If-Match": seen})

    assert said(stale) == (409, "stale_version")
    assert stale.json()["current"]["name"] == "第一次"
    assert client.get(url).json()["name"] == "第一次"
    fresh = client.patch(url, json={"name": "第二次"}, headers={"If-Match": changed.headers["etag"]})
    assert (fresh.status_code, fresh.json()["name"]) == (200, "第二次")


def test_a_batchs_name_is_shown_without_numbers_and_kept_when_it_is_sent_back_so(filled: Filled) -> None:
    client = filled.client_for("beilin.reporter")
    made = client.post("/api/v1/batches", json={"name": "李四13812345678第1批"}).json()
    url, shown = f"/api/v1/batches/{made['id']}", "李四138****5678第1批"
    assert made["name"] == shown
    assert shown in {one["name"] for one in client.get("/api/v1/batches").json()["items"]}

    assert client.patch(url, json={"name": shown}).json()["name"] == shown
    with filled.store() as store:
        assert store.batches.get(made["id"]).name == "李四13812345678第1批"
    assert client.patch(url, json={"name": "李四第1批"}).json()["name"] == "李四第1批"


@pytest.mark.parametrize("name", ["", "   ", "甲\n乙", "甲\0乙", "长" * 101])
def test_names_that_cannot_be_used_are_refused(filled: Filled, name: str) -> None:
    refused = filled.client_for("beilin.reporter").post("/api/v1/batches", json={"name": name})

    assert said(refused) == (422, "invalid_request")


@pytest.mark.parametrize("name", ["甲\u200b乙", "甲\u202e乙"])
def test_names_with_what_cannot_be_seen_are_refused(filled: Filled, name: str) -> None:
    refused = filled.client_for("beilin.reporter").post("/api/v1/batches", json={"name": name})

    assert said(refused) == (400, "bad_name")


def test_an_unknown_period_is_not_found(filled: Filled) -> None:
    refused = filled.client_for("beilin.reporter").post(
        "/api/v1/batches", json={"name": "甲", "period_id": 99}
    )

    assert said(refused) == (404, "period_not_found")


def test_the_deadline_of_the_holding_office_is_shown(filled: Filled) -> None:
    period = filled.client_for("shaanxi.administrator").post("/api/v1/periods/import-2021").json()[0]
    client = filled.client_for("beilin.reporter")
    made = client.post("/api/v1/batches", json={"name": "甲", "period_id": period["id"]}).json()

    assert made["period_label"] == period["label"]
    assert made["deadline"] == period["deadlines"]["county"]
    assert made["days_left"] < 0, "the notice's deadlines were in 2021"


def test_a_withdrawn_batch_takes_no_files(filled: Filled) -> None:
    client = filled.client_for("beilin.reporter")
    url = f"/api/v1/batches/{filled.ids.draft}"
    assert client.post(f"{url}/withdraw").json()["state"] == "withdrawn"

    assert said(client.post(f"{url}/documents?name=a.jpg", content=jpeg())) == (409, "batch_state")


def test_pages_of_a_list_are_stable_while_batches_are_added(filled: Filled) -> None:
    client = filled.client_for("beilin.reporter")
    for n in range(5):
        client.post("/api/v1/batches", json={"name": f"第{n}"})
    whole = [batch["id"] for batch in client.get("/api/v1/batches").json()["items"]]

    walked: list[int] = []
    cursor = ""
    while True:
        page = client.get(f"/api/v1/batches?limit=2{cursor}").json()
        walked += [batch["id"] for batch in page["items"]]
        client.post("/api/v1/batches", json={"name": "新的"})
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"

    assert walked == whole


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"state": "draft"}, {"draft"}),
        ({"state": ["draft", "passed"]}, {"draft", "passed"}),
        ({"text": "第1批"}, {"in_review"}),
        ({"text": "%"}, set()),
    ],
)
def test_lists_are_narrowed(filled: Filled, query: Mapping[str, Any], expected: set[str]) -> None:
    found = filled.client_for("beilin.auditor").get("/api/v1/batches", params=query).json()

    assert {batch["state"] for batch in found["items"]} == expected


def test_events_end_when_nothing_is_under_way(filled: Filled) -> None:
    answer = filled.client_for("beilin.auditor").get(f"/api/v1/batches/{filled.ids.batch}/events")

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert [name for name, _ in _events(answer.text)] == ["progress", "done"]
    shown = _events(answer.text)[-1][1]
    assert shown["state"] == "in_review"
    assert shown["progress"]["rows_by_state"] == {"cleared": 1, "waiting": 3}


def test_events_follow_a_file_to_its_end(filled: Filled) -> None:
    client = filled.client_for("beilin.reporter")
    names = []
    with client.stream("GET", f"/api/v1/batches/{filled.ids.draft}/events") as answer:
        for line in answer.iter_lines():
            if line.startswith("event:"):
                names.append(line.removeprefix("event:").strip())
                if len(names) == 1:
                    with filled.store() as store:
                        store.documents.change(filled.ids.waiting, state="done", finished_at=store.now)

    assert names == ["progress", "progress", "done"]


def test_progress_counts_files_and_rows(filled: Filled) -> None:
    shown = filled.client_for("beilin.auditor").get(f"/api/v1/batches/{filled.ids.draft}/progress").json()

    assert (shown["files"], shown["files_done"], shown["files_failed"], shown["rows"]) == (2, 1, 1, 0)


def _events(text: str) -> list[tuple[str, Any]]:
    found = []
    for block in text.replace("\r\n", "\n").strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
        found.append((lines["event"], json.loads(lines["data"])))
    return found
