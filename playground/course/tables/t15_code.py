"""Table 15: the parts of the exported scripts: what each does, and on which lines. Read from the scripts, not typed."""

from __future__ import annotations

from playground.basics.words import N_
from playground.course.measured.scripts import rows
from playground.course.measured.table import Column, Table

TABLE = Table(
    number=15,
    title=N_("The code of an experiment, part by part"),
    about=N_("Lines of the scripts of figures 15 and 16, as the program writes them now."),
    rows=rows(),
    columns=(
        Column("does", N_("What it does"), "text"),
        Column("tensorflow", N_("Lines in TensorFlow"), "text"),
        Column("pytorch", N_("Lines in PyTorch"), "text"),
    ),
)
