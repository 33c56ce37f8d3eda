"""What a batch or a file may be called."""

import pytest

from review.names import BadNameError, check_file_name


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("证书\\张三.jpg", "证书/张三.jpg"),
        (" a/./b.pdf ", "a/b.pdf"),
        ("附件2　汇总表.xlsx", "附件2　汇总表.xlsx"),
    ],
)
def test_names_of_files_have_one_spelling(name: str, spelled: str) -> None:
    assert check_file_name(name) == spelled


@pytest.mark.parametrize("name", ["", ".", "/etc/passwd", "../a", "a/../../b", "a\nb", "\\a", "x" * 401])
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    with pytest.raises(BadNameError):
        check_file_name(name)
