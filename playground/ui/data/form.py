"""Which suite the Data page looks at, with its knobs and a seed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from playground import catalog
from playground.basics.errors import Invalid
from playground.basics.knobs import Knob, knobs_of
from playground.basics.words import _
from playground.experiment import text_of
from playground.ui import scene, server
from playground.ui.data.state import SIGHT, DataState, checked, show
from playground.ui.scene import SEED
from playground.uploads.kept import storage


def form(sight: DataState) -> None:
    """Which suite, its knobs, and the seed."""
    suites = catalog.suites()
    ready = [key for key in suites if key == sight.suite.name or suites[key]().obstacle() is None]
    _set("suite", sight.suite.name)
    st.selectbox(_("Data"), ready, format_func=lambda key: _(suites[key].card.title), key=_key("suite"), on_change=_take_suite)
    for name, knob in knobs_of(sight.the_suite).items():
        _widget(f"suite.{name}", knob, getattr(sight.the_suite, name))
    _set("seed", sight.seed)
    words = _("It draws the splits, and the examples of data that are made.")
    st.number_input(_("Seed"), int(SEED.low), int(SEED.high), key=_key("seed"), on_change=_take, args=("seed",), help=words)
    missing = [_(suites[key].card.title) for key in suites if key not in ready]
    if missing:
        st.caption(_("Not downloaded: {names}. `python -m playground fetch` tells how.").format(names=_(", ").join(missing)))


def _widget(name: str, knob: Knob, value: Any) -> None:
    """One knob's widget, of the sort that suits it."""
    said: dict[str, Any] = {"key": _key(name), "on_change": _take, "args": (name,), "help": _(knob.help) or None}
    label = _(knob.label)
    _set(name, value)
    if isinstance(knob.default, bool):
        st.toggle(label, **said)
    elif isinstance(knob.default, str):
        options = dict(zip(knob.choices, map(knob.word, knob.choices), strict=True)) or own_tables(value)
        st.selectbox(label, list(options), format_func=lambda one: options[one], **said)
    elif isinstance(knob.default, int):
        st.number_input(label, int(knob.low), int(knob.high), **said)
    else:
        _set(name, float(value))
        st.number_input(label, float(knob.low), float(knob.high), format="%g", **said)


def own_tables(value: str) -> dict[str, str]:
    """The tables that a knob may name, by key: the example, the visitor's own, and the one that it names now."""
    return {"": _("The example"), value: storage.name_of(value) or _("The example")} | server.tables()


def _key(name: str) -> str:
    return f"data:{name}"


def _set(name: str, value: Any) -> None:
    st.session_state[_key(name)] = value


def _take_suite() -> None:
    """Another suite, with its knobs as they are by themselves."""
    _look({"suite": st.session_state[_key("suite")], "seed": st.session_state[SIGHT].query()["seed"]})


def _take(name: str) -> None:
    """The value of one widget."""
    _look(st.session_state[SIGHT].query() | {name: text_of(st.session_state[_key(name)])})


def _look(query: Mapping[str, str]) -> None:
    """Look at what a query asks for; what cannot be is said, and nothing changes."""
    try:
        show(checked(query))
    except Invalid as invalid:
        scene.say(*map(str, invalid.problems))
