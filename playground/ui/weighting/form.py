"""The form of a race: world, setting, methods, starts and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from playground import catalog
from playground.basics.errors import Invalid
from playground.basics.knobs import knobs_of
from playground.basics.words import _
from playground.landscape import plan, report
from playground.landscape.plan import SETTINGS, Plan
from playground.landscape.worlds import WORLDS
from playground.ui import scene
from playground.ui.form import form
from playground.ui.weighting.state import GROUND, MOST_METHODS, MOST_STARTS, change, current, first, looks, show, stadium


def choose() -> None:
    """World, setting, methods, starts and numbers."""
    stadium()  # so that a process is ready by the time that somebody wants a race
    now = current()
    _select("world", _("World"), list(WORLDS), now.world, lambda key: _(WORLDS[key].title), _take_world)
    st.caption(_(now.the_world.idea))
    _settings(now)
    _methods(now)
    _starts(now)
    _ground()
    with st.expander(_("More"), icon=":material/tune:"):
        for name, knob in knobs_of(Plan).items():
            _number(name, knob, getattr(now, name))


def _select(name: str, label: str, options: Sequence[str], value: str, words: Any, take: Any) -> None:
    key = f"race.{name}"
    st.session_state[key] = value
    st.selectbox(label, options, format_func=words, key=key, on_change=take)


def _take_world() -> None:
    """Another world, with the same methods where they can run there."""
    new = first(st.session_state["race.world"])
    kept = tuple(one for one in current().methods if plan.obstacle(new, one) is None)
    show(replace(new, methods=kept or new.methods))


def _settings(now: Plan) -> None:
    """The settings of the world; one's own numbers stand at the end of the list while they are none of them."""
    own = [key for key, setting in SETTINGS.items() if setting.world == now.world]
    found = next((key for key in own if _numbers(plan.of_setting(key, ())) == _numbers(now)), "")
    words = {key: _(SETTINGS[key].title) for key in own} | {"": _("Your own numbers")}
    _select("setting", _("Setting"), [*own, *([] if found else [""])], found, lambda key: words[key], _take_setting)


def _numbers(one: Plan) -> tuple[float, ...]:
    return one.scale, one.rate, one.steps, one.memory


def _take_setting() -> None:
    if key := st.session_state["race.setting"]:
        new = plan.of_setting(key, ())
        show(replace(new, methods=current().methods, bounded=current().bounded))


def _methods(now: Plan) -> None:
    """Which methods race. Those that cannot stand at the end of the list with a word why; who takes one of them all the same is
    told the whole sentence, and nothing changes."""
    barred = [key for key in catalog.methods() if plan.obstacle(now, key)]
    key = "race.methods"
    st.session_state[key] = list(now.methods)
    titles = {one: mark.title for one, mark in looks().items()}
    titles |= {one: form.barred(titles[one], _("a loss can be negative")) for one in barred}
    st.multiselect(
        _("Methods"),
        sorted(catalog.methods(), key=lambda one: one in barred),
        format_func=lambda one: titles[one],
        key=key,
        max_selections=MOST_METHODS,
        on_change=_take_methods,
    )
    st.caption(_("On this page colour and shape are the method, and each keeps its own; the losses are told by words."))


def _take_methods() -> None:
    methods = st.session_state["race.methods"]
    if methods:
        change(methods=methods)
    else:
        scene.say(_("At least one method has to race."))


def _starts(now: Plan) -> None:
    """Where the runs start: chosen from a list, typed, or placed by a click in the picture."""
    key = "race.starts"
    options = list(dict.fromkeys((*now.starts, *now.the_world.starts)))
    st.session_state[key] = list(now.starts)
    st.multiselect(
        _("Starts"),
        options,
        format_func=report.point,
        key=key,
        max_selections=MOST_STARTS,
        on_change=_take_starts,
        help=_("A click in the left picture places one more."),
    )
    example = ", ".join(f"{number:g}" for number in now.the_world.starts[0])
    st.text_input(_("Another start"), placeholder=example, key="race.typed", on_change=_take_typed)


def _take_starts() -> None:
    starts = st.session_state["race.starts"]
    if starts:
        change(starts=starts)
    else:
        scene.say(_("At least one start has to be there."))


def _take_typed() -> None:
    text = st.session_state["race.typed"].strip()
    if not text:
        return
    try:
        _add(plan.position(text, current().the_world))
        st.session_state["race.typed"] = ""
    except Invalid as invalid:
        scene.say(*map(str, invalid.problems))


def _add(point: tuple[float, float]) -> None:
    """One more start; where there are as many as a picture holds, the last one gives way."""
    starts = [one for one in current().starts if one != point]
    change(starts=[*starts[: MOST_STARTS - 1], point])


def clicked() -> None:
    """The point of the picture that somebody clicked; it comes from a browser, so it is checked."""
    try:
        x1, x2 = (round(float(number), 1) for number in st.session_state["race"].start)
        _add(plan.position(f"{x1},{x2}", current().the_world))
    except Invalid as invalid:
        scene.say(*map(str, invalid.problems))
    except (TypeError, ValueError):
        return


def _ground() -> None:
    """Which heights the contours show."""
    words = {"sum": _("Sum"), "first": _("First loss"), "second": _("Second loss"), "none": _("None")}
    st.session_state.setdefault(GROUND, "sum")
    st.selectbox(_("Contours"), list(words), format_func=lambda one: words[one], key=GROUND)


def _number(name: str, knob: Any, value: Any) -> None:
    """One number of the plan."""
    key, words = f"race.{name}", _(knob.help)
    take: dict[str, Any] = {"key": key, "help": words, "on_change": _take, "args": (name,)}
    st.session_state[key] = value
    if isinstance(knob.default, bool):
        st.toggle(_(knob.label), **take)
    elif isinstance(knob.default, int):
        st.number_input(_(knob.label), int(knob.low), int(knob.high), step=100, **take)
    else:
        st.number_input(_(knob.label), float(knob.low), float(knob.high), step=value / 10, format="%g", **take)


def _take(name: str) -> None:
    change(**{name: st.session_state[f"race.{name}"]})
