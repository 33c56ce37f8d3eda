"""How well the reading does, over HTTP."""

from tests.filled import WRONG_NAME, Filled


def test_the_offices_own_decisions_tell_how_well_the_reading_does(filled: Filled) -> None:
    client = filled.client_for("beilin.verifier")
    body = {"decisions": [{"action": "sheet_right"}]}
    client.post(f"/api/v1/rows/{filled.ids.rows[WRONG_NAME]}/decisions", json=body).raise_for_status()

    quality = client.get("/api/v1/quality").json()

    one = next(batch for batch in quality["batches"] if batch["batch_id"] == filled.ids.batch)
    assert (one["rows"], one["judged"], one["false_alarms"]) == (4, 1, 1)
    assert quality["is_whole"] is True
    assert sum(hour["decisions"] for hour in quality["hours"]) >= 1
    assert len(quality["bins"]) == 10
    (layout,) = quality["layouts"]
    assert layout["judged"] >= layout["false_alarms"] >= 1
    assert layout["labels"][:2] == ["性别", "证件号码"]
    # Files are named after ID numbers; these are hidden.
    assert all("*" in found["file"] for found in quality["files"] if "证书/" in found["file"])


def test_an_office_sees_nothing_of_the_quality_of_another(filled: Filled) -> None:
    assert filled.client_for("jintai.verifier").get("/api/v1/quality").json()["batches"] == []
