"""The words of the product: records, fields, dates, numbers, geometry, lattice, findings, errors.

Values and rules on values. No input or output, no framework; numpy only where arrays live
(``lattice``, ``images``).
"""
