"""Table 13: four tasks of computer vision on one trunk, each beside a network of its own."""

from __future__ import annotations

from playground.basics.words import N_
from playground.course.measured.table import Column, Row, Table

TABLE = Table(
    number=13,
    title=N_("Vision tasks on one trunk, and each alone"),
    about=N_(
        "Pictures of shapes in fog, all with all labels; one residual trunk with a head for each task. Classes by accuracy, "
        "objects by average precision, segments by mean intersection over union, depth by its error: less is better."
    ),
    seeds=3,
    rows=tuple(
        Row(task, title, preset="scenes_one_trunk", task=task)
        for task, title in (
            ("kind", N_("What dominates")),
            ("objects", N_("Objects")),
            ("segments", N_("Segments")),
            ("depth", N_("Depth")),
        )
    ),
    columns=(
        Column("it", N_("Alone"), "baseline"),
        Column("it", N_("Together"), "score"),
        Column("it", N_("Gain")),
    ),
)
