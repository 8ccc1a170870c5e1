"""The tables as they were before there were migrations."""

from __future__ import annotations

import sqlalchemy as sql
from alembic import op

revision = "v1_first"
down_revision = None


def upgrade() -> None:
    """Written out, and not taken from the program: this is what was, whatever the program wants today."""
    op.create_table("schema", sql.Column("version", sql.Integer, primary_key=True))
    op.create_table(
        "experiments", sql.Column("key", sql.String(32), primary_key=True), sql.Column("text", sql.Text, nullable=False)
    )
    op.create_table(
        "runs",
        sql.Column("id", sql.Integer, primary_key=True),
        sql.Column("key", sql.String(32), nullable=False, index=True),
        sql.Column("code", sql.String(32), nullable=False),
        sql.Column("experiment", sql.String(32), sql.ForeignKey("experiments.key"), nullable=False),
        sql.Column("seed", sql.Integer, nullable=False),
        sql.Column("shape", sql.String(32), nullable=False),
        sql.Column("submission", sql.String(32), nullable=False, index=True),
        sql.Column("visitor", sql.String(64), nullable=False, index=True),
        sql.Column("status", sql.String(16), nullable=False),
        sql.Column("message", sql.Text, nullable=False),
        sql.Column("attempt", sql.Integer, nullable=False),
        sql.Column("step", sql.Integer, nullable=False),
        sql.Column("chunks", sql.Integer, nullable=False),
        sql.Column("worker", sql.String(64), nullable=False),
        sql.Column("created", sql.Float, nullable=False),
        sql.Column("started", sql.Float),
        sql.Column("ended", sql.Float),
        sql.Column("heartbeat", sql.Float),
        sql.Column("watched", sql.Float, nullable=False),
        sql.Column("wish", sql.String(8), nullable=False),
        sql.Column("singles", sql.Integer, nullable=False),
        sql.Column("pace", sql.Float, nullable=False),
        sql.Column("rate", sql.Float),
        sql.Column("weights", sql.Text),
        sql.Column("touched", sql.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("runs_by_status", "runs", ["status", "created", "id"])
    op.create_table(
        "chunks",
        sql.Column("run", sql.Integer, sql.ForeignKey("runs.id"), primary_key=True),
        sql.Column("attempt", sql.Integer, primary_key=True),
        sql.Column("number", sql.Integer, primary_key=True),
        sql.Column("records", sql.Text, nullable=False),
    )
    op.execute("INSERT INTO schema (version) VALUES (1)")
