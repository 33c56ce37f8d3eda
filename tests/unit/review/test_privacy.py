"""ID and telephone numbers are hidden except where they are compared."""

import pytest

from domain.fields import Field
from review.export.privacy import RowPrivacy, mask_ids_in_text, mask_numbers_in_name, mask_phone, visible
from tests.results import SUBMITTED, finding, row_finding

ID = SUBMITTED[Field.ID_NUMBER]
MASKED = "610***********0019"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13912345678", "139****5678"),
        ("029-87654321", "029*****4321"),
        ("87654321", "******21"),
        ("1234", "****"),
        ("", ""),
    ],
)
def test_mask_phone(text: str, expected: str) -> None:
    assert mask_phone(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"身份证/{ID}.jpg", f"身份证/{MASKED}.jpg", id="file-name"),
        pytest.param(f"{ID}和{ID}", f"{MASKED}和{MASKED}", id="two"),
        pytest.param("610103198503140012", "610***********0012", id="wrong-check-digit-is-private-too"),
        pytest.param("610103850314001.jpg", "610********4001.jpg", id="fifteen-digits"),
        pytest.param(
            "６１０１０３１９８５０３１４００１９.jpg", "６１０***********００１９.jpg", id="full-width"
        ),
        pytest.param("61010319850314001９.jpg", "610***********001９.jpg", id="one-digit-full-width"),
        pytest.param("990103198503140019", "990103198503140019", id="no-such-province"),
        pytest.param("编号201600123456789012", "编号201600123456789012", id="certificate-number"),
        pytest.param(f"X{ID}", f"X{ID}", id="part-of-something-longer"),
    ],
)
def test_masks_id_numbers_inside_texts(text: str, expected: str) -> None:
    assert mask_ids_in_text(text) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("证书/张三13812345678.jpg", "证书/张三138****5678.jpg", id="file"),
        pytest.param("13812345678和15912345678", "138****5678和159****5678", id="two"),
        pytest.param("１３８１２３４５６７８.jpg", "１３８****５６７８.jpg", id="full-width"),
        pytest.param("微信tel13812345678", "微信tel138****5678", id="labelled"),
        pytest.param("TEL13812345678", "TEL138****5678", id="labelled-in-capitals"),
        pytest.param("手机号：13812345678", "手机号：138****5678", id="labelled-in-chinese"),
        pytest.param("张三_13812345678_1.jpg", "张三_138****5678_1.jpg", id="between-strokes"),
        pytest.param(f"{ID}-13812345678.jpg", f"{MASKED}-138****5678.jpg", id="beside-an-id-number"),
    ],
)
def test_masks_mobile_numbers_in_names(name: str, expected: str) -> None:
    assert mask_numbers_in_name(name) == expected


@pytest.mark.parametrize(
    "name",
    [
        "证书/ZG13812345678.jpg",
        "证书编号：13812345678.jpg",
        "陕职证字第13812345678号.pdf",
        "编号 13812345678.pdf",
        "12016000123.jpg",
        "201613812345678.jpg",
        "138123456789.jpg",
        "陕人社函〔2016〕10号.pdf",
        "2016-工程-中级",
    ],
)
def test_certificate_numbers_and_other_digits_stay_in_names(name: str) -> None:
    assert mask_numbers_in_name(name) == name


def test_a_value_of_a_row_that_looks_like_a_mobile_number_is_compared_as_it_is() -> None:
    privacy = RowPrivacy(row_finding())

    assert privacy.text("证书号码填“13812345678”") == "证书号码填“13812345678”"
    assert privacy.name("张三13812345678.jpg") == "张三138****5678.jpg"


def test_id_number_is_shown_only_where_it_is_compared() -> None:
    privacy = RowPrivacy(row_finding())

    assert privacy.value(Field.ID_NUMBER, ID) == MASKED
    assert privacy.value(Field.ID_NUMBER, ID, compared=True) == ID


def test_phone_is_never_shown() -> None:
    privacy = RowPrivacy(row_finding())

    assert privacy.value(Field.PHONE, "13912345678", compared=True) == "139****5678"


def test_sentences_lose_the_numbers_of_their_row_even_damaged_ones() -> None:
    damaged = "61010319850314001"
    row = row_finding(
        fields={Field.ID_NUMBER: finding(Field.ID_NUMBER, damaged, certificate=ID)},
    )

    text = RowPrivacy(row).text(f"填 {damaged}，证书 {ID}，电话 13912345678。")

    assert text == f"填 610**********4001，证书 {MASKED}，电话 139****5678。"


def test_number_in_a_wrong_column_is_hidden_too() -> None:
    assert RowPrivacy(None).value(Field.NAME, ID) == MASKED


def test_words_for_a_missing_value_are_not_masked() -> None:
    privacy = RowPrivacy(row_finding())

    assert privacy.source(Field.ID_NUMBER, None) == "未载"
    assert privacy.source(Field.ID_NUMBER, "") == "（看不清）"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("张\u202e三", "张\ufffd三"),
        ("张\u200b三", "张\ufffd三"),
        ("张\n三\t", "张 三 "),
        ("\x00\x1b[31m", "\ufffd\ufffd[31m"),
        ("\udcb9.jpg", "\ufffd.jpg"),
        ("\uffff", "\ufffd"),
        ("𣈶\U000323af\ue000葛\U000e0100", "𣈶\U000323af\ue000葛\U000e0100"),
        ("plain", "plain"),
    ],
)
def test_unseen_characters_become_visible_and_rare_ones_stay(text: str, expected: str) -> None:
    assert visible(text) == expected
