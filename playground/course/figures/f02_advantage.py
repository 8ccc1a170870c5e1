"""Figure 2: what a task with few labels gets from the others, by the number of its labels."""

from __future__ import annotations

from functools import cache
from typing import Any

from playground.basics.knobs import Knob
from playground.basics.words import N_, _
from playground.course.measured.figure import Figure
from playground.figures.gains import compared
from playground.figures.style import Look, look_of
from playground.statistics.differences import Difference

WAYS = {"0": N_("Hard sharing"), "1": N_("Soft sharing (L2)"), "2": N_("Cross-stitch")}


@cache
def _swept() -> tuple[dict[tuple[int, float, str], Difference], Any]:
    """The recorded sweep over the number of labels, and its suite."""
    # Imported late: these bring what trains along.
    from playground.runs.precomputed import recorded
    from playground.runs.precomputed.recording import plan
    from playground.runs.results import sweeps

    experiments = [one.set(measure=False) for one in sweeps.first()]
    seeds = range(sweeps.FIRST_SEEDS)
    found = [one for run in plan("sharing_size").all_runs if (one := recorded.find(run)) is not None]
    table = sweeps.gains(sweeps.points("size", experiments, sweeps.scarcest(experiments[0])), seeds, found)
    suite = experiments[0].the_suite
    return sweeps.differences(table, suite.resampling), suite


def _shown(way: str) -> tuple[dict[tuple[int, float, str], Difference], Look]:
    found, suite = _swept()
    return {(0, value, task): one for (place, value, task), one in found.items() if place == int(way)}, look_of(suite.tasks())


def draw(way: str = "0") -> Any:
    """Gain of both tasks against the labels of A."""
    found, look = _shown(way)
    title = _("What a task with few labels gets from one with many")
    return compared.against(found, look, [_(WAYS[way])], title, _("Labels of A; B keeps 600"), log=True)


def describe(way: str = "0") -> str:
    """The same in words."""
    found, look = _shown(way)
    return compared.against_text(found, look, [_(WAYS[way])], _("What a task with few labels gets from one with many"))


FIGURE = Figure(
    number=2,
    title=N_("What sharing brings, by the number of labels"),
    draw=draw,
    describe=describe,
    knobs={"way": Knob("0", choices=tuple(WAYS), words=tuple(WAYS.values()), label=N_("Way of sharing"))},
)
