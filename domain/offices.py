"""Offices and their tree: who hands up to whom (docs: the notice, 陕人社函〔2021〕107号)."""

from dataclasses import dataclass
from enum import StrEnum


class OfficeKind(StrEnum):
    """What an office is; decides where it hangs and which deadline holds for it."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    CITY_DEPARTMENT = "city_department"
    """A department of a city that compiles titles itself, as a county does."""
    SENIOR_BODY = "senior_body"
    """高级评委会组建单位: set up a senior committee; under the province or under a city."""
    UNIT = "unit"
    """An employer that reports through the office above it."""

    @property
    def label(self) -> str:
        """The kind in Chinese."""
        return _LABELS[self]


_LABELS = {
    OfficeKind.PROVINCE: "省级",
    OfficeKind.CITY: "市级",
    OfficeKind.COUNTY: "区县",
    OfficeKind.CITY_DEPARTMENT: "市直部门",
    OfficeKind.SENIOR_BODY: "高级评委会组建单位",
    OfficeKind.UNIT: "用人单位",
}

ALLOWED_PARENTS: dict[OfficeKind, frozenset[OfficeKind]] = {
    OfficeKind.PROVINCE: frozenset(),
    OfficeKind.CITY: frozenset({OfficeKind.PROVINCE}),
    OfficeKind.COUNTY: frozenset({OfficeKind.CITY}),
    OfficeKind.CITY_DEPARTMENT: frozenset({OfficeKind.CITY}),
    OfficeKind.SENIOR_BODY: frozenset({OfficeKind.PROVINCE, OfficeKind.CITY}),
    OfficeKind.UNIT: frozenset(OfficeKind) - {OfficeKind.UNIT},
}


@dataclass(frozen=True, slots=True)
class Office:
    """One office of the tree."""

    id: int
    code: str
    """Its system account, unique; the same in every installation, so that packages name it."""

    name: str
    kind: OfficeKind
    parent_id: int | None
    path: str
    """Ids from the root down, ``/1/5/9/``: below another is an office whose path begins with the other's."""

    is_active: bool = True
    version: int = 1
    """Rises with every change."""
