"""Bad input, and bad luck: each is answered with a status, a code and a sentence that says what to do.

One test for each kind that may happen, at the calls where it happens most; in all of them what was there
before is still there. What a file turns out to be is told by the worker that opens it (``test_reading``).
"""

import base64
import errno
import hashlib
import os
import shutil
import sqlite3
from collections import namedtuple
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pyotp
import pytest
from fastapi.testclient import TestClient

from api.dependencies import COOKIE, CSRF_HEADER
from tests.filled import WRONG_NAME, Filled, jpeg, metadata, said
from tests.service import PASSWORD

_Usage = namedtuple("_Usage", "total used free")
_PART = "application/offset+octet-stream"
_SHEET_RIGHT = {"decisions": [{"action": "sheet_right"}]}
_KEPT = ("documents", "uploads", "decisions", "notes", "batches", "workflow_status")
"""Tables that a refused call leaves as they are."""

Told = tuple[int, str, str]

_SIZE = "文件大小必须在 1 字节到 512 MiB 之间。空文件不能上传；更大的文件请拆分。"
_NO_ROOM = "服务器磁盘空间不足，文件没有收下。请管理员清理磁盘，之后再继续上传。"
_CHECKSUM = "收到的内容与校验值不符，已丢弃。可能是传输中出错，请重新上传这一部分。"
_BUSY = "数据库正忙，本次操作没有执行。请稍候几秒后重试；如果反复出现，请联系系统维护人员。"
_LEASE = "您领取这一行的时间已过，内容没有保存。请重新领取，核对最新内容后再决定。"
_STALE = "这项内容刚才已被别人修改，您的修改没有保存。请查看最新内容后再决定是否修改。"


@pytest.fixture
def reporter(filled: Filled) -> TestClient:
    """Somebody who uploads."""
    return filled.client_for("beilin.reporter")


@pytest.fixture
def verifier(filled: Filled) -> TestClient:
    """Somebody who decides."""
    return filled.client_for("beilin.verifier")


def told(answer: Any) -> Told:  # noqa: ANN401 - an answer of the client
    """Return status, code and sentence of an error."""
    return (*said(answer), answer.json()["message"])


@contextmanager
def unchanged(filled: Filled) -> Iterator[None]:
    """See that nothing in the database changes but the log, and that no file is left half-way."""
    parts = filled.world.services.settings.data_dir / "uploads"

    def now() -> list[Any]:
        return [filled.stored(table) for table in _KEPT] + [sorted(path.name for path in parts.iterdir())]

    before = now()
    yield
    assert now() == before


def _row(filled: Filled) -> str:
    return f"/api/v1/rows/{filled.ids.rows[WRONG_NAME]}"


def _post(client: TestClient, filled: Filled, content: Any, **headers: str) -> Any:  # noqa: ANN401
    url = f"/api/v1/batches/{filled.ids.draft}/documents"
    return client.post(url, params={"name": "证书/1.jpg"}, content=content, headers=headers)


def _announce(client: TestClient, filled: Filled, size: int) -> Any:  # noqa: ANN401
    return client.post(
        f"/api/v1/batches/{filled.ids.draft}/uploads",
        headers={"Upload-Length": str(size), "Upload-Metadata": metadata("证书/1.jpg")},
    )


def _send(client: TestClient, filled: Filled, content: bytes, **headers: str) -> Any:  # noqa: ANN401
    more = {"Upload-Offset": "40", "Content-Type": _PART, **headers}
    return client.patch(f"/api/v1/uploads/{filled.ids.upload}", content=content, headers=more)


