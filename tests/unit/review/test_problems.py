"""What a person has to look at."""

from domain.fields import Field
from domain.findings import Issue, Kind, Status, Verdict
from review.export import evidence_to_show
from review.export.problems import is_open, problems_of
from tests.results import batch_result, evidence, finding, homophone_row, realistic_result, row_finding


def test_clean_row_has_nothing_to_say() -> None:
    assert problems_of(row_finding()) == ()


def test_field_and_its_issues_are_one_problem() -> None:
    (problem,) = problems_of(homophone_row())

    assert problem.field is Field.NAME
    assert problem.kinds == (Kind.HOMOPHONE,)
    assert len(problem.issues) == 1
    assert not problem.is_note


def test_difference_without_an_issue_is_listed_all_the_same() -> None:
    wrong = finding(Field.TITLE, certificate="高级工程师", status=Status.MISMATCH)

    (problem,) = problems_of(row_finding(verdict=Verdict.REVIEW, fields={Field.TITLE: wrong}))

    assert (problem.field, problem.issues, problem.is_note) == (Field.TITLE, (), False)


def test_issue_about_a_matching_field_is_listed() -> None:
    issue = Issue(Field.BIRTH_DATE, Kind.BIRTH_DATE_CONFLICTS_WITH_ID, "出生日期与身份证号不符。")

    (problem,) = problems_of(row_finding(verdict=Verdict.REVIEW, issues=[issue]))

    assert problem.kinds == (Kind.BIRTH_DATE_CONFLICTS_WITH_ID,)
    assert problem.finding is not None


def test_issue_about_a_field_without_comparison_is_listed() -> None:
    issue = Issue(Field.APPROVAL_NUMBER, Kind.APPROVAL_NUMBER_MISMATCH, "批准文号与批文不一致。")

    (problem,) = problems_of(row_finding(verdict=Verdict.REVIEW, issues=[issue]))

    assert problem.field is Field.APPROVAL_NUMBER
    assert problem.finding is None


def test_corrected_spelling_is_a_note() -> None:
    respelled = finding(Field.NAME, kind=Kind.FORMAT_ONLY)
    row = homophone_row()
    row = row_finding(
        verdict=Verdict.REVIEW,
        fields={Field.TITLE: respelled, Field.NAME: row.fields[Field.NAME]},
    )

    assert [(problem.field, problem.is_note) for problem in problems_of(row)] == [
        (Field.NAME, False),
        (Field.TITLE, True),
    ]
    assert is_open(row, Field.NAME)
    assert not is_open(row, Field.TITLE)


def test_nothing_on_a_cleared_row_asks_for_action() -> None:
    dim = finding(Field.ISSUER, status=Status.UNREADABLE)

    (problem,) = problems_of(row_finding(verdict=Verdict.CLEAR, fields={Field.ISSUER: dim}))

    assert problem.is_note


def test_gravest_first_every_issue_once() -> None:
    issues = [
        Issue(Field.ISSUER, Kind.UNREADABLE, "发证机构看不清。"),
        Issue(None, Kind.DUPLICATE_ROW, "与第 9 行重复。"),
        Issue(Field.TITLE, Kind.DIFFERENT_VALUE, "资格名称不同。"),
        Issue(Field.TITLE, Kind.LEVEL_CONFLICTS_WITH_TITLE, "级别与资格名称不符。"),
    ]
    row = row_finding(
        verdict=Verdict.REJECT,
        fields={
            Field.ISSUER: finding(Field.ISSUER, status=Status.UNREADABLE),
            Field.TITLE: finding(Field.TITLE, status=Status.MISMATCH, kind=Kind.DIFFERENT_VALUE),
        },
        issues=issues,
    )

    problems = problems_of(row)

    assert [problem.field for problem in problems] == [None, Field.TITLE, Field.ISSUER]
    assert sorted(issue.message for problem in problems for issue in problem.issues) == sorted(
        issue.message for issue in issues
    )
    assert problems[1].kinds == (Kind.DIFFERENT_VALUE, Kind.LEVEL_CONFLICTS_WITH_TITLE)


def test_pictures_are_wanted_of_fields_in_question_and_of_the_approval_line() -> None:
    row = homophone_row()
    result = batch_result([row_finding(), row])

    assert evidence_to_show([result]) == (evidence(), row.approval)


def test_every_place_is_wanted_once() -> None:
    wanted = evidence_to_show([realistic_result(80)])

    assert len(wanted) == len(set(wanted)) > 40
