"""Every screen: opens without an error, and can be used by everybody (WCAG 2.2 AA, light and dark)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.workplace.conftest import Place

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("workplace")]

SCREENS = (
    ("beilin.reporter", "/", "概览", "overview"),
    ("xian.supervisor", "/", "下级单位进度", "overview-supervisor"),
    ("beilin.reporter", "/batches/2/files", "汇总信息表有", "files"),
    ("beilin.verifier", "/batches/2", "主要差异", "rows"),
    ("beilin.verifier", "/batches/2/review", "表格无误", "review"),
    ("beilin.verifier", "/batches/2/glyphs", "读作", "glyphs"),
    ("beilin.verifier", "/batches/2/glyphs?field=id_number", "读作", "glyphs-digits"),
    ("beilin.supervisor", "/batches/2/way", "报送条件", "way"),
    ("xian.supervisor", "/batches/4/way", "接收", "received"),
    ("yanta.supervisor", "/quality", "自动通过", "quality"),
    ("shaanxi.administrator", "/offices?office=3", "重置密码", "offices"),
    ("shaanxi.administrator", "/periods", "2018-2019年", "periods"),
    ("shaanxi.administrator", "/settings?office=4", "行自动通过的将改由人核对", "settings"),
    ("beilin.supervisor", "/settings", "这里供查看", "settings-seen"),
    ("beilin.reporter", "/offices", "您的角色不能打开这个页面", "forbidden"),
    ("shaanxi.auditor", "/log?action=row.decided", "表格无误", "log"),
    ("shaanxi.auditor", "/log?actor=nobody", "没有符合条件的日志", "log-empty"),
)
"""Who looks, where, what is there then, and the picture's name."""


def test_everybody_can_use_every_screen(place: Place, look: Callable[[Page, str], list[str]]) -> None:
    shut_out: list[str] = []
    for dark in (False, True):
        pages: dict[str, Page] = {}
        for username, path, text, name in SCREENS:
            page = pages.get(username) or place.open(username, dark=dark)
            pages[username] = page
            page.goto(path)
            expect(page.get_by_text(text).first).to_be_visible()
            shut_out += look(page, f"dark/{name}" if dark else name)

    assert shut_out == []


def test_everybody_can_use_what_opens_over_the_screens(
    place: Place, look: Callable[[Page, str], list[str]]
) -> None:
    shut_out: list[str] = []
    verifier = place.open("beilin.verifier")

    def at(path: str, text: str) -> None:
        verifier.goto(path)
        expect(verifier.get_by_text(text).first).to_be_visible()

    at("/me", "修改密码")
    shut_out += look(verifier, "me")
    at("/batches/2/review?field=name", "打开整行")
    shut_out += look(verifier, "review-names")
    at("/batches/2/review", "表格无误")
    for key, text, name in (
        ("x", "从各半开始", "review-why"),
        ("4", "必填：请报送人补正什么", "review-send-back"),
    ):
        verifier.keyboard.press(key)
        expect(verifier.get_by_text(text).or_(verifier.get_by_placeholder(text)).first).to_be_visible()
        shut_out += look(verifier, name)
    verifier.keyboard.press("Escape")
    verifier.keyboard.press("Shift+Slash")
    expect(verifier.get_by_role("dialog")).to_be_visible()
    shut_out += look(verifier, "review-keys")
    verifier.keyboard.press("Escape")
    verifier.keyboard.press("5")
    expect(verifier.get_by_role("dialog")).to_be_visible()
    shut_out += look(verifier, "review-link")

    at("/batches/2", "无主证书")
    verifier.get_by_role("tab", name="无主证书").click()
    verifier.get_by_role("button", name="关联").first.click()
    expect(verifier.get_by_role("dialog")).to_be_visible()
    shut_out += look(verifier, "rows-link")

    stranger = place.browser.new_context(
        base_url=place.running.address, viewport={"width": 1366, "height": 768}, locale="zh-CN"
    )
    place.contexts.append(stranger)
    door = stranger.new_page()
    door.goto("/sign-in")
    expect(door.locator("#username")).to_be_visible()
    shut_out += look(door, "sign-in")

    assert shut_out == []


def test_an_address_that_is_none_leads_back(place: Place) -> None:
    page = place.open("beilin.verifier")
    page.goto("/nowhere")

    page.get_by_role("link", name="回到概览").click()

    expect(page.get_by_role("heading", name="概览")).to_be_visible()
