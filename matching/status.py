"""How a field compares: the rules of ``docs/how-a-verdict-is-made.md``, in their order."""

import math

from domain.fields import Field
from domain.findings import Kind, Status
from matching.agreement import Agreement
from matching.compare import SOFT_FIELDS, Comparison
from matching.options import MatchingOptions

CONTRADICTING_FIELDS = frozenset({Field.NAME, Field.ID_NUMBER, Field.GENDER, Field.TITLE, Field.LEVEL})
"""What a line of an approval says as surely as a certificate. Units and specialities often come from
headings there: they may support a row, and are asked only when the certificate is silent."""


def may_contradict(field: Field, certificate: Comparison | None, approval: Comparison) -> bool:
    """Tell whether the approval's word counts: always when it supports or the certificate is silent."""
    speaks_for = approval.supports or approval.look.ratio <= 0
    if speaks_for and not approval.is_doubtful and not approval.is_unverifiable:
        return True
    if certificate is not None and certificate.supports and _may_be_misread(approval):
        return False
    return certificate is None or not certificate.is_legible or field in CONTRADICTING_FIELDS


def _may_be_misread(comparison: Comparison) -> bool:
    """Tell whether the difference is one that recognisers make: 昊 for 吴, and surely at that."""
    return comparison.kind is Kind.SIMILAR_GLYPH and not comparison.is_exact


def sources_contradict(
    certificate: Comparison | None, approval: Comparison | None, weighed: tuple[Comparison, ...]
) -> bool:
    """Tell whether one paper plainly says something else than the other, which says the row's value."""
    if certificate is None or approval is None or len(weighed) < 2:
        return False
    if certificate.supports:
        return approval.is_plain
    # A text layer that says the row's value outweighs a look-alike read from a picture; the
    # posterior decides how far.
    misread = _may_be_misread(certificate) and approval.is_exact
    return approval.supports and certificate.is_plain and not misread


def status_of(
    field: Field,
    weighed: tuple[Comparison, ...],
    on_paper: float,
    in_all: float,
    *,
    disagree: bool,
    options: MatchingOptions,
) -> tuple[Status, Kind | None]:
    """Say how a field compares; the rules of ``docs/how-a-verdict-is-made.md`` in their order.

    Args:
        field: The field on trial.
        weighed: What papers say, at least one.
        on_paper: Probability that the value is wrong by prior and papers alone.
        in_all: The same with all circumstances.
        disagree: Two papers contradict each other, plainly.
        options: Thresholds.
    """
    kind = next((c.kind for c in weighed if c.kind is not None), None)
    plain = any(c.is_plain for c in weighed)
    if disagree:
        return Status.MISMATCH, kind
    if any(c.is_unverifiable for c in weighed) and not any(c.proves for c in weighed):
        return (Status.MISMATCH if plain else Status.UNVERIFIABLE_CHARACTER), kind
    if _is_cleared(field, weighed, on_paper, in_all, options):
        return Status.MATCH, None
    if all(not c.is_legible for c in weighed):
        return Status.UNREADABLE, None
    if plain:
        return Status.MISMATCH, kind
    damaged = all(c.is_damaged for c in weighed if not c.supports)
    if damaged or in_all < options.mismatch_probability:
        return Status.UNREADABLE, kind
    return Status.MISMATCH, kind


def _is_cleared(
    field: Field, weighed: tuple[Comparison, ...], on_paper: float, in_all: float, options: MatchingOptions
) -> bool:
    """Tell whether paper says the value well enough.

    Where all papers say it, what the row says against itself is an issue of its own, not a doubt about
    the paper. Where one is doubtful, another must say it clearly enough, and no circumstance helps.
    """
    if all(c.supports for c in weighed):
        return on_paper <= options.clear_probability
    if any(c.is_doubtful for c in weighed):
        return max(on_paper, in_all) <= options.clear_probability and _is_outweighed(field, weighed, options)
    return in_all <= options.clear_probability


def _is_outweighed(field: Field, weighed: tuple[Comparison, ...], options: MatchingOptions) -> bool:
    """Tell whether the papers that say the value prefer it more than the others prefer something else.

    A bar beside the measured evidence, in nats of the images alone: what is usual on bad paper must not
    make a plain difference on it small.
    """
    balance = 0.0
    for paper in weighed:
        if paper.proves:
            balance -= options.witness_ratio
            if paper.look.agreement is Agreement.EQUAL:
                confidence = min(max(paper.reading.confidence, 0.5), 0.999)
                balance -= math.log(confidence / (1 - confidence))
        elif not (paper.look.fits or paper.is_unverifiable):
            most = options.doubt_nats if paper.is_damaged else options.evidence_cap
            most = min(most, options.soft_difference_nats) if field in SOFT_FIELDS else most
            least = most if paper.look.agreement >= Agreement.AGREES or not paper.is_legible else 0.0
            balance += max(least, min(paper.look.ratio, most))
    return balance <= options.clear_ratio
