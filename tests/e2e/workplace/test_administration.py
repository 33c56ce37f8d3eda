"""An administrator at work: offices, accounts and passwords, periods, thresholds that are tried, the log."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.client import Client
from tests.e2e.running import wait_for
from tests.e2e.workplace.conftest import PASSWORD, Place

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("workplace")]

BEILIN, YANTA = 3, 4
"""Offices of the demonstration data; the second has passed batches on."""

IN_REVIEW = 2
"""A batch of the first."""


def _sign_in(page: Page, username: str, password: str) -> None:
    page.fill("#username", username)
    page.fill("#password", password)
    page.press("#password", "Enter")


def test_an_office_and_an_account_are_made_used_and_closed(place: Place) -> None:
    page = place.open("xian.administrator")
    page.goto("/offices")
    page.get_by_role("button", name="新建下级单位").click()
    page.fill("#office-name-new", "莲湖区人力资源和社会保障局")
    page.fill("#office-code", "beilin")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    page.fill("#office-code", "610104")
    page.keyboard.press("Enter")
    expect(page.locator("#office-name")).to_have_text("莲湖区人力资源和社会保障局")
    expect(page.get_by_text("这个单位还没有账号。")).to_be_visible()

    page.get_by_role("button", name="新建账号").click()
    page.fill("#account-username", "lianhu.wang")
    page.fill("#account-name", "王芳")
    page.keyboard.press("Enter")
    shown = page.get_by_role("dialog", name="“王芳”的一次性密码")
    password = shown.locator(".password .value").inner_text()
    page.keyboard.press("Escape")
    expect(shown).to_be_visible()
    shown.get_by_role("button", name="已记下，关闭").click()
    expect(page.get_by_text(password)).to_have_count(0)

    newcomer = place.browser.new_context(base_url=place.running.address, locale="zh-CN")
    place.contexts.append(newcomer)
    first = newcomer.new_page()
    first.goto("/sign-in")
    _sign_in(first, "lianhu.wang", password)
    expect(first.get_by_text("请先修改密码").first).to_be_visible()

    page.get_by_role("button", name="王芳的更多操作").click()
    page.get_by_role("menuitem", name="停用账号").click()
    page.get_by_role("button", name="停用账号").click()
    expect(page.get_by_role("cell", name="已停用")).to_be_visible()
    page.get_by_role("button", name="停用单位").click()
    page.get_by_role("dialog").get_by_role("button", name="停用单位").click()
    expect(page.get_by_role("button", name="重新启用", exact=True)).to_be_visible()


def test_the_tree_is_walked_by_keyboard(place: Place) -> None:
    page = place.open("xian.administrator")
    page.goto("/offices")
    expect(page.locator("#office-name")).to_contain_text("西安市")

    page.locator("[role=treeitem]").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.locator("#office-name")).to_contain_text("碑林区")


def test_a_threshold_is_tried_and_set_and_loosening_asks_once(place: Place) -> None:
    page = place.open("shaanxi.administrator")
    page.goto(f"/settings?office={YANTA}")
    figure = page.locator(".preview .figure")
    expect(figure).to_have_text(re.compile(r"^0 / \d+"))

    page.locator("#threshold-clear_probability").fill("0.1")
    page.keyboard.press("Tab")
    expect(figure).not_to_have_text(re.compile(r"^0 / "))
    page.get_by_role("button", name="保存门槛").click()
    expect(page.get_by_text("现在 0.1%，这个单位设定。")).to_be_visible()

    page.locator("#threshold-clear_probability").fill("10")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="保存门槛").click()
    expect(page.get_by_text("从 0.1% 放宽为 10%")).to_be_visible()
    page.get_by_role("button", name="放宽").click()
    expect(page.get_by_text("现在 10%，这个单位设定。")).to_be_visible()


def test_an_office_cannot_loosen_its_own_guards(place: Place) -> None:
    page = place.open("beilin.administrator")
    page.goto("/settings")
    page.get_by_role("button", name="修改“已通过行的抽查比例”").click()
    share = page.get_by_role("spinbutton", name="已通过行的抽查比例")
    share.fill("1")
    page.keyboard.press("Tab")
    expect(share).to_have_value("5")

    expect(page.get_by_text("本单位不能关闭")).to_be_visible()
    expect(page.get_by_role("button", name="修改“报送人不得是核对人”")).to_have_count(0)


def test_a_period_is_made_and_the_notice_is_taken_over_once(place: Place) -> None:
    page = place.open("shaanxi.administrator")
    page.goto("/periods")
    page.get_by_role("button", name="导入2021年通知的时段").click()
    expect(page.get_by_text("没有改动")).to_be_visible()

    page.get_by_role("button", name="新建时段").click()
    page.fill("#period-label", "2020年")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("cell", name="2020年", exact=True)).to_be_visible()


def test_the_log_is_searched_and_proven(place: Place) -> None:
    page = place.open("shaanxi.auditor")
    page.goto("/log")
    page.get_by_role("button", name="验证", exact=True).click()
    expect(page.get_by_text(re.compile(r"操作日志完整：共 \d+ 条"))).to_be_visible()

    page.get_by_placeholder("用户名").fill("beilin.verifier")
    page.keyboard.press("Enter")
    page.wait_for_url("**/log?actor=beilin.verifier")
    expect(page.locator("tbody tr").first).to_contain_text("碑林区人力资源和社会保障局")
    page.get_by_role("button", name="决定", exact=True).first.click()
    page.wait_for_url("**actor=beilin.verifier**")
    expect(page).to_have_url(re.compile("action=row.decided"))
    page.go_back()
    expect(page).not_to_have_url(re.compile("action="))


def test_the_next_check_holds_rows_back_that_do_not_reach_the_bar_and_only_those(place: Place) -> None:
    manager, reporter = Client(place.running.address), Client(place.running.address)
    manager.sign_in("beilin.administrator", PASSWORD)
    reporter.sign_in("beilin.reporter", PASSWORD)
    batch = f"/batches/{IN_REVIEW}"

    def check() -> tuple[dict[int, str], dict[str, float]]:
        reporter.send("POST", f"{batch}/check", wanted=202)
        wait_for(lambda: reporter.send("GET", batch).json()["state"] != "checking", "the check")
        rows = reporter.send("GET", f"{batch}/rows", params={"limit": 1000}).json()["items"]
        clearance = reporter.send("GET", f"{batch}/finding").json()["run"]["versions"]["clearance"]
        return {row["id"]: row["verdict"] for row in rows}, clearance

    before, as_usual = check()
    bar = f"/offices/{BEILIN}/settings/clear_probability"
    manager.send("PUT", bar, json={"value": 0.001})
    foreseen = manager.send("GET", f"/offices/{BEILIN}/threshold-preview").json()
    after, strict = check()

    assert as_usual == {"probability": 0.1, "link_score": 0.9}
    assert strict == {"probability": 0.001, "link_score": 0.9}
    changed = {row_id for row_id, verdict in after.items() if before[row_id] != verdict}
    assert {(before[row_id], after[row_id]) for row_id in changed} == {("clear", "review")}
    assert 0 < len(changed) <= foreseen["held_back"]
    row = reporter.send("GET", f"/rows/{min(changed)}").json()
    manager.close()
    reporter.close()
    assert any("高于本单位自动通过的上限0.1%" in issue["message"] for issue in row["issues"])
