"""Every threshold and prior of matching, each with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.fields import Field

_ERROR_PRIORS: dict[Field, float] = {
    Field.GENDER: 0.005,
    Field.LEVEL: 0.01,
    Field.SERIES: 0.01,
}


@dataclass(frozen=True, slots=True)
class MatchingOptions:
    """What decides between match, doubt and mismatch, and between linked and not.

    Priors are stated, never learned: one sheet is too small to learn from, and a threshold that an
    official asks about must have a sentence as its answer. What a reading is worth is measured and
    stands in ``calibration.json``.
    """

    error_prior: float = 0.02
    """Share of typed values that are wrong: about one in fifty in hand-typed registers. With it
    evidence of 4 nats means "as likely wrong as right"."""

    error_priors: Mapping[Field, float] = field(default_factory=lambda: _ERROR_PRIORS)
    """Fields with few possible values are chosen from a list and are wrong less often."""

    clear_probability: float = 0.1
    """A row is cleared only when no field is likelier wrong than this."""

    clear_ratio: float = 1.7
    """Nats. An image that prefers another reading by more than this (5 to 1) never clears a field by
    itself, whatever is usual on such paper: another paper must say the submitted value."""

    witness_ratio: float = 3.0
    """Nats of an image's preference that a paper which says the value outweighs; one whose text is equal
    outweighs more, by the odds of its reading."""

    mismatch_probability: float = 0.5
    """From here a difference is called a mismatch; between the two it is a doubt."""

    evidence_cap: float = 12.0
    """Nats. Even text that is known exactly proves no more than odds of 160,000: papers have misprints
    too. What recognised text proves is measured and much less."""

    second_reading_ratio: float = 4.0
    """A second image of the same ink contradicts from the ratio of DESIGN 4 on."""

    doubt_nats: float = 3.2
    """Most that damaged readings speak against a value (images that contradict each other, ink that may
    hide something, nothing legible): with the prior, one chance in three."""

    soft_difference_nats: float = 3.0
    """Most that a difference in a body's name (employer, committee, issuer) counts by itself: bodies
    are renamed and abbreviated in more ways than any rule knows, so a person looks, nothing more."""

    check_digit_holds_nats: float = 1.2
    """The check digit finds every single wrong digit and every swap. Of the wrong numbers about three in
    ten pass it all the same: other people's, and those mended until a form took them."""

    check_digit_fails_nats: float = 5.0
    """A right number fails it in fewer than one case in a hundred (old systems wrote some)."""

    arithmetic_agrees_nats: float = 2.3
    """Birth date and gender that the ID number repeats: one wrong value in ten was copied from a wrong
    number."""

    arithmetic_conflicts_nats: float = 3.5
    """A right birth date differs from the number only when the number is wrong, one case in forty."""

    order_kept_nats: float = 0.3
    """Three wrong dates in four still lie in the right order."""

    order_broken_nats: float = 3.2
    """One right date in a hundred is out of order, because the other date is wrong; of the wrong ones a
    quarter."""

    year_fits_nats: float = 0.4
    """Two wrong dates in three have the right year; nearly all right ones have the year of the document
    or the one before."""

    year_differs_nats: float = 1.4
    """Approvals sometimes come two years late, or the sheet's number belongs to another session."""

    typical_name_bits: float = 16.0
    """Half of all names are rarer than one in 65,000."""

    name_frequency_nats: float = 0.1
    """For each bit of rarity. Slips turn rare characters into common ones, seldom the other way."""

    name_frequency_cap: float = 0.7
    """A factor of two either way: frequency hints, paper proves."""

    witness_nats: float = 2.3
    """Colleagues' papers that say the same value in full: a wrong value is shared by them once in ten."""

    plain_ratio: float = 6.0
    """A source contradicts plainly from here (400 to 1): good enough to say that sources disagree."""

    paper_prior_bits: float = 3.0
    """Prior odds that a row has its paper in the batch at all: about 8 to 1, because units are told
    to hand in certificate and list with the sheet. Spread evenly over all candidates."""

    shared_certificate_bits: float = 12.0
    """Bits by which a second row must claim a taken certificate: name and number, not name alone."""

    link_score: float = 0.9
    """A row is cleared only when its certificate is its own with this probability."""

    settled_score: float = 0.999
    """A pair this sure, with nothing against it, leaves the competition: it only costs time."""

    peer_share: float = 0.85
    """A field on this part of one form's papers should be on each of them: readers lose a field on
    one paper in ten at most, and forms that never have it are mostly more than one in seven."""

    peer_date_share: float = 0.7
    """The same for dates: seals sit on them, so that many of a batch may be lost at once."""

    min_peers: int = 3
    """Fewer like forms prove nothing about the form."""

    list_overlap: float = 0.3
    """An approval belongs to a table when its list has this part of the table's names, or the table
    this part of the list; registers of different reviews share only common names."""

    first_scope_year: int = 2010
    """The notice asks for titles granted from 2010-01-01 on."""

    min_working_age: int = 16
    """Nobody holds a title younger: 16 is the age from which employment is legal."""

    min_witnesses: int = 3
    """Other certificates that must say a half-hidden value in full: two may share one mistake."""

    required_values: frozenset[Field] = frozenset(
        {Field.NAME, Field.ID_NUMBER, Field.TITLE, Field.GRANTED_ON}
    )
    """A record without one of them is none, whatever the paper has."""

    proof_fields: frozenset[Field] = frozenset({Field.NAME, Field.TITLE, Field.GRANTED_ON})
    """A row is cleared only when paper says these: who, what, since when."""

    unproven_fields: frozenset[Field] = frozenset(
        {Field.ID_TYPE, Field.CERTIFICATE_STATUS, Field.PHONE, Field.APPROVAL_NUMBER}
    )
    """Columns that certificates do not speak of; blank or unproven they never stop a row."""

    max_block_pairs: int = 4000
    """A blocking key that would pair more rows and certificates than this says too little."""

    max_leftover_pairs: int = 40_000
    """Unlinked rows and certificates are compared all with all up to this many pairs (one to two
    seconds); beyond it by surname."""
