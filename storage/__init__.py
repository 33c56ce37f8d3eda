"""The database and the file store; the only home of SQL."""
