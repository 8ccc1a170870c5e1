"""Table 8: the same joint training read at its last step and at its best one, and at other rates of learning."""

from __future__ import annotations

from playground.basics.words import N_
from playground.course.measured.table import Column, Row, Table

FEW = {"backbone.width": 8, "labels.a": 150}

TABLE = Table(
    number=8,
    title=N_("Does sharing prevent overfitting, or does it only replace stopping in time?"),
    about=N_("Pairs of functions, with nothing in common or equal; A has 150 labels, B has 600. All are treated alike."),
    seeds=30,
    rows=tuple(
        Row(key, title, preset=preset, set={**FEW, "checkpoint": checkpoint})
        for key, title, preset, checkpoint in (
            ("last", N_("Unrelated, read at the last step"), "functions_unrelated", "last"),
            ("best", N_("Unrelated, at the step that is best on validation"), "functions_unrelated", "best"),
            ("same_last", N_("Equal, last step"), "functions_same", "last"),
            ("same_best", N_("Equal, best step"), "functions_same", "best"),
        )
    ),
    columns=(
        Column("a", N_("A alone"), "baseline"),
        Column("a", N_("A together"), "score"),
        Column("a", N_("Gain of A")),
        Column("b", N_("Gain of B")),
    ),
)
