"""Files in one piece: taken or refused, looked at, removed, read again; their pages as pictures."""

import hashlib
import io
import shutil
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from storage.sessions import Database
from tests.filled import SCAN, Filled, jpeg, said
from tests.service import World

_Usage = namedtuple("_Usage", "total used free")


def _post(client: TestClient, filled: Filled, content: Any, name: str = "证书/1.jpg", **query: Any) -> Any:  # noqa: ANN401
    return client.post(
        f"/api/v1/batches/{filled.ids.draft}/documents", params={"name": name, **query}, content=content
    )


def _nothing_left(world: World) -> bool:
    folder = world.services.settings.data_dir
    return not [path for path in (folder / "uploads").iterdir() if len(path.name) == 32 and path.is_dir()]


@pytest.fixture
def client(filled: Filled) -> TestClient:
    """Somebody who uploads; the upload that is under way is somebody else's."""
    filled.world.services.parts.drop(filled.ids.upload)
    return filled.client_for("beilin.reporter")


def test_an_accepted_file_is_stored_logged_and_has_a_job(filled: Filled, client: TestClient) -> None:
    content = jpeg(7)
    accepted = _post(client, filled, content, sha256=hashlib.sha256(content).hexdigest())

    assert accepted.status_code == 202
    document = accepted.json()
    assert (document["state"], document["size_bytes"], document["is_active"]) == (
        "waiting",
        len(content),
        True,
    )
    assert filled.jobs()[-1] == f"document-{document['id']}-1"
    assert filled.log("document.added")[-1]["sha256"] == document["sha256"]
    with filled.world.services.files.fetch(document["sha256"]) as path:
        assert path.read_bytes() == content
    assert _nothing_left(filled.world)


def test_numbers_in_a_files_name_are_hidden_also_in_sentences(filled: Filled, client: TestClient) -> None:
    name, shown = "证书/张三13812345678.jpg", "证书/张三138****5678.jpg"
    accepted = _post(client, filled, jpeg(9), name)
    listed = client.get(f"/api/v1/batches/{filled.ids.draft}/documents").json()["items"]
    taken = _post(client, filled, jpeg(200), name)

    assert accepted.json()["name"] == shown
    assert shown in {one["name"] for one in listed}
    assert said(taken) == (409, "document_name_taken")
    assert shown in taken.json()["message"]


def test_the_same_file_again_is_the_same_document(filled: Filled, client: TestClient) -> None:
    first, second = (_post(client, filled, jpeg(8)).json() for _ in range(2))

    assert first["id"] == second["id"]
    assert sum(job.startswith(f"document-{first['id']}-") for job in filled.jobs()) == 1


def test_another_file_under_the_same_name_is_refused_unless_it_replaces(
    filled: Filled, client: TestClient
) -> None:
    old = _post(client, filled, jpeg(8)).json()["id"]

    refused = _post(client, filled, jpeg(9))
    assert (said(refused), refused.json()["document_id"]) == ((409, "document_name_taken"), old)
    new = _post(client, filled, jpeg(9), replaces=old)
    assert (new.status_code, new.json()["replaces_id"]) == (202, old)
    assert client.get(f"/api/v1/documents/{old}").json()["is_active"] is False


def test_a_file_in_a_form_is_refused_for_the_form_would_be_stored_with_it(
    filled: Filled, client: TestClient
) -> None:
    url = f"/api/v1/batches/{filled.ids.draft}/documents"

    refused = client.post(url, params={"name": "1.jpg"}, files={"file": ("1.jpg", jpeg())})

    assert said(refused) == (400, "upload_in_a_form")
    assert _nothing_left(filled.world)


def test_content_that_is_no_document_is_accepted_and_judged_later(filled: Filled, client: TestClient) -> None:
    """What a file is, is told by its content, and that is looked at by a worker."""
    assert _post(client, filled, b"MZ\x90\x00", "证书/1.jpg").status_code == 202


def test_an_empty_file_is_refused(filled: Filled, client: TestClient) -> None:
    refused = _post(client, filled, b"")

    assert said(refused) == (400, "upload_size")
    assert "空文件不能上传" in refused.json()["message"]


def test_a_file_that_is_announced_too_large_is_refused_before_it_comes(
    filled: Filled, client: TestClient
) -> None:
    most = filled.world.services.settings.max_file_mib << 20
    refused = client.post(
        f"/api/v1/batches/{filled.ids.draft}/documents?name=a.jpg",
        content=b"x",
        headers={"Content-Length": str(most + 1)},
    )

    assert said(refused) == (400, "upload_size")
    assert "更大的文件请拆分" in refused.json()["message"]
    assert _nothing_left(filled.world)


def test_a_file_of_unknown_size_is_refused(filled: Filled, client: TestClient) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"scan"

    refused = _post(client, filled, pieces())

    assert said(refused) == (411, "length_required")
    assert _nothing_left(filled.world)


