"""A font that every installation has, so that these tests need no package of the system."""

from pathlib import Path

import pymupdf
import pytest

from samples import fonts

_STYLES = ("song", "kai", "hei", "fang", "title", "hand", "dots")


@pytest.fixture(scope="session")
def built_in_face(tmp_path_factory: pytest.TempPathFactory) -> fonts.Face:
    path: Path = tmp_path_factory.mktemp("fonts") / "fallback.ttf"
    path.write_bytes(pymupdf.Font("china-s").buffer)
    return fonts.Face(str(path), "none")


@pytest.fixture
def built_in_fonts(built_in_face: fonts.Face, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every font set consist of the built-in font."""
    only = dict.fromkeys(_STYLES, (built_in_face,))
    for name in list(fonts.FONT_SETS):
        monkeypatch.setitem(fonts.FONT_SETS, name, only)
    monkeypatch.setattr(fonts, "_LAST_RESORTS", (built_in_face,))
