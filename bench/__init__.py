"""Benches of speed and quality: each prints a table and writes JSON to ``bench/out``."""
