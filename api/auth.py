"""Signing in and out, and one's own account."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field, SecretStr, StringConstraints

from api.dependencies import COOKIE, AddressDep, DoorDep, IdentityDep, PersonDep, SessionDep, SettledPersonDep
from api.errors import errors
from api.texts import In, Out
from domain.accounts import Permission, Role
from domain.offices import OfficeKind
from review.accounts import own_account
from review.accounts.identity import Identity
from review.accounts.sign_in import Opened, sign_in, sign_out, submit_totp

router = APIRouter(prefix="/auth", tags=["auth"])

Password = Annotated[SecretStr, Field(title="密码", min_length=1, max_length=128)]
Code = Annotated[str, StringConstraints(pattern=r"^\d{6}$"), Field(title="动态验证码", examples=["492039"])]


class SignInIn(In):
    """Name and password."""

    username: Annotated[
        str, StringConstraints(min_length=1, max_length=64), Field(title="用户名", examples=["wang.fang"])
    ]
    password: Annotated[Password, Field(examples=["qk7m-3xwd-9rna-hc5v"])]


class CodeIn(In):
    """A code of the second factor."""

    code: Code


class PasswordChangeIn(In):
    """The present password and a new one."""

    current_password: Password = Field(title="当前密码")
    new_password: Password = Field(title="新密码")


class PasswordIn(In):
    """The present password, asked again."""

    password: Password


class TotpRemovalIn(In):
    """The present password and a code, asked again."""

    password: Password
    code: Code


class SignedInOut(Out):
    """What a page needs after sign-in."""

    csrf_token: str = Field(description="Goes with every call that changes something, as `X-CSRF-Token`.")
    needs_totp: bool = Field(description="A code is owed: `POST /auth/totp` comes next.")
    must_change_password: bool = Field(description="`POST /auth/password` comes next.")
    expires_at: datetime

    @classmethod
    def from_opened(cls, opened: Opened) -> "SignedInOut":
        """Render a new sign-in."""
        return cls(
            csrf_token=opened.sign_in.csrf,
            needs_totp=opened.sign_in.needs_totp,
            must_change_password=opened.user.must_change_password,
            expires_at=opened.sign_in.expires_at,
        )


class OwnOfficeOut(Out):
    """The office of who asks."""

    id: int
    code: str
    name: str
    kind: OfficeKind
    parent_id: int | None


class MeOut(Out):
    """Who asks, and what they may do."""

    id: int
    username: str
    display_name: str
    roles: list[Role]
    permissions: list[Permission]
    office: OwnOfficeOut
    has_totp: bool
    must_change_password: bool
    csrf_token: str | None = Field(description="Null for a token, which needs none.")

    @classmethod
    def from_identity(cls, identity: Identity) -> "MeOut":
        """Render who is known."""
        user, office = identity.user, identity.office
        return cls(
            id=user.id,
            username=user.username,
            display_name=user.display_name,
            roles=sorted(user.roles),
            permissions=sorted(identity.actor.permissions),
            office=OwnOfficeOut(
                id=office.id, code=office.code, name=office.name, kind=office.kind, parent_id=office.parent_id
            ),
            has_totp=user.has_totp,
            must_change_password=user.must_change_password,
            csrf_token=identity.sign_in.csrf if identity.sign_in else None,
        )


class TotpEnrolmentOut(Out):
    """What the telephone must be told; shown once."""

    secret: str
    uri: str = Field(examples=["otpauth://totp/..."])


@router.post("/sign-in", summary="Sign in with name and password", responses=errors(401, 429))
def post_sign_in(
    body: SignInIn, request: Request, response: Response, door: DoorDep, address: AddressDep
) -> SignedInOut:
    """Open a session. Names that do not exist and wrong passwords are answered alike."""
    opened = sign_in(door, body.username, body.password.get_secret_value(), address=address)
    _set_cookie(request, response, opened)
    return SignedInOut.from_opened(opened)


@router.post("/totp", summary="Finish signing in with a code", responses=errors(401, 403, 429))
def post_totp(
    body: CodeIn,
    request: Request,
    response: Response,
    identity: IdentityDep,
    door: DoorDep,
    address: AddressDep,
) -> SignedInOut:
    """Give the second factor. The cookie and the CSRF token change."""
    opened = submit_totp(door, identity, body.code, address=address)
    _set_cookie(request, response, opened)
    return SignedInOut.from_opened(opened)


@router.post("/sign-out", status_code=204, summary="Sign out", responses=errors(401, 403))
def post_sign_out(response: Response, identity: IdentityDep, session: SessionDep) -> None:
    """End the session; its cookie opens nothing any more."""
    sign_out(session, identity)
    response.delete_cookie(COOKIE, path="/")


@router.get("/me", summary="Who is signed in", responses=errors(401))
def get_me(identity: IdentityDep) -> MeOut:
    """Return the account, its office and what it may do."""
    identity.require_complete()
    return MeOut.from_identity(identity)


@router.post("/password", summary="Change the own password", responses=errors(401, 403, 429))
def post_password(
    body: PasswordChangeIn,
    request: Request,
    response: Response,
    identity: PersonDep,
    door: DoorDep,
    address: AddressDep,
) -> SignedInOut:
    """Change the password, end all sessions of the account, and open a new one here."""
    opened = own_account.change_password(
        door,
        identity,
        body.current_password.get_secret_value(),
        body.new_password.get_secret_value(),
        address=address,
    )
    _set_cookie(request, response, opened)
    return SignedInOut.from_opened(opened)


@router.post("/totp/enrolment", summary="Begin a second factor", responses=errors(401, 403, 409, 429))
def post_totp_enrolment(
    body: PasswordIn, identity: SettledPersonDep, door: DoorDep, address: AddressDep
) -> TotpEnrolmentOut:
    """Return a secret for the telephone; it counts once a code has confirmed it."""
    made = own_account.begin_totp(door, identity, body.password.get_secret_value(), address=address)
    return TotpEnrolmentOut(secret=made.secret, uri=made.uri)


@router.post(
    "/totp/confirmation",
    status_code=204,
    summary="Confirm the second factor",
    responses=errors(401, 403, 409),
)
def post_totp_confirmation(
    body: CodeIn, identity: SettledPersonDep, session: SessionDep, door: DoorDep
) -> None:
    """Turn the second factor on; from now on every sign-in asks for a code."""
    own_account.confirm_totp(session, identity, body.code, door)


@router.post(
    "/totp/removal",
    status_code=204,
    summary="Turn the second factor off",
    responses=errors(401, 403, 409, 429),
)
def post_totp_removal(
    body: TotpRemovalIn, identity: SettledPersonDep, door: DoorDep, address: AddressDep
) -> None:
    """From now on the password alone opens the account. Without the telephone an administrator does it."""
    own_account.end_totp(door, identity, body.password.get_secret_value(), body.code, address=address)


def _set_cookie(request: Request, response: Response, opened: Opened) -> None:
    lifetime = opened.sign_in.expires_at - opened.sign_in.created_at
    response.set_cookie(
        COOKIE,
        opened.cookie,
        max_age=int(lifetime.total_seconds()),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
