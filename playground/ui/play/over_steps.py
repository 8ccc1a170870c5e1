"""The charts over steps, and how they are looked at: smooth or raw, from the start, at which step."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import plotly.graph_objects as go
import streamlit as st

from playground.basics.words import _, language
from playground.experiment import Experiment
from playground.figures.steps import curves as lines
from playground.figures.steps import pairs
from playground.figures.steps.lines import SIDE_BY_SIDE, Extras
from playground.measures import label
from playground.presets import CHARTS, OPEN_ON, presets
from playground.ui import keys
from playground.ui.charts.chart import Text, live_chart, written
from playground.ui.live.moving import Blanks
from playground.ui.play import references
from playground.ui.play.panels import Board, looks
from playground.ui.scene import Scene

Chart = tuple[str, go.Figure, str]
"""Key, figure, and the figure in words."""

LOWER_HEIGHT = 340
"""Pixels of the charts below the first screen."""

LOWER_EVERY = 3.0
"""Seconds between two drawings of the charts below the first screen, while a run goes on."""


def time_and_looks(board: Board, scrub: bool) -> None:
    """The scrubber, and how curves are drawn."""
    left, right = st.columns(2, gap="medium", vertical_alignment="bottom")
    with left:
        if board.moving is not None:
            board.moving.slider()
        elif scrub:
            scrubber(board)
    with right, st.container(horizontal=True, gap="medium", horizontal_alignment="right"):
        st.toggle(_("From the start"), key="relative", help=_("Divide each task's loss by its first value."))
        st.toggle(_("Logarithmic"), key="log")
        st.session_state.setdefault("smooth", False)
        st.toggle(_("Smooth"), key="smooth", help=_("Draw the moving mean in front and the raw line faint behind it."))


def curves(board: Board) -> None:
    """The two charts that an experiment opens on."""
    parts = order(board.view.scene)[:2]
    if board.blanks is not None:
        _blank_pair(board, board.blanks, parts, fits=True)
        return
    _pair(board.subject, *(_chart(board, part, board.extras()) for part in parts), fits=True)


def more_curves(board: Board) -> None:
    """All other charts.

    They stand below the first screen; while a run goes on they are made anew every few seconds only, which leaves the
    server time for what is looked at.
    """
    rest = order(board.view.scene)[2:]
    pairs_of_parts = list(zip(rest[::2], rest[1::2], strict=True))
    if board.blanks is not None:
        for parts in pairs_of_parts:
            _blank_pair(board, board.blanks, parts, LOWER_HEIGHT)
        return
    about = board.subject, board.step, board.extras(), board.before and board.before.scene, language()
    kept = st.session_state.get(keys.LOWER)
    if not board.view.active or kept is None or kept[0] != about or time.monotonic() - kept[1] > LOWER_EVERY:
        extras = board.extras(LOWER_HEIGHT)
        drawn = [[_written(board, *_chart(board, part, extras)) for part in parts] for parts in pairs_of_parts]
        kept = (about, time.monotonic(), drawn)
        st.session_state[keys.LOWER] = kept
    for pair in kept[2]:
        _pair(board.subject, *pair)


def one(board: Board, part: str) -> None:
    """A single chart over steps, as high as its place."""
    if board.blanks is not None:
        _blank_one(board, board.blanks, part, looks(600), fits=True)
        return
    name, figure, words = _chart(board, part, board.extras(600))
    live_chart(figure, key=name, alt=words, subject=board.subject, fits=True, steady=True)


def order(shown: Scene) -> tuple[str, ...]:
    """Every chart, those first on which the example opens that is shown, or from which what is shown was changed.

    What has nothing to say gives way to what has.
    """
    experiment, nearest = shown.experiment, presets().get(shown.short().get("preset", ""))
    near = nearest is not None and nearest.experiment.suite == experiment.suite
    opening = nearest.charts if near and nearest else OPEN_ON
    # What an example names has something to say in it.
    silent = _silent(experiment) - set(opening if shown.preset else ())
    found = sorted(CHARTS, key=lambda part: (part in silent, opening.index(part) if part in opening else 2))
    if len({label(task) for task in experiment.the_tasks}) > SIDE_BY_SIDE:
        # So many panels need more height than the first row has.
        found.remove("scores")
        found.insert(2, "scores")
    return tuple(found)


def _silent(experiment: Experiment) -> set[str]:
    """Charts that would show nothing of an experiment: weights that are always 1, and gradients where nothing is shared."""
    found = {"weights"} if experiment.weighting.name == "equal" else set()
    if not experiment.the_strategy.shares(experiment.the_backbone) or len(experiment.tasks) < 2:
        found |= {"shares", "cosines", "norms", "conflict", "condition"}
    return found


def _written(board: Board, name: str, figure: go.Figure, words: str) -> tuple[str, Text, str]:
    """A chart with its figure written out."""
    return name, written(figure, board.subject), words


def _chart(board: Board, part: str, extras: Extras) -> Chart:
    """One chart, drawn whole."""
    look = board.look
    draw: dict[str, Callable[[], tuple[go.Figure, str]]] = {
        "losses": lambda: (
            lines.losses(board.curves, look, bool(st.session_state.get("relative")), extras),
            lines.losses_text(board.curves, look, board.kept),
        ),
        "weights": lambda: (lines.weights(board.curves, look, extras), lines.weights_text(board.curves, look)),
        "shares": lambda: (lines.shares(board.curves, look, extras), lines.shares_text(board.curves, look)),
        "cosines": lambda: (pairs.cosines(board.cosines, look, extras), pairs.cosines_text(board.cosines, look)),
        "scores": lambda: (_scores(board, extras), _scores_text(board)),
        "norms": lambda: (lines.norms(board.curves, look, extras), lines.norms_text(board.curves, look)),
        "conflict": lambda: (pairs.conflict(board.conflict, extras), pairs.conflict_text(board.conflict)),
        "condition": lambda: (pairs.condition(board.conflict, extras), pairs.condition_text(board.conflict)),
    }
    return part, *draw[part]()


def _pair(subject: str, *charts: tuple[str, go.Figure | Text, str], fits: bool = False) -> None:
    """Two charts side by side: key, figure, words. A zoom is kept as long as the subject stays the same."""
    for column, (name, figure, words) in zip(st.columns(2, gap="medium"), charts, strict=True):
        with column:
            live_chart(figure, key=name, alt=words, subject=subject, fits=fits, steady=True)


def _blank_pair(board: Board, blanks: Blanks, parts: Sequence[str], height: int = 290, fits: bool = False) -> None:
    """Two charts side by side that come by the channel."""
    for column, part in zip(st.columns(2, gap="medium"), parts, strict=True):
        with column:
            _blank_one(board, blanks, part, looks(height), fits)


def _blank_one(board: Board, blanks: Blanks, part: str, extras: Extras, fits: bool) -> None:
    """A chart that comes by the channel."""
    if part == "scores":
        blanks.curve(part, extras, metrics=_labels(board), models=references.levels(board.comparison), fits=fits)
    else:
        blanks.curve(part, extras, bool(st.session_state.get("relative")) and part == "losses", fits=fits)


def _labels(board: Board) -> dict[str, str]:
    """For each task the label of its metric."""
    return {task.name: label(task) for task in board.experiment.the_tasks}


def _scores(board: Board, extras: Extras) -> go.Figure:
    return lines.scores(
        board.validation, board.look, _labels(board), board.baseline, extras, references.levels(board.comparison)
    )


def _scores_text(board: Board) -> str:
    return lines.scores_text(board.validation, board.look, board.baseline, board.kept)


def scrubber(board: Board) -> None:
    """A slider over the recorded steps; at its end, everything is drawn as it is now."""
    steps = board.recorded_steps()
    if len(steps) < 2:
        return
    st.session_state.setdefault(keys.SCRUB, steps[-1])
    if st.session_state[keys.SCRUB] not in steps:
        st.session_state[keys.SCRUB] = steps[-1]
    st.select_slider(_("Look at step"), steps, key=keys.SCRUB, help=_("Every view shows the run as it stood at this step."))
