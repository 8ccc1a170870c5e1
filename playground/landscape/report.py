"""The table of a race as text: one line a method, one column a start."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from playground import catalog
from playground.basics.words import _
from playground.landscape.outcome import LOST, MOVING, REACHED, Outcome, of_method, outcomes
from playground.landscape.plan import Plan, Point
from playground.landscape.race import Track


def table(plan: Plan, track: Track) -> str:
    """The outcomes as a Markdown table."""
    found = outcomes(plan, track)
    header = [_("Method"), *(_("from {start}").format(start=point(start)) for start in plan.starts), _("Reached")]
    rows = [
        [_(catalog.methods()[key].card.title), *(cell(one) for one in mine), f"{_reached(mine)} / {len(mine)}"]
        for key in plan.methods
        if (mine := of_method(found, key))
    ]
    return "\n".join(_line(row) for row in [header, ["---"] * len(header), *rows])


def cell(outcome: Outcome) -> str:
    """How one run ended, in a few words."""
    end = point(outcome.end)
    if outcome.status == REACHED:
        return _("front at {end}, step {step}").format(end=end, step=f"{outcome.since:,}")
    if outcome.status == LOST:
        return _("**lost**: no numbers any more")
    away = f"{outcome.distance:.2f}"
    if outcome.status == MOVING:
        return _("*moving* at {end}, {away} away").format(end=end, away=away)
    return _("**stuck** at {end}, {away} away").format(end=end, away=away)


def point(values: Point, digits: int = 2) -> str:
    """A point for the eye."""
    # Adding zero makes a plain zero of minus zero.
    return "(" + ", ".join(f"{round(value, digits) + 0.0:.10g}".replace("-", "−") for value in values) + ")"


def numbers(plan: Plan) -> str:
    """The numbers of a race in one sentence."""
    return _(
        "{runs} runs: {methods} methods from {starts} starts; first loss times {scale}, Adam with rate {rate} and "
        "β₂ = {memory}, {steps} steps, float64."
    ).format(
        runs=len(plan.methods) * len(plan.starts),
        methods=len(plan.methods),
        starts=len(plan.starts),
        scale=f"{plan.scale:g}",
        rate=f"{plan.rate:g}",
        memory=f"{plan.memory:g}",
        steps=f"{plan.steps:,}",
    )


def _reached(found: Iterable[Outcome]) -> int:
    return sum(one.status == REACHED for one in found)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
