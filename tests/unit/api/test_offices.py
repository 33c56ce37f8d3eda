"""Offices, their settings, and the periods of all."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.service import World

ClientFor = Callable[[str], TestClient]


def _create(client: TestClient, world: World, parent: str, kind: str, code: str = "new") -> Any:  # noqa: ANN401
    body = {"code": code, "name": "新单位", "kind": kind, "parent_id": world.offices[parent].id}
    return client.post("/api/v1/offices", json=body)


def _put(client: TestClient, world: World, office: str, name: str, value: object) -> Any:  # noqa: ANN401
    return client.put(f"/api/v1/offices/{world.offices[office].id}/settings/{name}", json={"value": value})


def _value(client: TestClient, name: str) -> Any:  # noqa: ANN401
    (one,) = [one for one in client.get("/api/v1/settings").json() if one["name"] == name]
    return one["value"], one["set_by_office_id"]


@pytest.mark.parametrize(
    ("parent", "kind"),
    [("xian", "county"), ("xian", "senior_body"), ("beilin", "unit"), ("xian", "city_department")],
)
def test_offices_hang_where_the_notice_says(
    client_for: ClientFor, world: World, parent: str, kind: str
) -> None:
    made = _create(client_for("xian.administrator"), world, parent, kind)

    assert made.status_code == 201
    assert made.headers["etag"] == '"1"'


@pytest.mark.parametrize(
    ("parent", "kind"), [("beilin", "city"), ("xian", "province"), ("beilin", "senior_body")]
)
def test_other_places_in_the_tree_are_refused(
    client_for: ClientFor, world: World, parent: str, kind: str
) -> None:
    refused = _create(client_for("xian.administrator"), world, parent, kind)

    assert (refused.status_code, refused.json()["code"]) == (400, "office_kind")


def test_a_code_names_one_office(client_for: ClientFor, world: World) -> None:
    refused = _create(client_for("xian.administrator"), world, "xian", "county", code="jintai")

    assert (refused.status_code, refused.json()["code"]) == (409, "office_code_taken")


def test_an_office_sees_itself_those_below_and_those_above(client_for: ClientFor) -> None:
    page = client_for("xian.reporter").get("/api/v1/offices").json()

    assert [office["code"] for office in page["items"]] == ["xian", "beilin", "xincheng"]
    assert [office["code"] for office in page["above"]] == ["shaanxi"]


def test_a_cursor_of_another_office_opens_nothing(client_for: ClientFor) -> None:
    foreign = client_for("jintai.reporter").get("/api/v1/offices?limit=1")
    assert foreign.json()["next_cursor"] is None
    cursor = client_for("shaanxi.reporter").get("/api/v1/offices?limit=1").json()["next_cursor"]

    refused = client_for("jintai.reporter").get(f"/api/v1/offices?cursor={cursor}")

    assert (refused.status_code, refused.json()["code"]) == (400, "bad_cursor")


def test_nobody_closes_the_own_office_or_the_one_at_the_top(client_for: ClientFor, world: World) -> None:
    own = client_for("xian.administrator").patch(
        f"/api/v1/offices/{world.offices['xian'].id}", json={"is_active": False}
    )
    top = client_for("shaanxi.administrator").patch(
        f"/api/v1/offices/{world.offices['shaanxi'].id}", json={"is_active": False}
    )

    assert (own.status_code, own.json()["code"]) == (403, "higher_office_needed")
    assert (top.status_code, top.json()["code"]) == (409, "root_office")


def test_a_stale_change_of_an_office_shows_it_as_it_is(client_for: ClientFor, world: World) -> None:
    client, path = client_for("xian.administrator"), f"/api/v1/offices/{world.offices['beilin'].id}"
    client.patch(path, json={"name": "先改"}, headers={"If-Match": '"1"'})

    stale = client.patch(path, json={"name": "后改"}, headers={"If-Match": '"1"'})

    assert (stale.status_code, stale.json()["current"]["name"]) == (409, "先改")
    bad = client.patch(path, json={"name": "后改"}, headers={"If-Match": "yesterday"})
    assert (bad.status_code, bad.json()["code"]) == (400, "bad_version")


def test_settings_are_inherited_from_the_nearest_office_that_sets_them(
    client_for: ClientFor, world: World
) -> None:
    county = client_for("beilin.verifier")
    assert _value(county, "lease_seconds") == (600, None)

    _put(client_for("shaanxi.administrator"), world, "shaanxi", "lease_seconds", 900)
    assert _value(county, "lease_seconds") == (900, world.offices["shaanxi"].id)
    _put(client_for("xian.administrator"), world, "xian", "lease_seconds", 300)
    assert _value(county, "lease_seconds") == (300, world.offices["xian"].id)
    client_for("xian.administrator").delete(
        f"/api/v1/offices/{world.offices['xian'].id}/settings/lease_seconds"
    )
    assert _value(county, "lease_seconds") == (900, world.offices["shaanxi"].id)
    assert _value(client_for("jintai.verifier"), "lease_seconds") == (900, world.offices["shaanxi"].id)


def test_an_office_tightens_its_guards_and_the_one_above_loosens_them(
    client_for: ClientFor, world: World
) -> None:
    own, above = client_for("beilin.administrator"), client_for("xian.administrator")
    assert _put(own, world, "beilin", "recheck_rate", 0.2).status_code == 200

    refused = _put(own, world, "beilin", "recheck_rate", 0.1)
    assert (refused.status_code, refused.json()["code"]) == (403, "higher_office_needed")
    assert _put(own, world, "beilin", "four_eyes", False).status_code == 403
    inherit = own.delete(f"/api/v1/offices/{world.offices['beilin'].id}/settings/recheck_rate")
    assert inherit.status_code == 403
    assert _put(above, world, "beilin", "recheck_rate", 0.1).status_code == 200
    assert _put(above, world, "beilin", "four_eyes", False).status_code == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("recheck_rate", 1.5),
        ("recheck_rate", True),
        ("four_eyes", 1),
        ("lease_seconds", 600.5),
        ("lease_seconds", 1),
    ],
)
def test_values_out_of_bounds_are_refused_with_the_bounds(
    client_for: ClientFor, world: World, name: str, value: object
) -> None:
    refused = _put(client_for("shaanxi.administrator"), world, "shaanxi", name, value)

    assert (refused.status_code, refused.json()["code"]) == (400, "setting_value")


def test_an_unknown_setting_is_not_found(client_for: ClientFor, world: World) -> None:
    refused = _put(client_for("shaanxi.administrator"), world, "shaanxi", "colour", 1)

    assert (refused.status_code, refused.json()["code"]) == (404, "setting_not_found")


def test_a_shorter_session_holds_from_the_next_sign_in(client_for: ClientFor, world: World) -> None:
    _put(client_for("xian.administrator"), world, "beilin", "session_idle_minutes", 5)
    client = client_for("beilin.verifier")
    world.clock.advance(minutes=6)

    assert client.get("/api/v1/auth/me").json()["code"] == "session_expired"


def test_the_periods_of_2021_are_taken_over_once(client_for: ClientFor) -> None:
    client = client_for("shaanxi.administrator")
    first = client.post("/api/v1/periods/import-2021").json()
    second = client.post("/api/v1/periods/import-2021").json()

    assert first == second
    assert [period["label"] for period in first] == ["2018-2019年", "2016-2017年", "2010-2015年"]
    assert first[0]["deadlines"]["county"] == "2021-04-20"
    assert client_for("jintai.reporter").get("/api/v1/periods").json() == first


def test_periods_are_kept_by_the_office_at_the_top(client_for: ClientFor) -> None:
    refused = client_for("xian.administrator").post("/api/v1/periods/import-2021")

    assert (refused.status_code, refused.json()["code"]) == (403, "root_office_needed")


def test_a_period_is_changed_as_a_whole_and_never_blindly(client_for: ClientFor) -> None:
    client = client_for("shaanxi.administrator")
    body = {"label": "甲", "first_year": 2018, "last_year": 2019, "deadlines": {"county": "2026-04-20"}}
    made = client.post("/api/v1/periods", json=body)
    path = f"/api/v1/periods/{made.json()['id']}"
    later = {**body, "deadlines": {"county": "2026-05-20"}}

    assert client.put(path, json=later, headers={"If-Match": made.headers["etag"]}).status_code == 200
    stale = client.put(path, json=body, headers={"If-Match": made.headers["etag"]})

    assert (stale.status_code, stale.json()["current"]["deadlines"]) == (409, {"county": "2026-05-20"})
    backwards = client.put(path, json={**body, "last_year": 2017})
    assert (backwards.status_code, backwards.json()["code"]) == (400, "period_years")
    twice = client.post("/api/v1/periods", json=body)
    assert (twice.status_code, twice.json()["code"]) == (409, "period_label_taken")
