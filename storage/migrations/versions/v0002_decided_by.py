"""Who decided a row last is told by its decisions; the column beside them was read by nobody."""

from collections.abc import Sequence

from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the schema forward."""
    with op.batch_alter_table("rows") as rows:
        rows.drop_constraint("fk_rows_decided_by_users", type_="foreignkey")
        rows.drop_column("decided_by")
