"""The tables of the store as this program wants them; `playground.runs.database.schema` brings older ones there.

Times are in seconds since 1970, UTC.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text

VERSION = 6
"""Number of the shape below, told to programs from before there were migrations, so that they keep away."""
REVISION = "v6_states"
"""Name of the shape below; whoever changes it writes a migration beside `playground/runs/database/migrations/versions`."""

metadata = MetaData()

schema = Table("schema", metadata, Column("version", Integer, primary_key=True))

# As Alembic makes and reads it.
alembic_version = Table("alembic_version", metadata, Column("version_num", String(32), primary_key=True))

experiments = Table(
    "experiments",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("text", Text, nullable=False),  # Experiment.canonical()
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(32), nullable=False, index=True),  # Run.key: equal where the same thing is trained
    Column("code", String(32), nullable=False),  # fingerprint of the code that trains it
    Column("experiment", String(32), ForeignKey("experiments.key"), nullable=False),
    Column("seed", Integer, nullable=False),
    Column("shape", String(32), nullable=False),  # equal where runs fit into one fleet
    Column("submission", String(32), nullable=False, index=True),
    Column("visitor", String(64), nullable=False, index=True),
    Column("share", String(64), nullable=False, server_default=""),  # visitor on whose share it trains; "" while it waits
    Column("status", String(16), nullable=False),
    Column("message", Text, nullable=False, default=""),
    Column("attempt", Integer, nullable=False, default=1),
    Column("step", Integer, nullable=False, default=0),  # steps taken
    Column("chunks", Integer, nullable=False, default=0),  # chunks written in this attempt
    Column("worker", String(64), nullable=False, default=""),
    Column("created", Float, nullable=False),
    Column("started", Float),
    Column("ended", Float),
    Column("heartbeat", Float),
    Column("watched", Float, nullable=False),
    # What the visitor asks for while it trains.
    Column("wish", String(8), nullable=False, default="run"),  # "run", "pause" or "stop"
    Column("singles", Integer, nullable=False, default=0),  # single steps asked for since this attempt began
    Column("pace", Float, nullable=False, default=0.0),  # steps a second; 0 is full speed
    Column("rate", Float),  # learning rate turned in flight
    Column("weights", Text),  # static weights turned in flight: a JSON list
    Column("touched", Boolean, nullable=False, default=False),  # rate or weights were turned in flight
    # Where its next attempt goes on.
    Column("saved", String(32), nullable=False, server_default="", index=True),  # name of its fleet's state; "" for none
    Column("kept", Integer, nullable=False, server_default="0"),  # chunks that had been written by then
    Column("before", Integer, nullable=False, server_default="0"),  # steps that this attempt took over from a saved state
    Column("tries", Integer, nullable=False, server_default="0"),  # times that it was lost since then
    Index("runs_by_status", "status", "created", "id"),
    Index("runs_by_share", "share", "ended"),
    sqlite_autoincrement=True,  # the number of a deleted run is never given again
)

# Waiting runs of others that somebody asked for too: they are trained on whoever's turn comes first.
wanted = Table(
    "wanted",
    metadata,
    Column("run", Integer, ForeignKey("runs.id"), primary_key=True),
    Column("visitor", String(64), primary_key=True),
    Column("since", Float, nullable=False),
)

# What visitors call their experiments, each for themselves.
names = Table(
    "names",
    metadata,
    Column("experiment", String(32), ForeignKey("experiments.key"), primary_key=True),
    Column("visitor", String(64), primary_key=True),
    Column("name", String(80), nullable=False),
)

chunks = Table(
    "chunks",
    metadata,
    Column("run", Integer, ForeignKey("runs.id"), primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),  # 0, 1, 2, … in each attempt
    Column("records", Text, nullable=False),  # a JSON list
)

# Fleets as they stood between two steps, each for as long as one of its runs may go on from it.
states = Table(
    "states",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("code", String(32), nullable=False),  # fingerprint of the code that trained it
    Column("step", Integer, nullable=False),
    Column("written", Float, nullable=False),
    Column("about", Text, nullable=False),  # JSON of all runs of the fleet, ended ones too, and of knobs that were turned
    Column("text", Text, nullable=False),  # JSON of the training; see `playground.training.packing`
    Column("numbers", LargeBinary, nullable=False),  # its tensors, as safetensors
    Column("digest", String(32), nullable=False),
)

# Races by their content: their runs are runs like others, so a race is what they are asked for and what came out of them.
races = Table(
    "races",
    metadata,
    Column("key", String(32), primary_key=True),  # equal where the same is raced
    Column("code", String(32), primary_key=True),  # fingerprint of the code that trains it
    Column("text", Text, nullable=False),  # JSON of the race
    Column("visitor", String(64), nullable=False),  # who began it
    Column("created", Float, nullable=False),
    Column("wish", String(8), nullable=False),  # "run", "pause" or "stop"
    Column("result", Text, nullable=False, server_default=""),  # JSON of what came out, once all of it has
    Column("ended", Float),
)

# Codes under which a class answers the questions of the course, and the answers; all of it is forgotten after a day.
classes = Table(
    "classes",
    metadata,
    Column("code", String(8), primary_key=True),
    Column("opened", Float, nullable=False),
)

guesses = Table(
    "guesses",
    metadata,
    Column("code", String(8), ForeignKey("classes.code"), primary_key=True),
    Column("question", String(64), primary_key=True),
    Column("who", String(16), primary_key=True),  # of visitor and code, so that it tells nothing beyond the class
    Column("answer", String(32), nullable=False),
)
