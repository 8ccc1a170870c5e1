"""Table 3: what each way of sharing is: what ties the tasks, and what a further task costs. Nothing is trained for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.basics.words import N_
from playground.course.measured.recording import diagram
from playground.course.measured.table import Column, Row, Table

TASKS = {"tasks": "circle,xor,half", "backbone.width": 16}
TIES = {
    "separate": (N_("Separate networks"), N_("nothing")),
    "hard": (N_("Hard sharing"), N_("the same blocks")),
    "soft_l2": (N_("Soft sharing (L2)"), N_("a penalty on the distance of weights")),
    "soft_trace": (N_("Soft sharing (trace norm)"), N_("a penalty on the rank of stacked weights")),
    "cross_stitch": (N_("Cross-stitch units"), N_("learned mixtures of features")),
    "mmoe": (N_("Mixture of experts (MMoE)"), N_("common experts, a gate for each task")),
}


def further(row: Row, _result: Any) -> Mapping[str, Any]:
    """How many parameters the third task brought."""
    three, two = row.experiment, row.experiment.set(tasks="circle,xor")
    counts = [sum(box.parameters for box in diagram(one.to_dict()).boxes) for one in (three, two)]
    return {"further": counts[0] - counts[1]}


TABLE = Table(
    number=3,
    title=N_("Hard and soft sharing: what ties the tasks, and what it costs"),
    about=N_("Counted from the modules themselves: three tasks on the plane, two blocks of sixteen units."),
    seeds=0,
    rows=tuple(
        Row(key, title, preset="toy_plane_crowded", set={"sharing": key, **TASKS}, notes={"tie": tie})
        for key, (title, tie) in TIES.items()
    ),
    columns=(
        Column("tie", N_("What ties the tasks"), "text"),
        Column("parameters", N_("Parameters"), "count"),
        Column("shared", N_("of these shared"), "count"),
        Column("further", N_("for one more task"), "count"),
    ),
    measure=further,
)
