"""Resumable uploads (tus 1.0): announced, sent in parts, gone on with, given up."""

import base64
import hashlib
import shutil
from collections import namedtuple
from typing import Any

import pytest
from fastapi.testclient import TestClient

from bootstrap.housekeeping import tidy_up
from tests.filled import Filled, jpeg, metadata, said

_Usage = namedtuple("_Usage", "total used free")
PART = "application/offset+octet-stream"


@pytest.fixture
def client(filled: Filled) -> TestClient:
    """Somebody who uploads."""
    return filled.client_for("beilin.reporter")


def _announce(client: TestClient, filled: Filled, size: int, name: str = "证书/1.jpg", **more: str) -> Any:  # noqa: ANN401
    return client.post(
        f"/api/v1/batches/{filled.ids.draft}/uploads",
        headers={"Upload-Length": str(size), "Upload-Metadata": metadata(name, **more)},
    )


def _send(client: TestClient, url: str, offset: int, content: bytes, **headers: str) -> Any:  # noqa: ANN401
    more = {"Upload-Offset": str(offset), "Content-Type": PART, "Tus-Resumable": "1.0.0", **headers}
    return client.patch(url, content=content, headers=more)


def _checksum(content: bytes) -> str:
    return "sha256 " + base64.b64encode(hashlib.sha256(content).digest()).decode()


def test_a_file_in_two_parts_becomes_a_document_with_a_job(filled: Filled, client: TestClient) -> None:
    content = jpeg(5)
    announced = _announce(client, filled, len(content), sha256=hashlib.sha256(content).hexdigest())
    url = announced.headers["location"]
    assert (announced.status_code, announced.headers["upload-offset"]) == (201, "0")

    first = _send(client, url, 0, content[:100])
    assert (first.status_code, first.headers["upload-offset"]) == (204, "100")
    second = _send(client, url, 100, content[100:])
    document = second.headers["zhenghe-document"]

    assert second.headers["upload-offset"] == str(len(content))
    assert filled.jobs()[-1] == f"document-{document}-1"
    assert client.get(url).json()["document_id"] == int(document)
    assert client.get(f"/api/v1/documents/{document}/content").content == content


def test_what_arrived_before_the_line_broke_is_kept(filled: Filled, client: TestClient) -> None:
    url = f"/api/v1/uploads/{filled.ids.upload}"
    head = client.head(url)

    assert (head.headers["upload-offset"], head.headers["upload-length"]) == ("40", "100")
    assert head.headers["tus-resumable"] == "1.0.0"
    rest = _send(client, url, 40, bytes(60))
    assert (rest.status_code, rest.headers["upload-offset"]) == (204, "100")


def test_a_part_that_breaks_off_counts_as_far_as_it_came(filled: Filled, client: TestClient) -> None:
    url = _announce(client, filled, 100).headers["location"]
    broken = _send(client, url, 0, bytes(30), **{"Content-Length": "100"})

    assert (broken.status_code, broken.headers["upload-offset"]) == (204, "30")
    assert client.head(url).headers["upload-offset"] == "30"


def test_a_part_at_another_place_is_refused(filled: Filled, client: TestClient) -> None:
    url = f"/api/v1/uploads/{filled.ids.upload}"

    refused = _send(client, url, 10, b"x")
    assert (said(refused), refused.json()["offset"]) == ((409, "upload_offset_mismatch"), 40)
    assert client.head(url).headers["upload-offset"] == "40"


def test_more_than_was_announced_is_refused(filled: Filled, client: TestClient) -> None:
    url = f"/api/v1/uploads/{filled.ids.upload}"

    refused = _send(client, url, 40, bytes(61))
    assert (said(refused), refused.json()["length"]) == ((400, "upload_too_long"), 100)


