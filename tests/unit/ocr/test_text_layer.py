"""A text layer becomes lines only where it says what the picture says."""

from collections.abc import Sequence

import numpy as np
import pytest

from domain.geometry import Box
from domain.images import PageImage, Word
from domain.records import PageReading, Rule, TextLine
from ocr.font_check import FontCheck
from ocr.text_layer import look_at_layer, read_text_layer, words_to_lines

SIZE = (400, 400)
TITLE = "关于批准张三等同志具备资格的通知"
BODY = "李四光王五赵六钱七孙八周九吴十郑云"
DATE = "2016年12月28日陕人社函第305号"


class _EngineThatSees:
    """An engine that reads what is printed: the true text of every line of the layer."""

    alphabet: frozenset[str] = frozenset()
    version = "fake"

    def __init__(self, printed: dict[str, str] | None = None) -> None:
        self._printed = printed or {}
        self.lines_read = 0

    def read_page(self, image: PageImage, *, file: str, page_number: int) -> PageReading:
        raise AssertionError("not asked for")

    def read_lines(self, image: PageImage, polygons: Sequence[TextLine]) -> list[str]:
        self.lines_read += len(polygons)
        return [self._printed.get(line.text, line.text) for line in polygons]


def _word(text: str, left: float, top: float, *, height: float = 0.02, font: str = "song") -> Word:
    polygon = Box(left, top, left + height * len(text), top + height).to_polygon()
    return Word(text, polygon, (font,) * len(text))


def _page(*texts: str, font: str = "song") -> list[Word]:
    return [_word(text, 0.1, 0.1 + 0.05 * i, font=font) for i, text in enumerate(texts)]


def _render() -> PageImage:
    return PageImage(np.full((400, 400, 3), 255, dtype=np.uint8), 200)


def _no_picture() -> PageImage:
    raise AssertionError("no picture is needed")


def _no_engine() -> _EngineThatSees:
    raise AssertionError("no engine is needed")


def _read(words: Sequence[Word], check: FontCheck, engine: _EngineThatSees) -> PageReading | None:
    return read_text_layer(words, (), check, _render, lambda: engine, size_px=SIZE, file="a", page_number=3)


def test_words_of_a_row_join_and_cells_stay_apart() -> None:
    lines = words_to_lines([_word("高级教师", 0.5, 0.1), _word("三", 0.13, 0.1), _word("张", 0.1, 0.1)], 1.0)

    assert [line.text for line in lines] == ["张 三", "高级教师"]


def test_a_line_from_the_layer_is_exact() -> None:
    (line,) = words_to_lines([_word("张三", 0.1, 0.1)], 1.0)

    assert line.lattice.exact
    assert line.lattice.log_likelihood_ratio("张四") == np.inf


def test_a_layer_that_the_picture_confirms_is_used() -> None:
    reading = _read(_page(TITLE, BODY), FontCheck(), _EngineThatSees())

    assert reading is not None
    assert reading.from_text_layer
    assert reading.page_number == 3
    assert {line.text for line in reading.lines} == {TITLE, BODY}


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        pytest.param(
            _page(TITLE, BODY), {TITLE: "工作单位西安市某某中学", BODY: "另一段文字"}, id="another-text"
        ),
        pytest.param(_page(TITLE, BODY), {TITLE: "", BODY: ""}, id="nothing-there"),
        pytest.param(_page("——"), {}, id="too-little-to-tell"),
        pytest.param([], {}, id="no-words"),
    ],
)
def test_a_layer_that_cannot_be_confirmed_is_not_used(words: list[Word], printed: dict[str, str]) -> None:
    assert _read(words, FontCheck(), _EngineThatSees(printed)) is None


def test_a_sideways_layer_is_left_to_the_engine() -> None:
    sideways = Word(TITLE, ((0.5, 0.1), (0.5, 0.4), (0.48, 0.4), (0.48, 0.1)), ("song",) * len(TITLE))

    assert _read([sideways], FontCheck(), _EngineThatSees()) is None


def test_pages_whose_fonts_were_seen_cost_neither_picture_nor_engine() -> None:
    check = FontCheck()
    look_at_layer(_page(TITLE, BODY, DATE), check, _render, _EngineThatSees(), size_px=SIZE)
    rules = (Rule((0.1, 0.5), (0.9, 0.5)),)

    reading = read_text_layer(
        _page(BODY, TITLE), rules, check, _no_picture, _no_engine, size_px=SIZE, file="a", page_number=2
    )

    assert reading is not None
    assert reading.rules == rules


def test_a_font_that_nobody_saw_is_looked_at_first() -> None:
    check = FontCheck()
    look_at_layer(_page(TITLE, BODY, DATE), check, _render, _EngineThatSees(), size_px=SIZE)
    engine = _EngineThatSees()

    assert _read(_page(TITLE, font="kai"), check, engine) is not None
    assert engine.lines_read > 0


def test_a_font_that_lies_about_everything_is_not_believed_on_any_page() -> None:
    check = FontCheck()
    engine = _EngineThatSees(
        {TITLE: "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳", BODY: "午未申酉戌亥金木水火土天地玄黄宇宙洪"}
    )
    look_at_layer(_page(TITLE, BODY), check, _render, engine, size_px=SIZE)

    assert _read(_page(DATE), check, engine) is None


def test_a_font_that_lies_about_one_digit_is_not_believed_where_the_digit_stands() -> None:
    """The table says 3 for what is printed as 8."""
    check = FontCheck()
    printed = {DATE: DATE.replace("3", "8"), "第33号": "第88号"}
    engine = _EngineThatSees(printed)
    look_at_layer(_page(TITLE, BODY, DATE, "第33号"), check, _render, engine, size_px=SIZE)

    assert _read(_page("第13页共20页名单"), check, engine) is None
    assert _read(_page(TITLE), check, engine) is not None


def test_a_font_that_lies_about_one_character_in_ten_is_not_believed() -> None:
    lies = str.maketrans("张李五", "章季丑")
    lines = [TITLE, BODY, "张李五位同志", "五张李三份材料"]
    engine = _EngineThatSees({text: text.translate(lies) for text in lines})
    check = FontCheck()
    look_at_layer(_page(*lines), check, _render, engine, size_px=SIZE)

    assert _read(_page(TITLE), check, engine) is None
    assert _read(_page("通知"), check, engine) is None


def test_a_slip_of_the_recogniser_is_not_held_against_the_font() -> None:
    """Read wrongly in one line and rightly in another."""
    check = FontCheck()
    engine = _EngineThatSees({TITLE: TITLE.replace("张", "弓长"), BODY: BODY.replace("光", "先")})
    look_at_layer(_page(TITLE, BODY, "张光同志", "光明中学张某"), check, _render, engine, size_px=SIZE)

    assert _read(_page(TITLE), check, engine) is not None
    assert _read(_page(BODY), check, engine) is not None


def test_simplified_print_read_in_its_traditional_form_is_confirmed() -> None:
    """Some fonts draw 焕 so that it is read as 煥; three of them are no reason to read every picture."""
    texts = ["李焕伊同志", "陆栋子老师", "黄南霞医生"]
    traditional = str.maketrans("焕陆黄", "煥陸黃")
    engine = _EngineThatSees({text: text.translate(traditional) for text in texts})
    check = FontCheck()
    look_at_layer(_page(TITLE, BODY, *texts), check, _render, engine, size_px=SIZE)

    assert _read(_page("陆焕黄"), check, engine) is not None
