"""What a row says against itself and against the other rows, without any paper."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from domain.dates import PartialDate
from domain.fields import OFFICIAL_LABELS, Field
from domain.findings import Issue, Kind, Verdict
from domain.id_numbers import IdNumber, IdProblem, check_character, parse_id_number
from domain.records import CandidateRecord, SheetRow
from domain.text import fold
from domain.titles import level_of_words, series_of_words, title_levels, title_series
from matching.kinds import parse_iso
from matching.messages import describe_id_problem
from matching.options import MatchingOptions

_ID_LENGTH, _OLD_ID_LENGTH = 18, 15
_E_CERTIFICATE = re.compile(r"电子(?:职称)?证")
_NO_E_CERTIFICATE = re.compile(r"(?:无|未|非|没有|不是|尚未)[^，,;；。]{0,6}电子")


@dataclass(frozen=True, slots=True)
class Concern:
    """An issue and how far it takes the row."""

    issue: Issue
    verdict: Verdict
    """``REJECT`` when the row is proven wrong, else ``REVIEW``."""


def review(field: Field | None, kind: Kind, message: str) -> Concern:
    """Return a concern that a person must look at."""
    return Concern(Issue(field, kind, message), Verdict.REVIEW)


def reject(field: Field | None, kind: Kind, message: str) -> Concern:
    """Return a concern that proves the row wrong."""
    return Concern(Issue(field, kind, message), Verdict.REJECT)


def check_row(
    row: SheetRow,
    certificate: CandidateRecord | None,
    options: MatchingOptions,
    *,
    is_number_proven: bool,
) -> tuple[Concern, ...]:
    """Check a row by arithmetic and by the system of titles.

    Args:
        row: The row.
        certificate: Its certificate, which may say that it is an electronic one.
        options: Thresholds.
        is_number_proven: Paper says the row's ID number. Then 000 at its end is no loss.
    """
    concerns = [*_check_cells(row), *_check_identity(row, is_number_proven=is_number_proven)]
    concerns += _check_title(row)
    concerns += _check_dates(row, options)
    concerns += _check_e_certificate(row, certificate)
    return tuple(concerns)


def find_duplicates(rows: Sequence[SheetRow]) -> tuple[tuple[int, ...], ...]:
    """Return groups of row indices that report one title of one person more than once.

    Same ID number, or same name and certificate number without two valid ID numbers. Rows of one
    person with different titles and dates are different titles (中级 2012, 高级 2017) and no
    duplicates; one ID number under two names is always in the result.
    """
    groups: dict[tuple[str, ...], list[int]] = {}
    for i, row in enumerate(rows):
        name = fold(row.value(Field.NAME))
        number = fold(row.value(Field.ID_NUMBER))
        certificate = fold(row.value(Field.CERTIFICATE_NUMBER))
        if number and parse_id_number(number).problem is not IdProblem.LOST_DIGITS:
            groups.setdefault(("id", number), []).append(i)
        if name and certificate:
            groups.setdefault(("certificate", name, certificate), []).append(i)
    found: dict[tuple[int, ...], None] = {}
    for key, members in groups.items():
        for same in _split_by_title(rows, members, by_certificate=key[0] == "certificate"):
            found[tuple(same)] = None
    return _without_subsets(tuple(found))


def _split_by_title(rows: Sequence[SheetRow], members: list[int], *, by_certificate: bool) -> list[list[int]]:
    if len(members) < 2:
        return []
    differ = _are_different_people if by_certificate else _are_different_titles
    groups: list[list[int]] = []
    for i in members:
        for group in groups:
            if not differ(rows[group[0]], rows[i]):
                group.append(i)
                break
        else:
            groups.append([i])
    return [group for group in groups if len(group) > 1]


def _are_different_people(one: SheetRow, other: SheetRow) -> bool:
    """Tell namesakes, of whom one uses the other's certificate, from one person reported twice."""
    numbers = [parse_id_number(row.value(Field.ID_NUMBER)) for row in (one, other)]
    return all(n.text and n.problem is None for n in numbers) and numbers[0].text != numbers[1].text


def _are_different_titles(one: SheetRow, other: SheetRow) -> bool:
    if fold(one.value(Field.NAME)) != fold(other.value(Field.NAME)):
        return False
    return all(
        one.value(field) and other.value(field) and fold(one.value(field)) != fold(other.value(field))
        for field in (Field.TITLE, Field.GRANTED_ON)
    )


