"""The pipeline over time. Entry points: ``jobs.check.check_batches`` and ``jobs.read.read_files``."""
