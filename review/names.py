"""What a batch or a file may be called."""

import re
from pathlib import PurePosixPath

from domain.errors import InputError
from domain.text import is_hidden

_LONGEST_NAME = 200
_LONGEST_PATH = 400
_DRIVE = re.compile("[A-Za-z]:")


class BadNameError(InputError):
    """A name of a batch or file cannot be used."""

    code = "bad_name"

    def __init__(self, reason: str) -> None:
        super().__init__(f"名称不能使用：{reason}。请改名后重试。")


def check_batch_name(name: str) -> str:
    """Return a batch's name in its one spelling.

    Raises:
        BadNameError: It is empty, too long or holds characters that cannot be seen.
    """
    name = name.strip()
    _check_text(name, _LONGEST_NAME)
    return name


def check_file_name(name: str) -> str:
    """Return a file's path in the batch in its one spelling.

    Raises:
        BadNameError: It is empty, absolute, leads out of the batch, or cannot be written everywhere.
    """
    name = name.replace("\\", "/").strip()
    _check_text(name, _LONGEST_PATH)
    path = PurePosixPath(name)
    if path.is_absolute() or _DRIVE.match(name) or ".." in path.parts or str(path) in ("", "."):
        raise BadNameError("它指向批次以外的位置")
    return str(path)


def _check_text(text: str, longest: int) -> None:
    if not text:
        raise BadNameError("名称是空的")
    if len(text) > longest:
        raise BadNameError(f"超过 {longest} 个字符")
    for place, character in enumerate(text, 1):
        if is_hidden(character):
            raise BadNameError(f"第 {place} 个字符（U+{ord(character):04X}）是看不见的字符")
