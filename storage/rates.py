"""Rate limits that hold over all processes and machines: buckets of tokens in the database."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain.rates import Rate
from storage.models import RateModel


class Rates:
    """The buckets."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def take(self, key: str, rate: Rate, now: datetime) -> float:
        """Take one token out of a bucket, if there is one.

        Args:
            key: Names the bucket, ``sign_in/address/192.0.2.7``; cut at 160 characters.
            rate: Size of the bucket and how fast it fills.
            now: Aware. A clock moved back fills nothing and empties nothing.

        Returns:
            0 when a token was taken, else the seconds until there is one; then nothing was taken.
        """
        model = self._lock(key[:160], rate, now)
        elapsed = max(0.0, (now - model.at).total_seconds())
        tokens = min(rate.burst, model.tokens + elapsed * rate.per_second)
        model.at = now
        if tokens < 1.0:
            model.tokens = tokens
            return (1.0 - tokens) / rate.per_second
        model.tokens = tokens - 1.0
        self._session.flush()
        return 0.0

    def remove_older(self, now: datetime, age: timedelta) -> None:
        """Forget buckets that nobody has used for long; they are full by then."""
        self._session.execute(delete(RateModel).where(RateModel.at < now - age))

    def _lock(self, key: str, rate: Rate, now: datetime) -> RateModel:
        values = {"key": key, "tokens": float(rate.burst), "at": now}
        # Two calls may be the first of their key at once.
        dialect = postgresql if self._session.get_bind().dialect.name == "postgresql" else sqlite
        self._session.execute(dialect.insert(RateModel).values(values).on_conflict_do_nothing())
        query = select(RateModel).where(RateModel.key == key).with_for_update()
        return self._session.scalars(query.execution_options(populate_existing=True)).one()
