"""Settings hold their type and bounds."""

import pytest

from domain.settings import (
    DEFINITIONS,
    OfficeSettings,
    SettingNotFoundError,
    SettingValue,
    SettingValueError,
    definition_of,
    effective,
    text_to_value,
    value_to_text,
)


@pytest.mark.parametrize("name", list(DEFINITIONS))
def test_the_default_is_a_value_that_comes_back_as_it_was(name: str) -> None:
    definition = DEFINITIONS[name]

    assert text_to_value(definition, value_to_text(definition.default)) == definition.default
    assert type(definition.check(definition.default)) is type(getattr(OfficeSettings(), name))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("four_eyes", 1),
        ("four_eyes", None),
        ("recheck_rate", "0.5"),
        ("recheck_rate", float("nan")),
        ("recheck_rate", float("inf")),
        ("recheck_rate", -0.1),
        ("lease_seconds", 60.5),
        ("lease_seconds", 59),
        pytest.param("lease_seconds", 10**400, id="huge"),
    ],
)
def test_other_values_are_refused(name: str, value: object) -> None:
    with pytest.raises(SettingValueError):
        definition_of(name).check(value)


def test_whole_numbers_do_for_shares() -> None:
    assert definition_of("recheck_rate").check(1) == 1.0


@pytest.mark.parametrize(
    ("name", "value", "other", "laxer"),
    [
        ("four_eyes", False, True, True),
        ("recheck_rate", 0.1, 0.2, True),
        ("session_hours", 24, 12, True),
        ("session_hours", 8, 12, False),
        ("lease_seconds", 7200, 60, False),
    ],
)
def test_guards_know_which_way_is_laxer(
    name: str, value: SettingValue, other: SettingValue, laxer: bool
) -> None:
    assert definition_of(name).is_laxer(value, other) is laxer


def test_the_nearest_level_wins() -> None:
    assert effective([{"lease_seconds": 900}, {}, {"lease_seconds": 300}]).lease_seconds == 300


def test_an_unknown_name_is_no_setting() -> None:
    with pytest.raises(SettingNotFoundError):
        definition_of("colour")
