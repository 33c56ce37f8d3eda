"""Alembic's revisions of the schema; ``storage.schema.upgrade`` runs them."""
