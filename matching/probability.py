"""From evidence to the probability that a submitted value is wrong.

Kept apart so that a curve calibrated on labelled pages can take its place: everything else asks
only ``probability_wrong`` and compares the answer with ``MatchingOptions``.
"""

import math
from collections.abc import Iterable

from domain.fields import Field
from matching.options import MatchingOptions

_LIMIT = 35.0
"""Nats at which a probability cannot be told from 0 or 1."""


def probability_wrong(field: Field, nats: Iterable[float], options: MatchingOptions) -> float:
    """Return the posterior that a submitted value is wrong, 0 to 1.

    Prior odds of a typing error times the likelihood ratios of all sources, taken as independent:
    logit(p) = logit(prior) + sum(nats). Monotone in every source.
    """
    prior = options.error_priors.get(field, options.error_prior)
    logit = math.log(prior / (1 - prior)) + sum(nats)
    return 1 / (1 + math.exp(-max(-_LIMIT, min(_LIMIT, logit))))
