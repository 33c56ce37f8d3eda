"""Forms of certificates, told apart by where their values stand."""

from collections.abc import Callable
from dataclasses import replace

from domain.fields import Field
from domain.findings import Evidence, RowFinding
from domain.geometry import Box
from review.layouts import Layouts
from tests.results import row_finding

FILE = "证书/0012.jpg"
SINGLE = {
    Field.NAME: (0.3, 0.2),
    Field.GENDER: (0.7, 0.2),
    Field.BIRTH_DATE: (0.3, 0.3),
    Field.TITLE: (0.3, 0.4),
    Field.GRANTED_ON: (0.3, 0.5),
    Field.ISSUED_ON: (0.7, 0.8),
}
FOLDED = {
    Field.NAME: (0.7, 0.3),
    Field.GENDER: (0.7, 0.4),
    Field.BIRTH_DATE: (0.7, 0.5),
    Field.TITLE: (0.2, 0.6),
    Field.GRANTED_ON: (0.2, 0.2),
    Field.ISSUED_ON: (0.2, 0.9),
}


def _row(places: dict[Field, tuple[float, float]], *, page: int = 1) -> RowFinding:
    found = row_finding()
    fields = {
        name: replace(one, evidence=_at(*places[name], page) if name in places else None)
        for name, one in found.fields.items()
    }
    return replace(found, fields=fields)


def _at(left: float, top: float, page: int) -> Evidence:
    return Evidence(FILE, page, Box(left, top, left + 0.1, top + 0.02).to_polygon())


def _turned(evidence: Evidence, turn: Callable[[float, float], tuple[float, float]]) -> Evidence:
    return replace(evidence, polygon=tuple(turn(x, y) for x, y in evidence.polygon))


def _askew(places: dict[Field, tuple[float, float]]) -> dict[Field, tuple[float, float]]:
    """As photographed: smaller, moved, a little turned."""
    return {
        name: (0.1 + 0.7 * x + 0.02 * y, 0.05 + 0.7 * y - 0.01 * x + 0.003) for name, (x, y) in places.items()
    }


def test_papers_of_one_form_are_one_layout_however_they_were_photographed() -> None:
    layouts = Layouts()

    first, second = layouts.place(_row(SINGLE)), layouts.place(_row(_askew(SINGLE)))

    assert first is not None
    assert second is first


def test_a_paper_lying_on_its_side_is_of_the_same_form() -> None:
    layouts = Layouts()
    first = layouts.place(_row(SINGLE))

    for turn in (
        lambda x, y: (1 - y, x),
        lambda x, y: (1 - x, 1 - y),
        lambda x, y: (y, 1 - x),
    ):
        row = _row(SINGLE)
        fields = {
            name: replace(found, evidence=found.evidence and _turned(found.evidence, turn))
            for name, found in row.fields.items()
        }
        assert layouts.place(replace(row, fields=fields)) is first


def test_one_value_that_was_read_elsewhere_makes_no_other_form() -> None:
    places = {name: (0.3, 0.05 + 0.06 * n) for n, name in enumerate(tuple(Field)[:12])}
    elsewhere = places | {tuple(places)[4]: (0.7, 0.95)}
    layouts = Layouts()

    assert layouts.place(_row(elsewhere)) is layouts.place(_row(places))


def test_another_form_is_another_layout() -> None:
    layouts = Layouts()

    assert layouts.place(_row(SINGLE)) is not layouts.place(_row(FOLDED))
    assert len(layouts.found) == 2


def test_a_value_that_was_not_read_makes_no_other_form() -> None:
    layouts = Layouts()
    first = layouts.place(_row(SINGLE))

    fewer: dict[Field, tuple[float, float]] = {
        name: place for name, place in SINGLE.items() if name is not Field.GRANTED_ON
    }

    assert layouts.place(_row(fewer)) is first


def test_values_are_listed_as_they_stand() -> None:
    layout = Layouts().place(_row(SINGLE))

    assert layout is not None
    assert layout.order() == list(SINGLE)


def test_too_few_values_tell_no_form() -> None:
    few = {Field.NAME: (0.3, 0.2), Field.TITLE: (0.3, 0.4)}

    assert Layouts().place(_row(few)) is None


def test_what_stands_on_another_paper_says_nothing_of_the_form() -> None:
    assert Layouts().place(_row(SINGLE, page=2)) is None
