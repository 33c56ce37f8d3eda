"""Writing a report file so that nobody ever finds half of one."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from domain.errors import InputError


class ReportNotWritableError(InputError):
    """A report cannot be written to its place."""

    code = "report_not_writable"

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self.reason = reason
        super().__init__(
            f"报告 {name} 写不进去（{reason}）。请关闭正在打开它的程序，"
            "检查目录的写权限和剩余空间，然后重新运行。"
        )


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path``; move it there when the block ends well.

    A report of an earlier run stays whole until the new one is complete.

    Raises:
        ReportNotWritableError: The place is read-only, full, or the old report is open elsewhere.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        yield partial
        partial.replace(path)
    except OSError as error:
        raise ReportNotWritableError(path.name, error.strerror or type(error).__name__) from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
