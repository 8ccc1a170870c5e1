"""Table 10: methods that weigh as they go, on tasks that are alike in size: what remains beside equal weights."""

from __future__ import annotations

from playground import catalog
from playground.basics.words import N_
from playground.course.measured.table import Column, Row, Table

METHODS = ("equal", "random", "uncertainty", "dwa", "gradnorm", "famo", "pcgrad", "mgda", "imtl_g")

TABLE = Table(
    number=10,
    title=N_("Dynamic weights on four tasks of digits: what remains beside equal weights"),
    about=N_("Which digit has 1,000 labels, the three others 60 each; one shared trunk."),
    seeds=10,
    rows=tuple(
        Row(key, catalog.methods()[key].card.title, preset="digits_few_labels", set={"weighting": key}) for key in METHODS
    ),
    columns=(
        Column("digit", N_("Which digit")),
        Column("parity", N_("Odd or even")),
        Column("large", N_("Five or more")),
        Column("loops", N_("Closed loops")),
        Column("delta_m", N_("Δm")),
    ),
)
