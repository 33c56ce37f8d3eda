"""People at work: upload, live progress, review by keyboard, passing up, sent back, passed again."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.client import Client
from tests.e2e.running import ROOT
from tests.e2e.workplace.conftest import PASSWORD, Place

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("workplace")]

BATCH = sorted((ROOT / "samples" / "batches").iterdir())[0]
BEILIN = 3
"""An office of the demonstration data."""

IN_REVIEW, READY = 2, 3
"""Batches of it."""


def _new_batch(page: Page, name: str) -> None:
    page.get_by_role("button", name="新建批次").first.click()
    page.fill("#batch-name", name)
    page.get_by_role("button", name="建立并上传文件").click()
    page.wait_for_url("**/files")


def _waiting(page: Page) -> int:
    """Return how many rows the queue says are left."""
    found = re.search(r"剩\s*(\d+)", page.locator("main").inner_text())
    return int(found[1]) if found else 0


def test_a_batch_is_uploaded_read_and_reviewed_by_keyboard(place: Place) -> None:
    reporter = place.open("beilin.reporter")
    _new_batch(reporter, "键盘核对试验")
    reporter.set_input_files("input[webkitdirectory]", BATCH)
    check = reporter.get_by_role("button", name="开始核对")
    expect(check).to_be_enabled(timeout=120_000)
    expect(reporter.get_by_text("汇总信息表", exact=False).first).to_be_visible()
    check.click()
    expect(reporter.get_by_text("复核中").first).to_be_visible(timeout=180_000)
    address = reporter.url.removesuffix("/files")

    verifier = place.open("beilin.verifier")
    verifier.goto(f"{address}/review")
    expect(verifier.get_by_role("button", name="表格无误").first).to_be_visible()
    before = _waiting(verifier)
    assert before > 10
    for _ in range(60):
        if _waiting(verifier) <= before - 10:
            break
        # The whole row as submitted, or its one open field where there is but one.
        whole = verifier.get_by_role("button", name="整行表格无误")
        verifier.keyboard.press("Shift+Digit1" if whole.count() else "1")
        verifier.wait_for_timeout(150)
    assert _waiting(verifier) <= before - 10
    verifier.keyboard.press("z")
    verifier.wait_for_timeout(500)

    verifier.goto(f"{address}/glyphs")
    cell = verifier.locator("[data-cell]").first
    cell.focus()
    verifier.keyboard.press("Space")
    expect(cell).to_have_attribute("aria-pressed", "true")


def test_a_folder_is_dropped_with_the_mouse(place: Place) -> None:
    reporter = place.open("beilin.reporter")
    _new_batch(reporter, "拖放试验")
    area = reporter.get_by_text("把整个文件夹、zip 或文件拖到这里").bounding_box()
    assert area is not None
    mouse = reporter.context.new_cdp_session(reporter)
    for step in ("dragEnter", "dragOver", "drop"):
        mouse.send(
            "Input.dispatchDragEvent",
            {
                "type": step,
                "x": area["x"] + 10,
                "y": area["y"] + 10,
                "data": {"items": [], "files": [str(BATCH)], "dragOperationsMask": 1},
            },
        )

    # What the system of a computer leaves in folders is no evidence.
    papers = [path for path in BATCH.rglob("*") if path.is_file() and path.name != "Thumbs.db"]
    expect(reporter.get_by_role("heading", name=f"文件（{len(papers)}）")).to_be_visible(timeout=60_000)
    for path in papers:
        name = path.relative_to(BATCH.parent).as_posix()
        expect(reporter.get_by_role("cell", name=name, exact=True)).to_be_visible()


def test_a_certificate_of_nobody_is_dragged_onto_its_row(place: Place) -> None:
    verifier = place.open("beilin.verifier")
    verifier.goto(f"/batches/{IN_REVIEW}")
    verifier.get_by_role("tab", name="无主证书 1").click()
    row = verifier.get_by_role("row", name=re.compile("没有找到证书"))
    expect(row).to_be_visible()

    verifier.get_by_role("tabpanel").get_by_role("listitem").first.drag_to(row)

    expect(verifier.get_by_text(re.compile("已关联到第 7 行"))).to_be_visible()
    expect(verifier.get_by_role("tab", name="无主证书 0")).to_be_visible(timeout=60_000)
    expect(row).to_have_count(0)


def test_two_verifiers_never_have_the_same_row(place: Place) -> None:
    everybody = [
        place.open("beilin.verifier"),
        place.open("beilin.second", _add_verifier(place, "beilin.second")),
    ]
    for page in everybody:
        page.goto(f"/batches/{IN_REVIEW}/review")
        expect(page.get_by_text(re.compile(r"剩\s*[1-9]\d*\s*行"))).to_be_visible()
    all_rows = _waiting(everybody[0])
    seen: list[list[str]] = [[], []]
    for _ in range(3 * all_rows):
        for page, rows in zip(everybody, seen, strict=True):
            page.locator("main").get_by_text(re.compile("没有|表格无误")).first.wait_for()
            row = page.locator("[data-row]")
            if row.count() == 0:
                continue
            rows.append(str(row.get_attribute("data-row")))
            whole = page.get_by_role("button", name="整行表格无误")
            page.keyboard.press("Shift+Digit1" if whole.count() else "1")
        everybody[0].wait_for_timeout(100)
        if all(page.locator("[data-row]").count() == 0 for page in everybody):
            break

    one, other = (set(rows) for rows in seen)
    assert min(len(one), len(other)) > 1, "both found work"
    assert one & other == set()
    assert len(one | other) == all_rows


def test_a_connection_lost_in_mid_upload_loses_nothing(place: Place, tmp_path: Path) -> None:
    reporter = place.open("beilin.reporter")
    _new_batch(reporter, "断线试验")
    large = tmp_path / "大文件.pdf"
    large.write_bytes(b"%PDF-1.4\n" + bytes(24 << 20))
    reporter.set_input_files("[data-test=files]", large)
    reporter.context.set_offline(True)
    reporter.wait_for_timeout(1500)
    reporter.context.set_offline(False)

    expect(reporter.get_by_text("上传 1/1")).to_be_visible(timeout=60_000)
    # It came whole; that it is no paper is another matter, which the page says.
    expect(reporter.get_by_text("大文件.pdf").first).to_be_visible()


def test_a_sign_in_that_runs_out_in_mid_review_loses_nothing(place: Place) -> None:
    verifier = place.open("beilin.verifier")
    verifier.goto(f"/batches/{IN_REVIEW}/review")
    expect(verifier.get_by_role("button", name="表格无误").first).to_be_visible()
    before = _waiting(verifier)
    verifier.keyboard.press("4")
    reason = verifier.get_by_role("form").locator("input").last
    reason.fill("证书照片看不清，请重新扫描")
    verifier.context.clear_cookies()
    reason.press("Enter")

    expect(verifier.get_by_text("登录已过期")).to_be_visible()
    verifier.fill("#password", PASSWORD)
    verifier.press("#password", "Enter")

    expect(verifier.get_by_text("登录已过期")).to_be_hidden()
    expect(verifier.get_by_text(re.compile(rf"剩\s*{before - 1}\s*行"))).to_be_visible()


def test_passed_up_taken_over_sent_back_and_passed_again(place: Place, tmp_path: Path) -> None:
    verifier, county = place.open("beilin.verifier"), place.open("beilin.supervisor")
    way = f"/batches/{READY}/way"
    verifier.goto(way)
    _settle_number(verifier)
    _sign_letter(verifier, tmp_path / "盖章承诺书.pdf")
    county.goto(way)
    expect(county.get_by_text("各项条件已齐备")).to_be_visible()
    _confirmed(county, "报送")
    expect(county.get_by_text("现在由西安市").first).to_be_visible()

    city = place.open("xian.supervisor")
    city.goto(way)
    _confirmed(city, "接收")
    expect(city.get_by_text("已接收").first).to_be_visible()
    city.get_by_label("按姓名或拼音首字母加行").fill("z")
    city.get_by_role("button", name=re.compile(r"第 \d+ 行")).first.click()
    city.get_by_label("这一行退回的理由").fill("请核对工作单位")
    city.get_by_label("退回的总的理由（有逐行理由时可以不填）").fill("有一行请更正")
    city.get_by_role("button", name="退回", exact=True).click()
    expect(city.get_by_text("已退回").first).to_be_visible()

    county.reload()
    expect(county.get_by_text("有一行请更正")).to_be_visible()
    expect(county.get_by_text("各项条件已齐备")).to_have_count(0)
    _correct_employer(verifier, "西安市碑林区中学")
    verifier.goto(way)
    # A letter vouches for the values as they were: it is signed anew.
    _sign_letter(verifier, tmp_path / "更正后的承诺书.pdf")
    county.reload()
    expect(county.get_by_text("各项条件已齐备")).to_be_visible()
    _confirmed(county, "报送")
    expect(county.get_by_text("现在由西安市").first).to_be_visible()

    city.reload()
    change = city.get_by_role("region", name=re.compile("上次报送以后的变化"))
    expect(change.get_by_text("西安市碑林区中学").first).to_be_visible()
    _confirmed(city, "接收")
    expect(city.get_by_text("已接收").first).to_be_visible()


def _add_verifier(place: Place, username: str) -> str:
    """Give an office one more verifier, who has changed the password; return it."""
    password = "zweite-sitzung-77"
    manager, newcomer = Client(place.running.address), Client(place.running.address)
    manager.sign_in("xian.administrator", PASSWORD)
    account = {"username": username, "display_name": "核对人乙", "office_id": BEILIN, "roles": ["verifier"]}
    first = manager.send("POST", "/users", wanted=201, json=account).json()["one_time_password"]
    newcomer.sign_in(username, first)
    newcomer.send("POST", "/auth/password", json={"current_password": first, "new_password": password})
    manager.close()
    newcomer.close()
    return password


def _correct_employer(verifier: Page, value: str) -> None:
    """Answer a row that was sent back with another value."""
    verifier.goto(f"/batches/{READY}/review")
    verifier.get_by_text("请核对工作单位").wait_for()
    verifier.get_by_role("rowheader", name="工作单位").click()
    verifier.keyboard.press("3")
    form = verifier.get_by_role("form")
    form.locator("input").first.fill(value)
    form.locator("input").last.fill("已查档案")
    form.locator("input").last.press("Enter")
    expect(verifier.locator("[data-row]")).to_have_count(0)


def _settle_number(page: Page) -> None:
    """Say which of two 批准文号 is right, as the demonstration's batch needs it."""
    page.fill("#number-reason", "已查看批准文件首页")
    page.locator("#number").get_by_role("button", name="确认").click()
    expect(page.locator("#number")).to_have_count(0)


def _sign_letter(page: Page, path: Path) -> None:
    """Download the letter, upload it again, and confirm by eye what a machine does not see on it."""
    letter = page.locator("#letter")
    page.fill("#handler", "王芳")
    page.fill("#mobile", "13800000000")
    with page.expect_download() as downloading:
        letter.get_by_role("button", name="下载 PDF").click()
    downloading.value.save_as(path)
    letter.get_by_label("上传盖章扫描件").last.set_input_files(path)
    mine = letter.locator("li", has_text=path.name)
    mine.get_by_role("button", name="看图确认").click(timeout=120_000)
    page.get_by_role("dialog").get_by_role("textbox").fill("印章清晰可见")
    page.get_by_role("dialog").get_by_role("button", name="确定").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def _confirmed(page: Page, deed: str) -> None:
    """Press a button that asks once, and say yes."""
    page.locator("main").get_by_role("button", name=deed, exact=True).first.click()
    page.get_by_role("dialog").get_by_role("button", name=deed, exact=True).click()
