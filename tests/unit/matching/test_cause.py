"""Where a difference comes from."""

import pytest

from domain.fields import Field
from domain.findings import FieldFinding, Status
from matching.cause import Cause, is_other_person, likely_cause
from matching.compare import compare_reading
from matching.options import MatchingOptions
from tests.factories import id_number, noisy_lattice, reading

ID = id_number("1985-07-15")
ONE_OFF = ID[:-2] + str((int(ID[-2]) + 1) % 10) + ID[-1]


def cause(
    submitted: str,
    read: str,
    *,
    field: Field = Field.NAME,
    doubt: dict[int, dict[str, float]] | None = None,
    exact: bool = False,
    under_seal: bool = False,
) -> Cause | None:
    """Return the cause of a difference; ``doubt`` gives other characters a chance, by place."""
    lattice = None if exact else noisy_lattice(read, doubt)
    found = reading(read, lattice=lattice, exact=exact, under_seal=under_seal)
    comparison = compare_reading(field, submitted, found, alphabet=frozenset(), options=MatchingOptions())
    return likely_cause(field, submitted, comparison)


def test_look_alike_that_the_image_leaves_open_was_misread() -> None:
    assert cause("吴昊", "昊昊", doubt={0: {"吴": 0.2}}) is Cause.READING_ERROR


def test_homophone_on_plain_paper_was_typed() -> None:
    assert cause("李明", "李鸣") is Cause.TYPING_ERROR


@pytest.mark.parametrize(("submitted", "read"), [("李明", "李晓明"), ("李晓明", "李明")])
def test_lost_and_extra_characters_on_plain_paper_were_typed(submitted: str, read: str) -> None:
    assert cause(submitted, read) is Cause.TYPING_ERROR


def test_character_that_a_seal_hides_is_the_readers_loss() -> None:
    assert cause("李晓明", "李明", under_seal=True) is Cause.READING_ERROR


def test_check_digit_tells_who_slipped() -> None:
    assert cause(ONE_OFF, ID, field=Field.ID_NUMBER) is Cause.TYPING_ERROR
    assert cause(ID, ONE_OFF, field=Field.ID_NUMBER) is Cause.READING_ERROR


def test_text_that_is_known_exactly_was_not_misread() -> None:
    assert cause("李末", "李未", exact=True) is Cause.TYPING_ERROR


def test_nothing_is_said_where_no_explanation_is_likelier() -> None:
    assert cause("李明", "李芳") is None
    assert cause("李末", "李未") is None


@pytest.mark.parametrize(
    ("name", "number", "is_other"),
    [
        ("王芳", id_number("1990-02-03"), True),
        ("李芳", id_number("1990-02-03"), True),
        ("李鸣", id_number("1990-02-03"), False),
        ("王芳", ONE_OFF, False),
    ],
)
def test_another_person_has_another_name_and_another_number(
    name: str, number: str, *, is_other: bool
) -> None:
    def finding(submitted: str, read: str) -> FieldFinding:
        return FieldFinding(submitted, read, None, Status.MISMATCH)

    assert is_other_person(finding("李明", name), finding(ID, number)) is is_other


def test_without_both_fields_nobody_is_called_another_person() -> None:
    assert not is_other_person(FieldFinding("李明", "王芳", None, Status.MISMATCH), None)
