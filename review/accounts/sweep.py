"""Forgetting what is over."""

from datetime import datetime, timedelta

from storage.credentials import FailedSignIns, SignIns
from storage.idempotency import remove_older_answers
from storage.rates import Rates
from storage.sessions import Session

ANSWERS_KEPT = timedelta(days=7)
_COUNTS_KEPT = timedelta(days=2)


def sweep(session: Session, now: datetime) -> None:
    """Remove sign-ins, counts and stored answers that nobody will ask for again. Call it once an hour."""
    SignIns(session).remove_over(now)
    FailedSignIns(session).remove_older(now, _COUNTS_KEPT)
    Rates(session).remove_older(now, _COUNTS_KEPT)
    remove_older_answers(session, now, ANSWERS_KEPT)
