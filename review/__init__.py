"""Use cases over a finished check; for now its output (``review.export``)."""
