"""What a race shows: both planes with their player, one sentence, and where every run ended."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import streamlit as st

from playground.basics.words import _, language
from playground.figures import landscape as figures
from playground.figures import style
from playground.figures.marks import PARTNERS
from playground.landscape import outcome, report
from playground.landscape.worlds import WORLDS
from playground.live.content.told import Cell, Table
from playground.live.shown import Part
from playground.ui.live.following import Following, Sentence, put
from playground.ui.play import reserve
from playground.ui.scripts.component import component
from playground.ui.weighting.form import clicked
from playground.ui.weighting.race import RaceView
from playground.ui.weighting.state import GROUND, HERE, PLANES, looks

GRID = 80
"""Points of the contours' grid along each side."""

GROUNDS = ("sum", "first", "second", "none")

_race = component("race", HERE.parent / "scripts" / "live.js", HERE / "race.js", looks=PLANES)


@dataclass(frozen=True)
class Planes:
    """Both planes as markup and in words, and the steps of the points on their paths."""

    markup: str
    words: str
    steps: list[int]

    def plain(self) -> Part:
        """As a message holds it."""
        return {"markup": self.markup, "words": self.words, "steps": self.steps}


@st.cache_data(max_entries=40, show_spinner=False)
def _heights(world: str, scale: float, ground: str) -> np.ndarray | None:
    """[rows, columns] what the contours show."""
    if ground == "none":
        return None
    left, right, low, high = WORLDS[world].window
    points = np.stack(np.meshgrid(np.linspace(left, right, GRID), np.linspace(low, high, GRID)), axis=-1)
    values = WORLDS[world].values(points, scale)
    return np.asarray(values.sum(-1) if ground == "sum" else values[..., GROUNDS.index(ground) - 1])


def planes(view: RaceView, ground: str) -> Planes:
    """Both planes. ground: one of `GROUNDS`."""
    # The same plan always takes the same way, so all who watch it share what was drawn up to a step.
    return Planes(*_drawn(json.dumps(view.plan.to_dict()), len(view.known.steps), ground, language(), view))


def pictures(view: RaceView, following: Following | None) -> None:
    """Both planes, with the controls that play them."""
    subject = str(hash(view.plan))
    _race(
        key="race",
        height="content",
        data={
            **planes(view, st.session_state.get(GROUND, "sum")).plain(),
            "partners": dict(PARTNERS),
            "going": view.active,
            "subject": subject,
            "say": _player_words(),
            "live": None if following is None else following.live("race", subject),
        },
        on_start_change=clicked,
    )


@st.cache_data(max_entries=60, show_spinner=False)
def _drawn(canonical: str, count: int, ground: str, words: str, _view: RaceView) -> tuple[str, str, list[int]]:
    """The pictures as markup and in words, and the steps of their points, for a plan of which so many points are known."""
    shown, track, titles = _view.plan, _view.known, looks()
    world = shown.the_world
    color = {"first": style.TASK_COLORS[0], "second": style.TASK_COLORS[1]}.get(ground, style.SHARED)
    heights = _heights(world.key, shown.scale, ground)
    under = figures.Ground(world.window, world.pareto, world.front(shown.scale), heights, color)
    starts, losses = np.array(shown.starts), world.values(track.points, shown.scale)
    paths = figures.Paths(shown.methods, starts, track.steps, track.points, losses).thinned()
    said = {
        (one.method, shown.starts.index(one.start)): f"{titles[one.method].title} · {report.point(one.start)} → {_ended(one)}"
        for one in _view.outcomes
    }
    ends = {
        key: [f"{report.point(one.start)} {_ended(one)}" for one in outcome.of_method(_view.outcomes, key)]
        for key in shown.methods
    }
    alt = figures.race_text(paths, {key: mark.title for key, mark in titles.items()}, ends)
    return figures.race(under, paths, titles, said), alt, paths.steps.tolist()


def _player_words() -> dict[str, str]:
    """What the controls say."""
    return {
        "play": "▶ " + _("Play"),
        "pause": "❚❚ " + _("Pause"),
        "back": _("One point back"),
        "on": _("One point on"),
        "moment": _("Step"),
        "step": _("Step {step}"),
        "language": language(),
    }


def _ended(one: outcome.Outcome) -> str:
    """How a run ended, in plain words."""
    return f"{_(outcome.WORDS[one.status])}, {report.point(one.end)}"


def headline(view: RaceView, following: Following | None) -> None:
    """The one sentence."""
    put(following, "headline", said(view))


def said(view: RaceView) -> Sentence:
    """One sentence that is computed from the race: who reaches the front from how many starts."""
    if view.track is None:
        return Sentence("", _("Every method from every start, as one race."))
    shown, titles = view.plan, looks()
    counts: dict[int, list[str]] = {}
    for key in shown.methods:
        reached = sum(one.status == outcome.REACHED for one in outcome.of_method(view.outcomes, key))
        counts.setdefault(reached, []).append(titles[key].title)
    step = f"{int(view.track.steps[-1]):,}"
    parts = [
        _("{names} from {count} of {all} starts").format(names=style.listed(names), count=count, all=len(shown.starts))
        for count, names in sorted(counts.items(), reverse=True)
        if count
    ]
    if not parts:
        sentence = _("After {step} steps no method has reached the front.").format(step=step)
    else:
        sentence = _("After {step} steps the front is reached by {parts}.").format(step=step, parts=style.join(parts))
        if 0 in counts:
            sentence += " " + _("Not from any start: {names}.").format(names=style.listed(counts[0]))
    return Sentence(sentence)


def longest(view: RaceView) -> str:
    """Words as long as the sentence may come to be."""
    titles = looks()
    return reserve.descent([titles[key].title for key in view.plan.methods], len(view.plan.starts), view.plan.steps)


def tabled(view: RaceView) -> Table:
    """Where every run ended."""
    titles = looks()
    heads = [_("Method"), _("Start"), _("Outcome"), _("End"), _("First loss"), _("Second loss"), _("Distance"), _("Since step")]
    rows: list[list[Cell]] = [
        [
            titles[one.method].title,
            report.point(one.start),
            _(outcome.WORDS[one.status]),
            report.point(one.end),
            style.number(one.losses[0]),
            style.number(one.losses[1]),
            f"{one.distance:.3f}",
            "–" if one.since is None else f"{one.since:,}",
        ]
        for one in view.outcomes
    ]
    return Table(heads, rows, [])


def table(view: RaceView, following: Following | None) -> None:
    """Where every run ended, and what its words mean."""
    if view.track is None:
        return
    shown = view.plan
    put(following, "race.table", tabled(view))
    words = _(
        "*Reached the front*: no further than {tolerance} from the Pareto set, in units of the left plane. *Stuck*: further "
        "away, and moved by less than that in the last tenth of the steps."
    )
    st.caption(words.format(tolerance=f"{shown.the_world.tolerance:g}") + " " + report.numbers(shown))
