"""Leftovers of processes that were killed."""

import os
import time
from pathlib import Path

from storage.durable import remove_untouched


def test_files_and_folders_that_nobody_has_touched_for_long_are_removed(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"1")
    (tmp_path / "unpacked").mkdir()
    (tmp_path / "unpacked" / "page.jpg").write_bytes(b"2")
    (tmp_path / "new").write_bytes(b"3")
    long_ago = time.time() - 7200
    for name in ("old", "unpacked"):
        os.utime(tmp_path / name, (long_ago, long_ago))

    assert remove_untouched(tmp_path, older_than_seconds=3600) == 2

    assert [path.name for path in tmp_path.iterdir()] == ["new"]
