"""Dialogs of an administrator and of the own account: usable by everybody, begun and left by keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.workplace.conftest import PASSWORD, Place

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("workplace")]

DIALOGS = (
    ("xian.administrator", "/offices", "新建下级单位", "office-name-new"),
    ("xian.administrator", "/offices?office=3", "新建账号", "account-username"),
    ("xian.administrator", "/offices?office=3", "停用单位", ""),
    ("shaanxi.administrator", "/periods", "新建时段", "period-label"),
    ("beilin.verifier", "/me", "启用动态验证码", "factor-password"),
    ("beilin.verifier", "/me", "新建令牌", "key-name"),
)
"""Who opens it, where, by which button, and the field at which it begins."""


def _press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).focus()
    page.keyboard.press("Enter")


def test_everybody_can_use_every_dialog(place: Place, look: Callable[[Page, str], list[str]]) -> None:
    shut_out: list[str] = []
    for dark in (False, True):
        pages: dict[str, Page] = {}
        for username, path, button, field in DIALOGS:
            page = pages.get(username) or place.open(username, dark=dark)
            pages[username] = page
            page.goto(path)
            _press(page, button)
            expect(page.get_by_role("dialog")).to_be_visible()
            if field:
                expect(page.locator(f"#{field}")).to_be_focused()
            shut_out += look(page, f"dialog-{button}{'-dark' if dark else ''}")
            page.keyboard.press("Escape")
            expect(page.locator("#main").get_by_role("button", name=button, exact=True)).to_be_focused()

    assert shut_out == []


def test_a_telephone_is_bound_by_its_qr_code_and_the_focus_goes_along(
    place: Place, look: Callable[[Page, str], list[str]]
) -> None:
    page = place.open("beilin.reporter", dark=True)
    page.goto("/me")
    _press(page, "启用动态验证码")
    expect(page.locator("#factor-password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.locator("#factor-code")).to_be_focused()
    expect(page.get_by_role("img", name="绑定验证器的二维码")).to_be_visible()
    assert look(page, "dialog-qr") == []


def test_nobody_loses_the_focus_with_a_button_that_goes(place: Place) -> None:
    page = place.open("xian.administrator")
    page.goto("/offices?office=3")
    _press(page, "碑林区经办人的更多操作")
    expect(page.get_by_role("menuitem", name="停用账号")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("button", name="停用账号")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("button", name="修改：碑林区经办人")).to_be_focused()
