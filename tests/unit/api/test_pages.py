"""The built pages of the workplace, as the service hands them out."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from tests.service import World

Open = Callable[[], TestClient]


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Return a folder as a build leaves it."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>证核</title>", encoding="utf-8")
    (folder / "icon.svg").write_text("<svg/>", encoding="utf-8")
    (folder / "assets" / "main-1a2b.js").write_text("let x;\n" * 1000, encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    return folder


def _client(world: World, folder: Path) -> TestClient:
    settings = world.services.settings.model_copy(update={"web_dir": folder})
    return TestClient(create_app(replace(world.services, settings=settings)))


@pytest.mark.parametrize("path", ["/", "/batches/7/review", "/sign-in", "/batches/3?text=%E5%BC%A0"])
def test_every_address_of_the_workplace_is_its_first_page(world: World, built: Path, path: str) -> None:
    page = _client(world, built).get(path)

    assert (page.status_code, page.text) == (200, "<title>证核</title>")
    assert page.headers["cache-control"] == "no-cache"
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "unsafe-eval" not in page.headers["content-security-policy"]
    assert page.headers["x-frame-options"] == "DENY"


def test_what_has_its_contents_in_its_name_is_kept_and_sent_small(world: World, built: Path) -> None:
    script = _client(world, built).get("/assets/main-1a2b.js", headers={"Accept-Encoding": "gzip"})

    assert script.status_code == 200
    assert "immutable" in script.headers["cache-control"]
    assert script.headers["content-encoding"] == "gzip"
    assert "javascript" in script.headers["content-type"]


@pytest.mark.parametrize("path", ["/assets/main-old.js", "/robots.txt", "/assets/../../secret.txt"])
def test_what_is_not_there_is_not_shown_as_a_page(world: World, built: Path, path: str) -> None:
    answer = _client(world, built).get(path)

    assert answer.status_code == 404
    assert "secret" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_before_the_build_the_page_says_what_to_do(world: World, tmp_path: Path) -> None:
    answer = _client(world, tmp_path / "none").get("/")

    assert answer.status_code == 503
    assert "make web" in answer.text


def test_programs_get_their_own_errors_and_never_a_page(world: World, built: Path) -> None:
    client = _client(world, built)

    assert client.get("/api/v2/batches").json()["code"] == "not_found"
    assert client.post("/batches/7").json()["code"] == "method_not_allowed"
    assert client.delete("/api/v1/offices").json()["code"] == "method_not_allowed"
