"""Table 6: how many of four blocks are shared, for equal and for unrelated functions."""

from __future__ import annotations

from playground.basics.words import N_
from playground.course.measured.table import Column, Row, Table

SMALL = {"backbone.width": 8, "backbone.depth": 4}
DEPTHS = (N_("no block shared"), N_("1 of 4 shared"), N_("2 of 4 shared"), N_("3 of 4 shared"), N_("all 4 shared"))

TABLE = Table(
    number=6,
    title=N_("Shared and own layers: how deep to share"),
    about=N_("Four blocks of eight units; A has 50 labels, B has 600. Equal: both are one function; apart: nothing in common."),
    seeds=12,
    rows=tuple(
        Row(f"{pair}{depth}", f"{title}", preset=preset, set={"sharing": f"hard,depth={depth}", **SMALL}, notes={"pair": words})
        for pair, preset, words in (
            ("same", "functions_same", N_("equal")),
            ("apart", "functions_unrelated", N_("unrelated")),
        )
        for depth, title in enumerate(DEPTHS)
    ),
    columns=(
        Column("pair", N_("Functions"), "text"),
        Column("a", N_("A, few labels")),
        Column("b", N_("B, many labels")),
        Column("shared", N_("Shared parameters"), "count"),
        Column("parameters", N_("All parameters"), "count"),
    ),
)
