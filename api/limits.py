"""Rate limits of routes, kept in the database so that they hold over all processes."""

from collections.abc import Callable
from math import ceil
from typing import Any

from api.dependencies import ActorDep, NowDep, ServicesDep
from domain.errors import LimitError
from domain.rates import Rate
from storage.rates import Rates


class TooManyCallsError(LimitError):
    """A route was called too often."""

    code = "too_many_requests"

    def __init__(self, seconds: float) -> None:
        wait = max(1, ceil(seconds))
        super().__init__(f"请求过于频繁。请在 {wait} 秒后重试。", wait)


def limited(name: str, rate: Rate) -> Callable[..., Any]:
    """Return the dependency that lets an account call a route so often.

    Use: ``dependencies=[Depends(limited("verify", Rate(30, 0.5)))]``.
    The token is taken in a transaction of its own: a call that fails counts too.
    """

    def take(actor: ActorDep, services: ServicesDep, now: NowDep) -> None:
        with services.database.begin() as session:
            wait = Rates(session).take(f"{name}/user/{actor.user_id}", rate, now)
        if wait > 0:
            raise TooManyCallsError(wait)

    return take