def test_more_than_was_announced_is_refused_and_nothing_is_left(filled: Filled, client: TestClient) -> None:
    refused = client.post(
        f"/api/v1/batches/{filled.ids.draft}/documents?name=a.jpg",
        content=bytes(100),
        headers={"Content-Length": "10"},
    )

    assert said(refused) == (400, "upload_too_long")
    assert _nothing_left(filled.world)


def test_a_file_that_breaks_off_is_refused_and_nothing_is_left(filled: Filled, client: TestClient) -> None:
    documents = filled.stored("documents")
    refused = client.post(
        f"/api/v1/batches/{filled.ids.draft}/documents?name=a.jpg",
        content=bytes(10),
        headers={"Content-Length": "100"},
    )

    assert said(refused) == (400, "upload_truncated")
    assert "应收 100 字节，只收到 10 字节" in refused.json()["message"]
    assert filled.stored("documents") == documents
    assert _nothing_left(filled.world)


def test_a_file_that_is_not_what_was_announced_is_refused(filled: Filled, client: TestClient) -> None:
    refused = _post(client, filled, jpeg(7), sha256="0" * 64)

    assert said(refused) == (400, "checksum_mismatch")
    assert _nothing_left(filled.world)


def test_a_full_disk_refuses_before_acceptance(
    filled: Filled, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents, jobs = filled.stored("documents"), filled.jobs()
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: _Usage(1 << 40, 1 << 40, 1000))

    refused = _post(client, filled, jpeg(7))

    assert said(refused) == (507, "storage_full")
    assert "文件没有收下" in refused.json()["message"]
    assert (filled.stored("documents"), filled.jobs()) == (documents, jobs)
    assert _nothing_left(filled.world)


def test_a_locked_database_refuses_and_nothing_is_left(filled: Filled, client: TestClient) -> None:
    services = filled.world.services
    documents, jobs = filled.stored("documents"), filled.jobs()
    busy = Database(services.database.url, busy_timeout_seconds=0.05, clock=filled.world.clock)
    patient = services.database.engine
    with services.database.begin() as session:
        session.connection()
        services.database.engine = busy.engine
        refused = _post(client, filled, jpeg(7))
    services.database.engine = patient
    busy.close()

    assert said(refused) == (503, "database_busy")
    assert "请稍候几秒后重试" in refused.json()["message"]
    assert (filled.stored("documents"), filled.jobs()) == (documents, jobs)
    assert _nothing_left(filled.world)


@pytest.mark.parametrize(
    "name",
    [
        "../a.jpg",
        "甲/../../a.jpg",
        "/etc/passwd",
        "..\\a.jpg",
        "a\0.jpg",
        "a\n.jpg",
        "a\u202e.jpg",
        "  ",
        ".",
    ],
)
def test_names_that_lead_out_or_cannot_be_seen_are_refused(
    filled: Filled, client: TestClient, name: str
) -> None:
    assert said(_post(client, filled, jpeg(7), name)) == (400, "bad_name")
    assert _nothing_left(filled.world)


def test_a_batch_under_way_takes_no_files(filled: Filled, client: TestClient) -> None:
    refused = client.post(f"/api/v1/batches/{filled.ids.passed}/documents?name=a.jpg", content=jpeg())

    assert said(refused) == (403, "batch_elsewhere")


def test_a_cancelled_file_is_read_again_under_a_new_job(filled: Filled, client: TestClient) -> None:
    url = f"/api/v1/documents/{filled.ids.waiting}"
    assert client.post(f"{url}/cancel").json()["state"] == "cancelled"
    assert client.post(f"{url}/cancel").json()["state"] == "cancelled", "a double click"

    again = client.post(f"{url}/retry")

    assert (again.status_code, again.json()["state"], again.json()["attempt"]) == (202, "waiting", 3)
    assert filled.jobs()[-1] == f"document-{filled.ids.waiting}-3"
    assert said(client.post(f"{url}/retry")) == (409, "document_not_retriable")


def test_a_failed_file_says_why_and_can_be_retried(filled: Filled, client: TestClient) -> None:
    url = f"/api/v1/documents/{filled.ids.failed}"
    problem = client.get(url).json()["problem"]

    assert problem == {"code": "broken_pdf", "message": "PDF 文件不完整，打不开。请重新扫描。"}
    assert client.post(f"{url}/retry").json()["problem"] is None


def test_a_removed_file_counts_no_more_and_is_still_there(filled: Filled, client: TestClient) -> None:
    assert client.delete(f"/api/v1/documents/{filled.ids.failed}").status_code == 204

    url = f"/api/v1/batches/{filled.ids.draft}/documents"
    assert [d["id"] for d in client.get(url).json()["items"]] == [filled.ids.waiting]
    kept = client.get(url, params={"with_inactive": True}).json()["items"]
    assert [d["id"] for d in kept] == [filled.ids.waiting, filled.ids.failed]


