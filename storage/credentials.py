"""Who is signed in, keys for programs, and sign-ins that failed."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from domain.accounts import Permission
from domain.credentials import ApiToken, Failures, SignIn
from domain.errors import NotFoundError
from storage.models import ApiTokenModel, FailureModel, SessionModel


class TokenNotFoundError(NotFoundError):
    """No such token, or somebody else's."""

    code = "token_not_found"

    def __init__(self) -> None:
        super().__init__("没有这个令牌，或者它不是您的。请刷新令牌列表。")


class SignIns:
    """People signed in with a browser."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, sign_in: SignIn) -> None:
        """Keep a new one."""
        self._session.add(
            SessionModel(
                token_hash=sign_in.token_hash,
                user_id=sign_in.user_id,
                csrf=sign_in.csrf,
                created_at=sign_in.created_at,
                last_seen_at=sign_in.last_seen_at,
                idle_seconds=sign_in.idle_seconds,
                expires_at=sign_in.expires_at,
                needs_totp=sign_in.needs_totp,
            )
        )
        self._session.flush()

    def find(self, token_hash: str) -> SignIn | None:
        """Return the one with a cookie, over or not."""
        model = self._session.get(SessionModel, token_hash)
        if model is None:
            return None
        return SignIn(
            model.token_hash,
            model.user_id,
            model.csrf,
            model.created_at,
            model.last_seen_at,
            model.idle_seconds,
            model.expires_at,
            model.needs_totp,
        )

    def touch(self, token_hash: str, at: datetime) -> None:
        """Note that it was used."""
        self._session.execute(
            update(SessionModel).where(SessionModel.token_hash == token_hash).values(last_seen_at=at)
        )

    def remove(self, token_hash: str) -> None:
        """End one; nothing happens when it is gone already."""
        self._session.execute(delete(SessionModel).where(SessionModel.token_hash == token_hash))

    def remove_all(self, user_id: int) -> None:
        """End all of a person."""
        self._session.execute(delete(SessionModel).where(SessionModel.user_id == user_id))

    def remove_over(self, now: datetime) -> None:
        """Forget those that have reached their end."""
        self._session.execute(delete(SessionModel).where(SessionModel.expires_at <= now))


class ApiTokens:
    """Keys for programs."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        user_id: int,
        name: str,
        scopes: Iterable[Permission],
        *,
        token_hash: str,
        at: datetime,
        expires_at: datetime,
    ) -> ApiToken:
        """Keep a new one."""
        model = ApiTokenModel(
            user_id=user_id,
            name=name,
            token_hash=token_hash,
            scopes=",".join(sorted(scopes)),
            created_at=at,
            expires_at=expires_at,
        )
        self._session.add(model)
        self._session.flush()
        return _to_token(model)

    def find(self, token_hash: str) -> ApiToken | None:
        """Return the one with a hash, valid or not."""
        query = select(ApiTokenModel).where(ApiTokenModel.token_hash == token_hash)
        model = self._session.scalars(query).one_or_none()
        return _to_token(model) if model else None

    def list_of(self, user_id: int, *, after_id: int = 0, limit: int) -> list[ApiToken]:
        """Return all of a person, oldest first, revoked ones too."""
        query = select(ApiTokenModel).where(ApiTokenModel.user_id == user_id, ApiTokenModel.id > after_id)
        return [
            _to_token(model) for model in self._session.scalars(query.order_by(ApiTokenModel.id).limit(limit))
        ]

    def revoke(self, token_id: int, *, user_id: int, at: datetime) -> ApiToken:
        """End one for good; safe to repeat.

        Raises:
            TokenNotFoundError: The person has none of that number.
        """
        query = select(ApiTokenModel).where(ApiTokenModel.id == token_id, ApiTokenModel.user_id == user_id)
        model = self._session.scalars(query).one_or_none()
        if model is None:
            raise TokenNotFoundError
        model.revoked_at = model.revoked_at or at
        self._session.flush()
        return _to_token(model)

    def revoke_all(self, user_id: int, *, at: datetime) -> None:
        """End all of a person for good."""
        self._session.execute(
            update(ApiTokenModel)
            .where(ApiTokenModel.user_id == user_id, ApiTokenModel.revoked_at.is_(None))
            .values(revoked_at=at)
        )

    def touch(self, token_id: int, at: datetime) -> None:
        """Note that it was used."""
        self._session.execute(
            update(ApiTokenModel).where(ApiTokenModel.id == token_id).values(last_used_at=at)
        )


class FailedSignIns:
    """Sign-ins that failed, by hash of the name."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, name_hash: str) -> Failures:
        """Return what is known of a name; kept from others until the transaction ends."""
        model = self._session.get(FailureModel, name_hash, with_for_update=True)
        return Failures(model.count, model.locked_until, model.last_at) if model else Failures()

    def put(self, name_hash: str, failures: Failures) -> None:
        """Write what is known of a name."""
        self._session.merge(
            FailureModel(
                name_hash=name_hash,
                count=failures.count,
                locked_until=failures.locked_until,
                last_at=failures.last_at,
            )
        )
        self._session.flush()

    def clear(self, name_hash: str) -> None:
        """Forget a name."""
        self._session.execute(delete(FailureModel).where(FailureModel.name_hash == name_hash))
        self._session.expire_all()

    def remove_older(self, now: datetime, age: timedelta) -> None:
        """Forget names under which nobody has tried for long."""
        self._session.execute(delete(FailureModel).where(FailureModel.last_at < now - age))


def _to_token(model: ApiTokenModel) -> ApiToken:
    return ApiToken(
        model.id,
        model.user_id,
        model.name,
        frozenset(Permission(part) for part in model.scopes.split(",") if part),
        model.created_at,
        model.expires_at,
        model.revoked_at,
        model.last_used_at,
    )
