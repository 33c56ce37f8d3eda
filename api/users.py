"""Accounts of people, as administrators manage them."""

from fastapi import APIRouter, Response
from pydantic import Field

from api.dependencies import DoorDep, ManagerDep, NowDep, ReadSessionDep, SessionDep
from api.errors import current_state_as, errors
from api.idempotency import OnceDep
from api.pagination import PageDep, PageOut
from api.texts import Id, IdQuery, In, Line, Out
from api.versions import IfMatchDep, set_etag
from domain.accounts import Role, User
from review.accounts import people
from storage.accounts import Accounts

router = APIRouter(prefix="/users", tags=["users"])

_ROLES = Field(title="角色", min_length=1, max_length=len(Role), examples=[["reporter", "verifier"]])


class UserIn(In):
    """An account to be made."""

    username: str = Field(title="用户名", min_length=3, max_length=32, examples=["wang.fang"])
    display_name: Line = Field(title="姓名", examples=["王芳"])
    office_id: int = Field(ge=1, le=2**63 - 1, examples=[3])
    roles: list[Role] = _ROLES


class UserChangeIn(In):
    """What changes of an account; what is left out stays."""

    display_name: Line | None = Field(default=None, title="姓名")
    roles: list[Role] | None = Field(default=None, title="角色", min_length=1, max_length=len(Role))
    is_active: bool | None = None


class UserOut(Out):
    """An account."""

    id: int
    username: str
    display_name: str
    office_id: int
    roles: list[Role]
    is_active: bool
    must_change_password: bool
    has_totp: bool
    version: int

    @classmethod
    def from_domain(cls, user: User) -> "UserOut":
        """Render an account."""
        return cls(
            id=user.id,
            username=user.username,
            display_name=user.display_name,
            office_id=user.office_id,
            roles=sorted(user.roles),
            is_active=user.is_active,
            must_change_password=user.must_change_password,
            has_totp=user.has_totp,
            version=user.version,
        )


class NewPasswordOut(Out):
    """An account with a one-time password, shown this once."""

    user: UserOut
    one_time_password: str = Field(examples=["qk7m-3xwd-9rna-hc5v"])


@router.get("", summary="Accounts of the own office and those below", responses=errors(401, 403))
def get_users(
    actor: ManagerDep, session: ReadSessionDep, page: PageDep, office_id: IdQuery = None
) -> PageOut[UserOut]:
    """List them, oldest first; of one office, if it is named."""
    found = Accounts(session).list_page(
        actor.office_path, office_id=office_id, after_id=page.after_id(), limit=page.fetch
    )
    return page.of(found, UserOut.from_domain, lambda user: (user.id,))


@router.get("/{user_id}", summary="One account", responses=errors(401, 403, 404))
def get_user(user_id: Id, actor: ManagerDep, session: ReadSessionDep, response: Response) -> UserOut:
    """Return an account of the own office or one below it."""
    user = Accounts(session).get(user_id, below=actor.office_path)
    set_etag(response, user.version)
    return UserOut.from_domain(user)


@router.post(
    "",
    status_code=201,
    response_model=NewPasswordOut,
    summary="Make an account",
    responses=errors(401, 403, 404, 409),
)
def post_user(
    body: UserIn, actor: ManagerDep, session: SessionDep, once: OnceDep, door: DoorDep, now: NowDep
) -> Response:
    """Make an account; its owner must change the one-time password at the first sign-in."""
    password = door.hasher.one_time()
    draft = people.AccountDraft(body.username, body.display_name, body.office_id, frozenset(body.roles))

    def act() -> NewPasswordOut:
        user = people.create_account(session, actor, draft, password, now=now)
        return NewPasswordOut(user=UserOut.from_domain(user), one_time_password=password.text)

    return once.answer(201, act, shows_secret=True)


@router.patch("/{user_id}", summary="Change an account", responses=errors(401, 403, 404, 409))
def patch_user(
    user_id: Id,
    body: UserChangeIn,
    actor: ManagerDep,
    session: SessionDep,
    seen: IfMatchDep,
    now: NowDep,
    response: Response,
) -> UserOut:
    """Change name, roles, or whether the account may be used."""
    changes = people.AccountChanges(
        body.display_name, None if body.roles is None else frozenset(body.roles), body.is_active
    )
    with current_state_as(UserOut.from_domain):
        user = people.change_account(session, actor, user_id, changes, expected_version=seen, now=now)
    set_etag(response, user.version)
    return UserOut.from_domain(user)


@router.post(
    "/{user_id}/password-reset",
    response_model=NewPasswordOut,
    summary="Give a new one-time password",
    responses=errors(401, 403, 404, 409),
)
def post_password_reset(
    user_id: Id, actor: ManagerDep, session: SessionDep, once: OnceDep, door: DoorDep, now: NowDep
) -> Response:
    """Replace the password, end the account's sessions and tokens, and lift a lock."""
    password = door.hasher.one_time()

    def act() -> NewPasswordOut:
        user = people.reset_password(session, actor, user_id, password, now=now)
        return NewPasswordOut(user=UserOut.from_domain(user), one_time_password=password.text)

    return once.answer(200, act, shows_secret=True)


@router.delete("/{user_id}/totp", summary="Take the second factor away", responses=errors(401, 403, 404))
def delete_user_totp(user_id: Id, actor: ManagerDep, session: SessionDep) -> UserOut:
    """Let somebody who has lost the telephone sign in again with the password alone."""
    return UserOut.from_domain(people.clear_totp(session, actor, user_id))
