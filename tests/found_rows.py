"""Rows as a check finds them, each of another person: in order, with a wrong name, without a certificate."""

from collections.abc import Mapping
from dataclasses import replace

from domain.fields import Field
from domain.findings import Issue, Kind, RowFinding, Status, Verdict
from domain.id_numbers import check_character
from tests.results import finding, row_finding

_DIGITS = "零一二三四五六七八九"


def number_of(n: int) -> str:
    """Return a person's ID number."""
    first = f"61010319850314{n % 1000:03d}"
    return first + check_character(first)


def person(n: int) -> dict[Field, str]:
    """Return what is a person's own in a row."""
    return {
        Field.NAME: f"张{_DIGITS[n // 10 % 10]}{_DIGITS[n % 10]}",
        Field.ID_NUMBER: number_of(n),
        Field.CERTIFICATE_NUMBER: f"ZG2016{n:06d}",
    }


def clear_row(
    row_number: int,
    n: int | None = None,
    *,
    file: str | None = None,
    submitted: Mapping[Field, str] | None = None,
) -> RowFinding:
    """Return a row about which there is nothing to say; person ``n``, by default that of the row number."""
    n = row_number if n is None else n
    row = row_finding(row_number, submitted={**person(n), **(submitted or {})})
    assert row.certificate is not None
    file = file or f"证书/{n:04d}.jpg"
    fields = {
        name: replace(found, evidence=found.evidence and replace(found.evidence, file=file))
        for name, found in row.fields.items()
    }
    return replace(row, certificate=replace(row.certificate, file=file), fields=fields)


def wrong_name(
    row_number: int,
    n: int | None = None,
    *,
    typed: str = "张玮",
    paper: str = "张伟",
    file: str | None = None,
    status: Status = Status.MISMATCH,
) -> RowFinding:
    """Return a row whose name was typed wrong."""
    wrong = finding(
        Field.NAME,
        typed,
        certificate=paper,
        approval=paper,
        status=status,
        kind=Kind.HOMOPHONE,
        probability=0.997,
    )
    row = clear_row(row_number, n, file=file, submitted={Field.NAME: typed})
    issue = Issue(Field.NAME, Kind.HOMOPHONE, f"姓名填“{typed}”，证书是“{paper}”。")
    return replace(row, verdict=Verdict.REJECT, fields={**row.fields, Field.NAME: wrong}, issues=(issue,))


def no_paper(row_number: int) -> RowFinding:
    """Return a row without a certificate."""
    row = clear_row(row_number)
    issue = Issue(None, Kind.NO_CERTIFICATE, "没有找到此人的证书。")
    return replace(row, verdict=Verdict.REVIEW, certificate=None, issues=(issue,))
