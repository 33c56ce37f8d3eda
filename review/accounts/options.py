"""What can be tuned of accounts and sign-in."""

from dataclasses import dataclass
from datetime import timedelta

from domain.rates import Rate

_PER_NAME = Rate(burst=10, per_second=1 / 30)
_PER_ADDRESS = Rate(burst=60, per_second=0.5)


@dataclass(frozen=True, slots=True)
class AccountOptions:
    """Costs and limits; the defaults are for service, tests take cheaper hashing."""

    argon2_time_cost: int = 3
    argon2_memory_kib: int = 65_536
    """64 MiB and three passes: the second choice of RFC 9106, about 0.1 s."""

    argon2_parallelism: int = 4
    hashes_at_once: int = 4
    """Bounds the memory that a flood of sign-ins can take."""

    lock_after: int = 5
    """Failures in a row until a name is locked."""

    first_lock: timedelta = timedelta(minutes=15)
    """Each further failure doubles it."""

    longest_lock: timedelta = timedelta(hours=24)
    forget_failures_after: timedelta = timedelta(hours=24)
    rate_per_name: Rate = _PER_NAME
    rate_per_address: Rate = _PER_ADDRESS
    """Offices sit behind one address; a morning's sign-ins must get through."""

    totp_time: timedelta = timedelta(minutes=5)
    """How long the second factor may take after the password."""

    touch_after: timedelta = timedelta(seconds=60)
    """The use of a sign-in is noted at most so often, since each note is a write."""
