"""From a file's 202 to what is said of it: the real job with real workers, on files that are no evidence."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jobs.check_batch import check_batch
from jobs.options import PipelineOptions
from jobs.pool import WorkerPool
from jobs.process_document import process_document
from jobs.workshop import Workshop
from storage.page_cache import PageCache
from tests.filled import Filled, jpeg
from tests.results import SHEET


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> PipelineOptions:
    """What a service has, but one worker; no file here is read so far that models are needed."""
    folder = tmp_path_factory.mktemp("reading")
    return PipelineOptions(folder / "models", folder / "cache", workers=1)


@pytest.fixture(scope="module")
def pool(options: PipelineOptions) -> Iterator[WorkerPool]:
    """One worker for all files here."""
    with WorkerPool(options) as pool:
        yield pool


@pytest.fixture
def shop(filled: Filled, pool: WorkerPool, options: PipelineOptions, tmp_path: Path) -> Workshop:
    """What jobs on the app's database work with."""
    services = filled.world.services
    return Workshop(
        database=services.database,
        files=services.files,
        pages=PageCache(tmp_path / "pages"),
        pool=pool,
        jobs=services.jobs,
        options=options,
        clock=filled.world.clock,
    )


def _post(filled: Filled, name: str, content: bytes) -> Any:  # noqa: ANN401
    accepted = filled.client_for("beilin.reporter").post(
        f"/api/v1/batches/{filled.ids.draft}/documents", params={"name": name}, content=content
    )
    assert accepted.status_code == 202
    return accepted.json()


def _read(filled: Filled, shop: Workshop, name: str, content: bytes) -> Any:  # noqa: ANN401
    document = _post(filled, name, content)
    process_document(shop, document["id"], document["attempt"])
    process_document(shop, document["id"], document["attempt"])
    return filled.client_for("beilin.reporter").get(f"/api/v1/documents/{document['id']}").json()


def _zip_of(names: list[str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, jpeg() if name.endswith(".jpg") else b"x")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        pytest.param("证书/1.jpg", b"MZ\x90\x00" + bytes(200), "unknown_format", id="program-as-picture"),
        pytest.param("证书/1.pdf", "这不是 PDF。".encode(), "content_mismatch", id="text-as-pdf"),
        pytest.param("证书/1.pdf", b"%PDF-1.7\n1 0 obj", "damaged_pdf", id="cut-off-pdf"),
        pytest.param("证书/1.jpg", jpeg()[:400], "truncated_image", id="cut-off-picture"),
        pytest.param("表.xlsx", b"PK\x03\x04" + bytes(60), "damaged_archive", id="broken-workbook"),
        pytest.param("全部.zip", b"PK\x05\x06" + bytes(18), "empty_archive", id="empty-zip"),
    ],
)
def test_content_that_is_no_document_fails_with_a_code_and_a_sentence(
    filled: Filled, shop: Workshop, name: str, content: bytes, code: str
) -> None:
    read = _read(filled, shop, name, content)

    assert (read["state"], read["problem"]["code"]) == ("failed", code)
    assert read["problem"]["message"].endswith("。")
    assert read["sha256"] not in read["problem"]["message"]
    assert len(filled.log("document.read")) == 1, "run twice, stored once"


def test_a_zip_is_taken_apart_and_every_file_gets_a_job(filled: Filled, shop: Workshop) -> None:
    read = _read(filled, shop, "全部.zip", _zip_of(["证书/甲.jpg", "证书/乙.jpg", "Thumbs.db"]))
    url = f"/api/v1/batches/{filled.ids.draft}/documents"
    items = filled.client_for("beilin.auditor").get(url).json()["items"]
    inner = [item for item in items if item["archive_id"] == read["id"]]

    assert (read["state"], read["holds"]) == ("done", ["archive"])
    assert {item["name"].rsplit("/", 1)[1] for item in inner} == {"甲.jpg", "乙.jpg"}
    assert filled.jobs()[-2:] == [f"document-{item['id']}-1" for item in inner]


def test_a_file_in_a_zip_whose_name_is_taken_is_told_with_what_can_be_done(
    filled: Filled, shop: Workshop
) -> None:
    _post(filled, "甲.jpg", jpeg(3))

    read = _read(filled, shop, "全部.zip", _zip_of(["甲.jpg", "乙.jpg"]))

    (problem,) = read["problems"]
    assert (problem["file"], problem["code"]) == ("甲.jpg", "document_name_taken")
    assert "压缩包里的这个文件没有采用" in problem["message"]


def test_a_zip_that_leads_out_of_the_batch_is_refused(filled: Filled, shop: Workshop) -> None:
    read = _read(filled, shop, "恶意.zip", _zip_of(["../../甲.jpg"]))
    url = f"/api/v1/batches/{filled.ids.draft}/documents"
    items = filled.client_for("beilin.auditor").get(url).json()["items"]

    assert read["state"] in ("failed", "done")
    assert not [item for item in items if item["archive_id"] == read["id"]]
    assert read["problem"] or read["problems"]


def test_a_check_without_the_sheet_leaves_rows_and_decisions_and_says_so(
    filled: Filled, shop: Workshop
) -> None:
    reporter, batch = filled.client_for("beilin.reporter"), f"/api/v1/batches/{filled.ids.batch}"
    rows = reporter.get(f"{batch}/rows").json()["items"]
    (sheet,) = (one for one in reporter.get(f"{batch}/documents").json()["items"] if one["name"] == SHEET)
    assert reporter.delete(f"/api/v1/documents/{sheet['id']}").status_code == 204
    assert reporter.post(f"{batch}/check").status_code == 202
    with filled.store() as store:
        revision = store.batches.get(filled.ids.batch).revision

    check_batch(shop, filled.ids.batch, revision)

    now = reporter.get(batch).json()
    assert (now["state"], now["check_problem"]["code"]) == ("in_review", "sheet_gone")
    assert reporter.get(f"{batch}/rows").json()["items"] == rows
    missing = {one["code"] for one in reporter.get(f"{batch}/gate").json()["missing"]}
    assert "not_checked" in missing
