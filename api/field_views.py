"""How one field is shown: its number hidden, differing characters marked, the probability as a sum."""

from collections.abc import Sequence

from pydantic import Field as Described

from api.texts import Out
from domain.fields import Field
from domain.findings import FieldFinding, Kind, Status
from review.export.differences import Mark, Piece, compare_texts
from review.export.privacy import RowPrivacy, visible
from review.export.wording import KIND_WORDS, agreement_in_words, probability_in_words


class PieceOut(Out):
    """A run of characters."""

    text: str
    mark: Mark


class EvidenceOut(Out):
    """Where the paper says it."""

    document_id: int | None
    file: str
    page: int
    polygon: list[tuple[float, float]]
    under_seal: bool
    quality: str | None


class ContributionOut(Out):
    """One summand of a probability."""

    source: str
    nats: float
    sentence: str


class FieldOut(Out):
    """One field of a row against the paper."""

    field: Field
    label: str
    submitted: str
    certificate: str | None
    approval: str | None
    final: str = Described(description="As it would be handed on now.")
    status: Status
    kind: Kind | None
    kind_label: str | None
    probability: float | None = Described(description="That the submitted value is wrong.")
    probability_words: str
    agreement: str
    is_open: bool = Described(description="Waits for a decision.")
    submitted_pieces: list[PieceOut] = Described(description="Against the certificate, else the approval.")
    paper_pieces: list[PieceOut]
    approval_pieces: list[PieceOut] = Described(description="The approval's value against the submitted one.")
    evidence: EvidenceOut | None
    contributions: list[ContributionOut]


class Veil:
    """Shows the values of one row as they may be shown."""

    def __init__(self, privacy: RowPrivacy, *, in_full: bool) -> None:
        self._privacy, self._in_full = privacy, in_full

    def value(self, field: Field, text: str) -> str:
        """Return the value of a field."""
        return visible(text) if self._in_full else self._privacy.value(field, text)

    def text(self, text: str) -> str:
        """Return a text that may hold values of several fields."""
        return visible(text) if self._in_full else self._privacy.text(text)

    def name(self, text: str) -> str:
        """Return the name of a file."""
        return visible(text) if self._in_full else self._privacy.name(text)

    def compare(self, field: Field, submitted: str, paper: str) -> tuple[list[PieceOut], list[PieceOut]]:
        """Mark differing characters; where a number is hidden, which of its digits differ is still seen."""
        if not paper:
            return [], []
        one, other = compare_texts(visible(submitted), visible(paper))
        return self._pieces(field, submitted, one), self._pieces(field, paper, other)

    def _pieces(self, field: Field, text: str, pieces: Sequence[Piece]) -> list[PieceOut]:
        shown = self.value(field, text)
        if len(shown) != len(visible(text)):
            return [PieceOut(text=shown, mark=Mark.SAME)]
        result, at = [], 0
        for piece in pieces:
            result.append(PieceOut(text=shown[at : at + len(piece.text)], mark=piece.mark))
            at += len(piece.text)
        return result


def render_field(
    name: Field,
    found: FieldFinding,
    veil: Veil,
    final: str,
    evidence: EvidenceOut | None,
    *,
    is_open: bool,
) -> FieldOut:
    """Render one field of a row.

    Args:
        name: Which.
        found: What the check said of it.
        veil: Of its row.
        final: Its value as it would be handed on now.
        evidence: Where the paper says it, rendered.
        is_open: It waits for a decision.
    """
    submitted = veil.value(name, found.submitted)
    paper = found.certificate or found.approval or ""
    left, right = veil.compare(name, found.submitted, paper)
    _, approval = veil.compare(name, found.submitted, found.approval or "")
    return FieldOut(
        field=name,
        label=name.label,
        submitted=submitted,
        certificate=None if found.certificate is None else veil.value(name, found.certificate),
        approval=None if found.approval is None else veil.value(name, found.approval),
        final=veil.value(name, final),
        status=found.status,
        kind=found.kind,
        kind_label=KIND_WORDS[found.kind] if found.kind else None,
        probability=found.probability,
        probability_words=probability_in_words(found.probability),
        agreement=agreement_in_words(name, found),
        is_open=is_open,
        submitted_pieces=left,
        paper_pieces=right,
        approval_pieces=approval,
        evidence=evidence,
        contributions=[
            ContributionOut(source=part.source.value, nats=round(part.nats, 4), sentence=part.sentence)
            for part in found.contributions
        ],
    )
