"""The names of differences."""

import pytest

from domain.fields import Field
from domain.findings import Kind
from matching.glyphs import are_similar_glyphs
from matching.kinds import name_difference
from matching.names import is_plausible_name, name_bits, split_name
from matching.pronunciation import are_homophones, are_near_homophones

ID = "610103198507152346"


@pytest.mark.parametrize(
    ("field", "submitted", "read", "kind"),
    [
        (Field.NAME, "李明", "李鸣", Kind.HOMOPHONE),
        (Field.NAME, "单雄", "善雄", Kind.HOMOPHONE),
        (Field.NAME, "李兰", "李南", Kind.HOMOPHONE),
        (Field.NAME, "李林", "李凌", Kind.HOMOPHONE),
        (Field.NAME, "李末", "李未", Kind.SIMILAR_GLYPH),
        (Field.NAME, "吴昊", "昊昊", Kind.SIMILAR_GLYPH),
        (Field.NAME, "李明", "李晓明", Kind.MISSING_CHARACTER),
        (Field.NAME, "李晓明", "李明", Kind.EXTRA_CHARACTER),
        (Field.NAME, "李晓明", "王芳", Kind.DIFFERENT_VALUE),
        (Field.NAME, "李晓明", "李晓芳", Kind.DIFFERENT_VALUE),
        (Field.ID_NUMBER, ID[:-1] + "5", ID, Kind.CHECK_DIGIT),
        (Field.ID_NUMBER, ID[:10] + "9" + ID[11:], ID, Kind.ONE_DIGIT),
        (Field.ID_NUMBER, ID[:14] + "32" + ID[16:], ID, Kind.TRANSPOSED_DIGITS),
        (Field.ID_NUMBER, ID[:14] + "32" + ID[16] + "9", ID, Kind.TRANSPOSED_DIGITS),
        (Field.ID_NUMBER, ID[:-1], ID, Kind.MISSING_CHARACTER),
        (Field.CERTIFICATE_NUMBER, "A1243", "A1234", Kind.TRANSPOSED_DIGITS),
        (Field.CERTIFICATE_NUMBER, "A1233", "A1234", Kind.ONE_DIGIT),
        (Field.GRANTED_ON, "2016-12-28", "2015-12-28", Kind.YEAR),
        (Field.GRANTED_ON, "2016-12-28", "2016-11-28", Kind.MONTH),
        (Field.GRANTED_ON, "2016-12-28", "2016-12-20", Kind.DAY),
        (Field.GRANTED_ON, "2016-12-28", "2015-11-28", Kind.DIFFERENT_VALUE),
        (Field.GRANTED_ON, "去年", "2015-11-28", Kind.DIFFERENT_VALUE),
    ],
)
def test_difference_is_named(field: Field, submitted: str, read: str, kind: Kind) -> None:
    assert name_difference(field, submitted, read) is kind


@pytest.mark.parametrize(
    "pair", ["未末", "己已", "巳已", "日曰", "士土", "人入", "太犬", "王玉", "徽微", "戊戌"]
)
def test_look_alikes_are_known_both_ways(pair: str) -> None:
    assert are_similar_glyphs(*pair)
    assert are_similar_glyphs(*reversed(pair))


@pytest.mark.parametrize("pair", ["志自", "成岑", "树苏", "兰南", "山尚", "人仍", "林凌", "刘牛", "四十"])
def test_sounds_that_typists_confuse_are_near(pair: str) -> None:
    assert are_near_homophones(*pair)
    assert not are_homophones(*pair)


@pytest.mark.parametrize("pair", ["安恩", "王黄", "东灯", "明明"])
def test_other_sounds_are_not_near(pair: str) -> None:
    assert not are_near_homophones(*pair)


def test_a_character_is_neither_alike_nor_homophone_of_itself() -> None:
    assert not are_similar_glyphs("未", "未")
    assert not are_homophones("明", "明")


def test_rare_names_prove_more() -> None:
    assert name_bits("张伟") < name_bits("张晓鸥") < name_bits("贠䶮")


def test_compound_surnames_are_split() -> None:
    assert split_name("欧阳建国") == ("欧阳", "建国")
    assert split_name("欧建国") == ("欧", "建国")


@pytest.mark.parametrize(
    ("text", "plausible"),
    [
        ("张伟", True),
        ("欧阳建国", True),
        ("买买提·吐尔逊", True),
        ("工程系列人员", False),
        ("A1", False),
        ("总结", False),
    ],
)
def test_names_are_told_from_other_text(text: str, *, plausible: bool) -> None:
    assert is_plausible_name(text) is plausible