def _without_subsets(groups: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
    by_member: dict[int, list[tuple[int, ...]]] = defaultdict(list)
    for group in groups:
        for member in group:
            by_member[member].append(group)
    return tuple(
        group for group in sorted(groups) if not any(set(group) < set(other) for other in by_member[group[0]])
    )


def _check_cells(row: SheetRow) -> list[Concern]:
    return [
        review(
            field,
            Kind.DAMAGED_CELL,
            cell.message or f"{OFFICIAL_LABELS[field]}单元格“{cell.raw}”无法识别，请重新填写。",
        )
        for field, cell in row.cells.items()
        if cell.problem and field is not Field.ID_NUMBER
    ]


def _check_identity(row: SheetRow, *, is_number_proven: bool) -> list[Concern]:
    cell = row.cells.get(Field.ID_NUMBER)
    if cell is None or not cell.value:
        return []
    kind_of_id = fold(row.value(Field.ID_TYPE))
    if kind_of_id and "身份证" not in kind_of_id:
        message = f"证件类型为“{row.value(Field.ID_TYPE)}”，应为居民身份证（二代），请核对。"
        return [review(Field.ID_TYPE, Kind.INVALID_ID_NUMBER, message)]
    number = parse_id_number(cell.value)
    if number.problem is IdProblem.LOST_DIGITS and is_number_proven and _is_whole(number.text):
        return []
    if cell.problem is not None or number.problem is not None:
        problem = number.problem
        message = (
            cell.message or "证件号码单元格已损坏，请重新填写。"
            if problem is None
            else describe_id_problem(problem, number.text)
        )
        return [reject(Field.ID_NUMBER, Kind.INVALID_ID_NUMBER, message)]
    concerns = _check_against_id(row, number)
    if len(number.text) == _OLD_ID_LENGTH:
        message = "证件号码为15位（一代身份证），须填写18位的二代身份证号码。"
        concerns.append(review(Field.ID_NUMBER, Kind.INVALID_ID_NUMBER, message))
    return concerns


def _is_whole(number: str) -> bool:
    """Tell whether a number that ends in 000 passes its own check: one number in 1,100 is like that."""
    return len(number) == _ID_LENGTH and number.isdigit() and check_character(number[:-1]) == number[-1]


def _check_against_id(row: SheetRow, number: IdNumber) -> list[Concern]:
    concerns = []
    birth = parse_iso(row.value(Field.BIRTH_DATE))
    if birth is not None and number.birth_date is not None and not birth.agrees_with(number.birth_date):
        message = f"出生日期为{birth}，与证件号码中的{number.birth_date}不一致。"
        concerns.append(review(Field.BIRTH_DATE, Kind.BIRTH_DATE_CONFLICTS_WITH_ID, message))
    gender = fold(row.value(Field.GENDER))
    if gender in ("男", "女") and number.gender is not None and gender != number.gender:
        message = f"性别为“{gender}”，按证件号码应为“{number.gender}”。"
        concerns.append(review(Field.GENDER, Kind.GENDER_CONFLICTS_WITH_ID, message))
    return concerns


def _check_title(row: SheetRow) -> list[Concern]:
    title, level, series = (row.value(f) for f in (Field.TITLE, Field.LEVEL, Field.SERIES))
    concerns = []
    possible, stated = title_levels(title), level_of_words(level)
    if title and level and possible and stated and not possible & stated:
        should = "或".join(word.value for word in sorted(possible))
        message = f"级别为“{level}”，而资格名称“{title}”属于{should}。"
        concerns.append(review(Field.LEVEL, Kind.LEVEL_CONFLICTS_WITH_TITLE, message))
    homes, named = title_series(title), series_of_words(series)
    if title and series and homes and named and not homes & named:
        should = "或".join(sorted(homes))
        message = f"职称系列为“{series}”，而资格名称“{title}”属于{should}。"
        concerns.append(review(Field.SERIES, Kind.SERIES_CONFLICTS_WITH_TITLE, message))
    return concerns


def _check_dates(row: SheetRow, options: MatchingOptions) -> list[Concern]:
    granted, issued, birth = (
        parse_iso(row.value(field)) for field in (Field.GRANTED_ON, Field.ISSUED_ON, Field.BIRTH_DATE)
    )
    concerns = []
    if granted is not None and granted.year < options.first_scope_year:
        message = f"授予时间为{granted}，早于2010年1月1日，不在本次上报范围。"
        concerns.append(reject(Field.GRANTED_ON, Kind.OUT_OF_SCOPE_BEFORE_2010, message))
    if granted is not None and issued is not None and is_before(issued, granted):
        message = f"发证日期{issued}早于授予时间{granted}，请核对。"
        concerns.append(review(Field.ISSUED_ON, Kind.DATES_OUT_OF_ORDER, message))
    if granted is not None and birth is not None:
        grown = PartialDate(birth.year + options.min_working_age, birth.month)
        if is_before(granted, grown):
            message = f"授予时间{granted}时不满{options.min_working_age}岁（出生日期{birth}），请核对。"
            concerns.append(review(Field.GRANTED_ON, Kind.DATES_OUT_OF_ORDER, message))
    return concerns


def is_before(one: PartialDate, other: PartialDate) -> bool:
    """Tell whether one date is surely before the other, as far as both speak."""
    for mine, theirs in ((one.year, other.year), (one.month, other.month), (one.day, other.day)):
        if mine is None or theirs is None or mine == theirs:
            if mine is None or theirs is None:
                return False
            continue
        return mine < theirs
    return False


def _check_e_certificate(row: SheetRow, certificate: CandidateRecord | None) -> list[Concern]:
    status = row.value(Field.CERTIFICATE_STATUS)
    if _E_CERTIFICATE.search(status) and not _NO_E_CERTIFICATE.search(status):
        message = f"证书办理状态为“{status}”，已有电子证书的人员不在本次上报范围。"
        return [reject(Field.CERTIFICATE_STATUS, Kind.HAS_E_CERTIFICATE, message)]
    texts = [reading.raw for reading in certificate.readings.values()] if certificate is not None else []
    if any(_E_CERTIFICATE.search(text) for text in texts):
        message = "所附证书为电子证书，已有电子证书的人员不在本次上报范围，请核对。"
        return [review(None, Kind.HAS_E_CERTIFICATE, message)]
    return []
