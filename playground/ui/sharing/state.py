"""What the Sharing page shows, as one value: one experiment under two to four strategies, and what is looked at of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import streamlit as st

from playground import catalog
from playground.basics.errors import Invalid, Problem, unknown
from playground.basics.knobs import knobs_of
from playground.basics.words import _
from playground.experiment import Choice, Experiment, Run, text_of
from playground.presets import presets
from playground.runs.results import sweeps
from playground.runs.results.sweeps import SweepPoint
from playground.ui import keys, scene
from playground.ui.form import form
from playground.ui.scene import Scene

MOST = 4
"""Strategies side by side, at most."""

SIDE = "side"
VIEWS = (SIDE, *sweeps.OVER)
"""What is looked at: all strategies side by side, or one of the sweeps."""

FIELD = re.compile(r"beside[1-3](\..+)?")
"""Fields of an address that hold further strategies: beside1 is one's name, beside1.depth its knob."""


@dataclass(frozen=True)
class Study(Scene):
    """An experiment whose strategy is compared with others.

    beside: the other strategies. view: one of `VIEWS`.
    fewer: the task whose labels become fewer in the sweep over sizes; "" for the one with the fewest labels.
    """

    beside: tuple[Choice, ...] = ()
    view: str = SIDE
    fewer: str = ""

    @cached_property
    def experiments(self) -> list[Experiment]:
        """The same experiment under each strategy, its own first; raises Invalid where one does not go with the rest."""
        return [self.experiment, *(_under(self.experiment, choice) for choice in self.beside)]

    @cached_property
    def points(self) -> list[SweepPoint]:
        """What is trained: the experiments themselves, or the points of a sweep. Sweeps measure gains only."""
        if self.view == SIDE:
            return [SweepPoint(number, 0.0, one) for number, one in enumerate(self.experiments)]
        return sweeps.points(self.view, [one.set(measure=False) for one in self.experiments], self.task)

    @property
    def task(self) -> str:
        """The task whose labels become fewer."""
        return self.fewer or sweeps.scarcest(self.experiment)

    @cached_property
    def _runs(self) -> list[Run]:
        return sweeps.runs(self.points, self.all_seeds)

    @cached_property
    def _baselines(self) -> list[Run]:
        return sweeps.baselines(self.points, self.all_seeds)

    def runs(self) -> list[Run]:
        return self._runs

    def baselines(self) -> list[Run]:
        return self._baselines

    def changed(self, **fields: Any) -> Study:
        """The study with fields changed: those of the experiment, "beside1", "beside1.depth", "view", or "fewer"."""
        study = self
        own = {name: value for name, value in fields.items() if FIELD.fullmatch(name)}
        for name, value in own.items():
            place, knob = int(name[6]) - 1, name.partition(".")[2]
            one = study.experiments[place + 1]
            turned = one.set(**{f"sharing.{knob}": value}) if knob else one.set(sharing=value)
            beside = (*study.beside[:place], turned.sharing, *study.beside[place + 1 :])
            study = replace(study, beside=beside)
        looks = {name: fields[name] for name in ("view", "fewer") if name in fields}
        rest = {name: value for name, value in fields.items() if name not in own and name not in looks}
        study = replace(study, **looks)
        changed = Scene.changed(study, **rest) if rest else study
        assert isinstance(changed, Study)
        return checked(changed)

    def about(self, experiment: Experiment) -> Study:
        """The study of another experiment, with the strategies that it has."""
        fewer = self.fewer if self.fewer in experiment.tasks else ""
        return checked(replace(self, experiment=experiment, fewer=fewer))

    def like(self, other: Any) -> bool:
        """Whether its pictures may stand on the screen until those of the other are there."""
        mine, others = self.experiment, other.experiment
        alike = (mine.suite.name, mine.tasks, self.view) == (others.suite.name, others.tasks, other.view)
        return alike and bool(self.names() == other.names())

    def query(self) -> dict[str, str]:
        flat = {"view": self.view} | ({"fewer": self.fewer} if self.fewer else {})
        for place, choice in enumerate(self.beside, start=1):
            flat[f"beside{place}"] = choice.name
            flat |= {f"beside{place}.{name}": text_of(value) for name, value in choice.knobs.items()}
        return super().query() | flat

    @staticmethod
    def follow(query: Mapping[str, str]) -> Study:
        return read(query)

    def names(self) -> list[str]:
        """A short name for each strategy; knobs are named where a strategy stands there twice."""
        titles = [_(catalog.strategies()[one.sharing.name].card.title) for one in self.experiments]
        return [
            title if titles.count(title) == 1 else f"{title} ({_turned(one)})"
            for title, one in zip(titles, self.experiments, strict=True)
        ]


