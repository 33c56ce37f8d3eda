"""What is stored of a row, whoever brings it: a check or a package."""

from dataclasses import replace

from domain.batches import RowContent
from domain.fields import Field
from domain.findings import RowFinding
from domain.way import RecheckState, RowState
from review.new_rows import new_row
from review.standing import REVIEW_QUEUE, stand
from tests.found_rows import clear_row, wrong_name
from tests.results import sheet_table


def content_of(finding: RowFinding) -> RowContent:
    return RowContent(sheet_table([finding]).rows[0], finding)


def test_a_row_is_found_by_name_initials_employer_certificate_and_title_in_any_width() -> None:
    content = content_of(
        clear_row(4, submitted={Field.NAME: "张伟", Field.CERTIFICATE_NUMBER: "ＺＧ２０１６"})
    )

    new = new_row(content, "f", stand(content, "f", (), RecheckState.NONE), lambda name: {"张伟": "ZW"}[name])

    submitted = content.submitted
    assert new.search.split()[:2] == ["张伟", "zw"]
    assert "zg2016" in new.search
    assert submitted.value(Field.EMPLOYER) in new.search
    assert submitted.value(Field.TITLE) in new.search
    assert submitted.value(Field.ID_NUMBER) not in new.search


def test_a_row_waits_with_its_kind_risk_and_difference() -> None:
    content = content_of(wrong_name(4))

    new = new_row(content, "f", stand(content, "f", (), RecheckState.NONE), str, known_id=7, brought_key="k")

    assert (new.state, new.queue, new.group_key) == (RowState.WAITING, REVIEW_QUEUE, "name:homophone")
    assert (new.risk, new.group_risk) == (0.999, 0.0)
    assert (new.known_id, new.brought_key, new.fingerprint) == (7, "k", "f")
    other = content_of(replace(wrong_name(5), row_number=5))
    assert new.pattern == new_row(other, "g", stand(other, "g", (), RecheckState.NONE), str).pattern
