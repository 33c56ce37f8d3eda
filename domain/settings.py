"""What an office can set for itself and the offices below it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from domain.errors import InputError, NotFoundError

SettingValue = bool | int | float


class Stricter(StrEnum):
    """Which way a setting guards more."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"
    """A matter of taste; any office chooses."""


@dataclass(frozen=True, slots=True)
class OfficeSettings:
    """The settings that hold for one office."""

    four_eyes: bool = True
    """A batch is passed on by somebody who decided none of its rows."""

    recheck_rate: float = 0.05
    """Share of the cleared rows that is drawn by lot and looked at by a person."""

    recheck_min_rows: int = 20
    """At least so many of them, or all there are."""

    clear_probability: float = 0.1
    """No value of a row that nobody looks at is likelier wrong than this. The product's own bar, which its
    evidence is calibrated for, is the laxest."""

    clear_link_score: float = 0.9
    """The certificate of such a row is its own with at least this probability; the product's bar again."""

    lease_seconds: int = 600
    """How long a row that a verifier took stays with him."""

    session_hours: int = 12
    """How long a sign-in holds at most."""

    session_idle_minutes: int = 60
    """How long a sign-in holds without a call."""

    token_days: int = 366
    """How long a key for programs may hold."""


@dataclass(frozen=True, slots=True)
class SettingDefinition:
    """What a setting is and which values it may have."""

    name: str
    label: str
    """In Chinese."""

    lower: float
    upper: float
    """Inclusive, both; 0 and 1 for what is on or off."""

    stricter: Stricter
    default: SettingValue

    @property
    def kind(self) -> str:
        """``bool``, ``int`` or ``float``."""
        return type(self.default).__name__

    def check(self, value: object) -> SettingValue:
        """Return a value as the setting's own type.

        Raises:
            SettingValueError: It is of another type or out of bounds.
        """
        if isinstance(self.default, bool):
            if isinstance(value, bool):
                return value
            raise SettingValueError(self)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise SettingValueError(self)
        # No number at all (NaN) is within no bounds either.
        if not self.lower <= value <= self.upper:
            raise SettingValueError(self)
        if isinstance(self.default, float):
            return float(value)
        if value != int(value):
            raise SettingValueError(self)
        return int(value)

    def is_laxer(self, value: SettingValue, other: SettingValue) -> bool:
        """Tell whether a value guards less than another one."""
        if self.stricter is Stricter.HIGHER:
            return value < other
        return self.stricter is Stricter.LOWER and value > other


class SettingNotFoundError(NotFoundError):
    """There is no setting of that name."""

    code = "setting_not_found"

    def __init__(self, name: str) -> None:
        super().__init__(f"没有名为“{name[:64]}”的设置项。请从设置列表中选择。")


class SettingValueError(InputError):
    """A setting cannot have that value."""

    code = "setting_value"

    def __init__(self, definition: SettingDefinition) -> None:
        if definition.kind == "bool":
            allowed = "是或否（true / false）"
        else:
            whole = "整数" if definition.kind == "int" else "数字"
            allowed = f"{definition.lower:g} 到 {definition.upper:g} 之间的{whole}"
        super().__init__(f"设置项“{definition.label}”只能是{allowed}。请改正后重新保存。")


_DEFAULTS = OfficeSettings()


def _define(name: str, label: str, bounds: tuple[float, float], stricter: Stricter) -> SettingDefinition:
    return SettingDefinition(name, label, *bounds, stricter, getattr(_DEFAULTS, name))


DEFINITIONS: Mapping[str, SettingDefinition] = MappingProxyType(
    {
        definition.name: definition
        for definition in (
            _define("four_eyes", "报送人不得是核对人", (0, 1), Stricter.HIGHER),
            _define("recheck_rate", "已通过行的抽查比例", (0, 1), Stricter.HIGHER),
            _define("recheck_min_rows", "每批至少抽查的行数", (0, 1000), Stricter.HIGHER),
            _define("clear_probability", "自动通过：每项填错的可能最多", (0.001, 0.1), Stricter.LOWER),
            _define("clear_link_score", "自动通过：证书属于本人的把握至少", (0.9, 0.999), Stricter.HIGHER),
            _define("lease_seconds", "领取一行后的保留时间（秒）", (60, 7200), Stricter.NEITHER),
            _define("session_hours", "登录最长有效时间（小时）", (1, 72), Stricter.LOWER),
            _define("session_idle_minutes", "无操作自动退出（分钟）", (5, 720), Stricter.LOWER),
            _define("token_days", "程序令牌最长有效期（天）", (1, 730), Stricter.LOWER),
        )
    }
)

assert set(DEFINITIONS) == {one.name for one in fields(OfficeSettings)}, "one definition a setting"


def definition_of(name: str) -> SettingDefinition:
    """Return a definition.

    Raises:
        SettingNotFoundError: There is none.
    """
    if name not in DEFINITIONS:
        raise SettingNotFoundError(name)
    return DEFINITIONS[name]


def effective(levels: Sequence[Mapping[str, SettingValue]]) -> OfficeSettings:
    """Return what holds for an office.

    Args:
        levels: What the offices on the way from the root to it have set, the root first; the nearest wins.
    """
    chosen: dict[str, Any] = {}
    for level in levels:
        chosen.update(level)
    return OfficeSettings(**chosen)


def value_to_text(value: SettingValue) -> str:
    """Write a value for the database."""
    return json.dumps(value)


def text_to_value(definition: SettingDefinition, text: str) -> SettingValue:
    """Read a value from the database.

    Raises:
        SettingValueError: It is not within today's bounds.
    """
    return definition.check(json.loads(text))