def test_wrong_type(filled: Filled, reporter: TestClient, verifier: TestClient) -> None:
    """A form around the file, a part of another type, JSON of another shape, a word for a number."""
    with unchanged(filled):
        form = reporter.post(
            f"/api/v1/batches/{filled.ids.draft}/documents?name=1.jpg", files={"file": ("1.jpg", jpeg())}
        )
        part = _send(reporter, filled, b"x", **{"Content-Type": "image/jpeg"})
        shape = verifier.post(f"{_row(filled)}/decisions", json={"decisions": "all"})
        word = verifier.get("/api/v1/rows/甲")

    assert told(form) == (
        400,
        "upload_in_a_form",
        "文件放在表单（multipart/form-data）里提交，没有保存。请把文件内容直接作为请求正文提交，"
        "Content-Type 用 application/octet-stream。",
    )
    assert told(part) == (
        415,
        "unsupported_media_type",
        "内容类型不对，这一部分没有收下。请以 Content-Type: application/offset+octet-stream 提交。",
    )
    wrong = "提交的内容有误：{} 格式不正确。请改正后重试。"
    assert told(shape) == (422, "invalid_request", wrong.format("decisions"))
    assert told(word) == (422, "invalid_request", wrong.format("row_id"))


def test_empty(filled: Filled, reporter: TestClient, verifier: TestClient) -> None:
    """No bytes, no length, no body, no decision."""
    with unchanged(filled):
        whole = _post(reporter, filled, b"")
        announced = _announce(reporter, filled, 0)
        body = verifier.post(f"{_row(filled)}/decisions", content=b"")
        none = verifier.post(f"{_row(filled)}/decisions", json={"decisions": []})

    wrong = "提交的内容有误：{}。请改正后重试。"
    assert told(whole) == (400, "upload_size", _SIZE)
    assert told(announced) == (422, "invalid_request", wrong.format("upload-length 太小"))
    assert told(body) == (422, "invalid_request", wrong.format("body 不能为空"))
    assert told(none) == (422, "invalid_request", wrong.format("decisions 太少"))


def test_huge(filled: Filled, reporter: TestClient, verifier: TestClient) -> None:
    """Refused by what is announced, before it comes."""
    with unchanged(filled):
        whole = _post(reporter, filled, b"x", **{"Content-Length": str(1 << 40)})
        announced = _announce(reporter, filled, 1 << 40)
        body = verifier.post(f"{_row(filled)}/notes", json={"text": "长" * (1 << 20)})
        text = verifier.post(f"{_row(filled)}/notes", json={"text": "长" * 100_000})

    assert told(whole) == told(announced) == (400, "upload_size", _SIZE)
    assert told(body) == (413, "too_large", "提交的内容过大。请减小后重试；文件请使用分段上传。")
    assert told(text) == (422, "invalid_request", "提交的内容有误：填写的文字太长。请改正后重试。")


def test_truncated_upload(filled: Filled, reporter: TestClient) -> None:
    """Whole, it is dropped; in parts, what came stays and the rest follows."""
    with unchanged(filled):
        whole = _post(reporter, filled, bytes(10), **{"Content-Length": "100"})
    broken = _send(reporter, filled, bytes(20), **{"Content-Length": "60"})
    elsewhere = _send(reporter, filled, bytes(20))

    assert told(whole) == (
        400,
        "upload_truncated",
        "上传不完整：应收 100 字节，只收到 10 字节，文件没有保存。请重新上传，或改用可续传的分段上传。",
    )
    assert (broken.status_code, broken.headers["upload-offset"]) == (204, "60")
    assert told(elsewhere) == (
        409,
        "upload_offset_mismatch",
        "上传的续传位置不对，服务器已收到 60 字节。请从这一位置继续上传。",
    )


def test_checksum_mismatch(filled: Filled, reporter: TestClient) -> None:
    """Of a whole file, and of a part."""
    digest = base64.b64encode(hashlib.sha256(b"other").digest()).decode()
    with unchanged(filled):
        whole = reporter.post(
            f"/api/v1/batches/{filled.ids.draft}/documents",
            params={"name": "证书/1.jpg", "sha256": "0" * 64},
            content=jpeg(),
        )
        part = _send(reporter, filled, b"scan", **{"Upload-Checksum": f"sha256 {digest}"})

    assert told(whole) == (400, "checksum_mismatch", _CHECKSUM)
    assert told(part) == (460, "checksum_mismatch", _CHECKSUM)
    offset = reporter.head(f"/api/v1/uploads/{filled.ids.upload}").headers["upload-offset"]
    assert offset == "40"


