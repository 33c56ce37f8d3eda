"""Hand-over packages taken in: by whom and when, what comes with them, what is refused without a trace."""

import hashlib
import io
import os
import shutil
import time
import zipfile
from collections import namedtuple
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from api.errors import status_for
from bootstrap.housekeeping import tidy_up
from domain.way import BatchState
from review.handover import HandoverNotWritableError, HandoverWorkspaceError
from tests.filled import WRONG_NAME, Filled, said
from tests.service import World, open_world, prepare_world
from tests.unit.api.carried import kept_files, package_of

_Usage = namedtuple("_Usage", "total used free")


@pytest.fixture
def elsewhere(prepared: Path, tmp_path: Path) -> Iterator[World]:
    """Return a service with the same offices that shares nothing with the first: no batch, no file."""
    folder = tmp_path / "elsewhere"
    shutil.copytree(prepared, folder)
    world = open_world(folder)
    yield world
    world.close()


def _take_in(
    world: World, content: bytes, by: str = "xian.supervisor", **headers: str
) -> tuple[int, dict[str, Any]]:
    answer = world.client_for(by).post(
        "/api/v1/packages", content=content, headers={"Content-Type": "application/zip", **headers}
    )
    return answer.status_code, answer.json()


class TestTakenIn:
    """A package at an office that shares nothing with the one that made it."""

    def test_another_service_takes_it_in_with_rows_decisions_and_files(
        self, filled: Filled, elsewhere: World
    ) -> None:
        """Nothing but the zip goes between the two."""
        status, batch = _take_in(elsewhere, package_of(filled))

        assert (status, batch["state"]) == (201, BatchState.PASSED)
        client = elsewhere.client_for("xian.verifier")
        rows = client.get(f"/api/v1/batches/{batch['id']}/rows").json()["items"]
        assert {row["row_number"] for row in rows} == set(filled.ids.passed_rows)
        documents = client.get(f"/api/v1/batches/{batch['id']}/documents").json()["items"]
        scan = next(one for one in documents if one["holds"] == ["certificate"])
        content = client.get(f"/api/v1/documents/{scan['id']}/content")
        here = filled.client_for("beilin.verifier")
        there = next(
            one
            for one in here.get(f"/api/v1/batches/{filled.ids.passed}/documents").json()["items"]
            if one["holds"] == ["certificate"]
        )
        assert content.content == here.get(f"/api/v1/documents/{there['id']}/content").content

    def test_without_originals_the_files_are_named_and_cannot_be_opened(
        self, filled: Filled, elsewhere: World
    ) -> None:
        """A stick may be too small for years of scans."""
        content = package_of(filled, with_originals=False)
        assert len(content) < len(package_of(filled))

        status, batch = _take_in(elsewhere, content)

        assert status == 201
        client = elsewhere.client_for("xian.verifier")
        documents = client.get(f"/api/v1/batches/{batch['id']}/documents").json()["items"]
        assert documents
        assert {one["problem"]["code"] for one in documents} == {"original_not_here"}
        refused = client.get(f"/api/v1/documents/{documents[0]['id']}/content")
        assert said(refused) == (409, "original_not_here")

    def test_the_same_package_twice_is_refused(self, filled: Filled, elsewhere: World) -> None:
        """Two people with the same stick make no second batch."""
        content = package_of(filled)
        assert _take_in(elsewhere, content)[0] == 201

        kept = kept_files(elsewhere)
        status, refused = _take_in(elsewhere, content)

        assert (status, refused["code"]) == (409, "handover_imported_before")
        assert "已经导入过" in refused["message"]
        assert kept_files(elsewhere) == kept
        assert hashlib.sha256(content).hexdigest() not in kept, "what was in it is kept, it is not"
        client = elsewhere.client_for("xian.supervisor")
        assert len(client.get("/api/v1/batches").json()["items"]) == 1

    @pytest.mark.parametrize(
        "damage",
        [
            lambda content: content[: len(content) // 2],
            lambda content: content[:200] + bytes(60) + content[260:],
            lambda content: b"PK\x03\x04 no zip at all",
            lambda _content: b"",
            lambda _content: b"%PDF-1.4",
        ],
        ids=["cut off", "overwritten", "no zip", "empty", "a pdf"],
    )
    def test_a_damaged_one_is_refused_and_leaves_nothing(
        self, filled: Filled, elsewhere: World, damage: Callable[[bytes], bytes]
    ) -> None:
        """Sticks break, mail programs cut off."""
        status, refused = _take_in(elsewhere, damage(package_of(filled)))

        assert status == 400, refused
        assert refused["message"].endswith("。")
        assert elsewhere.client_for("xian.supervisor").get("/api/v1/batches").json()["items"] == []
        assert kept_files(elsewhere) == set()

    def test_a_changed_value_is_noticed(self, filled: Filled, elsewhere: World) -> None:
        """Somebody opened the zip and put another name into it."""
        forged = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(package_of(filled))) as old, zipfile.ZipFile(forged, "w") as new:
            for name in old.namelist():
                content = old.read(name)
                if name == "rows.jsonl":
                    assert "李小名".encode() in content
                    content = content.replace("李小名".encode(), "李大名".encode(), 1)
                new.writestr(name, content)

        status, refused = _take_in(elsewhere, forged.getvalue())

        assert (status, refused["code"]) == (400, "handover_hash_mismatch")

    @pytest.mark.parametrize(
        ("by", "status", "code"),
        [
            ("baoji.supervisor", 400, "handover_for_another"),
            ("jintai.supervisor", 400, "handover_for_another"),
            ("shaanxi.supervisor", 400, "handover_for_another"),
            ("beilin.supervisor", 400, "handover_for_another"),
            ("xian.verifier", 403, "forbidden"),
            ("xian.auditor", 403, "forbidden"),
            ("xian.administrator", 403, "forbidden"),
        ],
    )
    def test_who_it_is_not_for_takes_nothing_in(
        self, filled: Filled, elsewhere: World, by: str, status: int, code: str
    ) -> None:
        """A stick that went to the wrong city shows it nothing."""
        answered, refused = _take_in(elsewhere, package_of(filled), by=by)

        assert (answered, refused["code"]) == (status, code)
        assert refused["message"].endswith("。")
        assert kept_files(elsewhere) == set()

    def test_where_the_batch_is_already_it_is_not_taken_in(self, filled: Filled) -> None:
        """Both offices work on one installation."""
        status, refused = _take_in(filled.world, package_of(filled))

        assert (status, refused["code"]) == (409, "handover_own_batch")

    def test_an_older_one_and_one_of_an_accepted_batch_are_refused(
        self, filled: Filled, elsewhere: World
    ) -> None:
        """Sticks lie about in drawers."""
        older = package_of(filled)
        filled.world.clock.advance(minutes=5)
        elsewhere.clock.advance(minutes=10)
        _, batch = _take_in(elsewhere, package_of(filled))

        status, refused = _take_in(elsewhere, older)
        assert (status, refused["code"]) == (409, "handover_outdated")

        client = elsewhere.client_for("xian.supervisor")
        client.post(f"/api/v1/batches/{batch['id']}/accept").raise_for_status()
        filled.world.clock.advance(minutes=5)
        status, refused = _take_in(elsewhere, package_of(filled))
        assert (status, refused["code"]) == (409, "batch_state")

    def test_two_who_take_it_in_at_once_make_one_batch(self, filled: Filled, elsewhere: World) -> None:
        """A double click on a slow page."""
        content = package_of(filled)
        clients = [elsewhere.client_for("xian.supervisor") for _ in range(3)]
        with ThreadPoolExecutor(3) as pool:
            answers = list(pool.map(lambda client: client.post("/api/v1/packages", content=content), clients))

        assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
        assert len(clients[0].get("/api/v1/batches").json()["items"]) == 1

    def test_an_installation_on_postgresql_takes_it_in(
        self, filled: Filled, postgres_url: str, tmp_path: Path
    ) -> None:
        """The two need not be of one kind."""
        folder = tmp_path / "on-postgres"
        prepare_world(folder, database_url=postgres_url)
        world = open_world(folder, database_url=postgres_url)

        content = package_of(filled)
        status, batch = _take_in(world, content)
        rows = world.client_for("xian.verifier").get(f"/api/v1/batches/{batch['id']}/rows").json()["items"]
        again, refused = _take_in(world, content)
        world.close()

        assert status == 201
        assert {row["row_number"] for row in rows} == set(filled.ids.passed_rows)
        assert (again, refused["code"]) == (409, "handover_imported_before")

    def test_one_that_comes_back_brings_reasons_and_says_where_from(
        self, filled: Filled, elsewhere: World, prepared: Path, tmp_path: Path
    ) -> None:
        """Down the same way that it went up, on another stick."""
        _, batch = _take_in(elsewhere, package_of(filled))
        supervisor = elsewhere.client_for("xian.supervisor")
        url = f"/api/v1/batches/{batch['id']}"
        row = next(
            one for one in supervisor.get(f"{url}/rows").json()["items"] if one["row_number"] == WRONG_NAME
        )
        elsewhere.clock.advance(minutes=5)
        filled.world.clock.advance(minutes=10)
        body = {"reason": "请补正", "rows": {str(row["id"]): "证书看不清"}}
        supervisor.post(f"{url}/send-back", json=body).raise_for_status()
        back = supervisor.get(f"{url}/package")
        assert back.status_code == 200, back.text

        status, returned = _take_in(filled.world, back.content, by="beilin.supervisor")

        assert (status, returned["id"], returned["state"]) == (201, filled.ids.passed, "sent_back")
        shown = filled.client_for("beilin.verifier").get(f"/api/v1/rows/{filled.ids.passed_rows[WRONG_NAME]}")
        assert shown.json()["state"] == "sent_back"
        assert "证书看不清" in shown.text