def _under(experiment: Experiment, choice: Choice) -> Experiment:
    """The experiment under another strategy; one that shares more blocks than there are shares all of them."""
    knobs = dict(choice.knobs)
    if "depth" in knobs:
        knobs["depth"] = min(knobs["depth"], experiment.the_backbone.length)
    return experiment.set(sharing=choice.name, **{f"sharing.{name}": value for name, value in knobs.items()})


def _turned(experiment: Experiment) -> str:
    return ", ".join(f"{name} {text_of(value)}" for name, value in experiment.sharing.knobs.items())


def checked(study: Study) -> Study:
    """The study, if it can be trained; raises Invalid with every problem.

    A sweep that cannot be made of these experiments gives way to the strategies side by side.
    """
    if study.view not in VIEWS:
        raise Invalid([unknown("view", study.view, VIEWS)])
    if study.fewer and study.fewer not in study.experiment.tasks:
        raise Invalid([unknown("fewer", study.fewer, study.experiment.tasks)])
    if len(study.experiments) > MOST:
        raise Invalid([Problem("beside", _("should be at most {most} strategies").format(most=MOST), len(study.experiments))])
    if study.view != SIDE and sweeps.sweep_obstacle(study.view, study.experiments):
        return replace(study, view=SIDE)
    return study


def first() -> Study:
    """What is shown at first."""
    base, *others = sweeps.first()
    return Study(base, 0, sweeps.FIRST_SEEDS, tuple(one.sharing for one in others))


def read(query: Mapping[str, str]) -> Study:
    """The study that an address asks for; without anything, the first sight. Raises Invalid with every problem."""
    named = {name: value for name, value in query.items() if FIELD.fullmatch(name)}
    looks = {name: query[name] for name in ("view", "fewer") if name in query}
    rest = {name: value for name, value in query.items() if name not in named and name not in looks}
    start = first()
    if not set(rest) - {"seed", "seeds", "lang"}:
        # Nothing is said about the experiment, so it is the first one; the link may still change what stands beside it.
        rest = Scene.query(start) | rest
        named = named or {name: value for name, value in start.query().items() if FIELD.fullmatch(name)}
    base = scene.read(rest)
    beside = []
    for place in range(1, MOST):
        if f"beside{place}" in named:
            knobs = {name.partition(".")[2]: value for name, value in named.items() if name.startswith(f"beside{place}.")}
            turned = {f"sharing.{name}": value for name, value in knobs.items()}
            try:
                beside.append(base.experiment.set(sharing=named[f"beside{place}"], **turned).sharing)
            except Invalid as invalid:  # said by the name that stands in the link
                own = re.compile(r"sharing(?=\.|$)")
                raise Invalid([replace(one, where=own.sub(f"beside{place}", one.where)) for one in invalid.problems]) from None
    return checked(Study(base.experiment, base.seed, base.seeds, tuple(beside), **looks))


def open_study() -> Study:
    """The study of this session; from here on widgets are about it. At its beginning, the one in the address."""
    st.session_state[keys.DESK] = keys.STUDY
    scene.take_address(keys.STUDY, read, first)
    study: Study = st.session_state[keys.STUDY]
    return study


