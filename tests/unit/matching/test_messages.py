"""Sentences about one field."""

from domain.fields import Field
from domain.findings import FieldFinding, Kind, Status
from matching.cause import Cause
from matching.messages import describe_doubt, describe_mismatch
from tests.factories import id_number


def test_likely_cause_is_part_of_the_sentence() -> None:
    finding = FieldFinding("李明", "李鸣", None, Status.MISMATCH, Kind.HOMOPHONE)

    sentence = describe_mismatch(Field.NAME, finding, sources_disagree=False, cause=Cause.TYPING_ERROR)

    assert sentence == (
        "姓名与证书不一致（读音相同或相近而字不同，疑为录入错误）：表中为“李明”，证书为“李鸣”。"
    )


def test_without_a_clear_cause_none_is_named() -> None:
    finding = FieldFinding("李明", "李芳", None, Status.MISMATCH, Kind.DIFFERENT_VALUE)

    assert "疑为" not in describe_mismatch(Field.NAME, finding, sources_disagree=False)


def test_id_numbers_name_the_cause_after_the_digits() -> None:
    number = id_number("1985-07-15")
    wrong = number[:10] + str((int(number[10]) + 1) % 10) + number[11:]
    finding = FieldFinding(wrong, number, None, Status.MISMATCH, Kind.ONE_DIGIT)

    sentence = describe_mismatch(Field.ID_NUMBER, finding, sources_disagree=False, cause=Cause.TYPING_ERROR)

    assert sentence == (f"证件号码第11位与证书不一致：表中为{wrong[10]}，证书为{number[10]}，疑为录入错误。")


def test_doubt_names_a_reading_error() -> None:
    finding = FieldFinding("李末", "李未", None, Status.UNREADABLE, Kind.SIMILAR_GLYPH)

    assert describe_doubt(Field.NAME, finding, cause=Cause.READING_ERROR) == (
        "姓名在证书上看不清：表中为“李末”，读得“李未”（疑为识读误差），请对照原件核对。"
    )
