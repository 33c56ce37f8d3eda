"""Writing a file so that nobody ever finds half of one."""

import contextlib
from collections.abc import Callable, Iterator
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
def replacing(
    path: Path, refusal: Callable[[str, str], InputError] = ReportNotWritableError
) -> Iterator[Path]:
    """Give a temporary path beside ``path``; move it there when the block ends well.

    What an earlier run wrote stays whole until the new file is complete.

    Args:
        path: Where to.
        refusal: Makes the error from the file's name and the reason.

    Raises:
        InputError: As ``refusal`` makes it: the place is read-only, full, or the old file is open elsewhere.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        yield partial
        partial.replace(path)
    except OSError as error:
        raise refusal(path.name, error.strerror or type(error).__name__) from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
