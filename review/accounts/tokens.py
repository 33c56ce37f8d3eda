"""Keys for programs."""

from datetime import datetime, timedelta

from domain.accounts import Actor, Permission
from domain.credentials import ApiToken
from review.accounts.errors import TokenExpiryError, TokenScopesError
from review.accounts.identity import TOKEN_PREFIX, new_secret, secret_hash
from storage.audit import AuditLog
from storage.credentials import ApiTokens
from storage.sessions import Session
from storage.settings import OfficeSettingsStore


def create_token(
    session: Session,
    actor: Actor,
    name: str,
    scopes: frozenset[Permission],
    *,
    expires_at: datetime,
    now: datetime,
) -> tuple[str, ApiToken]:
    """Make a token; return its text, which is shown once, and what is kept of it.

    Raises:
        TokenScopesError: It has no scope, or one that the actor has not.
        TokenExpiryError: It would end in the past, or later than the office allows.
    """
    if not scopes or not scopes <= actor.permissions:
        raise TokenScopesError
    days = OfficeSettingsStore(session).of(actor.office_path).token_days
    if not now < expires_at <= now + timedelta(days=days):
        raise TokenExpiryError(days)
    text = TOKEN_PREFIX + new_secret()
    token = ApiTokens(session).add(
        actor.user_id, name, scopes, token_hash=secret_hash(text), at=now, expires_at=expires_at
    )
    AuditLog(session).append(actor, "token.created", f"token/{token.id}", scopes=sorted(scopes))
    return text, token


def revoke_token(session: Session, actor: Actor, token_id: int, *, now: datetime) -> ApiToken:
    """End one of the actor's own tokens for good; safe to repeat.

    Raises:
        TokenNotFoundError: The actor has none of that number.
    """
    token = ApiTokens(session).revoke(token_id, user_id=actor.user_id, at=now)
    if token.revoked_at == now:
        AuditLog(session).append(actor, "token.revoked", f"token/{token.id}")
    return token
