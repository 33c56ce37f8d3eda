"""What the benches learn from a run of the command."""

from pathlib import Path

import pytest

from bench.command import CommandFailedError, check_batch, link_or_copy, read_usage


def test_every_process_has_its_own_log_in_the_order_of_its_pages(tmp_path: Path) -> None:
    (tmp_path / "12.jsonl").write_text('{"peak_mib": 5.0}\n{"peak_mib": 7.0}\n', "utf-8")
    (tmp_path / "13.jsonl").write_text('{"peak_mib": 6.0}\n', "utf-8")

    assert read_usage(tmp_path) == (({"peak_mib": 5.0}, {"peak_mib": 7.0}), ({"peak_mib": 6.0},))


def test_a_run_that_read_nothing_has_no_logs(tmp_path: Path) -> None:
    assert read_usage(tmp_path / "missing") == ()


def test_a_batch_that_cannot_be_checked_ends_the_bench(tmp_path: Path) -> None:
    with pytest.raises(CommandFailedError, match="2"):
        check_batch(tmp_path / "missing", tmp_path, model_dir=tmp_path / "no models", workers=1)


def test_a_file_is_put_into_a_folder_under_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"a")
    (tmp_path / "batch").mkdir()

    link_or_copy(tmp_path / "a.jpg", tmp_path / "batch")

    assert (tmp_path / "batch" / "a.jpg").read_bytes() == b"a"
