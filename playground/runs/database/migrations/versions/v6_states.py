"""States of fleets, from which lost runs go on."""

from __future__ import annotations

import sqlalchemy as sql
from alembic import op

revision = "v6_states"
down_revision = "v5_course"


def upgrade() -> None:
    """Nothing has been saved yet."""
    op.add_column("runs", sql.Column("saved", sql.String(32), nullable=False, server_default=""))
    op.add_column("runs", sql.Column("kept", sql.Integer, nullable=False, server_default="0"))
    op.add_column("runs", sql.Column("before", sql.Integer, nullable=False, server_default="0"))
    op.add_column("runs", sql.Column("tries", sql.Integer, nullable=False, server_default="0"))
    op.create_index("ix_runs_saved", "runs", ["saved"])
    op.create_table(
        "states",
        sql.Column("name", sql.String(32), primary_key=True),
        sql.Column("code", sql.String(32), nullable=False),
        sql.Column("step", sql.Integer, nullable=False),
        sql.Column("written", sql.Float, nullable=False),
        sql.Column("about", sql.Text, nullable=False),
        sql.Column("text", sql.Text, nullable=False),
        sql.Column("numbers", sql.LargeBinary, nullable=False),
        sql.Column("digest", sql.String(32), nullable=False),
    )
    op.execute("UPDATE schema SET version = 6")
