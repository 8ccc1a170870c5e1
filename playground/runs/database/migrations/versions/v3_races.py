"""Races are kept by their content: who began them, what is wanted of them, and what came out."""

from __future__ import annotations

import sqlalchemy as sql
from alembic import op

revision = "v3_races"
down_revision = "v2_shares"


def upgrade() -> None:
    """Nothing that was there changes."""
    op.create_table(
        "races",
        sql.Column("key", sql.String(32), primary_key=True),
        sql.Column("code", sql.String(32), primary_key=True),
        sql.Column("text", sql.Text, nullable=False),
        sql.Column("visitor", sql.String(64), nullable=False),
        sql.Column("created", sql.Float, nullable=False),
        sql.Column("wish", sql.String(8), nullable=False),
        sql.Column("result", sql.Text, nullable=False, server_default=""),
        sql.Column("ended", sql.Float),
    )
    op.execute("UPDATE schema SET version = 3")
