"""People who work with the service, what they may do, and on whose behalf a call is made."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """A person may hold several."""

    REPORTER = "reporter"
    """经办人: uploads and answers."""
    VERIFIER = "verifier"
    """核对人: works the queue."""
    SUPERVISOR = "supervisor"
    """负责人: passes up, accepts, sends back."""
    AUDITOR = "auditor"
    """审计人: sees everything of the office and its log, changes nothing."""
    ADMINISTRATOR = "administrator"
    """管理员: accounts and settings; sees no batch."""

    @property
    def label(self) -> str:
        """The role in Chinese."""
        return _ROLE_LABELS[self]


_ROLE_LABELS = {
    Role.REPORTER: "经办人",
    Role.VERIFIER: "核对人",
    Role.SUPERVISOR: "负责人",
    Role.AUDITOR: "审计人",
    Role.ADMINISTRATOR: "管理员",
}


class Permission(StrEnum):
    """What a call may need; also the scopes of a token."""

    VIEW = "view"
    UPLOAD = "upload"
    DECIDE = "decide"
    PASS_ON = "pass_on"
    SHOW_NUMBERS = "show_numbers"
    """See ID and telephone numbers in full; every showing is logged."""
    EXPORT = "export"
    VIEW_LOG = "view_log"
    MANAGE = "manage"
    """Accounts and offices below, settings and periods."""
    VERIFY_ONLINE = "verify_online"
    """Ask whether a certificate is held by the province."""


PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.REPORTER: frozenset(
        {Permission.VIEW, Permission.UPLOAD, Permission.SHOW_NUMBERS, Permission.EXPORT}
    ),
    Role.VERIFIER: frozenset(
        {Permission.VIEW, Permission.UPLOAD, Permission.DECIDE, Permission.SHOW_NUMBERS, Permission.EXPORT}
    ),
    Role.SUPERVISOR: frozenset(
        {
            Permission.VIEW,
            Permission.PASS_ON,
            Permission.SHOW_NUMBERS,
            Permission.EXPORT,
            Permission.VERIFY_ONLINE,
        }
    ),
    Role.AUDITOR: frozenset({Permission.VIEW, Permission.VIEW_LOG}),
    Role.ADMINISTRATOR: frozenset({Permission.MANAGE, Permission.VIEW_LOG}),
}


def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """Return what several roles together allow."""
    return frozenset().union(*(PERMISSIONS[role] for role in roles))


@dataclass(frozen=True, slots=True)
class User:
    """An account."""

    id: int
    username: str
    display_name: str
    office_id: int
    roles: frozenset[Role]
    is_active: bool = True
    must_change_password: bool = False
    has_totp: bool = False
    version: int = 1
    """Rises with every change that an administrator makes."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a call, from where, and what the call may do."""

    user_id: int
    username: str
    display_name: str
    office_id: int
    office_code: str
    office_name: str
    office_path: str
    roles: frozenset[Role]
    permissions: frozenset[Permission] = field(default=frozenset())
    """Those of the roles; of a token, those it was given and its owner still has."""

    def may(self, permission: Permission) -> bool:
        """Tell whether the call may do something."""
        return permission in self.permissions
