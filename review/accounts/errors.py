"""Why a sign-in, an account or an office was refused."""

from collections.abc import Mapping
from math import ceil
from typing import Any

from domain.accounts import Permission
from domain.errors import ConflictError, ForbiddenError, InputError, LimitError, UnauthenticatedError
from domain.offices import OfficeKind

_PERMISSIONS = {
    Permission.VIEW: "查看批次",
    Permission.UPLOAD: "上传文件",
    Permission.DECIDE: "核对决定",
    Permission.PASS_ON: "报送与接收",
    Permission.SHOW_NUMBERS: "查看完整号码",
    Permission.EXPORT: "导出",
    Permission.VIEW_LOG: "查看日志",
    Permission.MANAGE: "账号与设置管理",
    Permission.VERIFY_ONLINE: "在线核验",
}


class NotSignedInError(UnauthenticatedError):
    """A call came without cookie and token, or with an unknown cookie."""

    code = "unauthenticated"

    def __init__(self) -> None:
        super().__init__("您还没有登录，或者登录已经失效。请登录后重试。")


class SignInRefusedError(UnauthenticatedError):
    """Name or password is wrong, or the account is closed; which of them is not said."""

    code = "sign_in_refused"

    def __init__(self) -> None:
        super().__init__(
            "用户名或密码不正确，或者账号已停用。请核对后重试；忘记密码时请联系上级单位的管理员重置。"
        )


class AccountLockedError(LimitError):
    """Too many sign-ins under a name failed in a row."""

    code = "account_locked"

    def __init__(self, seconds: float) -> None:
        minutes = max(1, ceil(seconds / 60))
        super().__init__(
            f"连续多次登录失败，该用户名已暂时锁定。请 {minutes} 分钟后重试，或请上级单位的管理员重置密码。",
            max(1, ceil(seconds)),
        )


class TooManySignInsError(LimitError):
    """Sign-ins come too fast under one name or from one address."""

    code = "too_many_requests"

    def __init__(self, seconds: float) -> None:
        super().__init__(f"登录过于频繁。请在 {max(1, ceil(seconds))} 秒后重试。", max(1, ceil(seconds)))


class SessionExpiredError(UnauthenticatedError):
    """The sign-in has reached its end."""

    code = "session_expired"

    def __init__(self) -> None:
        super().__init__("登录已过期。请重新登录；已经保存的内容不会丢失。")


class TotpRequiredError(UnauthenticatedError):
    """The second factor is still owed."""

    code = "totp_required"

    def __init__(self) -> None:
        super().__init__("还需要输入动态验证码才能完成登录。请打开手机上的验证器，输入 6 位验证码。")


class TotpRefusedError(UnauthenticatedError):
    """The code is wrong, too old, or was taken before."""

    code = "totp_refused"

    def __init__(self) -> None:
        super().__init__("动态验证码不正确或已经用过。请等待验证器显示下一个验证码后重试。")


class TokenRefusedError(UnauthenticatedError):
    """A token is unknown, expired or revoked."""

    code = "token_refused"

    def __init__(self) -> None:
        super().__init__("程序令牌无效、已过期或已被撤销。请在账号页面新建一个令牌。")


class PasswordChangeRequiredError(ForbiddenError):
    """The password was given by an administrator and must be changed first."""

    code = "password_change_required"

    def __init__(self) -> None:
        super().__init__("您正在使用初始密码。请先修改密码，再继续其他操作。")


class CsrfError(ForbiddenError):
    """A call that changes something came without the token of the sign-in."""

    code = "csrf_refused"

    def __init__(self) -> None:
        super().__init__("页面已失效，本次操作没有执行。请刷新页面后重试。")


class SessionNeededError(ForbiddenError):
    """A token cannot do this; a person must be signed in."""

    code = "session_needed"

    def __init__(self) -> None:
        super().__init__("这项操作不能用程序令牌完成。请用用户名和密码登录后操作。")


