"""Table 4: hard and soft sharing on the same pairs of functions, equal and unrelated."""

from __future__ import annotations

from playground.basics.words import N_
from playground.course.measured.table import Column, Row, Table

SMALL = {"backbone.width": 8}

TABLE = Table(
    number=4,
    title=N_("Hard and soft sharing, where tasks are equal and where they have nothing in common"),
    about=N_("Two functions of twenty inputs; A has 50 labels, B has 600. Networks of two blocks with eight units."),
    seeds=20,
    rows=tuple(
        Row(key, title, preset=preset, set={"sharing": sharing, **SMALL})
        for key, title, preset, sharing in (
            ("hard", N_("Equal functions, hard"), "functions_same", "hard"),
            ("soft", N_("Equal functions, soft (L2)"), "functions_same", "soft_l2,strength=0.8"),
            ("stitch", N_("Equal functions, cross-stitch"), "functions_same", "cross_stitch"),
            ("hard_apart", N_("Unrelated functions, hard"), "functions_unrelated", "hard"),
            ("soft_apart", N_("Unrelated functions, soft (L2)"), "functions_unrelated", "soft_l2,strength=0.8"),
            ("stitch_apart", N_("Unrelated functions, cross-stitch"), "functions_unrelated", "cross_stitch"),
        )
    ),
    columns=(
        Column("a", N_("A, few labels")),
        Column("b", N_("B, many labels")),
        Column("delta_m", N_("Δm")),
        Column("parameters", N_("Parameters"), "count"),
    ),
)
