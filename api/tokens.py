"""Keys for programs."""

from datetime import datetime

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, Field

from api.dependencies import NowDep, ReadSessionDep, SessionDep, SettledPersonDep
from api.errors import errors
from api.idempotency import OnceDep
from api.pagination import PageDep, PageOut
from api.texts import Id, In, Line, Out
from domain.accounts import Permission
from domain.credentials import ApiToken
from review.accounts.tokens import create_token, revoke_token
from storage.credentials import ApiTokens

router = APIRouter(prefix="/tokens", tags=["tokens"])


class TokenIn(In):
    """A token to be made."""

    name: Line = Field(title="令牌名称", examples=["每晚同步"])
    scopes: list[Permission] = Field(
        title="令牌可以做什么", min_length=1, max_length=len(Permission), examples=[["view", "upload"]]
    )
    expires_at: AwareDatetime = Field(title="有效期", examples=["2027-01-31T00:00:00Z"])


class TokenOut(Out):
    """A token, without its text."""

    id: int
    name: str
    scopes: list[Permission]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None

    @classmethod
    def from_domain(cls, token: ApiToken) -> "TokenOut":
        """Render a token."""
        return cls(
            id=token.id,
            name=token.name,
            scopes=sorted(token.scopes),
            created_at=token.created_at,
            expires_at=token.expires_at,
            revoked_at=token.revoked_at,
            last_used_at=token.last_used_at,
        )


class NewTokenOut(Out):
    """A new token with its text, shown this once."""

    token: TokenOut
    text: str = Field(description="Goes into `Authorization: Bearer`.", examples=["zh_..."])


@router.get("", summary="The own tokens", responses=errors(401, 403))
def get_tokens(identity: SettledPersonDep, session: ReadSessionDep, page: PageDep) -> PageOut[TokenOut]:
    """List them, oldest first, revoked ones too."""
    found = ApiTokens(session).list_of(identity.user.id, after_id=page.after_id(), limit=page.fetch)
    return page.of(found, TokenOut.from_domain, lambda token: (token.id,))


@router.post(
    "",
    status_code=201,
    response_model=NewTokenOut,
    summary="Make a token",
    responses=errors(401, 403, 409),
)
def post_token(
    body: TokenIn, identity: SettledPersonDep, session: SessionDep, once: OnceDep, now: NowDep
) -> Response:
    """Make a key for a program, with some of one's own permissions and an end."""

    def act() -> NewTokenOut:
        text, token = create_token(
            session, identity.actor, body.name, frozenset(body.scopes), expires_at=body.expires_at, now=now
        )
        return NewTokenOut(token=TokenOut.from_domain(token), text=text)

    return once.answer(201, act, shows_secret=True)


@router.delete("/{token_id}", summary="Revoke a token", responses=errors(401, 403, 404))
def delete_token(token_id: Id, identity: SettledPersonDep, session: SessionDep, now: NowDep) -> TokenOut:
    """End a token for good; safe to repeat."""
    return TokenOut.from_domain(revoke_token(session, identity.actor, token_id, now=now))
