"""Which fields of a row still wait stands beside it, so that one field can be looked at over all rows."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ROWS = sa.table(
    "rows",
    sa.column("queue", sa.String),
    sa.column("group_key", sa.String),
    sa.column("open_fields", sa.String),
)


def upgrade() -> None:
    """Bring the schema forward."""
    op.add_column("rows", sa.Column("open_fields", sa.String(300), nullable=False, server_default=""))
    with op.batch_alter_table("rows") as rows:
        rows.alter_column(
            "open_fields", existing_type=sa.String(300), existing_nullable=False, server_default=None
        )
    # Of rows from before only the gravest difference is known without reading them all; the next check or
    # decision of a row names the others.
    connection = op.get_bind()
    waiting = _ROWS.c.queue == "review"
    for (key,) in connection.execute(sa.select(_ROWS.c.group_key).where(waiting).distinct()).all():
        name = key.partition(":")[0]
        if name not in ("", "row"):
            connection.execute(
                sa.update(_ROWS).where(waiting, _ROWS.c.group_key == key).values(open_fields=f"|{name}|")
            )
