"""How pages are made: every text is escaped, and a name that is not given is an error."""

from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def html_templates(folder: Path, *, finalize: Callable[[object], object] | None = None) -> Environment:
    """Return the templates of a folder.

    Args:
        folder: Where they lie.
        finalize: Is given every value before it is escaped and written.
    """
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=finalize,
    )
