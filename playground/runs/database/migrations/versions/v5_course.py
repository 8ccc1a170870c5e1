"""What a class predicts in the course."""

from __future__ import annotations

import sqlalchemy as sql
from alembic import op

revision = "v5_course"
down_revision = "v4_names"


def upgrade() -> None:
    """No class has a code yet."""
    op.create_table(
        "classes",
        sql.Column("code", sql.String(8), primary_key=True),
        sql.Column("opened", sql.Float, nullable=False),
    )
    op.create_table(
        "guesses",
        sql.Column("code", sql.String(8), sql.ForeignKey("classes.code"), primary_key=True),
        sql.Column("question", sql.String(64), primary_key=True),
        sql.Column("who", sql.String(16), primary_key=True),
        sql.Column("answer", sql.String(32), nullable=False),
    )
    op.execute("UPDATE schema SET version = 5")