class PermissionMissingError(ForbiddenError):
    """The roles of the person, or the scopes of the token, do not allow it."""

    code = "forbidden"

    def __init__(self, permission: Permission) -> None:
        self.permission = permission
        super().__init__(
            f"您没有“{_PERMISSIONS[permission]}”的权限。需要办理时，请联系本单位或上级单位的管理员。"
        )

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the person lacks."""
        return {"permission": self.permission.value}


class HigherOfficeNeededError(ForbiddenError):
    """Only an administrator of an office above may do this."""

    code = "higher_office_needed"

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}须由上级单位的管理员办理。请联系上级单位。")


class RootOfficeNeededError(ForbiddenError):
    """Only an administrator of the office at the top may do this."""

    code = "root_office_needed"

    def __init__(self) -> None:
        super().__init__("报送时段由最上级单位的管理员统一维护。需要调整时，请联系该单位。")


class OwnAccountError(ForbiddenError):
    """Nobody manages the own account."""

    code = "own_account"

    def __init__(self) -> None:
        super().__init__("不能管理自己的账号。请由另一位管理员办理；修改自己的密码请使用“修改密码”。")


class RolesError(InputError):
    """These roles cannot be one person's."""

    code = "roles"

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason}。请重新选择角色；一人兼任时，请分别建立账号。")


class UsernameError(InputError):
    """A user name of a form that is not used."""

    code = "username"

    def __init__(self) -> None:
        super().__init__(
            "用户名应为 3 到 32 个小写字母、数字、点、横线或下划线，以字母或数字开头。请改正后重试。"
        )


class WeakPasswordError(InputError):
    """A password that would be guessed."""

    code = "weak_password"

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason}。请换一个密码。")


class WrongPasswordError(InputError):
    """The present password, asked again, is wrong."""

    code = "wrong_password"

    def __init__(self) -> None:
        super().__init__("当前密码不正确。请重新输入；连续多次输错会被暂时锁定。")


class TotpCodeError(InputError):
    """The first code of a new second factor is wrong."""

    code = "totp_code"

    def __init__(self) -> None:
        super().__init__("验证码不正确。请检查手机时间是否准确，等待下一个验证码后重试。")


class TotpAlreadyOnError(ConflictError):
    """The account has a second factor."""

    code = "totp_already_on"

    def __init__(self) -> None:
        super().__init__(
            "动态验证码已经启用。更换手机时，请先关闭再重新绑定；手机已丢失的，请联系管理员解除。"
        )


class TotpNotOnError(ConflictError):
    """The account has no second factor."""

    code = "totp_not_on"

    def __init__(self) -> None:
        super().__init__("动态验证码没有启用，无需关闭。请刷新页面后查看。")


class TotpNotBegunError(ConflictError):
    """A code was sent before a secret was fetched."""

    code = "totp_not_begun"

    def __init__(self) -> None:
        super().__init__("还没有开始绑定动态验证码。请先获取二维码，再输入验证码。")


class OfficeKindError(InputError):
    """An office of that kind does not hang under one of the other."""

    code = "office_kind"

    def __init__(self, kind: OfficeKind, parent: OfficeKind) -> None:
        super().__init__(f"“{kind.label}”不能直接设在“{parent.label}”之下。请选择正确的上级单位或单位类型。")


class OfficeInactiveError(ConflictError):
    """An office, or one above it, is closed."""

    code = "office_inactive"

    def __init__(self) -> None:
        super().__init__("该单位或它的上级单位已停用。请先启用单位，再办理账号。")


class RootOfficeError(ConflictError):
    """The office at the top cannot be closed."""

    code = "root_office"

    def __init__(self) -> None:
        super().__init__("最上级单位不能停用。")


class TokenScopesError(InputError):
    """A token may not do more than its owner."""

    code = "token_scopes"

    def __init__(self) -> None:
        super().__init__("令牌至少要有一项权限，且不能超出您自己的权限。请重新选择。")


class TokenExpiryError(InputError):
    """A token must end, and within what the office allows."""

    code = "token_expiry"

    def __init__(self, days: int) -> None:
        super().__init__(f"令牌的有效期必须晚于现在，且不超过 {days} 天。请重新选择到期时间。")
