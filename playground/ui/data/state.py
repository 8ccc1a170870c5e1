"""What the Data page looks at, in the session and in the address."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from playground import catalog, public_names
from playground.basics.errors import Invalid, Problem, unknown
from playground.basics.knobs import read_knobs
from playground.basics.words import _
from playground.experiment import Choice, Experiment, text_of
from playground.suites.base import Suite
from playground.ui import address, keys, scene
from playground.ui.scene import LONGEST, SEED, Scene

SUITE, OWN = "suite", "own"
OPENED, SIGHT, VIEW = "data.opened", "data.sight", "data.view"
"""Whether the address was read in this session; what is looked at; which half of the page."""


@dataclass(frozen=True)
class DataState:
    """What is looked at: a suite with its knobs turned, and a seed."""

    suite: Choice
    seed: int = 0

    @property
    def the_suite(self) -> Suite:
        """The suite with its knobs turned."""
        return catalog.suites()[self.suite.name](**self.suite.knobs)

    def query(self) -> dict[str, str]:
        """The sight as parameters of an address."""
        knobs = {f"suite.{name}": text_of(value) for name, value in self.suite.knobs.items()}
        return {"suite": self.suite.name, **knobs, "seed": str(self.seed)}


def checked(query: Mapping[str, str]) -> DataState:
    """The sight that an address asks for. Raises Invalid with every problem."""
    size = sum(len(name) + len(value) for name, value in query.items())
    if size > LONGEST:
        raise Invalid([Problem("link", _("should be at most {count} characters long").format(count=LONGEST), size)])
    if "preset" in query:  # a link of the Playground that says what differs from an example
        query = scene.read(query).query()
    name = query.get("suite", "digits")
    if name not in catalog.suites():
        raise Invalid([unknown("suite", name, list(catalog.suites()))])
    turned = {key.removeprefix("suite."): value for key, value in query.items() if key.startswith("suite.")}
    # A link of the Playground shows its data here; what else it says is passed over.
    known = {"seed", *scene.OWN, *(field.name for field in dataclasses.fields(Experiment))}
    strangers = [key for key in query if public_names.attribute(key.partition(".")[0]) not in known]
    problems = [unknown(key, key, ["suite", "seed"]) for key in strangers]
    knobs, more = read_knobs("suite", catalog.suites()[name], turned)
    problems += more
    seed = 0
    try:
        seed = SEED.read("seed", query.get("seed", 0))
    except Invalid as invalid:
        problems += invalid.problems
    if problems:
        raise Invalid(problems)
    sight = DataState(Choice(name, knobs), seed)
    sight.the_suite.tasks()  # a table that is gone is said here
    return sight


def open_address() -> tuple[str, DataState]:
    """Which half of the page and what to look at: what the address asks for, at the beginning of a session and when somebody
    goes back or forward. What is bad in it is said and left out."""
    if OPENED not in st.session_state or address.popped(SIGHT):
        st.session_state[OPENED] = True
        found, problems = address.lenient(_followed)
        scene.say(*address.said(problems, found is not None))
        if found is not None:
            st.session_state[VIEW], st.session_state[SIGHT] = found
    sight: DataState = st.session_state.get(SIGHT, DataState(Choice("digits")))
    try:
        sight.the_suite.tasks()
    except Invalid as invalid:  # a table that was forgotten meanwhile
        scene.say(*map(str, invalid.problems))
        sight = DataState(Choice("digits"))
    st.session_state[SIGHT] = sight
    return st.session_state.get(VIEW) or SUITE, sight


def _followed(query: Mapping[str, str]) -> tuple[str, DataState]:
    """The half of the page and what to look at, by an address. Raises Invalid with every problem."""
    view = query.get("view", SUITE)
    if view not in (SUITE, OWN):
        raise Invalid([unknown("view", view, [SUITE, OWN])])
    rest = {name: value for name, value in query.items() if name != "view"}
    return view, checked(rest) if rest else _of_playground()


def _of_playground() -> DataState:
    """The data of the Playground, if that was open before."""
    now: Scene | None = st.session_state.get(keys.SCENE)
    return DataState(now.experiment.suite, now.seed) if now else DataState(Choice("digits"))


def show(sight: DataState) -> None:
    """Look at something else."""
    st.session_state[SIGHT], st.session_state[VIEW] = sight, SUITE


def choose_view(view: str) -> str:
    """The choice between looking at a suite and bringing a table."""
    words = {SUITE: _("Look at data"), OWN: _("Bring your own table")}
    st.session_state[VIEW] = view
    chosen = st.segmented_control(
        _("View"), list(words), format_func=lambda one: words[one], key=VIEW, required=True, label_visibility="collapsed"
    )
    return chosen or view


def write_address(view: str, sight: DataState) -> None:
    """Put what is shown into the address of the page."""
    address.write(SIGHT, sight.query() if view == SUITE else {"view": OWN})
