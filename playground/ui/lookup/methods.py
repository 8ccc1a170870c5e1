"""Cards of the catalogue's methods and strategies: made from what each file says about itself, so a new one appears unasked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from playground import catalog, weighting
from playground.basics.cards import Card
from playground.basics.knobs import Knob, knobs_of
from playground.basics.words import _
from playground.experiment import Experiment, sharing_problems
from playground.figures.style import join, listed
from playground.ui import scene, server
from playground.ui.lookup import search as search_field
from playground.ui.text import as_markdown

if TYPE_CHECKING:
    from playground.sharing.base import Strategy
    from playground.weighting.base import Weighting

SPEED = Path(weighting.__file__).parent / "speed.json"
"""What `python -m tests.benchmarks.methods --write` measured."""

COLUMNS = 2
"""Cards beside each other, where there is room."""

STYLE = "<style>@media (max-width: 640px) { .katex-display .katex { font-size: 0.95em; } }</style>"
"""On a phone formulas are as large as the text, so that the longest one fits."""

EVERY, LOSSES, GRADIENTS = "every", "loss", "gramian"
"""What the filter lets pass: every method, or those with one signal."""


# --- what is said of an entry --------------------------------------------------------------------------------------------


@cache
def measured() -> Mapping[str, Any]:
    """ "command" that measured, and "microseconds" by method, number of tasks and column; empty where there is no file."""
    if not SPEED.exists():
        return {}
    values: dict[str, Any] = json.loads(SPEED.read_text(encoding="utf-8"))
    return values


def cost(method: type[Weighting]) -> str:
    """What one step costs in passes through the network."""
    words = _("1 backward pass a step") if method.signal == "loss" else _("T backward passes a step, one a task")
    return words + (" " + _("and 1 more forward pass") if method.sees_after else "")


def speed(key: str, tasks: int = 3) -> str:
    """The method's own arithmetic in microseconds a step, alone and in a fleet; says so where nobody measured it."""
    values = measured().get("microseconds", {}).get(key, {}).get(str(tasks))
    if values is None:
        return _("its own arithmetic is not measured yet")
    return _("itself {alone} µs, {fleet} µs in a fleet").format(alone=f"{values['1']:.3g}", fleet=f"{values['40']:.2g}")


def measured_by() -> str:
    """The command behind the microseconds, and what they stand for."""
    command = measured().get("command")
    if command is None:
        return ""
    words = _("Microseconds of processor time a step with 3 tasks, alone and in a fleet of 40; measured by {command}.")
    said = words.format(command=f"`{command}`")
    passes = measured()["microseconds"].get("passes", {}).get("3")
    if passes is not None:
        words = _("There the backward passes for all 3 gradients of a small network take {passes} µs.")
        said += " " + words.format(passes=f"{passes['backward']:.0f}")
    return said


def lines(formula: str) -> str:
    """A formula with its parts below each other instead of side by side, so that it fits on a card."""
    parts = [part.strip() for part in formula.replace(r"\qquad", r"\quad").split(r"\quad")]
    return r"\begin{gathered} " + r" \\ ".join(part for part in parts if part) + r" \end{gathered}"


def needs(method: type[Weighting]) -> list[str]:
    """What a method wants to see, in a few words each."""
    found = [_("losses only") if method.signal == "loss" else _("gradients of all tasks")]
    if method.needs_positive:
        found.append(_("losses above zero"))
    if method.sees_after:
        found.append(_("the losses after the step"))
    if method.uses_chance:
        found.append(_("random draws"))
    return found


def family(strategy: type[Strategy]) -> str:
    """How a strategy shares, in a few words."""
    return {"none": _("Nothing shared"), "hard": _("Hard sharing"), "soft": _("Soft sharing")}[strategy.family]


def knob_table(entry: type) -> pd.DataFrame:
    """One row a knob: name, default, bounds, help; empty where there is nothing to turn."""
    rows = [
        (f"`{name}`", _default(knob), _bounds(knob), _(knob.help) + (f" ({knob.unit})" if knob.unit else ""))
        for name, knob in knobs_of(entry).items()
    ]
    return pd.DataFrame(rows, columns=[_("Knob"), _("Default"), _("Values"), _("What it does")])


def _default(knob: Knob) -> str:
    if knob.per_task:
        return _("1 each")
    return _plain(knob.default)


def _bounds(knob: Knob) -> str:
    if knob.choices:
        return ", ".join(knob.choices)
    if isinstance(knob.default, bool):
        return f"{_plain(False)}, {_plain(True)}"
    bounds = _("{low} to {high}").format(low=_plain(knob.low), high=_plain(knob.high))
    return _("{bounds}, one a task").format(bounds=bounds) if knob.per_task else bounds


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return _("on") if value else _("off")
    return f"{value:g}".replace("e-0", "e-").replace("-", "−") if isinstance(value, (int, float)) else str(value)


def passes(key: str, card: Card, text: str) -> bool:
    """Whether every word of a search stands somewhere on a card, in the visitor's language or in English."""
    said = (card.title, card.idea, card.fails, card.notes)
    whole = " ".join([key, card.paper, *said, *map(_, said)]).casefold()
    return all(word in whole for word in text.casefold().split())


def show_left_out() -> None:
    """The files that cannot be used, for whoever wrote them."""
    for fault in server.left_out():
        st.warning(_("Left out: {fault}").format(fault=as_markdown(str(fault))), icon=":material/extension_off:")


# --- what is drawn -------------------------------------------------------------------------------------------------------


