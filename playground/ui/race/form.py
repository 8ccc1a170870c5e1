"""The form of a race: what is learned, who races, and the budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from playground import catalog
from playground.basics.errors import Invalid
from playground.basics.words import _
from playground.presets import SEEDS, presets
from playground.race import plan
from playground.ui import keys, scene
from playground.ui.form import form
from playground.ui.race.state import Contest

ELSEWHERE = ("rate", "baseline_rate", "sweep", "measure")
"""Fields of an experiment that a race settles by itself."""


def choose(contest: Contest) -> None:
    """The whole form."""
    _example(contest)
    form.choose_tasks(contest.experiment)
    _entries("methods", _("Weighting methods"), "weighting", contest)
    _entries("strategies", _("Sharing strategies"), "sharing", contest)
    if not contest.strategies:
        form.choose_sharing(contest.experiment)
    _budget(contest)
    form.choose_labels(contest.experiment)
    form.choose_schedule(contest.experiment)
    form.choose_rest(contest.experiment, but=ELSEWHERE, seeds=False)


def _example(contest: Contest) -> None:
    """The ready examples; who races stays."""
    form.example_box("race.example", form.example_of(contest.experiment), _take_example)


def _take_example() -> None:
    if name := st.session_state[keys.field("race.example")]:
        try:
            scene.show(scene.current().about(presets()[name].experiment))
        except Invalid as invalid:
            scene.say(*map(str, invalid.problems))


def _entries(name: str, label: str, field: str, contest: Contest) -> None:
    """Who races, of one part of the catalogue."""
    entries: Mapping[str, Any] = catalog.methods() if field == "weighting" else catalog.strategies()
    there, now = plan.works(contest.experiment, field), getattr(contest, name)
    options = list(dict.fromkeys([*now, *there]))
    key = keys.field(name)
    st.session_state[key] = list(now)
    words = {
        "methods": _("Equal weights and a sweep of fixed weights always race along."),
        "strategies": _("None: all methods race under the one strategy below. Several: every method races under each."),
    }
    st.multiselect(
        label, options, format_func=lambda one: _title(entries, one), key=key, on_change=_take, args=(name,), help=words[name]
    )
    if name == "methods":
        with st.container(horizontal=True, gap="small"):
            st.button(_("All"), key="race.all", on_click=_set, args=("methods", there), disabled=set(now) >= set(there))
            st.button(_("None"), key="race.none", on_click=_set, args=("methods", ()), disabled=not now)


def _title(entries: Mapping[str, Any], one: str) -> str:
    name, _comma, knobs = one.partition(",")
    return _(entries[name].card.title) + (f" ({knobs})" if knobs else "")


def _take(name: str) -> None:
    _set(name, tuple(st.session_state[keys.field(name)]))


def _set(name: str, value: object) -> None:
    scene.change(**{name: value})


def _budget(contest: Contest) -> None:
    """Rates, fixed weights, seeds."""
    key = keys.field("race.rates")
    st.session_state[key] = ", ".join(f"{rate:g}" for rate in contest.race.rates)
    words = _("Every entrant and every single-task baseline gets all of these, and takes the one that is best on validation.")
    st.text_input(_("Learning rates"), key=key, on_change=_take_rates, help=words)
    for name, knob, value in (("weights", plan.WEIGHTS, contest.weights), ("seeds", SEEDS, contest.seeds)):
        key = keys.field(f"race.{name}")
        st.session_state[key] = value
        st.number_input(
            _(knob.label) or _("Seeds"), int(knob.low), int(knob.high), key=key, on_change=_take_number, args=(name,)
        )
    key = keys.field("race.knobs")
    st.session_state[key] = contest.knobs
    words = _("Three values of the one knob that decides most about a method, for those that have one.")
    st.toggle(_("Tune a knob, too"), key=key, on_change=_take_knobs, help=words)


def _take_rates() -> None:
    text = str(st.session_state[keys.field("race.rates")])
    scene.change(rates=tuple(part.strip() for part in text.split(",") if part.strip()))


def _take_number(name: str) -> None:
    value = int(st.session_state[keys.field(f"race.{name}")])
    now = scene.current()
    if name == "weights":
        scene.change(weights=value)
    else:
        scene.show(replace(now, seeds=value))


def _take_knobs() -> None:
    scene.change(knobs=bool(st.session_state[keys.field("race.knobs")]))
