"""Counting of sign-ins: how fast they may come, and when a name is locked.

An attempt counts as failed from its beginning, and is forgiven when it proves right: so many that run at once
are so many failures, and the slow hashing lies between two short transactions instead of within one.
"""

import hashlib
from datetime import datetime, timedelta

from domain.credentials import Failures
from review.accounts.errors import AccountLockedError, TooManySignInsError
from review.accounts.options import AccountOptions
from storage.credentials import FailedSignIns
from storage.rates import Rates
from storage.sessions import Session


def begin_attempt(
    session: Session, username: str, *, address: str, options: AccountOptions, now: datetime
) -> None:
    """Count an attempt under a name, whether an account has it or not.

    Raises:
        TooManySignInsError: They come too fast.
        AccountLockedError: The name is locked.
    """
    rates, key = Rates(session), name_hash(username)
    wait = max(
        rates.take(f"sign_in/address/{address}", options.rate_per_address, now),
        rates.take(f"sign_in/name/{key}", options.rate_per_name, now),
    )
    if wait > 0:
        raise TooManySignInsError(wait)
    failed = FailedSignIns(session)
    failures = failed.get(key)
    if failures.locked_until is not None and now < failures.locked_until:
        raise AccountLockedError((failures.locked_until - now).total_seconds())
    failed.put(key, one_more(failures, options, now))


def forgive_attempt(session: Session, username: str) -> None:
    """Take back one attempt that was right so far, leaving the ones before it."""
    failed, key = FailedSignIns(session), name_hash(username)
    failures = failed.get(key)
    if failures.count > 0:
        failed.put(key, Failures(failures.count - 1, None, failures.last_at))


def forgive_all(session: Session, username: str) -> None:
    """Begin to count anew: somebody proved to be the owner, or an administrator vouched for it."""
    FailedSignIns(session).clear(name_hash(username))


def one_more(failures: Failures, options: AccountOptions, now: datetime) -> Failures:
    """Return the count with one more failure, locked for longer with each beyond the limit."""
    is_recent = failures.last_at is not None and now - failures.last_at < options.forget_failures_after
    count = failures.count + 1 if is_recent else 1
    if count < options.lock_after:
        return Failures(count, None, now)
    return Failures(count, now + lock_time(count, options), now)


def lock_time(count: int, options: AccountOptions) -> timedelta:
    """Return how long a name is locked after so many failures; at least ``options.lock_after``."""
    # The exponent is bounded, for a timedelta is.
    doublings = max(0, min(count - options.lock_after, 20))
    return min(options.first_lock * (1 << doublings), options.longest_lock)


def name_hash(username: str) -> str:
    """Return what is kept of a name that somebody typed."""
    return hashlib.sha256(username.encode("utf-8", "surrogatepass")).hexdigest()
