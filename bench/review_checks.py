"""Checks stored one after the other, as jobs do beside people at work (``python -m bench.review_checks``)."""

import json
import sys
import time
from pathlib import Path

from bench.review_data import add_batch, check, invented_result
from bootstrap.settings import Settings
from review.accounts.identity import actor_of
from storage.accounts import Accounts
from storage.offices import Offices
from storage.sessions import Database

_PAUSE_SECONDS = 1.0


def main() -> None:
    """Check one batch anew again and again until ended; every check finds other rows."""
    task = json.loads(sys.argv[1])
    database = Database(Settings(data_dir=Path(task["folder"]), database_url=task["url"]).database())
    with database.read() as session:
        credentials = Accounts(session).find_credentials("verifier0")
        assert credentials is not None
        person = actor_of(credentials.user, Offices(session).get(credentials.user.office_id))
    batch_id = add_batch(database, person, "正在核对", task["rows"])
    seed = 1_000_000
    while True:
        seed += 1
        check(database, batch_id, invented_result(task["rows"], seed=seed))
        time.sleep(_PAUSE_SECONDS)


if __name__ == "__main__":
    main()