def test_a_part_that_was_damaged_on_its_way_is_dropped(filled: Filled, client: TestClient) -> None:
    url = f"/api/v1/uploads/{filled.ids.upload}"
    damaged = _send(client, url, 40, b"b" * 10, **{"Upload-Checksum": _checksum(b"a" * 10)})

    assert said(damaged) == (460, "checksum_mismatch")
    assert client.head(url).headers["upload-offset"] == "40"
    again = _send(client, url, 40, b"a" * 10, **{"Upload-Checksum": _checksum(b"a" * 10)})
    assert (again.status_code, again.headers["upload-offset"]) == (204, "50")


def test_a_whole_that_is_not_what_was_announced_becomes_no_document(
    filled: Filled, client: TestClient
) -> None:
    documents = filled.stored("documents")
    url = _announce(client, filled, 4, sha256="0" * 64).headers["location"]

    assert said(_send(client, url, 0, b"scan")) == (460, "checksum_mismatch")
    assert filled.stored("documents") == documents


def test_the_last_part_sent_twice_is_one_document(filled: Filled, client: TestClient) -> None:
    """The answer was lost on its way, and the client asks where it stands."""
    url = _announce(client, filled, 4).headers["location"]
    first = _send(client, url, 0, b"scan")

    assert client.head(url).headers["upload-offset"] == "4"
    again = _send(client, url, 4, b"")
    assert (again.status_code, again.headers.get("zhenghe-document")) == (
        204,
        first.headers["zhenghe-document"],
    )
    assert said(_send(client, url, 0, b"scan")) == (409, "upload_offset_mismatch")


def test_a_file_whose_last_part_came_just_before_a_crash_is_not_lost(
    filled: Filled, client: TestClient
) -> None:
    """Clients that find all bytes there take it for done and never call again."""
    url = _announce(client, filled, 4).headers["location"]
    with filled.world.services.parts.open_append(url.rsplit("/", 1)[1], 0) as writer:
        writer.write(b"scan")

    assert client.head(url).headers["upload-offset"] == "4"
    document = client.get(url).json()["document_id"]
    assert filled.jobs()[-1] == f"document-{document}-1"


def test_a_given_up_upload_is_gone(filled: Filled, client: TestClient) -> None:
    url = f"/api/v1/uploads/{filled.ids.upload}"

    assert client.delete(url).status_code == 204
    assert said(client.get(url)) == (404, "upload_not_found")
    assert client.head(url).status_code == 404
    assert said(_send(client, url, 40, b"x")) == (404, "upload_not_found")


def test_somebody_elses_upload_is_as_one_that_is_not_there(filled: Filled) -> None:
    other = filled.client_for("beilin.verifier")

    assert said(other.get(f"/api/v1/uploads/{filled.ids.upload}")) == (404, "upload_not_found")
    assert said(other.get(f"/api/v1/uploads/{'0' * 32}")) == (404, "upload_not_found")


def test_a_name_that_another_file_has_is_refused_before_any_byte_is_sent(
    filled: Filled, client: TestClient
) -> None:
    content = b"abcd"
    first = _announce(client, filled, 4).headers["location"]
    document = int(_send(client, first, 0, content).headers["zhenghe-document"])

    refused = _announce(client, filled, 5)
    assert (said(refused), refused.json()["document_id"]) == ((409, "document_name_taken"), document)
    assert said(_announce(client, filled, 4, sha256="0" * 64)) == (409, "document_name_taken")

    assert _announce(client, filled, 4).status_code == 201, "it may be the same file"
    same = _announce(client, filled, 4, sha256=hashlib.sha256(content).hexdigest())
    assert same.status_code == 201
    assert _announce(client, filled, 5, replaces=str(document)).status_code == 201


def test_a_file_of_another_batch_cannot_be_replaced(filled: Filled, client: TestClient) -> None:
    theirs = client.post(
        f"/api/v1/batches/{filled.ids.draft}/documents", params={"name": "甲.jpg"}, content=b"abcd"
    ).json()
    other = client.post("/api/v1/batches", json={"name": "另一批"}).json()["id"]
    headers = {"Upload-Length": "4", "Upload-Metadata": metadata("甲.jpg", replaces=str(theirs["id"]))}

    refused = client.post(f"/api/v1/batches/{other}/uploads", headers=headers)

    assert said(refused) == (400, "bad_name")