# --- the form ----------------------------------------------------------------------------------------------------------


def choose_example(study: Study) -> None:
    """The ready examples; what stands beside their own strategy stays."""
    form.example_box("example", form.example_of(study.experiment.set(measure=False)), _take_example)


def _take_example() -> None:
    name = st.session_state[keys.field("example")]
    if not name:
        return
    study = scene.current()
    try:
        scene.show(study.about(presets()[name].experiment.set(measure=True)))
    except Invalid as invalid:
        scene.say(*map(str, invalid.problems))


def choose_strategies(study: Study) -> None:
    """Two to four strategies, each with its knobs."""
    for place, (one, name) in enumerate(zip(study.experiments, study.names(), strict=True)):
        with st.expander(name, expanded=place == 0, icon=":material/account_tree:"):
            form.choose_strategy(_field(place), _("Strategy"), one)
            if place:
                st.button(
                    _("Take it away"), key=f"away.{place}", on_click=_take_away, args=(place - 1,), icon=":material/close:"
                )
    if len(study.experiments) < MOST:
        st.button(_("Add a strategy"), key="add", on_click=_add, icon=":material/add:")


def _field(place: int) -> str:
    """The field that holds the strategy number `place`."""
    return f"beside{place}" if place else "sharing"


def _take_away(place: int) -> None:
    study = scene.current()
    assert isinstance(study, Study)
    scene.show(checked(replace(study, beside=(*study.beside[:place], *study.beside[place + 1 :]))))


def _add() -> None:
    """One more strategy: the first of the catalogue that is not there and works here."""
    study = scene.current()
    assert isinstance(study, Study)
    there = {one.sharing.name for one in study.experiments}
    for name in sorted(catalog.strategies(), key=lambda name: name in there):
        try:
            added = study.experiment.set(sharing=name).sharing
        except Invalid:
            continue
        scene.show(checked(replace(study, beside=(*study.beside, added))))
        return


def choose_view(study: Study) -> None:
    """Side by side, or one of the sweeps. Those that cannot be made here say so with a word why; who takes one of them all the
    same is told the whole sentence, and nothing changes."""
    words = {
        SIDE: _("Side by side"),
        "depth": _("By depth"),
        "relatedness": _("By relatedness"),
        "size": _("By labels"),
    }
    barred = {"depth": _("no depth to turn"), "relatedness": _("tasks as they are")}
    words |= {
        name: form.barred(words[name], why) for name, why in barred.items() if sweeps.sweep_obstacle(name, study.experiments)
    }
    key = keys.field("view")
    st.session_state[key] = study.view
    st.segmented_control(
        _("What to look at"),
        list(words),
        format_func=lambda one: words[one],
        key=key,
        required=True,
        on_change=_take_view,
        label_visibility="collapsed",
    )


def _take_view() -> None:
    view, study = st.session_state[keys.field("view")], scene.current()
    assert isinstance(study, Study)
    if why := sweeps.sweep_obstacle(view, study.experiments) if view != SIDE else None:
        scene.say(why)
    else:
        scene.change(view=view)


def choose_fewer(study: Study) -> None:
    """The task whose labels become fewer."""
    titles = {task.name: _(task.title) for task in study.experiment.the_tasks}
    key = keys.field("fewer")
    st.session_state[key] = study.task
    st.selectbox(
        _("The task with fewer and fewer labels"),
        list(titles),
        format_func=lambda one: titles[one],
        key=key,
        on_change=_take_fewer,
        width=360,
    )


def _take_fewer() -> None:
    scene.change(fewer=st.session_state[keys.field("fewer")])


def knob_title(experiment: Experiment) -> str:
    """The words of the knob that makes tasks alike."""
    name = sweeps.likeness(experiment)
    return "" if name is None else _(knobs_of(experiment.the_suite)[name].label)