def test_disk_full_before(filled: Filled, reporter: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no room for what is announced."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: _Usage(1 << 40, 1 << 40, 1000))
    with unchanged(filled):
        answers = _post(reporter, filled, jpeg()), _announce(reporter, filled, 100)

    assert [told(answer) for answer in answers] == [(507, "storage_full", _NO_ROOM)] * 2


def test_disk_full_meanwhile(filled: Filled, reporter: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others filled it while the bytes came; later the upload goes on where it stood."""
    write = os.write

    def refuse(descriptor: int, data: Any) -> int:  # noqa: ANN401 - as the system takes it
        if bytes(data[:5]) == b"%SCAN":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, data)

    content = b"%SCAN" + bytes(55)
    with unchanged(filled), monkeypatch.context() as patched:
        patched.setattr(os, "write", refuse)
        answers = _post(reporter, filled, content), _send(reporter, filled, content)

    assert [told(answer) for answer in answers] == [(507, "storage_full", _NO_ROOM)] * 2
    assert "zhenghe-document" in _send(reporter, filled, content).headers


def test_disk_full_under_the_database(filled: Filled, verifier: TestClient) -> None:
    """A decision that cannot be written down is none."""
    engine = filled.world.services.database.engine
    url = f"{_row(filled)}/notes"
    with unchanged(filled):
        engine.dispose()
        with engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        refused = verifier.post(url, json={"text": "长" * 1900})
        engine.dispose()

    assert told(refused) == (
        507,
        "database_full",
        "服务器磁盘空间不足，本次操作没有保存。请管理员清理磁盘，之后再重试。",
    )
    assert verifier.post(url, json={"text": "长" * 1900}).status_code == 201


def test_database_locked(filled: Filled, reporter: TestClient, verifier: TestClient) -> None:
    """Another process holds it for longer than anybody waits; reading goes on."""
    services = filled.world.services
    with unchanged(filled):
        # One connection that does not wait: the calls find it in the pool.
        services.database.engine.dispose()
        with services.database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout = 0")
        holder = sqlite3.connect(services.settings.data_dir / "zhenghe.sqlite", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        answers = [
            verifier.post(f"{_row(filled)}/decisions", json=_SHEET_RIGHT),
            _post(reporter, filled, jpeg()),
            _announce(reporter, filled, 100),
        ]
        seen = verifier.get(f"/api/v1/batches/{filled.ids.batch}/progress")
        holder.close()

    assert [told(answer) for answer in answers] == [(503, "database_busy", _BUSY)] * 3
    assert seen.status_code == 200


def test_clock_moved_back(filled: Filled, verifier: TestClient) -> None:
    """A lease of a future that never came is none; the sign-in stays; the row can be decided."""
    (taken,) = verifier.post("/api/v1/review/take", json={"batch_id": filled.ids.batch}).json()
    url = f"/api/v1/rows/{taken['id']}/decisions"
    filled.world.clock.advance(days=-30)

    with unchanged(filled):
        refused = verifier.post(url, json={**_SHEET_RIGHT, "lease": taken["lease"]["token"]})

    assert told(refused) == (409, "lease_expired", _LEASE)
    assert verifier.post(url, json=_SHEET_RIGHT).status_code == 201
    expires = {"name": "同步", "scopes": ["view"], "expires_at": "2026-03-02T08:00:00Z"}
    assert verifier.post("/api/v1/tokens", json=expires).status_code == 201
    proof = filled.client_for("beilin.auditor").get("/api/v1/audit/proof").json()
    assert proof["is_whole"], proof


def test_expired_lease(filled: Filled, verifier: TestClient) -> None:
    """Somebody came back from lunch."""
    (taken,) = verifier.post("/api/v1/review/take", json={"batch_id": filled.ids.batch}).json()
    url, lease = f"/api/v1/rows/{taken['id']}", {"lease": taken["lease"]["token"]}
    filled.world.clock.advance(minutes=15, seconds=1)

    with unchanged(filled):
        answers = (
            verifier.post(f"{url}/decisions", json={**_SHEET_RIGHT, **lease}),
            verifier.post(f"{url}/lease", json=lease),
        )

    assert [told(answer) for answer in answers] == [(409, "lease_expired", _LEASE)] * 2
    assert answers[0].json()["row_id"] == taken["id"]


def test_double_click(filled: Filled, verifier: TestClient) -> None:
    """Both clicks at once: with a key they are one; without, the first's work is found done."""
    one, other = (f"/api/v1/rows/{row_id}" for row_id in list(filled.ids.rows.values())[1:3])
    seen = verifier.get(other).headers["etag"]
    with ThreadPoolExecutor(4) as pool:

        def click(url: str, name: str, value: str) -> list[Any]:
            return list(
                pool.map(
                    lambda _: verifier.post(f"{url}/decisions", json=_SHEET_RIGHT, headers={name: value}),
                    range(4),
                )
            )

        with_key = click(one, "Idempotency-Key", "5b1f0b62-9f6e-4a3c")
        with_version = click(other, "If-Match", seen)

    assert [answer.status_code for answer in with_key] == [201] * 4
    assert len(verifier.get(one).json()["decisions"]) == 1
    assert [answer.status_code for answer in with_version] == [201] * 4
    assert len(verifier.get(other).json()["decisions"]) == 1

    supervisor = filled.client_for("xian.supervisor")
    accept = f"/api/v1/batches/{filled.ids.passed}/accept"
    assert supervisor.post(accept).status_code == 200
    assert told(supervisor.post(accept)) == (
        409,
        "batch_state",
        "批次“碑林区2016年第2批”处于“已接收”状态，不能接收。请刷新后查看当前状态。",
    )


def test_stale_page(filled: Filled, verifier: TestClient) -> None:
    """A row, a batch and a bulk decision that were looked at before somebody else changed them."""
    row, batch = _row(filled), f"/api/v1/batches/{filled.ids.batch}"
    seen_row, seen_batch = (verifier.get(url).headers["etag"] for url in (row, batch))
    pattern = verifier.get(f"{batch}/patterns").json()[0]
    verifier.post(f"{row}/decisions", json=_SHEET_RIGHT).raise_for_status()
    verifier.patch(batch, json={"name": "改名"}, headers={"If-Match": seen_batch}).raise_for_status()

    with unchanged(filled):
        other = {"decisions": [{"action": "paper_right"}]}
        decided = verifier.post(f"{row}/decisions", json=other, headers={"If-Match": seen_row})
        renamed = verifier.patch(batch, json={"name": "又改"}, headers={"If-Match": seen_batch})
        bulk = verifier.post(
            f"{batch}/bulk",
            json={"pattern": pattern["pattern"], "action": "sheet_right", "expected": pattern["count"]},
        )

    assert told(decided) == told(renamed) == (409, "stale_version", _STALE)
    assert decided.json()["current"]["state"] == "decided"
    assert renamed.json()["current"]["name"] == "改名"
    assert (said(bulk), bulk.json()["count"]) == ((409, "pattern_changed"), 1)


def test_foreign_offices_id(filled: Filled) -> None:
    """Answered word for word as a number that nobody has."""
    foreign, manager = (filled.client_for(f"jintai.{role}") for role in ("verifier", "administrator"))
    ids, world = filled.ids, filled.world
    back = "请返回{}重新选择。"
    expected = {
        f"batches/{ids.batch}": (
            "batch_not_found",
            f"没有编号为 {ids.batch} 的批次，或者它不属于您的单位。" + back.format("批次列表"),
        ),
        f"rows/{ids.rows[WRONG_NAME]}": (
            "row_not_found",
            f"没有编号为 {ids.rows[WRONG_NAME]} 的行，或者它不属于您的单位。" + back.format("批次"),
        ),
        f"documents/{ids.scan}": (
            "document_not_found",
            f"没有编号为 {ids.scan} 的文件，或者它不属于您的单位。" + back.format("批次"),
        ),
        f"uploads/{ids.upload}": (
            "upload_not_found",
            "没有这个上传任务，可能已过期或已取消。请重新上传文件。",
        ),
        f"users/{world.users['beilin.verifier'].id}": (
            "user_not_found",
            "没有这个账号，或者它不在您的管理范围内。" + back.format("账号列表"),
        ),
        f"offices/{world.offices['beilin'].id}": (
            "office_not_found",
            "没有这个单位，或者它不在您的管理范围内。" + back.format("单位列表"),
        ),
    }
    for path, (code, sentence) in expected.items():
        client = manager if path.startswith(("users", "offices")) else foreign
        kind, _, number = path.partition("/")
        nobodys = "0" * 32 if kind == "uploads" else "999999"

        assert told(client.get(f"/api/v1/{path}")) == (404, code, sentence)
        assert told(client.get(f"/api/v1/{kind}/{nobodys}")) == (
            404,
            code,
            sentence.replace(f" {number} ", f" {nobodys} "),
        )


def test_replayed_token(filled: Filled, verifier: TestClient) -> None:
    """A revoked key, a cookie and a page from before signing out, a lease given back."""
    world = filled.world
    body = {"name": "同步", "scopes": ["view"], "expires_at": "2026-04-01T00:00:00Z"}
    made = verifier.post("/api/v1/tokens", json=body).json()
    program = world.anonymous()
    program.headers["Authorization"] = f"Bearer {made['text']}"
    assert program.get("/api/v1/auth/me").status_code == 200
    verifier.delete(f"/api/v1/tokens/{made['token']['id']}").raise_for_status()

    (taken,) = verifier.post("/api/v1/review/take", json={"batch_id": filled.ids.batch}).json()
    lease = {"lease": taken["lease"]["token"]}
    verifier.post(f"/api/v1/rows/{taken['id']}/release", json=lease).raise_for_status()
    given_back = verifier.post(f"/api/v1/rows/{taken['id']}/decisions", json={**_SHEET_RIGHT, **lease})

    thief = world.anonymous()
    thief.cookies.set(COOKIE, verifier.cookies[COOKIE])
    old_page = verifier.headers[CSRF_HEADER]
    verifier.post("/api/v1/auth/sign-out").raise_for_status()
    again = world.client_for("beilin.verifier")
    again.headers[CSRF_HEADER] = old_page

    revoked = "程序令牌无效、已过期或已被撤销。请在账号页面新建一个令牌。"
    signed_out = "您还没有登录，或者登录已经失效。请登录后重试。"
    outdated = "页面已失效，本次操作没有执行。请刷新页面后重试。"
    with unchanged(filled):
        assert told(program.get("/api/v1/auth/me")) == (401, "token_refused", revoked)
        assert told(thief.get("/api/v1/auth/me")) == (401, "unauthenticated", signed_out)
        assert told(again.post(f"{_row(filled)}/decisions", json=_SHEET_RIGHT)) == (
            403,
            "csrf_refused",
            outdated,
        )
    assert told(given_back) == (409, "lease_expired", _LEASE)


def test_replayed_code(filled: Filled) -> None:
    """A second factor that was read over somebody's shoulder."""
    world = filled.world
    owner = world.client_for("beilin.supervisor")
    begun = owner.post("/api/v1/auth/totp/enrolment", json={"password": PASSWORD}).json()
    code = pyotp.TOTP(begun["secret"]).at(world.clock.now)
    owner.post("/api/v1/auth/totp/confirmation", json={"code": code}).raise_for_status()

    thief = world.anonymous()
    known = {"username": "beilin.supervisor", "password": PASSWORD}
    half_way = thief.post("/api/v1/auth/sign-in", json=known).json()
    thief.headers[CSRF_HEADER] = half_way["csrf_token"]

    assert told(thief.post("/api/v1/auth/totp", json={"code": code})) == (
        401,
        "totp_refused",
        "动态验证码不正确或已经用过。请等待验证器显示下一个验证码后重试。",
    )
