"""Traditional characters are simplified ones in other dress, except in names that have their own."""

import numpy as np
import pytest

from domain.fields import Field
from domain.lattice import Lattice
from domain.script import simplify, simplify_lattice
from matching.agreement import Agreement, compare_values


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("圖書資料系列專業職務評審委員會", "图书资料系列专业职务评审委员会"),
        ("張傑新", "张杰新"),
        ("王昇", "王昇"),
        ("李乾", "李乾"),
        ("刘喆垚", "刘喆垚"),
        ("abc 123", "abc 123"),
    ],
)
def test_only_other_dress_is_changed(text: str, plain: str) -> None:
    assert simplify(text) == plain
    assert simplify(plain) == plain


def test_a_body_in_traditional_print_is_the_same_body() -> None:
    assert compare_values(Field.EMPLOYER, "西安市图书馆", "西安市圖書館") is Agreement.EQUAL


def test_alternatives_are_exchanged_and_nothing_else() -> None:
    lattice = Lattice(
        np.array([[ord("學"), ord("字")], [0, -1]], dtype=np.int32),
        np.array([[-0.1, -3.0], [0.0, -np.inf]], dtype=np.float32),
    )

    plain = simplify_lattice(lattice)

    assert plain.best_text() == "学"
    assert plain.codes.tolist() == [[ord("学"), ord("字")], [0, -1]]
    assert plain.log_likelihood_ratio("学") == pytest.approx(0.0)


def test_a_lattice_without_such_characters_is_returned_as_it_is() -> None:
    lattice = Lattice.of_text("张三")

    assert simplify_lattice(lattice) is lattice
