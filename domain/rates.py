"""How often something may be asked."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """A bucket that holds ``burst`` tokens and fills at ``per_second``; each call takes one."""

    burst: int
    per_second: float
