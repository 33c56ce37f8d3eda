"""Invented batches with known truth, and the generator that made them. Shares nothing with the product."""
