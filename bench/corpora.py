"""Generated corpora on disk: each made once for its arguments and the generator's own source."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from samples.corpus import write_corpus

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "bench" / "out"
OUT.mkdir(exist_ok=True)


def find_corpus(
    prefix: str,
    *,
    write: Callable[..., object] = write_corpus,
    **wanted: Any,  # noqa: ANN401 - what write takes
) -> Path:
    """Return the folder of a corpus, generated unless it lies there already.

    Args:
        prefix: Of the folder's name; one for each way of writing.
        write: Writes the corpus to the folder that is its first argument.
        wanted: Its other arguments.

    Raises:
        MissingFontError: A font package is not installed.
    """
    state = hashlib.sha256(json.dumps(wanted, sort_keys=True).encode())
    for source in sorted((ROOT / "samples").rglob("*.py")):
        state.update(source.read_bytes())
    folder = OUT / f"{prefix}-{state.hexdigest()[:12]}"
    if not (folder / "complete").exists():
        write(folder, **wanted)
        (folder / "complete").touch()
    return folder