class TestSizes:
    """Packages that are too large, too short, or that the disk has no room for."""

    def test_one_that_is_larger_than_allowed_is_refused_before_it_is_read(self, elsewhere: World) -> None:
        """The announced length is enough to refuse; nobody is told to take a package to pieces."""
        status, refused = _take_in(elsewhere, b"PK", **{"Content-Length": str((64 << 30) + 1)})

        assert (status, refused["code"]) == (400, "handover_too_large")
        assert "不附原件" in refused["message"]
        assert kept_files(elsewhere) == set()

    @pytest.mark.parametrize(
        ("content", "length", "status", "code"),
        [
            (b"PK\x03\x04", "100", 400, "upload_truncated"),
            (b"PK\x03\x04" * 30, "100", 400, "upload_too_long"),
            (b"", "0", 400, "upload_size"),
            (b"PK", "many", 422, "invalid_request"),
            (b"PK", str(10**30), 422, "invalid_request"),
        ],
    )
    def test_a_length_that_is_not_its_own_is_refused(
        self, elsewhere: World, content: bytes, length: str, status: int, code: str
    ) -> None:
        """The line broke, or something on the way cut it."""
        answered, refused = _take_in(elsewhere, content, **{"Content-Length": length})

        assert (answered, refused["code"]) == (status, code)
        assert refused["message"].endswith("。")
        assert kept_files(elsewhere) == set()

    def test_one_of_unknown_length_is_refused(self, elsewhere: World) -> None:
        """Nobody knows whether there is room."""
        client = elsewhere.client_for("xian.supervisor")

        assert said(client.post("/api/v1/packages", content=iter([b"PK"]))) == (411, "length_required")
        assert kept_files(elsewhere) == set()

    def test_a_full_disk_refuses_it(
        self, filled: Filled, elsewhere: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Before a byte is taken; the package can be taken in later."""
        content = package_of(filled)
        with monkeypatch.context() as patched:
            patched.setattr(shutil, "disk_usage", lambda _path: _Usage(1 << 40, 1 << 40, 1000))
            status, refused = _take_in(elsewhere, content)

        assert (status, refused["code"]) == (507, "storage_full")
        assert kept_files(elsewhere) == set()
        assert _take_in(elsewhere, content)[0] == 201

    @pytest.mark.parametrize("error", [HandoverWorkspaceError, HandoverNotWritableError])
    def test_a_disk_that_fills_up_meanwhile_is_no_fault_of_the_caller(self, error: Any) -> None:  # noqa: ANN401
        """The same call may work when there is room again."""
        assert status_for(error) == 507

    def test_what_a_crash_left_of_one_is_gone_after_a_day(self, filled: Filled) -> None:
        """Packages may be large; whoever was killed cannot tidy up."""
        services = filled.world.services
        left, fresh = (services.settings.packages_dir / name for name in ("zhenghe-old", "zhenghe-new"))
        for folder in (left, fresh):
            folder.mkdir(parents=True)
            (folder / "package.zip").write_bytes(b"PK")
        yesterday = time.time() - 25 * 3600
        os.utime(left, (yesterday, yesterday))

        tidy_up(services, filled.world.clock())

        assert (left.exists(), fresh.exists()) == (False, True)