def choose_shelf() -> str:
    """Which cards to look at: "weighting" or "sharing"."""
    st.html(STYLE)
    words = {"weighting": _("Weighting methods"), "sharing": _("Sharing strategies")}
    chosen = st.segmented_control(
        _("Cards"),
        list(words),
        format_func=lambda one: words[one],
        default="weighting",
        required=True,
        key="methods.shelf",
        label_visibility="collapsed",
    )
    return chosen or "weighting"


def search() -> str:
    """The words to search for; they stand in the address, so a card can be sent as a link."""
    return search_field.words("search", _("conflict, 2020, Adam …"))


def filter_signal() -> str:
    """Which signal a method may need."""
    words = {EVERY: _("All"), LOSSES: _("Losses only"), GRADIENTS: _("Gradients")}
    chosen = st.segmented_control(
        _("What it needs"), list(words), format_func=lambda one: words[one], default=EVERY, required=True, key="methods.signal"
    )
    return chosen or EVERY


def methods(text: str, signal: str) -> None:
    """The cards of all methods that pass, those that need least first."""
    heads = {
        LOSSES: (
            _("Methods that need losses only"),
            _("One backward pass a step. Their weights multiply the whole losses, so heads too."),
        ),
        GRADIENTS: (
            _("Methods that need gradients"),
            _(
                "One backward pass a task in every step. Their weights multiply gradients on shared parameters; "
                "heads keep their own gradient."
            ),
        ),
    }
    found = {key: one for key, one in catalog.methods().items() if passes(key, one.card, text)}
    if command := measured_by():
        st.caption(command)
    shown = False
    for name, (title, words) in heads.items():
        members = {key: one for key, one in found.items() if one.signal == name and signal in (EVERY, name)}
        if members:
            shown = True
            st.markdown(f"##### {title}")
            st.caption(words)
            _grid("weighting", members)
    if not shown:
        st.info(_("No card passes these filters."))


def strategies(text: str) -> None:
    """The cards of all strategies that pass."""
    found = {key: one for key, one in catalog.strategies().items() if passes(key, one.card, text)}
    if not found:
        st.info(_("No card passes these filters."))
    _grid("sharing", found)


def _grid(choice: str, entries: Mapping[str, type[Any]]) -> None:
    """Cards in rows, by title."""
    keys = sorted(entries, key=lambda key: _(entries[key].card.title).casefold())
    for start in range(0, len(keys), COLUMNS):
        for column, key in zip(st.columns(COLUMNS, gap="medium"), keys[start : start + COLUMNS], strict=False):
            with (
                column,
                st.container(border=True, height="stretch", vertical_alignment="distribute", key=f"card.{choice}.{key}"),
            ):
                card(choice, key, entries[key])


def card(choice: str, key: str, entry: type[Any]) -> None:
    """One card: what a method or strategy is, what it costs, when it fails, and a way to try it."""
    said: Card = entry.card
    with st.container():
        st.markdown(f"##### {_(said.title)}")
        st.caption("  \n".join(_facts(choice, key, entry)))
        st.markdown(_(said.idea))
        if said.formula:
            st.latex(lines(said.formula))
        if said.fails:
            st.markdown("**{label}** {words}".format(label=_("When it fails:"), words=_(said.fails)))
    with st.container():
        if said.paper:
            st.markdown(f":small[[{said.paper}]({said.link})]" if said.link else f":small[{said.paper}]")
        _open(choice, key)
        more = st.expander(_("Notes, knobs, source"), key=f"more.{choice}.{key}", type="compact", on_change="rerun")
        # Drawn when it is opened: two dozen files with their colours would make the page slow.
        if more.open:
            with more:
                _more(choice, key, entry)


def _facts(choice: str, key: str, entry: type[Any]) -> Sequence[str]:
    """What is needed and what it costs, a line each."""
    if choice == "sharing":
        return [family(entry)]
    return [
        _("Needs: {what}").format(what=listed(needs(entry))),
        _("Costs: {what}").format(what=join([cost(entry), speed(key)])),
    ]


def _more(choice: str, key: str, entry: type[Any]) -> None:
    """What stands behind a card."""
    if entry.card.notes:
        st.markdown(_(entry.card.notes))
    table = knob_table(entry)
    if table.empty:
        st.caption(_("It has no knobs."))
    else:
        st.table(table, border="horizontal", hide_index=True)
    st.code(catalog.source(entry), language="python", height=420)
    st.caption(_("The whole file, as it runs: {path}").format(path=f"`playground/{choice}/{key}.py`"))


def _open(choice: str, key: str) -> None:
    """The button that takes an entry to the Playground; grey, with the reason, where it does not go with the rest there."""
    reason = obstacle_of(choice, key, scene.current().experiment)
    if st.button(
        _("Open on the Playground"),
        key=f"open.{choice}.{key}",
        icon=":material/play_circle:",
        disabled=reason is not None,
        help=reason,
    ):
        scene.change(**{choice: key})
        st.switch_page("pages/play.py")


def obstacle_of(choice: str, key: str, experiment: Experiment) -> str | None:
    """Why an entry does not go with the rest of the experiment that the Playground shows; None when it does."""
    if choice == "weighting":
        why = experiment.obstacle(key)
    else:
        problems = sharing_problems(catalog.strategies()[key](), experiment.the_backbone, experiment.the_tasks)
        why = next((one.should for one in problems if one.where == "sharing"), None)
    if why is None:
        return None
    return _("With what the Playground shows now, it {reason}.").format(reason=why)
