"""The corrected sheet and the hand-over package as files that people download, carry and take in."""

import hashlib
import io
import json
import os
import shutil
import time
import zipfile
from collections import namedtuple
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openpyxl
import pymupdf
import pytest
import xlsxwriter

from api.errors import status_for
from bootstrap.housekeeping import tidy_up
from domain.fields import Field
from domain.way import BatchState
from review.handover import HandoverNotWritableError, HandoverWorkspaceError
from tests.filled import ID_NUMBERS, NO_PAPER, PHONE, SAME_WRONG_NAME, WRONG_NAME, Filled, said
from tests.service import World, open_world, prepare_world

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_Usage = namedtuple("_Usage", "total used free")


@pytest.fixture
def elsewhere(prepared: Path, tmp_path: Path) -> Iterator[World]:
    """Return a service with the same offices that shares nothing with the first: no batch, no file."""
    folder = tmp_path / "elsewhere"
    shutil.copytree(prepared, folder)
    world = open_world(folder)
    yield world
    world.close()


def _package(filled: Filled, **query: bool) -> bytes:
    client = filled.client_for("beilin.supervisor")
    answer = client.get(f"/api/v1/batches/{filled.ids.passed}/package", params=query)
    assert answer.status_code == 200, answer.text
    return answer.content


def _take_in(
    world: World, content: bytes, by: str = "xian.supervisor", **headers: str
) -> tuple[int, dict[str, Any]]:
    answer = world.client_for(by).post(
        "/api/v1/packages", content=content, headers={"Content-Type": "application/zip", **headers}
    )
    return answer.status_code, answer.json()


def _name(answer: Any) -> str:  # noqa: ANN401 - an answer of the client
    """Return the name that a browser saves an answer under."""
    disposition: str = answer.headers["content-disposition"]
    assert disposition.isascii()
    return unquote(disposition.rpartition("filename*=UTF-8''")[2])


def _lines(archive: zipfile.ZipFile, name: str) -> list[Any]:
    return [json.loads(line) for line in archive.read(name).decode().splitlines()]


def _kept(world: World) -> set[str]:
    """Return the hashes of all originals and cuts in the store; nothing may be half-way into it."""
    data = world.services.settings.data_dir
    assert list((data / "uploads").iterdir()) == []
    packages = world.services.settings.packages_dir
    assert not packages.exists() or list(packages.iterdir()) == []
    return {path.name for path in (data / "files").glob("??/*")}


def _cells(content: bytes) -> list[str]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [str(cell.value) for sheet in book for row in sheet for cell in row if cell.value is not None]


