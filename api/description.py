"""Makes the framework's description of the interface one that people and generated clients can read."""

import json
import re
from collections import defaultdict
from typing import Any

from api.error_forms import form_of

_FREE = ("default", "example", "examples")
"""What stands below these is no schema."""

_PAGE = re.compile(r"PageOut_(\w+)Out_")


def tidy(description: dict[str, Any]) -> dict[str, Any]:
    """Say once what the framework says in every operation: answers that are errors, parameters.

    Pages are named after what they hold, and titles that only repeat a name are left out.

    Returns:
        A description of its own.
    """
    tidied: dict[str, Any] = json.loads(_PAGE.sub(r"\1PageOut", json.dumps(description)))
    _drop_titles(tidied["components"])
    _drop_titles(tidied["paths"])
    operations = [operation for methods in tidied["paths"].values() for operation in methods.values()]
    tidied["components"]["responses"] = _share_errors(operations)
    tidied["components"]["parameters"] = _share_parameters(operations)
    return tidied


def _share_errors(operations: list[dict[str, Any]]) -> dict[str, Any]:
    shared: dict[str, Any] = {}
    for operation in operations:
        for status, answer in operation["responses"].items():
            schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
            form = f"#/components/schemas/{form_of(int(status)).__name__}"
            if int(status) >= 400 and schema.get("$ref") == form:
                shared[f"Error{status}"] = answer
                operation["responses"][status] = {"$ref": f"#/components/responses/Error{status}"}
    return dict(sorted(shared.items()))


def _share_parameters(operations: list[dict[str, Any]]) -> dict[str, Any]:
    """Share what several operations have alike: under its name, or its name and place if that is taken."""
    found: dict[str, list[tuple[list[Any], int]]] = defaultdict(list)
    for operation in operations:
        parameters = operation.get("parameters", [])
        for place, parameter in enumerate(parameters):
            found[json.dumps(parameter)].append((parameters, place))
    shared: dict[str, Any] = {}
    for text, places in sorted(found.items(), key=lambda one: (-len(one[1]), one[0])):
        parameter = json.loads(text)
        key = "".join(part.capitalize() for part in re.split("[-_]", parameter["name"]))
        if key in shared:
            key += parameter["in"].capitalize()
        if len(places) > 1 and key not in shared:
            shared[key] = parameter
            for parameters, place in places:
                parameters[place] = {"$ref": f"#/components/parameters/{key}"}
    return dict(sorted(shared.items()))


def _drop_titles(node: object) -> None:
    if isinstance(node, list):
        for one in node:
            _drop_titles(one)
    elif isinstance(node, dict):
        # A property may be called "title"; that is no text but a schema.
        if isinstance(node.get("title"), str):
            del node["title"]
        for key, one in node.items():
            if key not in _FREE:
                _drop_titles(one)
