"""The arrow lab of the Weighting page: the sketch of this session, its sliders, the pictures and the table."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import streamlit as st

from playground import catalog
from playground.basics.errors import Invalid
from playground.basics.words import _
from playground.figures import arrows as figures
from playground.figures.marks import PARTNERS
from playground.figures.style import number
from playground.landscape import steps
from playground.landscape.steps import ANGLE, FEWEST, LEFT, LENGTH, LOSS, MOST, Sketch, Step
from playground.statistics.differences import signed
from playground.ui import scene
from playground.ui.form import form
from playground.ui.scripts.component import component
from playground.ui.weighting.state import HERE, PLANES, looks

SKETCH = "weighting.sketch"
"""The `Sketch` of this session."""

MOVED = "weighting.moved"
"""How many moves of the lab in the browser the sketch of this session has heard of."""

DRAWN = ("equal", "mgda", "pcgrad", "cagrad", "nash")
"""Methods of the large picture at first."""

MOST_DRAWN = 8

RIGHT_ANGLE = 0.01
"""A cosine up to this size, of half a degree, counts as none."""

_lab = component("arrows", HERE / "arrows.js", looks=PLANES)


def current() -> Sketch:
    """The sketch of this session."""
    sketch: Sketch = st.session_state.setdefault(SKETCH, Sketch())
    return sketch


def sliders() -> None:
    """Angle, length and loss of every gradient; always there, for those who do not drag."""
    now = current()
    st.session_state["arrows.tasks"] = len(now.arrows)
    st.segmented_control(
        _("Tasks"),
        [FEWEST, MOST],
        key="arrows.tasks",
        required=True,
        on_change=lambda: _show(steps.with_tasks(current(), int(st.session_state["arrows.tasks"]))),
    )
    for place, (angle, length) in enumerate(now.arrows):
        st.markdown(f"**{figures.task_name(place)}**")
        _slider(ANGLE, f"arrows.angle.{place}", _("Angle (°)"), angle, 1.0)
        _slider(LENGTH, f"arrows.length.{place}", _("Length"), length, 0.05)
        _slider(LOSS, f"arrows.loss.{place}", _("Loss"), now.losses[place], 0.01)


def _slider(knob: Any, key: str, label: str, value: float, step: float) -> None:
    st.session_state[key] = float(value)
    st.slider(label, knob.low, knob.high, step=step, format="%g", key=key, on_change=_take)


def _take() -> None:
    """The numbers of the sliders."""
    count = len(current().arrows)
    numbers = [[float(st.session_state[f"arrows.{name}.{i}"]) for i in range(count)] for name in ("angle", "length", "loss")]
    _show(Sketch(tuple(zip(numbers[0], numbers[1], strict=True)), tuple(numbers[2])))


def _moved() -> None:
    """The arrows as somebody dragged them; checked like a link, as it comes from a browser."""
    try:
        told = st.session_state["arrows"].moved
        st.session_state[MOVED] = int(told["count"])
        text = ";".join(f"{float(angle):g},{float(length):g}" for angle, length in told["arrows"])
        moved = steps.read({"arrows": text, "losses": ",".join(map(str, current().losses))})
    except (Invalid, KeyError, OverflowError, TypeError, ValueError):
        return
    _show(moved)


def _show(sketch: Sketch) -> None:
    st.session_state[SKETCH] = sketch


def pictures() -> None:
    """The large picture, the cards of all methods, and the table."""
    sketch, titles = current(), looks()
    found = steps.steps(sketch)
    left, right = st.columns([1, 1], gap="medium")
    with right:
        chosen = _choose(found)
        _reading(found)
        if chosen:
            few = table({key: found[key] for key in chosen}, brief=True)
            st.dataframe(few, hide_index=True, key="arrows.chosen")
    with left:
        drawn = [_outcome(found[key]) for key in chosen]
        gradients = sketch.gradients
        _lab(
            key="arrows",
            height="content",
            data={
                "markup": figures.lab(gradients, steps.shortest(gradients), drawn),
                "alt": figures.lab_text(gradients, drawn),
                "partners": dict(PARTNERS),
                "arrows": [list(arrow) for arrow in sketch.arrows],
                "moved": st.session_state.get(MOVED, 0),
            },
            on_moved_change=_moved,
        )
    st.markdown("##### " + _("Every method on the same gradients"))
    st.caption(
        _(
            "▲ the task's loss falls, ▼ it rises, ● it stays, for a small step against d; beside it the weight of the task's "
            "gradient. Methods that learn their weights stand at their first step. What is longer than the picture is dashed."
        )
    )
    everything = [_outcome(one) for one in found.values()]
    absent = {titles[key].title: steps.why_not(key, sketch) for key in catalog.methods() if key not in found}
    cards(figures.cards(gradients, everything, absent), figures.cards_text(everything))
    with st.expander(_("All numbers"), icon=":material/table:"):
        st.dataframe(table(found), hide_index=True, key="arrows.all")


def cards(markup: str, alt: str) -> None:
    """Markup without any handle, through the same component, so that it follows the theme."""
    data = {"markup": markup, "alt": alt, "partners": dict(PARTNERS), "arrows": [], "moved": 0}
    _lab(key="cards", height="content", data=data)


def _choose(found: dict[str, Step]) -> list[str]:
    """Which methods are drawn in the large picture. Those that cannot be stand at the end of the list with a word why."""
    key, titles = "arrows.drawn", {key: looks()[key].title for key in catalog.methods()}
    titles |= {key: form.barred(title, _("not with these numbers")) for key, title in titles.items() if key not in found}
    st.session_state[key] = [one for one in st.session_state.get(key, DRAWN) if one in found]
    return st.multiselect(
        _("In the large picture"),
        sorted(titles, key=lambda one: one not in found),
        key=key,
        format_func=lambda one: titles[one],
        max_selections=MOST_DRAWN,
        on_change=_take_drawn,
    )


def _take_drawn() -> None:
    """Who takes a method that cannot work here is told why."""
    scene.say(*filter(None, (steps.why_not(one, current()) for one in st.session_state["arrows.drawn"])))


def _reading(found: dict[str, Step]) -> None:
    """What to read from the picture, computed from it."""
    for (one, other), cosine in current().cosines().items():
        words = _("Gradients {first} and {second}: angle {angle}°, cosine {cosine}: **{word}**.")
        angle = f"{math.degrees(math.acos(cosine)):.0f}"
        st.markdown(words.format(first=one + 1, second=other + 1, angle=angle, cosine=signed(cosine, 2), word=_word_of(cosine)))
    hurting = [one for one in found.values() if "hurt" in one.effects]
    st.markdown(
        _("Drag an arrow, or focus it and use the arrow keys. The step goes **against** d, so a task gains where d · g > 0.")
    )
    if not hurting:
        st.markdown(_("With these gradients **no method hurts anybody**: to first order every loss falls or stays."))
        return
    names = _(", ").join(looks()[one.method].title for one in hurting)
    st.markdown(
        _("With these gradients **{count} of {all} methods let a loss rise**: {names}.").format(
            count=len(hurting), all=len(found), names=names
        )
    )


def _word_of(cosine: float) -> str:
    """Whether two gradients help or fight each other."""
    if abs(cosine) < RIGHT_ANGLE:
        return _("at a right angle, neither helps the other")
    return _("they help each other") if cosine > 0 else _("in conflict")


def _outcome(one: Step) -> figures.Outcome:
    return figures.Outcome(looks()[one.method], one.weights, one.direction, one.effects)


def table(found: dict[str, Step], brief: bool = False) -> pd.DataFrame:
    """One row a method: weights and slopes; length and who is hurt as well, unless it is to be brief."""
    rows = []
    for one in found.values():
        row: dict[str, object] = {_("Method"): looks()[one.method].title}
        for place, weight in enumerate(one.weights):
            row[_("weight {number}").format(number=place + 1)] = number(float(weight), 3 if brief else 4)
        for place, slope in enumerate(one.slopes):
            sign = figures.SIGNS[one.effects[place]]
            # What counts as none is told as none, and not as what rounding left of it.
            left = one.effects[place] == LEFT
            row[f"d · g{place + 1}"] = f"{sign} {number(0.0 if left else float(slope), 3)}"
        if not brief:
            row["‖d‖"] = number(one.length, 4)
            row[_("Who is hurt")] = figures.hurt_words(one.effects)
        rows.append(row)
    return pd.DataFrame(rows)
