"""The corrected sheet and the hand-over package as files that people download, carry and take in."""

import io
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from domain.way import BatchState
from tests.filled import ID_NUMBERS, PHONE, WRONG_NAME, Filled, said
from tests.service import World, open_world

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
        assert answer.headers["cache-control"] == "no-store"
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
        assert "attachment" in answer.headers["content-disposition"]


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
        assert {file["path"] for file in manifest["files"]} | {"manifest.json"} == set(archive.namelist())
        assert len(filled.log("batch.exported")) == 1

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

        status, refused = _take_in(elsewhere, content)

        assert status == 409
        assert refused["message"].endswith("。")
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

    @pytest.mark.parametrize("by", ["baoji.supervisor", "jintai.supervisor", "shaanxi.supervisor"])
    def test_an_office_that_it_is_not_for_takes_nothing_in(
        self, filled: Filled, elsewhere: World, by: str
    ) -> None:
        """A stick that went to the wrong city shows it nothing."""
        status, refused = _take_in(elsewhere, _package(filled), by=by)

        assert status in (400, 403, 409), refused
        assert refused["message"].endswith("。")

    @pytest.mark.parametrize("which", ["batch", "draft"])
    def test_only_what_was_handed_over_is_packed(self, filled: Filled, which: str) -> None:
        """What is still being worked on stays."""
        url = f"/api/v1/batches/{getattr(filled.ids, which)}/package"

        assert said(filled.client_for("beilin.supervisor").get(url))[0] == 409

    def test_one_that_is_larger_than_allowed_is_refused_before_it_is_read(self, elsewhere: World) -> None:
        """The announced length is enough to refuse."""
        services = elsewhere.services
        most = services.settings.to_options().limits.max_unpacked_bytes

        status, refused = _take_in(elsewhere, b"PK", **{"Content-Length": str(most + 1)})

        assert status in (400, 413), refused
        assert refused["message"].endswith("。")
