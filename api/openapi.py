"""``python -m api.openapi`` writes ``web/openapi.json``; the client of the web pages is generated from it."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from api.app import create_app
from bootstrap.services import open_services
from bootstrap.settings import Settings

PATH = Path(__file__).parents[1] / "web" / "openapi.json"


def describe() -> dict[str, Any]:
    """Return the description of the interface; no environment has a say in it."""
    with tempfile.TemporaryDirectory() as folder:
        services = open_services(Settings(data_dir=Path(folder), database_url=None))
        description = create_app(services).openapi()
        services.close()
    return description


def to_text(description: dict[str, Any]) -> str:
    """Return the description as it is committed."""
    return json.dumps(description, ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Write the file."""
    PATH.parent.mkdir(parents=True, exist_ok=True)
    PATH.write_text(to_text(describe()), encoding="utf-8")
    sys.stdout.write(f"{PATH}\n")


if __name__ == "__main__":
    main()
