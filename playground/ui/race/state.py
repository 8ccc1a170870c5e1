"""What the Race page shows, as one value: an experiment, who races in it, and with which budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import streamlit as st

from playground.basics.errors import Invalid
from playground.experiment import Experiment, Run
from playground.race import plan
from playground.race.course import Course, Courses
from playground.race.plan import Race
from playground.ui import keys, scene, server
from playground.ui.scene import Scene

FIRST = "two_digits_conflict"
FIRST_METHODS = ("uncertainty", "dwa", "famo", "gradnorm", "mgda", "pcgrad", "cagrad", "nash")
FIRST_WEIGHTS, FIRST_SEEDS = 8, 3
"""The first sight: a race of seconds."""

OWN = ("methods", "strategies", "rates", "weights", "knobs")
"""Fields of an address that are about the race and not about its experiment."""


@dataclass(frozen=True)
class Contest(Scene):
    """An experiment with its race; see `playground.race.plan.Race` for the fields. Its seeds begin at 0."""

    methods: tuple[str, ...] = ()
    strategies: tuple[str, ...] = ()
    rates: tuple[float, ...] = ()
    weights: int = FIRST_WEIGHTS
    knobs: bool = False

    @cached_property
    def race(self) -> Race:
        """The race; raises Invalid where it cannot be."""
        return Race.of(self.experiment, self.methods, self.strategies, self.rates, self.weights, self.seeds, self.knobs)

    def runs(self) -> list[Run]:
        return list(self.race.runs)

    def baselines(self) -> list[Run]:
        return []

    def changed(self, **fields: Any) -> Contest:
        """The contest with fields changed, those of the experiment or its own; raises Invalid with every problem."""
        own = {name: value for name, value in fields.items() if name in OWN}
        rest = {name: value for name, value in fields.items() if name not in own}
        contest = replace(self, **own)
        changed = Scene.changed(contest, **rest) if rest else contest
        assert isinstance(changed, Contest)
        return checked(changed)

    def about(self, experiment: Experiment) -> Contest:
        """The contest in another experiment, of those that can race there."""
        kept = {
            field: tuple(one for one in getattr(self, name) if one.partition(",")[0] in plan.works(experiment, field))
            for field, name in (("weighting", "methods"), ("sharing", "strategies"))
        }
        return checked(replace(self, experiment=experiment, methods=kept["weighting"], strategies=kept["sharing"]))

    def query(self) -> dict[str, str]:
        own = {
            "methods": ",".join(self.methods),
            "strategies": ",".join(self.strategies),
            "rates": ",".join(f"{rate:g}" for rate in self.rates),
            "weights": str(self.weights),
            "knobs": "true" if self.knobs else "",
        }
        return super().query() | {name: value for name, value in own.items() if value}


def checked(contest: Contest) -> Contest:
    """The contest, written as its race has it; raises Invalid with every problem."""
    race = contest.race
    rates = race.rates if contest.rates else ()
    return replace(
        contest, seed=0, methods=race.methods, strategies=race.strategies, rates=rates, weights=race.weights, knobs=race.knobs
    )


def first() -> Contest:
    """What is shown at first."""
    base = scene.of_preset(FIRST).experiment
    methods = tuple(name for name in FIRST_METHODS if name in plan.works(base, "weighting"))
    return Contest(base, 0, FIRST_SEEDS, methods)


def read(query: Mapping[str, str]) -> Contest:
    """The contest that an address asks for; without anything, the first sight. Raises Invalid with every problem."""
    own = {name: query[name] for name in OWN if name in query}
    rest = {name: value for name, value in query.items() if name not in own}
    start = first()
    if not set(rest) - {"seed", "seeds", "lang"}:
        rest = (
            {name: value for name, value in Scene.query(start).items() if name != "seeds"} | {"seeds": str(start.seeds)} | rest
        )
        own = own or {name: value for name, value in start.query().items() if name in OWN}
    base = scene.read(rest)
    race = Race.of(
        base.experiment,
        own.get("methods", ""),
        own.get("strategies", ""),
        own.get("rates", ""),
        own.get("weights", FIRST_WEIGHTS),
        base.seeds,
        own.get("knobs", False),
    )
    rates = race.rates if own.get("rates") else ()
    return Contest(base.experiment, 0, base.seeds, race.methods, race.strategies, rates, race.weights, race.knobs)


def open_contest() -> Contest:
    """The contest of this session; from here on widgets are about it. At its beginning, the one in the address."""
    st.session_state[keys.DESK] = keys.CONTEST
    scene.take_address(keys.CONTEST, read, first)
    contest: Contest = st.session_state[keys.CONTEST]
    try:
        contest.race  # noqa: B018  # a table may be gone, or an entry of the catalogue
    except Invalid as invalid:
        scene.say(*map(str, invalid.problems))
        contest = first()
        scene.show(contest)
    return contest


@st.cache_resource(show_spinner=False)
def courses() -> Courses:
    """The races of this server, each once for all sessions."""
    return Courses(server.shared_store())


def course(contest: Contest) -> Course:
    """The course of a contest."""
    return courses().of(contest.race)
