"""What visitors call their experiments."""

from __future__ import annotations

import sqlalchemy as sql
from alembic import op

revision = "v4_names"
down_revision = "v3_races"


def upgrade() -> None:
    """Nothing has a name yet."""
    op.create_table(
        "names",
        sql.Column("experiment", sql.String(32), sql.ForeignKey("experiments.key"), primary_key=True),
        sql.Column("visitor", sql.String(64), primary_key=True),
        sql.Column("name", sql.String(80), nullable=False),
    )
    op.execute("UPDATE schema SET version = 4")
