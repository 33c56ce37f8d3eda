"""Certificates on paper: lines in, candidate records out. Entry point: ``read_certificates``.

ocr.layout      rows, columns, ruled cells, reading order
characters      the characters of a line and where they stand
vocabulary      labels and the words around them
labels          where labels stand; label_words, stacked_labels: what is one, and one over several lines
shapes          what a value of a field looks like
values          the form in which values are compared
pairing         label -> value by geometry; value_places: where a value may stand
prose           values that sentences give; text_stream, prose_names: the text and whom it names
foot            the unlabelled issuer and date
regions         several certificates on one page
reading         one region -> one record; pages -> records
"""

from ocr.certificates.reading import read_certificates

__all__ = ["read_certificates"]
