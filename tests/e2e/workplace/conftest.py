"""The workplace in a real browser, against a real service with demonstration data."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from tests.chromium import launch_chromium
from tests.e2e.running import ROOT, Running, run_program, service_environment, wait_for

PASSWORD = "zhenghe-demo-2021"
WEB = ROOT / "web"
_FADED = """() => Promise.all(
  document.getAnimations()
    .filter(one => one.effect.getComputedTiming().iterations !== Infinity)
    .map(one => one.finished.catch(() => null))
).then(() => null)"""
_WIDE: ViewportSize = {"width": 1920, "height": 1080}
_SETTLE_MS = 300
"""Until charts and papers are drawn anew for another size of window."""

_LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@dataclass
class Place:
    """A service and the browsers that are open on it."""

    running: Running
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    """What pages threw or wrote as errors."""

    def open(
        self,
        username: str,
        password: str = PASSWORD,
        *,
        size: tuple[int, int] = (1366, 768),
        dark: bool = False,
    ) -> Page:
        """Sign somebody in, in a browser of their own."""
        context = self.browser.new_context(
            base_url=self.running.address,
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto("/sign-in")
        self.sign_in(page, username, password)
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    def sign_in(self, page: Page, username: str, password: str) -> None:
        """Fill the form of the page that asks who one is."""
        page.fill("#username", username)
        page.fill("#password", password)
        page.press("#password", "Enter")

    def close(self) -> None:
        """Close all browsers and end the service."""
        for context in self.contexts:
            context.close()
        self.running.end()


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with demonstration data, to be copied."""
    assert (WEB / "dist" / "index.html").is_file(), "the pages are not built: run `make web`"
    folder = tmp_path_factory.mktemp("demonstration") / "data"
    environment = service_environment(folder, None)
    made = run_program(["cli", "demo-data", "--data", str(folder)], environment)
    assert made.returncode == 0, made.stdout + made.stderr
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        yield browser
        browser.close()


@pytest.fixture
def place(demonstration: Path, tmp_path: Path, browser: Browser) -> Iterator[Place]:
    """Return a running service on a fresh copy of the demonstration data."""
    data = tmp_path / "data"
    shutil.copytree(demonstration, data)
    place = Place(Running(data, None), browser)
    try:
        place.running.start()
        wait_for(place.running.is_healthy, "the service")
        yield place
        assert place.complaints == []
    finally:
        place.close()


@pytest.fixture
def look(request: pytest.FixtureRequest) -> Callable[[Page, str], list[str]]:
    """Return what tells who cannot use a page and where, and keeps its picture if wanted."""
    folder = request.config.getoption("screens")
    script = (WEB / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")

    def look(page: Page, name: str) -> list[str]:
        page.wait_for_load_state("networkidle")
        # A dialog that is still fading in has other colours.
        page.evaluate(_FADED)
        page.evaluate(script)
        found: list[dict[str, Any]] = page.evaluate(
            "levels => axe.run(document, {runOnly: {type: 'tag', values: levels}}).then(r => r.violations)",
            _LEVELS,
        )
        if folder:
            _keep(page, Path(folder), name)
        return [f"{name}: {one['id']}: {[node['target'] for node in one['nodes']][:3]}" for one in found]

    return look


def _keep(page: Page, folder: Path, name: str) -> None:
    """Keep a picture, and one on a wide screen; colours that nobody tells apart are joined, for size."""
    usual = page.viewport_size
    for size, place in ((usual, folder), (_WIDE, folder / "wide")):
        if size is not None:
            page.set_viewport_size(size)
        page.wait_for_timeout(_SETTLE_MS)
        path = place / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
        picture.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    if usual is not None:
        page.set_viewport_size(usual)
