"""What tests of files that people download and carry look at them with."""

import io
import json
import zipfile
from typing import Any
from urllib.parse import unquote

import openpyxl

from tests.filled import Filled
from tests.service import World


def package_of(filled: Filled, **query: bool) -> bytes:
    """Return the package of the batch that was passed on."""
    client = filled.client_for("beilin.supervisor")
    answer = client.get(f"/api/v1/batches/{filled.ids.passed}/package", params=query)
    assert answer.status_code == 200, answer.text
    return answer.content


def saved_name(answer: Any) -> str:  # noqa: ANN401 - an answer of the client
    """Return the name that a browser saves an answer under."""
    disposition: str = answer.headers["content-disposition"]
    assert disposition.isascii()
    return unquote(disposition.rpartition("filename*=UTF-8''")[2])


def lines_of(archive: zipfile.ZipFile, name: str) -> list[Any]:
    """Return the lines of a file of a package."""
    return [json.loads(line) for line in archive.read(name).decode().splitlines()]


def kept_files(world: World) -> set[str]:
    """Return the hashes of all originals and cuts in the store; nothing may be half-way into it."""
    data = world.services.settings.data_dir
    assert list((data / "uploads").iterdir()) == []
    packages = world.services.settings.packages_dir
    assert not packages.exists() or list(packages.iterdir()) == []
    return {path.name for path in (data / "files").glob("??/*")}


def cells_of(content: bytes) -> list[str]:
    """Return all texts of a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [str(cell.value) for sheet in book for row in sheet for cell in row if cell.value is not None]
