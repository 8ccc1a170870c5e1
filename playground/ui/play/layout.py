"""What stands where on the Playground: what moves on the first screen, the rest below."""

from __future__ import annotations

import streamlit as st

from playground.experiment import Experiment
from playground.presets import CHARTS, presets
from playground.ui.play import over_steps, panels
from playground.ui.play.panels import Board

SHOWN = ("vision", "language")
"""Groups of examples whose pictures and sentences are the first thing to look at."""


def shows_first(experiment: Experiment) -> bool:
    """Whether what the model does stands on the first screen, where the gains stand elsewhere: they are in the headline too."""
    suites = {one.experiment.suite.name for one in presets().values() if one.group in SHOWN}
    return experiment.the_suite.gives != "numbers" and experiment.suite.name in suites


def rows(drawn: Board) -> None:
    """The two rows of the first screen, which share its height: what is trained and what came of it, and two curves."""
    with st.container(key="upper"):
        left, right = st.columns([1.5 if shows_first(drawn.experiment) else 1.15, 1], gap="medium")
        with left:
            panels.drawing(drawn)
        with right:
            if shows_first(drawn.experiment):
                with st.container(key="show"):
                    panels.model(drawn)
            else:
                panels.bars(drawn)
    with st.container(key="lower"):
        over_steps.curves(drawn)


def hero(drawn: Board, name: str) -> None:
    """One thing, as large as the screen lets it be."""
    with st.container(key="hero"):
        if name in CHARTS:
            over_steps.one(drawn, name)
        elif name == "model":
            with st.container(key="show"):
                panels.model(drawn)
        else:
            {"network": panels.drawing, "gains": panels.bars}[name](drawn)


def below(drawn: Board) -> None:
    """The one of gains and model that is not on the first screen."""
    if shows_first(drawn.experiment):
        with st.container(key="below-gains"):
            panels.bars(drawn)
    else:
        panels.model(drawn)
