"""Table 9: every weighting method of the catalogue where one loss is a hundred times as large as the other."""

from __future__ import annotations

from playground import catalog
from playground.basics.words import N_
from playground.course.measured.table import Column, Row, Table

SIGNALS = {"loss": N_("losses"), "gramian": N_("gradients")}

TABLE = Table(
    number=9,
    title=N_("Every weighting method where one task is loud"),
    about=N_(
        "Two regressions on the same inputs; targets of B are ten times as large, so its squared loss is a hundred times."
    ),
    seeds=30,
    rows=tuple(
        Row(
            key,
            method.card.title,
            preset="scale_clash_equal",
            set={"weighting": key, "backbone.width": 32, "steps": 300},
            notes={"signal": SIGNALS[method.signal]},
        )
        for key, method in catalog.methods().items()
    ),
    columns=(
        Column("signal", N_("Sees"), "text"),
        Column("a", N_("A, quiet")),
        Column("b", N_("B, loud")),
        Column("delta_m", N_("Δm")),
    ),
)
