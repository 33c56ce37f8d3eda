"""What a batch or a file may be called."""

import pytest

from review.names import BadNameError, check_batch_name, check_file_name


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("证书\\张三.jpg", "证书/张三.jpg"),
        (" a/./b.pdf ", "a/b.pdf"),
        ("附件2　汇总表.xlsx", "附件2　汇总表.xlsx"),
        ("李\ue863.jpg", "李\ue863.jpg"),
        ("李\U00031350.jpg", "李\U00031350.jpg"),
        ("截图 9.41\u202f上午.png", "截图 9.41\u202f上午.png"),
    ],
)
def test_names_of_files_have_one_spelling(name: str, spelled: str) -> None:
    assert check_file_name(name) == spelled


@pytest.mark.parametrize(
    "name", ["", ".", "/etc/passwd", "../a", "a/../../b", "a\nb", "\\a", "C:\\a", "x" * 401]
)
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    with pytest.raises(BadNameError):
        check_file_name(name)


@pytest.mark.parametrize("name", ["张三\u200b.jpg", "a\u202egpj.exe", "换\n行.jpg"])
def test_a_refused_name_is_told_the_place_of_what_cannot_be_seen(name: str) -> None:
    place = next(place for place, character in enumerate(name, 1) if character in "\u200b\u202e\n")
    with pytest.raises(BadNameError, match=f"第 {place} 个字符"):
        check_file_name(name)


def test_a_batch_may_be_called_after_somebody_with_a_rare_name() -> None:
    assert check_batch_name(" \U0002ebf0某材料 ") == "\U0002ebf0某材料"
