"""Every printed line belongs to one certificate of its page."""

from domain.fields import Field
from domain.geometry import Box
from domain.lattice import Lattice
from domain.records import CandidateRecord, FieldReading, PageReading, Place, TextLine
from jobs.certificate_lines import attach_lines


def _line(text: str, top: float) -> TextLine:
    return TextLine(text, Box(0.1, top, 0.5, top + 0.03).to_polygon(), 1.0, Lattice.of_text(text))


def _record(slot: int, name: str, top: float, *, page: int = 1, last: int | None = None) -> CandidateRecord:
    place = Place("a.pdf", page, Box(0.2, top, 0.4, top + 0.03).to_polygon())
    reading = FieldReading(name, name, 1.0, place, Lattice.of_text(name))
    return CandidateRecord("a.pdf", page, slot, {Field.NAME: reading}, last_page_number=last)


def _page(number: int, *lines: TextLine) -> PageReading:
    return PageReading("a.pdf", number, 800, 1000, lines)


def test_a_line_among_the_readings_of_one_certificate_is_its_own() -> None:
    page = _page(1, _line("甲的单位", 0.105), _line("乙的单位", 0.705), _line("两者之间", 0.4))

    first, second = attach_lines([_record(1, "张三", 0.1), _record(2, "李四", 0.7)], [page])

    assert [line.text for _, line in first.lines] == ["甲的单位"]
    assert [line.text for _, line in second.lines] == ["乙的单位"]


def test_a_certificate_over_two_pages_has_the_lines_of_both() -> None:
    pages = [
        _page(1, _line("姓名 张三", 0.1)),
        _page(2, _line("发证机关", 0.8)),
        _page(3, _line("别的", 0.1)),
    ]

    (record,) = attach_lines([_record(1, "张三", 0.1, last=2)], pages)

    assert [(number, line.text) for number, line in record.lines] == [(1, "姓名 张三"), (2, "发证机关")]


def test_a_page_without_certificates_is_left_out() -> None:
    assert attach_lines([], [_page(1, _line("封面", 0.5))]) == ()
