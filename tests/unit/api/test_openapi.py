"""The description of the interface, from which the client of the web pages is generated."""

import re
from collections.abc import Iterator
from typing import Any

from api.openapi import PATH, describe, to_text


def test_the_committed_description_is_that_of_the_app() -> None:
    assert PATH.read_text(encoding="utf-8") == to_text(describe()), "run: python -m api.openapi"


def test_operations_have_names_of_their_own_and_a_line_that_says_what_they_do() -> None:
    operations = list(_operations(describe()))
    names = [operation["operationId"] for operation in operations]

    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z][a-z_0-9]+", name) for name in names)
    assert all(operation["summary"] and operation["tags"] for operation in operations)


def test_every_error_is_described_with_an_example() -> None:
    description = describe()
    shared = description["components"]["responses"]
    for operation in _operations(description):
        for status, answer in operation["responses"].items():
            if int(status) >= 400 and (operation["operationId"], status) != ("get_ready", "503"):
                error = shared[answer["$ref"].rsplit("/", 1)[1]]
                example = error["content"]["application/json"]["example"]
                assert re.fullmatch(r"[a-z_]+", example["code"])
                assert re.search(r"[\u4e00-\u9fff].*。$", example["message"])


def _operations(description: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in description["paths"].values():
        yield from methods.values()
