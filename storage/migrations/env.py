"""Alembic's entry: runs revisions on the connection that ``storage.schema`` hands over."""

from alembic import context

from storage.models import Base
from storage.schema import is_ours

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    include_name=is_ours,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
