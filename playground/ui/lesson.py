"""What a teacher's link says about a page: which controls are hidden, which cannot be turned, and whether it is projected.

    ?hide=weighting,labels&lock=sharing.depth&present=1

present=losses shows that chart large on the Playground, present=1 the first one that the example is about.

Names are those of groups of the form and of fields of an experiment, the same as in links and in ``--set``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st

from playground import public_names
from playground.basics.knobs import knobs_of
from playground.basics.words import N_, _
from playground.experiment import CHOICES, Experiment
from playground.ui import keys
from playground.ui.text import as_markdown

GROUPS = {
    "example": N_("Examples"),
    "suite": N_("Data"),
    "tasks": N_("Tasks"),
    "sharing": N_("Sharing"),
    "weighting": N_("Weighting"),
    "schedule": N_("Schedule"),
    "labels": N_("Labels per task"),
    "more": N_("More"),
    "about": N_("What to watch"),
    "language": N_("Language"),
}
"""Groups of controls by name. "sharing" holds all of its knobs, "more" all that stands under More."""

MORE = ("backbone", "seeds", "seed", *knobs_of(Experiment))
LONGEST = 600
"""Characters of each list that are read at most."""

HEROES = {
    "network": N_("Network"),
    "gains": N_("Gains"),
    "model": N_("What the model does"),
    "losses": N_("Losses"),
    "weights": N_("Weights"),
    "shares": N_("Shares of the update"),
    "cosines": N_("Cosines of the gradients"),
    "scores": N_("Scores"),
    "norms": N_("Lengths of the gradients"),
    "conflict": N_("How often tasks pull apart"),
    "condition": N_("How uneven the gradients are"),
}
"""What can be shown large on a projector."""

PROJECTED = """html:root {
    font-size: 21px;
    [data-testid="stCaptionContainer"], .st-key-example, .stDataFrame { display: none; }
    [data-testid="stHeader"] { opacity: 0.6; }
    [data-testid="stAppViewContainer"]:not(:has([data-testid="stSidebar"])) { padding-left: 0; }
}"""
"""Large type, and nothing that nobody can read from the last row; the choices are in a drawer at the side, which is closed."""


@dataclass(frozen=True)
class Lesson:
    """hide, lock: names of groups and fields. present: whether the page is for a projector. hero: what it shows large, of
    `HEROES`; "" for what fits the example."""

    hide: frozenset[str] = frozenset()
    lock: frozenset[str] = frozenset()
    present: bool = False
    hero: str = ""

    def hides(self, name: str) -> bool:
        """Whether a control or group is not shown."""
        return not self.hide.isdisjoint(_owners(name))

    def locks(self, name: str) -> bool:
        """Whether a control is shown but cannot be turned."""
        return not self.lock.isdisjoint(_owners(name))

    def query(self) -> dict[str, str]:
        """The same as parameters of an address."""
        lists = {
            name: ",".join(sorted(public_names.public(dict.fromkeys(names))))
            for name, names in (("hide", self.hide), ("lock", self.lock))
            if names
        }
        return lists | ({"present": self.hero or "1"} if self.present else {})


def _owners(name: str) -> set[str]:
    """By which names a control is reached: its own, that of the choice whose knob it is, and that of its group."""
    choice = name.partition(".")[0]
    return {name, choice, *(("more",) if choice in MORE else ())}


def names() -> dict[str, str]:
    """Everything that can be hidden or locked and always exists, with its words: groups, and fields of every experiment."""
    fields = {name: _(knob.label) for name, knob in knobs_of(Experiment).items()}
    return {key: _(word) for key, word in GROUPS.items()} | {"backbone": _("Network"), "seeds": _("Seeds")} | fields


def current() -> Lesson:
    """What the address says; names that do not exist hide nothing."""
    present = st.query_params.get("present", "")
    hero = present if present in HEROES else ""
    return Lesson(_list("hide"), _list("lock"), presents(present), hero)


def presents(present: str) -> bool:
    """Whether a page is for a projector, by the value of that name in its address."""
    return present == "1" or present in HEROES


def strangers() -> list[str]:
    """Names in the address that no control has."""
    lesson = current()
    return sorted(name for name in lesson.hide | lesson.lock if not _known(name))


def _known(name: str) -> bool:
    choice, _dot, knob = name.partition(".")
    return name in names() or (bool(knob) and choice in (*CHOICES, "labels"))


def _list(name: str) -> frozenset[str]:
    text = st.query_params.get(name, "")[:LONGEST]
    return frozenset(public_names.attribute(part.strip()) for part in text.split(",") if part.strip())


def begin() -> None:
    """What every page does for a lesson: large type on a projector."""
    if current().present:
        st.set_page_config(initial_sidebar_state="collapsed")
        st.html(f"<style>{PROJECTED}</style>")
    if found := strangers():
        words = _("Nothing on this page is called {names}, so the link hides and locks nothing by that name.")
        st.warning(words.format(names=", ".join(f"“{as_markdown(name)}”" for name in found)))


def choose_hero(first: str) -> str:
    """What the projector shows large, chosen in the drawer and kept in the address. first: what fits the example."""
    hero = current().hero or first
    st.session_state[keys.HERO] = hero
    words = {name: _(title) for name, title in HEROES.items()}
    st.selectbox(_("Shown large"), list(words), format_func=lambda one: words[one], key=keys.HERO, on_change=_take_hero)
    return hero


def _take_hero() -> None:
    st.query_params["present"] = st.session_state[keys.HERO]


def hidden(name: str) -> bool:
    """Whether the address hides a control or group."""
    return current().hides(name)


def locked(name: str) -> bool:
    """Whether the address locks a control."""
    return current().locks(name)


def all_but(turn: Iterable[str]) -> str:
    """What an address locks so that only these groups, by their older or newer names, can be turned."""
    free = {*map(public_names.attribute, turn), "about", "language"}
    return ",".join(public_names.public({name: None for name in GROUPS if name not in free}))


def of(hide: Iterable[str], lock: Iterable[str], present: bool) -> Lesson:
    """A lesson of lists."""
    return Lesson(frozenset(hide), frozenset(lock), present)
