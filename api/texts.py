"""Kinds of values that calls bring: bounded, and such that both databases can keep them."""

from typing import Annotated

from fastapi import Path, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from domain.records import FileProblem
from review.export.privacy import mask_numbers_in_name

_LARGEST = 2**63 - 1


class In(BaseModel):
    """What a call brings; a field that nobody knows is an error and no wish that goes unheard."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Out(BaseModel):
    """What a call is answered with."""

    model_config = ConfigDict(frozen=True)


def _without_controls(text: str) -> str:
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise ValueError("control characters")
    return text


def _without_nul(text: str) -> str:
    # PostgreSQL keeps no NUL.
    if "\0" in text:
        raise ValueError("a NUL")
    return text


def _printable(text: str) -> str:
    # Documents of word processors take no control characters.
    if not text.isprintable():
        raise ValueError("characters that cannot be seen")
    return text


Printed = Annotated[str, StringConstraints(strip_whitespace=True, max_length=50), AfterValidator(_printable)]
"""A few words that are printed; may be empty."""

Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    AfterValidator(_without_controls),
]
"""One line: a name, a label."""

Paragraph = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000),
    AfterValidator(_without_nul),
]
"""A reason, a note."""

Id = Annotated[int, Path(ge=1, le=_LARGEST, examples=[1])]
"""A number in a path."""

IdQuery = Annotated[int | None, Query(ge=1, le=_LARGEST)]
"""A number by which a list is narrowed."""


def masked_problem(problem: FileProblem) -> dict[str, str]:
    """Render what is wrong with a file; files are often named after somebody's number."""
    return {
        "file": mask_numbers_in_name(problem.file),
        "code": problem.code,
        "message": mask_numbers_in_name(problem.message),
    }
