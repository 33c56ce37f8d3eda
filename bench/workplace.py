"""How quick the workplace is in a browser: ``python -m bench.workplace``.

Starts the real API on two batches of its own and works in Debian's Chromium, one person on the same
machine:

- first load: a browser that has never been there opens the sign-in page, signs in, and has the overview;
- review: from a key press to the next item complete with its paper, as the page measures it itself, at an
  even pace; memory of the page before and after;
- scroll: the list of 20,000 rows from top to bottom, the longest time without a new picture on the screen
  and the longest time without rows in it.

Prints each beside its target and writes ``bench/out/workplace.json``.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from bench.corpora import OUT
from bench.review_data import PASSWORD
from bench.review_server import Server, serve
from bench.workplace_data import USERNAME, fill_workplace
from bootstrap.services import open_services, prepare_database
from bootstrap.settings import Settings
from tests.chromium import launch_chromium

_OUT = OUT / "workplace.json"
_LOADS = 5
_WARM_UP = 20
"""Items before memory is first looked at: what the page needs once is there then."""

_TARGETS = {"first load ms": 2000, "first load KB": 700, "key to next ms p99": 100, "scroll still ms": 1000}

_SCROLL = """
async ({seconds}) => {
  const frame = document.querySelector('[role=rowgroup]')
  const whole = frame.scrollHeight - frame.clientHeight
  const began = performance.now()
  let last = began, still = 0, blank = 0, filled = began, frames = 0
  while (last - began < seconds * 1000) {
    frame.scrollTop = whole * (last - began) / (seconds * 1000)
    const now = await new Promise(requestAnimationFrame)
    frames += 1
    still = Math.max(still, now - last)
    last = now
    const box = frame.getBoundingClientRect()
    const middle = document.elementFromPoint(box.left + 90, box.top + box.height / 2)
    if (middle?.closest('[role=row]')) filled = now
    else blank = Math.max(blank, now - filled)
  }
  return {rows: whole / 34, frames, still, blank}
}
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=500, help="rows that are reviewed")
    parser.add_argument("--pace", type=float, default=0.6, help="seconds between key presses")
    parser.add_argument("--rows", type=int, default=20_000, help="of the batch that is scrolled")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=OUT) as scratch:
        folder = Path(scratch)
        services = open_services(Settings(data_dir=folder))
        prepare_database(services)
        # About six in ten rows are left to people.
        review, long = fill_workplace(services, papers=(arguments.items + 100) * 2, rows=arguments.rows)
        services.close()
        with serve(folder, None) as server, sync_playwright() as playwright:
            browser = launch_chromium(playwright)
            report = {
                "first load": _first_loads(browser, server),
                "review": _review(browser, server, review, arguments.items, arguments.pace),
                "scroll": _scroll(browser, server, long),
            }
            browser.close()
    for name, figures in report.items():
        print(f"{name}: {json.dumps(figures)}")
    print(f"targets: {json.dumps(_TARGETS)}")
    _OUT.write_text(json.dumps(report, indent=2), encoding="utf-8")


