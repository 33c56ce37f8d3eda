"""How one office prints its certificates, and the pen that keeps account of what was printed."""

import random
from dataclasses import dataclass, field

from samples.ornaments import seal
from samples.paper import BLACK, Colour, Faces, Paper
from samples.records import DATE_FIELDS, TitleRecord
from samples.words import CERTIFICATE_NAMES, LABELS
from samples.written_dates import FULL_FORMS, MONTH_FORMS, iso, write_date

_RED: Colour = (178, 24, 32)
_BROWN: Colour = (96, 48, 30)
_BLUE: Colour = (28, 52, 118)
_GREY: Colour = (92, 92, 96)


@dataclass(frozen=True, slots=True)
class Style:
    """Choices that hold for all certificates of one office and layout."""

    faces: Faces
    heading: str
    labels: dict[str, str]
    label_style: str
    value_style: str
    label_colour: Colour
    heading_colour: Colour
    underline: bool
    colon: str
    date_form: str
    issue_form: str
    birth_form: str
    pad_names: bool
    paper_colour: Colour
    wave_colour: Colour
    border_colour: Colour
    seal_shift: tuple[float, float]
    """How far the seal's middle lies from the issuer's text, in millimetres."""
    extras: frozenset[str]
    """Fields that this office prints besides the indispensable ones."""


def draw_style(chance: random.Random, faces: Faces) -> Style:
    """Draw the printing habits of one office."""
    labels = {name: chance.choice(choices) for name, choices in LABELS.items()}
    tint = chance.choice(
        ((255, 255, 255), (253, 250, 240), (250, 246, 236), (245, 250, 246), (250, 250, 253))
    )
    return Style(
        faces=faces,
        heading=chance.choice(CERTIFICATE_NAMES),
        labels=labels,
        label_style=chance.choice(("song", "song", "kai", "hei")),
        value_style=chance.choice(("kai", "fang", "song", "hei")),
        label_colour=chance.choice((BLACK, BLACK, _BROWN, _GREY, _BLUE)),
        heading_colour=chance.choice((_RED, _RED, BLACK, _BROWN)),
        underline=chance.random() < 0.5,
        colon=chance.choice(("：", "：", "", ":")),
        date_form=chance.choice((*FULL_FORMS, "spaced")),
        issue_form=chance.choice((*FULL_FORMS, "numerals", "numerals", "zero_numerals", "spaced")),
        birth_form=chance.choice((*MONTH_FORMS, "arabic", "dots", "dashes")),
        pad_names=chance.random() < 0.25,
        paper_colour=tint,
        wave_colour=chance.choice(((200, 190, 150), (180, 200, 190), (220, 180, 170), (190, 200, 220))),
        border_colour=chance.choice(((160, 40, 40), (140, 110, 50), (50, 90, 70), (60, 70, 130))),
        seal_shift=(chance.uniform(-6, 14), chance.uniform(-4, 10)),
        extras=frozenset(
            name for name in ("level", "series", "committee", "approval_number") if chance.random() < 0.5
        ),
    )


@dataclass(slots=True)
class Pen:
    """Draws parts of one certificate and notes the value of every field that it prints."""

    record: TitleRecord
    style: Style
    chance: random.Random
    printed: dict[str, str] = field(default_factory=dict)

    def paper(self, width: float, height: float) -> Paper:
        """Take a new sheet in the office's colour."""
        return Paper(width, height, self.style.faces, self.style.paper_colour)

    def value(self, name: str, *, date_form: str | None = None) -> str:
        """Return how a field is written, and note that it was printed."""
        if name in DATE_FIELDS:
            forms = {"birth_date": self.style.birth_form, "issued_on": self.style.issue_form}
            form = date_form or forms.get(name, self.style.date_form)
            day = self.record.date(name)
            self.printed[name] = iso(day, form)
            return write_date(day, form)
        text = self.record.text(name)
        self.printed[name] = text
        if name == "name" and len(text) == 2 and self.style.pad_names:
            return f"{text[0]}　{text[1]}"
        return text

    def label(self, name: str) -> str:
        """Return what this office calls a field."""
        return self.style.labels[name]

    def label_at(
        self, paper: Paper, x: float, y: float, name: str, *, width: float, size: float, colon: bool = True
    ) -> None:
        """Write a label spread over ``width``, as compositors do, with the office's colon after it."""
        text = self.label(name)
        natural = paper.measure(text, style=self.style.label_style, size=size)
        spacing = max(0.0, (width - natural) / max(1, len(text) - 1)) if len(text) > 1 else 0.0
        paper.text(
            x,
            y,
            text,
            style=self.style.label_style,
            size=size,
            colour=self.style.label_colour,
            spacing=spacing,
        )
        if colon and self.style.colon:
            paper.text(
                x + max(width, natural),
                y,
                self.style.colon,
                style=self.style.label_style,
                size=size,
                colour=self.style.label_colour,
            )

    def value_at(
        self,
        paper: Paper,
        x: float,
        y: float,
        name: str,
        *,
        width: float,
        size: float,
        underline: bool | None = None,
    ) -> float:
        """Write a value, over several lines when it is too wide. Returns the height used."""
        lines = wrap(paper, self.value(name), style=self.style.value_style, size=size, width=width)
        for number, line in enumerate(lines):
            paper.text(x, y + number * size * 1.35, line, style=self.style.value_style, size=size)
            if self.style.underline if underline is None else underline:
                below = y + number * size * 1.35 + size * 1.1
                paper.line(x - 1, below, x + width, below, width=0.2)
        return len(lines) * size * 1.35

    def row(
        self, paper: Paper, x: float, y: float, name: str, *, label_width: float, width: float, size: float
    ) -> float:
        """Write label and value side by side. Returns the height used."""
        self.label_at(paper, x, y, name, width=label_width, size=size)
        natural = paper.measure(self.label(name), style=self.style.label_style, size=size)
        start = x + max(label_width, natural) + size * 1.25
        return self.value_at(paper, start, y, name, width=x + width - start, size=size)

    def stamp(self, paper: Paper, x: float, y: float, *, diameter: float | None = None) -> None:
        """Press the issuer's seal with its middle near ``x``, ``y``."""
        size = diameter or self.chance.uniform(36, 42)
        shift_x, shift_y = self.style.seal_shift
        image = seal(
            self.record.issuer, self.style.faces, middle="职称专用章", seed=self.chance.randrange(10**6)
        )
        paper.picture(x + shift_x - size / 2, y + shift_y - size / 2, size, image, is_ink=True)


def wrap(paper: Paper, text: str, *, style: str, size: float, width: float) -> list[str]:
    """Break text where it reaches ``width``."""
    if paper.measure(text, style=style, size=size) <= width:
        return [text]
    lines = [""]
    for character in text:
        if (
            lines[-1]
            and paper.measure(lines[-1] + character, style=style, size=size) > width
            and character not in "，。、；：）"
        ):
            lines.append("")
        lines[-1] += character
    return lines
