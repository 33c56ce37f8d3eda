"""Layouts of certificates. Each draws one certificate and notes what it printed."""

from collections.abc import Callable

from samples.layouts.booklets import bilingual, card, spread, two_pages
from samples.layouts.single import label_above, label_value, provincial, statement, table_form
from samples.layouts.style import Pen
from samples.paper import Paper

__all__ = ["LAYOUTS", "Pen", "provincial"]

LAYOUTS: dict[str, Callable[[Pen], list[Paper]]] = {
    "label_value": label_value,
    "label_above": label_above,
    "table_form": table_form,
    "statement": statement,
    "provincial": provincial,
    "booklet_spread": spread,
    "bilingual": bilingual,
    "two_pages": two_pages,
    "card": card,
}
"""Name in ``truth.json`` -> drawing function; ``card`` is laid two to a page."""
