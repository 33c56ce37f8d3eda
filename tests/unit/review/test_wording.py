"""Words for people."""

import pytest

from domain.fields import Field
from domain.findings import Kind, Status, Verdict
from review.export.wording import (
    KIND_WORDS,
    STATUS_WORDS,
    VERDICT_SYMBOLS,
    VERDICT_WORDS,
    agreement_in_words,
    percent,
    probability_in_words,
)
from tests.results import finding


def test_every_public_value_has_chinese_words() -> None:
    assert set(KIND_WORDS) == set(Kind)
    assert set(STATUS_WORDS) == set(Status)
    assert set(VERDICT_WORDS) == set(VERDICT_SYMBOLS) == set(Verdict)
    assert len(set(VERDICT_SYMBOLS.values())) == len(Verdict)


@pytest.mark.parametrize(
    ("submitted", "certificate", "approval", "expected"),
    [
        ("张伟", "张伟", "张伟", "三者一致"),
        ("张玮", "张伟", "张伟", "证书与批文一致，表格不同"),
        ("张伟", "张伟", "张玮", "表格与证书一致，批文不同"),
        ("张伟", "张玮", "张伟", "表格与批文一致，证书不同"),
        ("张伟", "张玮", "张卫", "三者各不相同"),
        ("张伟", "张玮", None, "表格与证书不同（批文没有可比内容）"),
        ("张伟", None, "张伟", "表格与批文一致（证书没有可比内容）"),
        ("张伟", "", None, "纸上没有可比内容"),
        ("", "张伟", "张伟", "表格未填，证书与批文一致"),
        ("", "张伟", None, "表格未填（批文没有可比内容）"),
        ("", None, None, "表格未填（证书、批文没有可比内容）"),
    ],
)
def test_says_which_sources_agree(
    submitted: str, certificate: str | None, approval: str | None, expected: str
) -> None:
    compared = finding(Field.NAME, submitted, certificate=certificate, approval=approval)

    assert agreement_in_words(Field.NAME, compared) == expected


@pytest.mark.parametrize(
    ("field", "submitted", "certificate", "approval", "expected"),
    [
        pytest.param(Field.GRANTED_ON, "2016-05-12", "2016-05", "2016", "三者一致", id="partial-dates"),
        pytest.param(
            Field.GRANTED_ON, "2016-05-12", "2016-05-21", "2016-05", "表格与证书不同", id="one-pair-apart"
        ),
        pytest.param(
            Field.GRANTED_ON, "约2016年", "2016-05-21", None,
            "表格与证书不同（批文没有可比内容）", id="no-date",
        ),
        pytest.param(
            Field.APPROVAL_NUMBER, "西理人事[2022]14号", None, "西安理工人事〔2022〕14号",
            "表格与批文一致（证书没有可比内容）", id="abbreviated-number",
        ),
        pytest.param(
            Field.EMPLOYER, "西安市（一）厂", "西安市(一)厂", None,
            "表格与证书一致（批文没有可比内容）", id="folded",
        ),
    ],
)  # fmt: skip
def test_agreement_compares_as_far_as_both_speak(
    field: Field, submitted: str, certificate: str | None, approval: str | None, expected: str
) -> None:
    compared = finding(field, submitted, certificate=certificate, approval=approval)

    assert agreement_in_words(field, compared) == expected


@pytest.mark.parametrize(
    ("probability", "expected"),
    [
        (None, ""),
        (0.0, "多半无误（<1%）"),
        (0.25, "可能无误（25%）"),
        (0.5, "难以判断（50%）"),
        (0.75, "可能填错（75%）"),
        (0.95, "很可能填错（95%）"),
        (1.0, "几乎可以肯定填错（>99%）"),
    ],
)
def test_probability_in_words(probability: float | None, expected: str) -> None:
    assert probability_in_words(probability) == expected


def test_percent_never_claims_certainty() -> None:
    assert [percent(share) for share in (0.0, 0.004, 0.01, 0.5, 0.99, 0.996, 1.0)] == [
        "<1%", "<1%", "1%", "50%", "99%", ">99%", ">99%",
    ]  # fmt: skip
