"""What keeps an uploaded letter from being accepted, and what does not."""

import pytest

from domain.dates import PartialDate
from domain.letter_codes import make_letter_code
from review.letters import check_letter
from tests.letters import LETTER, read_back


def _codes(**changes: object) -> list[str]:
    return [problem.code for problem in check_letter(LETTER, read_back(LETTER, **changes))]


def test_a_stamped_and_dated_letter_about_this_data_has_no_problem() -> None:
    assert _codes() == []


def test_a_file_without_a_letter_is_said_and_nothing_else() -> None:
    (problem,) = check_letter(LETTER, None)

    assert problem.code == "not_a_letter"
    assert "请下载本批次的承诺书" in problem.sentence


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"seals": ()}, "no_seal", id="no-stamp"),
        pytest.param({"seals": None}, "seal_not_looked_for", id="picture-not-looked-at"),
        pytest.param({"signed_on": None, "date_text": ""}, "no_date", id="date-left-open"),
        pytest.param({"signed_on": None, "date_text": "2021年4月141"}, "date_unreadable", id="illegible"),
        pytest.param({"signed_on": PartialDate(2021, 4)}, "date_incomplete", id="day-left-open"),
        pytest.param({"units": ("洋县水利局",)}, "unit_differs", id="letter-of-another-unit"),
        pytest.param({"units": ()}, "unit_unreadable", id="no-unit"),
        pytest.param({"account": "610722009"}, "account_differs", id="another-account"),
        pytest.param({"handler": ""}, "handler_missing", id="no-handler"),
        pytest.param({"mobile": "", "office_phone": ""}, "phone_missing", id="no-telephone"),
        pytest.param({"is_personal": True}, "personal_letter", id="somebody-promises"),
        pytest.param({"codes": ()}, "code_unreadable", id="no-code"),
        pytest.param(
            {"codes": (make_letter_code("batch-17", "older"),)}, "code_of_older_data", id="data-changed-since"
        ),
        pytest.param(
            {"codes": (make_letter_code("batch-18", "9f2c"),)}, "code_of_another_batch", id="another-batch"
        ),
    ],
)
def test_each_fault_is_named_alone(changes: dict[str, object], code: str) -> None:
    assert _codes(**changes) == [code]


def test_a_page_exchanged_for_one_of_older_data_is_noticed() -> None:
    """A letter of two pages bears the code on both."""
    assert _codes(codes=(LETTER.code, make_letter_code("batch-17", "older"))) == ["code_of_older_data"]


def test_another_unit_in_the_signature_is_noticed() -> None:
    assert _codes(units=(LETTER.unit_name, "洋县水利局")) == ["unit_differs"]


def test_a_misread_character_in_a_second_place_asks_nobody() -> None:
    assert _codes(units=(LETTER.unit_name, "城固县入力资源和社会保障局", "资源和社会保障局")) == []


def test_brackets_of_another_width_are_the_same_account() -> None:
    assert _codes(account="６１０７２２００１") == []
