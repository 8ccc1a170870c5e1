"""The race of this session: its plan, what is shown of a world first, and the races of this server."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from playground import catalog, public_names
from playground.basics.errors import Invalid, Problem
from playground.basics.words import _
from playground.figures.marks import Mark, marks
from playground.landscape import plan, recorded
from playground.landscape.plan import SETTINGS, Plan
from playground.landscape.process import Stadium
from playground.landscape.worlds import WORLDS
from playground.ui import scene

HERE = Path(__file__).parent
PLANES = HERE / "planes.css"
"""How both planes look, of the race and of the arrows."""

PLAN = "weighting.plan"
"""The `Plan` of this session."""

FIRST = ("equal", "mgda", "pcgrad", "cagrad", "nash")
"""Methods of the first sight."""

GROUND = "race.ground"
"""Which heights the contours show."""

MOST_METHODS, MOST_STARTS = 8, 8
"""What one picture holds."""


@st.cache_resource(show_spinner=False)
def stadium() -> Stadium:
    """The races of this server."""
    return Stadium()


def looks() -> dict[str, Mark]:
    """How every method of the catalogue looks."""
    return marks({key: _(method.card.title) for key, method in catalog.methods().items()})


def checked(values: Mapping[str, Any]) -> Plan:
    """The plan of an address, no larger than a picture holds; raises Invalid with every problem."""
    start = first(values.get("world")).to_dict()
    asked = public_names.follow(values, lambda fields: plan.read(start | fields), public_names.OF_LANDSCAPES)
    problems = []
    if len(asked.methods) > MOST_METHODS:
        problems.append(Problem("methods", _("should be at most {most}").format(most=MOST_METHODS), len(asked.methods)))
    if len(asked.starts) > MOST_STARTS:
        problems.append(Problem("starts", _("should be at most {most}").format(most=MOST_STARTS), len(asked.starts)))
    if problems:
        raise Invalid(problems)
    return asked


def first(world: str | None = None) -> Plan:
    """What is shown of a world at first: a recorded race where there is one."""
    named = world if world in WORLDS else next(iter(WORLDS))
    own = [key for key, setting in SETTINGS.items() if setting.world == named]
    for key in own:
        asked = plan.of_setting(key, FIRST)
        if recorded.find(asked) is not None:
            return asked
    return plan.of_setting(own[0], FIRST)


def current() -> Plan:
    """The plan of this session."""
    now: Plan = st.session_state.setdefault(PLAN, first())
    return now


def show(new: Plan) -> None:
    """Make `new` the plan of this session."""
    st.session_state[PLAN] = new


def change(**fields: Any) -> None:
    """Change fields of the plan, checked; what cannot be is said, and nothing changes."""
    try:
        show(checked(current().to_dict() | fields))
    except Invalid as invalid:
        scene.say(*map(str, invalid.problems))