def _open(browser: Browser, server: Server) -> Page:
    context = browser.new_context(
        base_url=f"http://127.0.0.1:{server.port}", viewport={"width": 1366, "height": 768}, locale="zh-CN"
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    return page


def _sign_in(page: Page) -> None:
    page.goto("/sign-in")
    page.fill("#username", USERNAME)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def _first_loads(browser: Browser, server: Server) -> dict[str, float]:
    """Return what a browser without anything kept needs, the worst of some."""
    forms, overviews, received = [], [], []
    for _ in range(_LOADS):
        page = _open(browser, server)
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        sizes: list[float] = []
        network.on(
            "Network.loadingFinished", lambda event, sizes=sizes: sizes.append(event["encodedDataLength"])
        )
        began = time.monotonic()
        page.goto("/sign-in", wait_until="commit")
        page.wait_for_selector("#username")
        forms.append(time.monotonic() - began)
        page.fill("#username", USERNAME)
        page.fill("#password", PASSWORD)
        began = time.monotonic()
        page.press("#password", "Enter")
        page.get_by_text("有纸件的批次").first.wait_for()
        overviews.append(time.monotonic() - began)
        page.wait_for_load_state("networkidle")
        received.append(sum(sizes))
        page.context.close()
    return {
        "form ms": round(max(forms) * 1000),
        "overview after sign-in ms": round(max(overviews) * 1000),
        "KB compressed, all until the overview": round(max(received) / 1000),
    }


def _review(browser: Browser, server: Server, batch: int, items: int, pace: float) -> dict[str, Any]:
    page = _open(browser, server)
    _sign_in(page)
    memory = page.context.new_cdp_session(page)
    memory.send("Performance.enable")
    page.goto(f"/batches/{batch}/review")
    page.get_by_role("button", name="表格无误").first.wait_for()
    page.wait_for_load_state("networkidle")
    _decide(page, _WARM_UP, pace)
    before = _memory(browser, memory)
    _decide(page, items, pace)
    after = _memory(browser, memory)
    took = _measured(page)[_WARM_UP:]
    page.context.close()
    return {
        "items": len(took),
        "seconds an item": pace,
        "key to next ms median": round(statistics.median(took), 1),
        "key to next ms p99": round(_percentile(took, 99), 1),
        "key to next ms max": round(max(took), 1),
        "MiB before": before,
        "MiB after": after,
    }


def _decide(page: Page, count: int, pace: float) -> None:
    """Say of so many rows that the sheet is right, or send back what has nothing to compare."""
    target = len(_measured(page)) + count
    whole = page.get_by_role("button", name="整行表格无误")
    seen, unmoved = len(_measured(page)), 0
    while seen < target:
        key = "Shift+Digit1" if whole.count() else "1"
        # A row on which nothing can be said to be right is left for later.
        page.keyboard.press("j" if unmoved > 3 else key)
        page.wait_for_timeout(pace * 1000)
        now = len(_measured(page))
        unmoved = 0 if now > seen else unmoved + 1
        assert unmoved < 10, "the queue does not go on"
        seen = now


def _measured(page: Page) -> list[float]:
    found: list[float] = page.evaluate(
        "performance.getEntriesByName('review:next').map(entry => entry.duration)"
    )
    return found


def _memory(browser: Browser, session: CDPSession) -> dict[str, int]:
    """Return what the page's script holds after tidying up, and what its process does."""
    session.send("HeapProfiler.collectGarbage")
    figures = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    whole = browser.new_browser_cdp_session()
    processes = whole.send("SystemInfo.getProcessInfo")["processInfo"]
    whole.detach()
    held = sum(_resident_mib(one["id"]) for one in processes if one["type"] == "renderer")
    return {
        "script": round(figures["JSHeapUsedSize"] / 2**20),
        "process": held,
        "nodes": int(figures["Nodes"]),
    }


def _resident_mib(process_id: int) -> int:
    for line in Path(f"/proc/{process_id}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) // 1024
    return 0


def _scroll(browser: Browser, server: Server, batch: int) -> dict[str, float]:
    page = _open(browser, server)
    _sign_in(page)
    began = time.monotonic()
    page.goto(f"/batches/{batch}")
    page.locator("[role=rowgroup] [role=row]").first.wait_for()
    first = time.monotonic() - began
    page.wait_for_function(
        "() => Number(document.querySelector('[role=table]')?.getAttribute('aria-rowcount')) >= 20000"
        " || !document.querySelector('[aria-busy=true]')"
    )
    page.wait_for_load_state("networkidle")
    all_there = time.monotonic() - began
    found = page.evaluate(_SCROLL, {"seconds": 20})
    page.context.close()
    return {
        "first rows ms": round(first * 1000),
        "all rows ms": round(all_there * 1000),
        "rows scrolled": round(found["rows"]),
        "frames a second": round(found["frames"] / 20, 1),
        "longest without a new frame ms": round(found["still"]),
        "longest without rows ms": round(found["blank"]),
    }


def _percentile(values: Sequence[float], share: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * share // 100)]


if __name__ == "__main__":
    main()
