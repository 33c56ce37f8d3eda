"""Properties of folding, ID numbers and document numbers."""

import sys
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.document_numbers import DocumentNumber, find_document_numbers, parse_document_number
from domain.id_numbers import IdProblem, check_character, mask_id_number, parse_id_number
from domain.text import clean_cell, fold, fold_character, remove_blanks

DIGITS = "0123456789"
ID_NUMBERS = st.builds(
    lambda day, sequence: _with_check(f"610103{day:%Y%m%d}{sequence:03d}"),
    st.dates(min_value=date(1930, 1, 1), max_value=date(2005, 12, 31)),
    st.integers(1, 999),
)


def _with_check(first_seventeen: str) -> str:
    return first_seventeen + check_character(first_seventeen)


def _looks_lost(number: str) -> bool:
    return number.endswith("000")


def test_folding_a_character_is_idempotent_and_keeps_length_for_all_of_unicode() -> None:
    wrong = []
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        folded = fold_character(character)
        visible_turned_blank = remove_blanks(character) and not remove_blanks(folded)
        if len(folded) != 1 or fold_character(folded) != folded or visible_turned_blank:
            wrong.append(hex(code))
    assert wrong == []


@given(st.text())
def test_folding_is_idempotent_and_aligned_with_the_text_without_blanks(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert len(folded) == len(remove_blanks(text))


@given(st.text())
def test_cleaning_a_cell_is_idempotent_and_loses_only_blanks(text: str) -> None:
    cleaned = clean_cell(text)
    assert clean_cell(cleaned) == cleaned
    assert remove_blanks(cleaned) == remove_blanks(text)


def test_marks_without_width_do_not_break_a_word() -> None:
    assert clean_cell("\u202d张\u200b三\U000e0101\ufeff\u00a0 \n李四\u202c") == "张三 李四"
    assert fold("6101\u200d03 Ｘ\x00") == "610103X"


@given(ID_NUMBERS)
def test_a_valid_number_says_birth_and_gender(number: str) -> None:
    parsed = parse_id_number(number)
    if _looks_lost(number):
        assert parsed.problem is IdProblem.LOST_DIGITS
        return
    assert parsed.problem is None
    assert str(parsed.birth_date).replace("-", "") == number[6:14]
    assert parsed.gender == ("男" if int(number[16]) % 2 else "女")


@given(ID_NUMBERS, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_passes(number: str, place: int, shift: int) -> None:
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert parse_id_number(wrong).problem is not None


@given(ID_NUMBERS, st.integers(0, 15))
def test_two_swapped_neighbours_never_pass(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert swapped == number or parse_id_number(swapped).problem is not None


@given(ID_NUMBERS)
def test_spelling_of_a_number_does_not_matter(number: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in number)
    spaced = f" '{number[:6]} {number[6:14]}\u00a0{number[14:].lower()}\t"
    assert parse_id_number(wide) == parse_id_number(spaced) == parse_id_number(number)


@given(st.text() | st.text(DIGITS + "xXＸ.E+ '", max_size=20))
def test_no_text_breaks_the_number_check_and_the_mask_hides(text: str) -> None:
    parsed = parse_id_number(text)
    assert parsed.problem is not None or len(parsed.text) in (15, 18)
    masked = mask_id_number(parsed.text)
    assert len(masked) == len(parsed.text)
    assert sum(1 for one, two in zip(masked, parsed.text, strict=True) if one == two and one != "*") <= 7


@pytest.mark.parametrize("text", ["610103198001010000", "6.10103E+17", "6.10103e17", "6E+17"])
def test_numbers_cut_by_a_spreadsheet_are_named(text: str) -> None:
    assert parse_id_number(text).problem is IdProblem.LOST_DIGITS


AGENCIES = st.sampled_from(["陕人社函", "西安理工人事", "陕职改办字", "宝人社职"])
OPENERS, CLOSERS = "〔[【［{（(〈《「", "〕]】］}）)〉》」"


@given(
    AGENCIES,
    st.integers(1990, 2030),
    st.integers(1, 9999),
    st.sampled_from(OPENERS),
    st.sampled_from(CLOSERS),
    st.sampled_from(["", "第", "0", "第00", " "]),
    st.sampled_from(["", "批准文号：", "根据", "汇总表（", "关于公布任职资格的通知 "]),
)
def test_every_spelling_of_a_document_number_reads_back(
    agency: str, year: int, number: int, opener: str, closer: str, lead: str, before: str
) -> None:
    text = f"{before}{agency}{opener}{year}{closer}{lead}{number}号"
    parsed = parse_document_number(text)
    assert parsed is not None
    assert (parsed.year, parsed.number) == (year, number)
    if before != "关于公布任职资格的通知 ":
        assert parsed == DocumentNumber(agency, year, number)
    assert parse_document_number(str(parsed)) == parsed
    ((_, first, last),) = find_document_numbers(text)
    assert fold(text)[first:last].endswith(f"{number}号")


@given(st.text() | st.text("陕人社函〔[（）]〕1209号第年 ", max_size=40))
def test_no_text_breaks_the_document_number_reader(text: str) -> None:
    folded = fold(text)
    for number, first, last in find_document_numbers(text):
        assert 0 <= first < last <= len(folded)
        assert str(number.year) in folded[first:last]
    parse_document_number(text)


def test_a_field_may_lack_the_last_character_of_a_document_number() -> None:
    assert parse_document_number("陕人社函〔2016〕10") == DocumentNumber("陕人社函", 2016, 10)
    assert parse_document_number("（2016）10月") is None
    assert find_document_numbers("陕人社函〔2016〕10") == ()


@given(
    st.builds(DocumentNumber, AGENCIES, st.integers(2010, 2012), st.integers(1, 3)),
    st.builds(DocumentNumber, AGENCIES, st.integers(2010, 2012), st.integers(1, 3)),
)
def test_agreement_of_document_numbers_is_symmetric(one: DocumentNumber, other: DocumentNumber) -> None:
    assert one.agrees_with(one)
    assert one.agrees_with(other) == other.agrees_with(one)


def test_an_abbreviated_agency_agrees_and_another_number_does_not() -> None:
    full = DocumentNumber("西安理工人事", 2022, 14)
    assert full.agrees_with(DocumentNumber("西理人事", 2022, 14))
    assert not full.agrees_with(DocumentNumber("西安理工人事", 2022, 41))
    assert not full.agrees_with(DocumentNumber("陕人社函", 2022, 14))