def test_the_size_is_bounded_when_it_is_announced(filled: Filled, client: TestClient) -> None:
    most = filled.world.services.settings.max_file_mib << 20

    refused = _announce(client, filled, most + 1)
    assert (said(refused), refused.json()["most_bytes"]) == ((400, "upload_size"), most)
    assert said(_announce(client, filled, 0)) == (422, "invalid_request")
    assert said(_announce(client, filled, 2**63)) == (422, "invalid_request")


def test_a_full_disk_refuses_the_announcement(
    filled: Filled, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads = filled.stored("uploads")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: _Usage(1 << 40, 1 << 40, 1000))

    assert said(_announce(client, filled, 100)) == (507, "storage_full")
    assert filled.stored("uploads") == uploads


@pytest.mark.parametrize("name", ["../a.jpg", "/etc/passwd", "a\0.jpg", "a\u202e.jpg"])
def test_names_that_lead_out_or_cannot_be_seen_are_refused(
    filled: Filled, client: TestClient, name: str
) -> None:
    assert said(_announce(client, filled, 4, name)) == (400, "bad_name")


@pytest.mark.parametrize(
    "text",
    ["", "filename ***", "other YQ==", "filename YQ==,replaces eA==", "filename /w=="],
)
def test_an_announcement_that_cannot_be_read_is_refused(
    filled: Filled, client: TestClient, text: str
) -> None:
    refused = client.post(
        f"/api/v1/batches/{filled.ids.draft}/uploads", headers={"Upload-Length": "4", "Upload-Metadata": text}
    )

    assert said(refused) == (400, "bad_upload_metadata")


def test_calls_of_another_protocol_are_told_so(filled: Filled, client: TestClient) -> None:
    url = f"/api/v1/uploads/{filled.ids.upload}"

    assert said(_send(client, url, 40, b"x", **{"Tus-Resumable": "0.2.2"})) == (412, "tus_version")
    wrong_type = _send(client, url, 40, b"x", **{"Content-Type": "text/plain"})
    assert said(wrong_type) == (415, "unsupported_media_type")
    assert said(_send(client, url, 40, b"x", **{"Upload-Checksum": "crc32 eA=="})) == (
        400,
        "bad_upload_checksum",
    )


def test_what_the_protocol_offers_is_told(client: TestClient) -> None:
    offered = client.options("/api/v1/uploads")

    assert (offered.status_code, offered.headers["tus-version"]) == (204, "1.0.0")
    assert "checksum" in offered.headers["tus-extension"]


def test_a_batch_that_takes_files_no_more_takes_no_last_part(filled: Filled, client: TestClient) -> None:
    client.post(f"/api/v1/batches/{filled.ids.draft}/withdraw").raise_for_status()
    documents = filled.stored("documents")

    refused = _send(client, f"/api/v1/uploads/{filled.ids.upload}", 40, bytes(60))

    assert said(refused) == (409, "batch_state")
    assert filled.stored("documents") == documents


def test_an_upload_whose_time_is_over_is_gone_with_its_bytes(filled: Filled, client: TestClient) -> None:
    world = filled.world
    tidy_up(world.services, world.clock())
    assert client.head(f"/api/v1/uploads/{filled.ids.upload}").status_code == 200

    world.clock.advance(days=3, seconds=1)
    tidy_up(world.services, world.clock())

    client = filled.client_for("beilin.reporter")
    expired = _send(client, f"/api/v1/uploads/{filled.ids.upload}", 40, b"x")
    assert said(expired) == (404, "upload_not_found")
    assert not (world.services.settings.data_dir / "uploads" / filled.ids.upload).exists()