def test_pages_of_files_are_stable_while_files_are_added(filled: Filled, client: TestClient) -> None:
    url = f"/api/v1/batches/{filled.ids.draft}/documents"
    first = client.get(url, params={"limit": 1}).json()
    _post(client, filled, jpeg(3))
    second = client.get(url, params={"limit": 1, "cursor": first["next_cursor"]}).json()

    assert [first["items"][0]["id"], second["items"][0]["id"]] == [filled.ids.waiting, filled.ids.failed]


def test_the_original_is_given_as_it_came_and_that_is_logged(filled: Filled, client: TestClient) -> None:
    answer = client.get(f"/api/v1/documents/{filled.ids.scan}/content")

    assert (answer.status_code, answer.content) == (200, jpeg())
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert filled.log("document.downloaded") == [{}]


def test_an_original_that_was_damaged_is_not_given(filled: Filled, client: TestClient) -> None:
    sha256 = client.get(f"/api/v1/documents/{filled.ids.scan}").json()["sha256"]
    (place,) = (filled.world.services.settings.data_dir / "files").rglob(sha256)
    place.chmod(0o600)
    place.write_bytes(b"x" * place.stat().st_size)

    answer = client.get(f"/api/v1/documents/{filled.ids.scan}/content")

    assert said(answer) == (500, "stored_file_damaged")


class TestPictures:
    """A page, and a rectangle of it, at any size."""

    def _url(self, filled: Filled, page: int = 1) -> str:
        return f"/api/v1/documents/{filled.ids.scan}/pages/{page}/image"

    def test_a_page_and_a_cut_come_as_wide_as_asked(self, filled: Filled, client: TestClient) -> None:
        whole = client.get(self._url(filled), params={"width": 200})
        cut = client.get(self._url(filled), params={"width": 400, "box": "0.5,0.5,1,1"})

        assert (whole.status_code, whole.headers["content-type"]) == (200, "image/jpeg")
        assert Image.open(io.BytesIO(whole.content)).size == (200, 150)
        assert Image.open(io.BytesIO(cut.content)).size == (400, 300)

    def test_pictures_may_be_kept_by_the_reader_alone_and_are_not_sent_twice(
        self, filled: Filled, client: TestClient
    ) -> None:
        first = client.get(self._url(filled))
        again = client.get(self._url(filled), headers={"If-None-Match": first.headers["etag"]})
        other = client.get(
            self._url(filled), params={"width": 400}, headers={"If-None-Match": first.headers["etag"]}
        )

        assert first.headers["cache-control"] == "private, max-age=31536000, immutable"
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert other.status_code == 200
        assert len(filled.log("page.viewed")) == 3, "a look is a look, also at what the reader has kept"

    def test_a_page_can_be_seen_as_the_reader_sees_it_and_with_more_contrast(
        self, filled: Filled, client: TestClient
    ) -> None:
        shown = {
            variant: client.get(self._url(filled), params={"width": 200, "variant": variant})
            for variant in ("original", "no_seal", "contrast")
        }

        assert [one.status_code for one in shown.values()] == [200, 200, 200]
        assert {Image.open(io.BytesIO(one.content)).size for one in shown.values()} == {(200, 150)}
        assert len({one.headers["etag"] for one in shown.values()}) == 3
        assert said(client.get(self._url(filled), params={"variant": "negative"})) == (422, "invalid_request")

    def test_a_page_that_is_not_there_is_not_found(self, filled: Filled, client: TestClient) -> None:
        assert said(client.get(self._url(filled, 2))) == (404, "page_not_found")

    def test_a_file_that_was_not_read_has_no_pictures(self, filled: Filled, client: TestClient) -> None:
        answer = client.get(f"/api/v1/documents/{filled.ids.waiting}/pages/1/image")

        assert said(answer) == (409, "no_picture")

    @pytest.mark.parametrize(
        "box", ["", "1,2,3", "0,0,0,1", "0.5,0,0.4,1", "0,0,2,1", "nan,0,1,1", "a,b,c,d"]
    )
    def test_a_rectangle_that_is_none_is_refused(self, filled: Filled, client: TestClient, box: str) -> None:
        assert said(client.get(self._url(filled), params={"box": box})) == (400, "bad_box")

    @pytest.mark.parametrize("width", ["0", "49", "3601", "1e3"])
    def test_sizes_have_bounds(self, filled: Filled, client: TestClient, width: str) -> None:
        assert said(client.get(self._url(filled), params={"width": width})) == (422, "invalid_request")


def test_a_scan_named_after_a_number_is_shown_without_it(filled: Filled, client: TestClient) -> None:
    number = Path(SCAN).stem
    name = client.get(f"/api/v1/documents/{filled.ids.scan}").json()["name"]

    assert number not in name
    assert name.startswith(f"证书/{number[:3]}")