class TestSheet:
    """The corrected Annex 2."""

    def test_it_is_the_official_layout_with_the_corrections(self, filled: Filled) -> None:
        """A name corrected to the paper stands there as the paper has it."""
        row = f"/api/v1/rows/{filled.ids.rows[WRONG_NAME]}/decisions"
        body = {"decisions": [{"action": "paper_right", "field": "name"}]}
        filled.client_for("beilin.verifier").post(row, json=body).raise_for_status()

        answer = filled.client_for("beilin.supervisor").get(f"/api/v1/batches/{filled.ids.batch}/annex2")

        assert (answer.status_code, answer.headers["content-type"]) == (200, XLSX)
        assert f'filename="annex2-{filled.ids.batch}.xlsx"' in answer.headers["content-disposition"]
        assert _name(answer) == "附件2 碑林区2016年第1批.xlsx"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        cells = _cells(answer.content)
        assert any("汇总" in text for text in cells)
        assert any("批准文号" in text for text in cells)
        # Two rows had the same slip; one was corrected.
        assert cells.count("李晓明") == 1
        assert cells.count("李小名") == 1

    def test_numbers_are_hidden_unless_asked_for_and_that_is_logged(self, filled: Filled) -> None:
        """Whoever prints the sheet for the wall prints no ID numbers."""
        client = filled.client_for("beilin.supervisor")
        url = f"/api/v1/batches/{filled.ids.batch}/annex2"

        hidden, full = client.get(url).content, client.get(url, params={"in_full": True}).content

        assert not [text for text in _cells(hidden) if text in (*ID_NUMBERS, PHONE)]
        assert [text for text in _cells(full) if text in ID_NUMBERS]
        assert [line["in_full"] for line in filled.log("sheet.exported")] == [False, True]

    def test_its_name_is_one_that_can_be_saved_and_shows_no_number(self, filled: Filled) -> None:
        """Batches are called whatever people write."""
        client = filled.client_for("beilin.verifier")
        url = f"/api/v1/batches/{filled.ids.batch}"
        name = f'"甲/乙"; {ID_NUMBERS[3]} <%0d>'
        client.patch(url, json={"name": name}).raise_for_status()

        saved = _name(client.get(f"{url}/annex2"))

        assert saved.startswith("附件2 _甲_乙_; 610")
        assert saved.endswith(" _%0d_.xlsx")
        assert ID_NUMBERS[3] not in saved

    def test_a_program_that_was_not_given_numbers_gets_none(self, filled: Filled) -> None:
        """Not even where the one who made its key may see them."""
        body = {"name": "同步", "scopes": ["view", "export"], "expires_at": "2026-04-01T00:00:00Z"}
        made = filled.client_for("beilin.supervisor").post("/api/v1/tokens", json=body).json()
        program = filled.world.anonymous()
        program.headers["Authorization"] = f"Bearer {made['text']}"
        url = f"/api/v1/batches/{filled.ids.batch}/annex2"

        assert program.get(url).status_code == 200
        assert said(program.get(url, params={"in_full": True})) == (403, "forbidden")
        assert [line["in_full"] for line in filled.log("sheet.exported")] == [False]

    def test_others_work_on_while_it_is_written(
        self, filled: Filled, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Twenty thousand rows take seconds; nobody waits for them."""
        verifier = filled.client_for("beilin.verifier")
        row = f"/api/v1/rows/{filled.ids.rows[WRONG_NAME]}/decisions"
        close, statuses = xlsxwriter.Workbook.close, []

        def decide_and_close(book: xlsxwriter.Workbook) -> None:
            body = {"decisions": [{"action": "sheet_right"}]}
            statuses.append(verifier.post(row, json=body).status_code)
            close(book)

        monkeypatch.setattr(xlsxwriter.Workbook, "close", decide_and_close)
        answer = filled.client_for("beilin.supervisor").get(f"/api/v1/batches/{filled.ids.batch}/annex2")

        assert (answer.status_code, statuses) == (200, [201])

    def test_a_batch_without_rows_has_none(self, filled: Filled) -> None:
        """A draft was never checked."""
        refused = filled.client_for("beilin.supervisor").get(f"/api/v1/batches/{filled.ids.draft}/annex2")

        assert said(refused) == (409, "nothing_to_export")


class TestLetter:
    """The commitment letter to be printed, stamped and scanned."""

    @pytest.mark.parametrize(
        ("form", "kind", "start"),
        [
            ("pdf", "application/pdf", b"%PDF"),
            (
                "docx",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                b"PK",
            ),
        ],
    )
    def test_it_comes_in_both_forms(self, filled: Filled, form: str, kind: str, start: bytes) -> None:
        """Offices print the PDF, or put their own head over the Word file."""
        url = f"/api/v1/batches/{filled.ids.batch}/letter.{form}"
        answer = filled.client_for("beilin.verifier").get(url, params={"handler": "王芳"})

        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
        assert answer.content.startswith(start)
        assert _name(answer) == f"承诺书 碑林区2016年第1批.{form}"
        assert "王芳" in _text(answer.content, form)
        assert "beilin人社局" in _text(answer.content, form)


def _text(content: bytes, form: str) -> str:
    if form == "docx":
        return zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    with pymupdf.open(stream=content) as document:
        return "".join(str(page.get_text()) for page in document)


class TestPackage:
    """A batch that was passed on, for an office without a shared network."""

    def test_it_says_what_is_in_it_and_every_hash_is_right(self, filled: Filled) -> None:
        """The manifest of the zip is what its cover's numbers are made of."""
        client = filled.client_for("beilin.supervisor")
        answer = client.get(f"/api/v1/batches/{filled.ids.passed}/package")

        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
        assert answer.headers["content-length"] == str(len(answer.content))
        archive = zipfile.ZipFile(io.BytesIO(answer.content))
        assert archive.testzip() is None
        manifest = json.loads(archive.read("manifest.json"))
        assert manifest["package_id"] == answer.headers["zhenghe-package"]
        assert manifest["contents_id"] == answer.headers["zhenghe-contents"]
        assert {file["path"] for file in manifest["files"]} | {"manifest.json"} == set(archive.namelist())
        for file in manifest["files"]:
            content = archive.read(file["path"])
            assert (len(content), hashlib.sha256(content).hexdigest()) == (file["size"], file["sha256"])
        assert len(filled.log("batch.exported")) == 1
        assert _name(answer) == f"移交包 {manifest['package_id'][:12]} 碑林区2016年第2批.zip"
        assert answer.headers["cache-control"] == "no-store"
        assert list(filled.world.services.settings.packages_dir.iterdir()) == []

    def test_its_sheet_has_the_corrections_and_numbers_in_full(self, filled: Filled) -> None:
        """The receiver compares them with the paper."""
        verifier, supervisor = (filled.client_for(f"beilin.{role}") for role in ("verifier", "supervisor"))
        url = f"/api/v1/batches/{filled.ids.batch}"
        for number, action in ((WRONG_NAME, "paper_right"), (SAME_WRONG_NAME, "sheet_right")):
            decisions = [{"action": action, "field": "name"}]
            row = f"/api/v1/rows/{filled.ids.rows[number]}/decisions"
            verifier.post(row, json={"decisions": decisions}).raise_for_status()
        row = f"/api/v1/rows/{filled.ids.rows[NO_PAPER]}/decisions"
        verifier.post(row, json={"decisions": [{"action": "sheet_right"}]}).raise_for_status()
        filled.sign_letter(filled.ids.batch)
        supervisor.post(f"{url}/pass").raise_for_status()

        answer = supervisor.get(f"{url}/package")
        assert answer.status_code == 200, answer.text
        archive = zipfile.ZipFile(io.BytesIO(answer.content))
        cells = _cells(archive.read("附件2.xlsx"))

        assert (cells.count("李晓明"), cells.count("李小名")) == (1, 1)
        assert sorted(set(cells) & set(ID_NUMBERS)) == sorted(
            {line["values"][Field.ID_NUMBER.value] for line in _lines(archive, "rows.jsonl")}
        )
        assert [line["action"] for line in _lines(archive, "decisions.jsonl")].count("paper_right") == 1

    def test_another_service_takes_it_in_with_rows_decisions_and_files(
        self, filled: Filled, elsewhere: World
    ) -> None:
        """Nothing but the zip goes between the two."""
        status, batch = _take_in(elsewhere, _package(filled))

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
        content = _package(filled, with_originals=False)
        assert len(content) < len(_package(filled))

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
        content = _package(filled)
        assert _take_in(elsewhere, content)[0] == 201

        kept = _kept(elsewhere)
        status, refused = _take_in(elsewhere, content)

        assert (status, refused["code"]) == (409, "handover_imported_before")
        assert "已经导入过" in refused["message"]
        assert _kept(elsewhere) == kept
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
        status, refused = _take_in(elsewhere, damage(_package(filled)))

        assert status == 400, refused
        assert refused["message"].endswith("。")
        assert elsewhere.client_for("xian.supervisor").get("/api/v1/batches").json()["items"] == []
        assert _kept(elsewhere) == set()

    def test_a_changed_value_is_noticed(self, filled: Filled, elsewhere: World) -> None:
        """Somebody opened the zip and put another name into it."""
        forged = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(_package(filled))) as old, zipfile.ZipFile(forged, "w") as new:
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
        answered, refused = _take_in(elsewhere, _package(filled), by=by)

        assert (answered, refused["code"]) == (status, code)
        assert refused["message"].endswith("。")
        assert _kept(elsewhere) == set()

    @pytest.mark.parametrize("which", ["batch", "draft"])
    def test_only_what_was_handed_over_is_packed(self, filled: Filled, which: str) -> None:
        """What is still being worked on stays."""
        url = f"/api/v1/batches/{getattr(filled.ids, which)}/package"
        refused = filled.client_for("beilin.supervisor").get(url)

        assert said(refused) == (409, "batch_state")
        assert "请先报送或退回" in refused.json()["message"]
        assert filled.log("batch.exported") == []

    def test_only_the_office_that_handed_it_over_packs_it(self, filled: Filled) -> None:
        """The receiver has it already, and did not sign for it."""
        url = f"/api/v1/batches/{filled.ids.passed}/package"

        refused = filled.client_for("xian.supervisor").get(url)

        assert said(refused) == (403, "handover_not_sender")
        assert "beilin人社局" in refused.json()["message"]
        assert said(filled.client_for("beilin.auditor").get(url)) == (403, "forbidden")
        assert said(filled.client_for("jintai.supervisor").get(url)) == (404, "batch_not_found")

    def test_where_the_batch_is_already_it_is_not_taken_in(self, filled: Filled) -> None:
        """Both offices work on one installation."""
        status, refused = _take_in(filled.world, _package(filled))

        assert (status, refused["code"]) == (409, "handover_own_batch")

    def test_an_older_one_and_one_of_an_accepted_batch_are_refused(
        self, filled: Filled, elsewhere: World
    ) -> None:
        """Sticks lie about in drawers."""
        older = _package(filled)
        filled.world.clock.advance(minutes=5)
        elsewhere.clock.advance(minutes=10)
        _, batch = _take_in(elsewhere, _package(filled))

        status, refused = _take_in(elsewhere, older)
        assert (status, refused["code"]) == (409, "handover_outdated")

        client = elsewhere.client_for("xian.supervisor")
        client.post(f"/api/v1/batches/{batch['id']}/accept").raise_for_status()
        filled.world.clock.advance(minutes=5)
        status, refused = _take_in(elsewhere, _package(filled))
        assert (status, refused["code"]) == (409, "batch_state")

    def test_two_who_take_it_in_at_once_make_one_batch(self, filled: Filled, elsewhere: World) -> None:
        """A double click on a slow page."""
        content = _package(filled)
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

        content = _package(filled)
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
        _, batch = _take_in(elsewhere, _package(filled))
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
        assert _kept(elsewhere) == set()

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
        assert _kept(elsewhere) == set()

    def test_one_of_unknown_length_is_refused(self, elsewhere: World) -> None:
        """Nobody knows whether there is room."""
        client = elsewhere.client_for("xian.supervisor")

        assert said(client.post("/api/v1/packages", content=iter([b"PK"]))) == (411, "length_required")
        assert _kept(elsewhere) == set()

    def test_a_full_disk_refuses_it(
        self, filled: Filled, elsewhere: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Before a byte is taken; the package can be taken in later."""
        content = _package(filled)
        with monkeypatch.context() as patched:
            patched.setattr(shutil, "disk_usage", lambda _path: _Usage(1 << 40, 1 << 40, 1000))
            status, refused = _take_in(elsewhere, content)

        assert (status, refused["code"]) == (507, "storage_full")
        assert _kept(elsewhere) == set()
        assert _take_in(elsewhere, content)[0] == 201

    @pytest.mark.parametrize("error", [HandoverWorkspaceError, HandoverNotWritableError])
    def test_a_disk_that_fills_up_meanwhile_is_no_fault_of_the_caller(self, error: Any) -> None:  # noqa: ANN401
        """The same call may work when there is room again."""
        assert status_for(error) == 507

    def test_a_damaged_original_is_not_handed_over(self, filled: Filled) -> None:
        """What the next office would get is not what was checked."""
        client = filled.client_for("beilin.supervisor")
        documents = client.get(f"/api/v1/batches/{filled.ids.passed}/documents").json()["items"]
        sha256 = documents[0]["sha256"]
        place = filled.world.services.settings.data_dir / "files" / sha256[:2] / sha256
        place.chmod(0o600)
        place.write_bytes(b"x" * place.stat().st_size)

        refused = client.get(f"/api/v1/batches/{filled.ids.passed}/package")

        assert said(refused) == (500, "stored_file_damaged")
        assert filled.log("batch.exported") == []
        packages = filled.world.services.settings.packages_dir
        assert list(packages.iterdir()) == []

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
