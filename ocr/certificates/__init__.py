"""Certificates on paper: lines in, candidate records out. Entry point: ``read_certificates``.

ocr.layout      rows, columns, ruled cells, reading order
characters      the characters of a line and where they stand
vocabulary      labels and the words around them
labels          where labels stand
values          what a value of a field looks like, and its normalised form
pairing         label -> value by geometry
prose           values that sentences give
foot            the unlabelled issuer and date
regions         several certificates on one page
reading         one region -> one record; pages -> records
"""

from ocr.certificates.reading import read_certificates

__all__ = ["read_certificates"]
