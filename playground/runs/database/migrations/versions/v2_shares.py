"""On whose share of the workers a run trains, and who else asked for a run that waits."""

from __future__ import annotations

import sqlalchemy as sql
from alembic import op

revision = "v2_shares"
down_revision = "v1_first"


def upgrade() -> None:
    """What began to train did so on the share of who submitted it."""
    op.add_column("runs", sql.Column("share", sql.String(64), nullable=False, server_default=""))
    op.execute("UPDATE runs SET share = visitor WHERE started IS NOT NULL")
    op.create_index("runs_by_share", "runs", ["share", "ended"])
    op.create_table(
        "wanted",
        sql.Column("run", sql.Integer, sql.ForeignKey("runs.id"), primary_key=True),
        sql.Column("visitor", sql.String(64), primary_key=True),
        sql.Column("since", sql.Float, nullable=False),
    )
    op.execute("UPDATE schema SET version = 2")
