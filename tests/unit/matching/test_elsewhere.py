"""A value that no reader assigned, found among the lines of the certificate."""

from dataclasses import replace

import pytest

from domain.fields import Field
from domain.findings import Status
from domain.geometry import Box
from domain.lattice import Lattice
from domain.records import CandidateRecord, TextLine
from matching.elsewhere import find_elsewhere, names_unread_employer
from matching.options import MatchingOptions
from matching.verify import RowPapers, verify_row
from tests.factories import certificate, person, sheet_row


def _line(text: str, top: float = 0.3) -> TextLine:
    box = Box(0.1, top, 0.1 + 0.02 * len(text), top + 0.02)
    lattice = Lattice.of_text(text)
    return TextLine(text, box.to_polygon(), 0.98, Lattice(lattice.codes, lattice.log_probabilities))


def _certificate(*lines: TextLine, without: Field) -> CandidateRecord:
    return replace(certificate(person(0), without=[without]), lines=tuple((1, line) for line in lines))


@pytest.mark.parametrize(
    ("field", "submitted", "printed", "found"),
    [
        pytest.param(Field.EMPLOYER, "西安市第一中学", "系西安市第一中學教师", True, id="inside-a-sentence"),
        pytest.param(Field.EMPLOYER, "西安市第二中学", "系西安市第一中学教师", False, id="another-body"),
        pytest.param(Field.ISSUER, "省职改领导小组", "省职改领导小组办公室", False, id="its-office"),
        pytest.param(Field.CERTIFICATE_NUMBER, "20160147", "陕职证字第20160147号", True, id="framed-number"),
        pytest.param(
            Field.CERTIFICATE_NUMBER, "20160147", "6101022016014755", False, id="inside-a-longer-number"
        ),
        pytest.param(Field.CERTIFICATE_NUMBER, "147", "第147号", False, id="too-short-to-tell"),
        pytest.param(
            Field.GRANTED_ON, "2016-05-19", "于二〇一六年五月十九日评审通过", True, id="date-in-words"
        ),
        pytest.param(Field.GRANTED_ON, "2016-05", "2016年5月19日", False, id="date-without-day"),
        pytest.param(Field.TITLE, "工程师", "具备工程师任职资格", True, id="title"),
        pytest.param(Field.TITLE, "工程师", "具备高级工程师任职资格", False, id="part-of-a-higher-title"),
        pytest.param(Field.GENDER, "男", "男", False, id="stands-on-any-paper"),
    ],
)
def test_only_the_very_value_is_found(field: Field, submitted: str, printed: str, found: bool) -> None:
    reading = find_elsewhere(field, submitted, _certificate(_line(printed), without=field))

    assert (reading is not None) is found
    assert reading is None or (reading.value == submitted and reading.raw == printed)


def test_what_the_edge_of_the_picture_cuts_off_is_no_proof() -> None:
    paper = _certificate(replace(_line("系西安市第一中学"), cut_off=True), without=Field.EMPLOYER)

    found = find_elsewhere(Field.EMPLOYER, "西安市第一中学", paper)

    assert found is not None
    assert found.cut_off


def test_a_value_broken_over_two_lines_is_found() -> None:
    paper = _certificate(
        _line("在陕西三川投资控", 0.3), _line("股有限公司任职", 0.33), without=Field.EMPLOYER
    )

    assert find_elsewhere(Field.EMPLOYER, "陕西三川投资控股有限公司", paper) is not None


def test_a_date_that_is_the_issue_date_proves_no_grant() -> None:
    values = person(0)
    paper = _certificate(_line(f"发证日期：{values[Field.ISSUED_ON]}"), without=Field.GRANTED_ON)

    assert find_elsewhere(Field.GRANTED_ON, values[Field.ISSUED_ON], paper) is None


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("在陕西三川投资控股有限公司从事金融工作", True),
        ("陕西省人力资源和社会保障厅", False),
        ("由某某大学职称评审委员会评审", False),
        ("兹证明持证人具备任职资格", False),
    ],
)
def test_a_place_of_work_in_a_sentence_is_noticed(printed: str, expected: bool) -> None:
    paper = _certificate(_line(printed), without=Field.EMPLOYER)

    assert names_unread_employer(paper, ()) is expected


def test_the_issuing_company_is_no_unread_employer() -> None:
    paper = _certificate(_line("陕西建工集团有限公司"), without=Field.EMPLOYER)

    assert not names_unread_employer(paper, ("陕西建工集团有限公司",))


@pytest.mark.parametrize(
    ("printed", "status"),
    [
        ("在陕西三川投资控股有限公司从事金融工作", Status.UNREADABLE),
        ("系{employer}职工", Status.MATCH),
        ("特发此证", Status.NOT_ON_DOCUMENT),
    ],
)
def test_the_row_is_judged_by_what_stands_there(printed: str, status: Status) -> None:
    values = person(0)
    paper = _certificate(_line(printed.format(employer=values[Field.EMPLOYER])), without=Field.EMPLOYER)

    checks = verify_row(
        sheet_row(values),
        RowPapers(paper),
        ignored=frozenset(),
        alphabet=frozenset(),
        options=MatchingOptions(),
    )

    assert checks[Field.EMPLOYER].finding.status is status


@pytest.mark.parametrize(
    ("field", "status"),
    [
        pytest.param(Field.ID_NUMBER, Status.MATCH, id="a-number-cut-short-by-its-reader"),
        pytest.param(Field.EMPLOYER, Status.MATCH, id="a-body-taken-from-other-words"),
        pytest.param(Field.GRANTED_ON, Status.MISMATCH, id="which-date-is-which-is-the-question"),
    ],
)
def test_the_very_value_on_the_paper_overrules_a_reading(field: Field, status: Status) -> None:
    values = person(0)
    read = {Field.ID_NUMBER: "330102197", Field.EMPLOYER: "评审委员会评审", Field.GRANTED_ON: "2011-01-01"}[
        field
    ]
    paper = replace(certificate({**values, field: read}), lines=((1, _line(f"此处印有{values[field]}等")),))

    checks = verify_row(
        sheet_row(values),
        RowPapers(paper),
        ignored=frozenset(),
        alphabet=frozenset(),
        options=MatchingOptions(),
    )

    assert checks[field].finding.status is status


@pytest.mark.parametrize(
    ("on_paper", "in_sheet", "status"),
    [
        pytest.param(("2017-04-10", "2016-12-17"), ("2016-12-17", "2017-04-10"), Status.MATCH, id="reader"),
        pytest.param(("2016-12-17", "2017-04-10"), ("2017-04-10", "2016-12-17"), Status.MISMATCH, id="sheet"),
        pytest.param(
            ("2017-04-10", "2016-12-17"), ("2016-12-18", "2017-04-10"), Status.MISMATCH, id="other-day"
        ),
    ],
)
def test_dates_are_exchanged_only_where_the_paper_would_be_impossible(
    on_paper: tuple[str, str], in_sheet: tuple[str, str], status: Status
) -> None:
    """On paper: granted, issued as read; in the sheet: granted, issued as submitted."""
    paper = certificate({**person(0), Field.GRANTED_ON: on_paper[0], Field.ISSUED_ON: on_paper[1]})
    row = sheet_row({**person(0), Field.GRANTED_ON: in_sheet[0], Field.ISSUED_ON: in_sheet[1]})

    checks = verify_row(
        row, RowPapers(paper), ignored=frozenset(), alphabet=frozenset(), options=MatchingOptions()
    )

    assert checks[Field.GRANTED_ON].finding.status is status
