"""Accounts of people."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from domain.accounts import Role, User
from domain.credentials import Credentials
from domain.errors import ConflictError, NotFoundError
from domain.offices import Office
from storage.models import OfficeModel, UserModel


class UserNotFoundError(NotFoundError):
    """No such account, or none that the asker may know of."""

    code = "user_not_found"

    def __init__(self) -> None:
        super().__init__("没有这个账号，或者它不在您的管理范围内。请返回账号列表重新选择。")


class UsernameTakenError(ConflictError):
    """Another account has the name."""

    code = "username_taken"

    def __init__(self, username: str) -> None:
        super().__init__(f"用户名“{username}”已被使用。请换一个用户名。")


class Accounts:
    """All accounts; callers say whose part of the tree they mean."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        username: str,
        display_name: str,
        roles: Iterable[Role],
        *,
        office: Office,
        password_hash: str,
        at: datetime,
    ) -> User:
        """Make an account whose owner must change the password first.

        Raises:
            UsernameTakenError: The name is in use.
        """
        if self.find_credentials(username) is not None:
            raise UsernameTakenError(username)
        model = UserModel(
            username=username,
            display_name=display_name,
            office_id=office.id,
            roles=_roles_to_text(roles),
            password_hash=password_hash,
            must_change_password=True,
            totp_confirmed=False,
            totp_last_step=0,
            is_active=True,
            created_at=at,
            version=1,
        )
        self._session.add(model)
        self._session.flush()
        return _to_user(model)

    def get(self, user_id: int, *, below: str | None = None, lock: bool = False) -> User:
        """Return an account.

        Args:
            user_id: Whose.
            below: Path of the office at or under which its office must be.
            lock: Keep others from changing it until the transaction ends.

        Raises:
            UserNotFoundError: There is none there.
        """
        query = _in_offices(below).where(UserModel.id == user_id)
        query = query.with_for_update(of=UserModel) if lock else query
        model = self._session.scalars(query).one_or_none()
        if model is None:
            raise UserNotFoundError
        return _to_user(model)

    def find_credentials(self, username: str) -> Credentials | None:
        """Return the account of a name, which is spelled in small letters."""
        model = self._session.scalars(select(UserModel).where(UserModel.username == username)).one_or_none()
        return _to_credentials(model) if model else None

    def get_credentials(self, user_id: int, *, lock: bool = False) -> Credentials:
        """Return an account with its secrets."""
        return _to_credentials(self._session.get_one(UserModel, user_id, with_for_update=lock))

    def list_page(
        self, below: str, *, office_id: int | None = None, after_id: int = 0, limit: int
    ) -> list[User]:
        """Return the accounts of an office and those below it, oldest first."""
        query = _in_offices(below).where(UserModel.id > after_id)
        if office_id is not None:
            query = query.where(UserModel.office_id == office_id)
        return [_to_user(model) for model in self._session.scalars(query.order_by(UserModel.id).limit(limit))]

    def change(self, user_id: int, *, display_name: str, roles: Iterable[Role], is_active: bool) -> User:
        """Write what an administrator may change, and raise the version."""
        model = self._session.get_one(UserModel, user_id)
        model.display_name, model.roles, model.is_active = display_name, _roles_to_text(roles), is_active
        return self._raise_version(model)

    def set_password(self, user_id: int, password_hash: str, *, must_change: bool) -> User:
        """Replace the password."""
        model = self._session.get_one(UserModel, user_id)
        model.password_hash, model.must_change_password = password_hash, must_change
        return self._raise_version(model)

    def set_totp(self, user_id: int, secret: str | None, *, confirmed: bool, last_step: int) -> User:
        """Replace the second factor, or take it away with ``None``."""
        model = self._session.get_one(UserModel, user_id)
        model.totp_secret, model.totp_confirmed, model.totp_last_step = secret, confirmed, last_step
        return self._raise_version(model)

    def take_totp_step(self, user_id: int, step: int) -> None:
        """Remember the code that was taken last."""
        self._session.get_one(UserModel, user_id).totp_last_step = step
        self._session.flush()

    def _raise_version(self, model: UserModel) -> User:
        model.version += 1
        self._session.flush()
        return _to_user(model)


def _in_offices(below: str | None) -> Select[UserModel]:
    query = select(UserModel)
    if below is None:
        return query
    return query.join(OfficeModel, OfficeModel.id == UserModel.office_id).where(
        OfficeModel.path.startswith(below, autoescape=True)
    )


def _roles_to_text(roles: Iterable[Role]) -> str:
    return ",".join(sorted(roles))


def _text_to_roles(text: str) -> frozenset[Role]:
    return frozenset(Role(part) for part in text.split(",") if part)


def _to_user(model: UserModel) -> User:
    return User(
        model.id,
        model.username,
        model.display_name,
        model.office_id,
        _text_to_roles(model.roles),
        model.is_active,
        model.must_change_password,
        model.totp_confirmed,
        model.version,
    )


def _to_credentials(model: UserModel) -> Credentials:
    return Credentials(_to_user(model), model.password_hash, model.totp_secret, model.totp_last_step)
