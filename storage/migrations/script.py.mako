"""${message}."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import storage.models.base
${imports if imports else ""}
revision: str = ${repr(up_revision)}
down_revision: str | None = ${repr(down_revision)}
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go forward."""
    ${upgrades if upgrades else "pass"}
