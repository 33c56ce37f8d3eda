"""The browser that pages are tried in: Debian's Chromium, which asks nobody for news."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

_ARGUMENTS = [
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def launch_chromium(playwright: Playwright) -> Browser:
    """Start it without a window."""
    path = shutil.which("chromium")
    assert path is not None, "Chromium is missing: apt-get install chromium"
    # Chromium's own walls need a user of their own.
    alone = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=path, args=[*_ARGUMENTS, *alone])
