"""What is drawn of a view: the network, gains, one sentence, curves, and what the model does, all at one step."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from playground import catalog
from playground.diagram import Diagram
from playground.experiment import Experiment
from playground.figures import curves as lines
from playground.figures import gains, network, views
from playground.figures.style import Look, look_of
from playground.runs import history
from playground.runs.comparison import Comparison, compare
from playground.runs.history import History
from playground.runs.summary import sentence
from playground.tasks.base import Probe
from playground.ui import keys
from playground.ui.chart import Text, live_chart, written
from playground.ui.text import escaped
from playground.ui.watch import View
from playground.words import _, language, ngettext


@st.cache_data(max_entries=200, show_spinner=False)
def network_of(canonical: str, words: str) -> Diagram:
    """The network that an experiment trains; kept, as building it takes longer than drawing it."""
    from playground.training.network import draw

    return draw(Experiment.from_dict(_loads(canonical)))


def _loads(canonical: str) -> dict[str, object]:
    values: dict[str, object] = json.loads(canonical)
    return values


@st.cache_data(max_entries=50, show_spinner=False)
def _probe(canonical: str, seed: int) -> Probe:
    """The examples on which a suite shows what a model does."""
    return Experiment.from_dict(_loads(canonical)).the_suite.load(seed).probe


Chart = tuple[str, go.Figure, str]
"""Key, figure, and the figure in words."""

LOWER_EVERY = 3.0
"""Seconds between two drawings of the charts below the first screen, while a run goes on."""

SMOOTH = 0.8
"""How much of the moving mean each point keeps, where curves are drawn smooth."""


@dataclass
class Board:
    """A view at one step: `step` None stands for the newest."""

    view: View
    step: int | None = None

    @property
    def experiment(self) -> Experiment:
        """What is shown."""
        return self.view.scene.experiment

    @property
    def subject(self) -> str:
        """What the charts are about: another one lets go of a zoom."""
        return self.experiment.canonical()

    @cached_property
    def look(self) -> Look:
        """Colours and titles of the tasks."""
        return look_of(self.experiment.the_suite.tasks())

    @cached_property
    def comparison(self) -> Comparison | None:
        """The run beside its baselines: on test when all is done, on validation while it goes on or at an earlier step."""
        if self.view.empty:
            return None
        if self.step is None and self.done:
            return compare(self.view.runs, self.view.baselines)
        return compare(self.view.runs, self.view.baselines, "validation", self.step or self._common_step())

    def _common_step(self) -> int:
        """The step up to which runs and baselines are all scored: what is compared has learned equally long."""
        newest = [max(record["step"] for record in scored) for one in self._all() if (scored := one.of_kind("scored"))]
        return min(newest, default=0)

    def _all(self) -> list[History]:
        return [*self.view.runs, *self.view.baselines]

    @property
    def done(self) -> bool:
        """Whether every run and baseline has its final scores."""
        everything = self._all()
        wanted = len(self.view.scene.runs()) + len(self.view.scene.baselines())
        return len(everything) == wanted and all(one.scores("test") for one in everything)

    @cached_property
    def runs(self) -> list[History]:
        """The runs at the learning rate that counts, one a seed."""
        rate = self.comparison.rate if self.comparison else self.experiment.rate
        return [run for run in self.view.runs if run.experiment.rate == rate]

    @cached_property
    def curves(self) -> pd.DataFrame:
        """Losses, weights, norms and shares of every recorded step."""
        return history.curves(self.runs)

    @cached_property
    def cosines(self) -> pd.DataFrame:
        """Cosines between the tasks' gradients."""
        return history.cosines(self.runs)

    @cached_property
    def conflict(self) -> pd.DataFrame:
        """How often the gradients pulled apart, and how uneven they are."""
        return history.conflict(self.runs)

    @cached_property
    def validation(self) -> pd.DataFrame:
        """Scores on validation data at every step at which they were taken."""
        frame = history.scores(self.runs)
        return frame[frame["split"] == "validation"]

    @cached_property
    def baseline(self) -> dict[str, float]:
        """For each task the validation score at which its baseline ended, mean over seeds."""
        if self.comparison is None or not self.view.baselines:
            return {}
        against = compare(self.view.runs, self.view.baselines, "validation")
        found = {task: against.column("baseline", task).mean for task in self.experiment.tasks}
        return {task: value for task, value in found.items() if value == value}

    def extras(self, height: int = 290) -> lines.Extras:
        """Marks over every figure of steps."""
        changes = self.runs[0].of_kind("changed") if self.runs else []
        smooth = SMOOTH if st.session_state.get("smooth", True) else 0.0
        return lines.Extras(changes, self.step, smooth, bool(st.session_state.get("log")), height)

    def weights_now(self) -> Mapping[str, float] | None:
        """For each task its mean weight over seeds at the step that is shown."""
        frame = self.curves
        if self.step is not None:
            frame = frame[frame["step"] <= self.step]
        if frame.empty:
            return None
        last = frame[frame["step"] == frame["step"].max()]
        return {str(task): float(weight) for task, weight in last.groupby("task")["weight"].mean().items()}

    def recorded_steps(self) -> list[int]:
        """Every step at which something was measured, in order."""
        return sorted({int(step) for step in self.curves["step"]}) if not self.curves.empty else []


def headline(board: Board) -> None:
    """The one sentence that is computed from the run."""
    if board.comparison is None:
        st.markdown(_("Press **Play** to train these settings beside their single-task baselines."))
        return
    text = sentence(board.comparison, board.cosines)
    split = "" if board.comparison.split == "test" else " " + _("(On validation data, as it stands.)")
    st.markdown(f"**{escaped(text)}**{split}")


def top(board: Board) -> None:
    """The network, and what it gained."""
    left, right = st.columns([1.25, 1], gap="medium")
    with left:
        drawn = network_of(board.experiment.canonical(), language())
        weights = board.weights_now()
        live_chart(network.network(drawn, board.look, weights), key="network", alt=network.describe(drawn, board.look, weights))
    with right:
        frame = board.comparison.table if board.comparison is not None else pd.DataFrame({"task": [], "seed": [], "gain": []})
        figure = gains.gains(frame, board.look)
        live_chart(
            figure,
            key="gains",
            alt=gains.gains_text(frame, board.look),
            height=min(figure.layout.height, 340),
            subject=board.subject,
        )


def time_and_looks(board: Board, scrub: bool) -> None:
    """The scrubber, and how curves are drawn."""
    left, right = st.columns(2, gap="medium", vertical_alignment="bottom")
    with left:
        if scrub:
            scrubber(board)
    with right, st.container(horizontal=True, gap="medium", horizontal_alignment="right"):
        st.toggle(_("From the start"), key="relative", help=_("Divide each task's loss by its first value."))
        st.toggle(_("Logarithmic"), key="log")
        st.session_state.setdefault("smooth", True)
        st.toggle(_("Smooth"), key="smooth", help=_("Draw the moving mean in front and the raw line faint behind it."))


def curves(board: Board) -> None:
    """Losses, and the weights that the method gave."""
    look, extras = board.look, board.extras()
    relative = bool(st.session_state.get("relative"))
    _pair(
        board.subject,
        ("losses", lines.losses(board.curves, look, relative, extras), lines.losses_text(board.curves, look)),
        ("weights", lines.weights(board.curves, look, extras), lines.weights_text(board.curves, look)),
    )


def more_curves(board: Board) -> None:
    """How the gradients got along, what each task's part of the update was, and the scores.

    They stand below the first screen; while a run goes on they are made anew every few seconds only, which leaves the
    server time for what is looked at.
    """
    looks = board.subject, board.step, board.extras(), language()
    kept = st.session_state.get(keys.LOWER)
    if not board.view.active or kept is None or kept[0] != looks or time.monotonic() - kept[1] > LOWER_EVERY:
        kept = (looks, time.monotonic(), [[_written(board, *chart) for chart in pair] for pair in _lower(board)])
        st.session_state[keys.LOWER] = kept
    for pair in kept[2]:
        _pair(board.subject, *pair)


def _written(board: Board, name: str, figure: go.Figure, words: str) -> tuple[str, Text, str]:
    """A chart with its figure written out."""
    return name, written(figure, board.subject), words


def _lower(board: Board) -> list[tuple[Chart, Chart]]:
    """The charts below the first screen, in pairs."""
    look, extras = board.look, board.extras(340)
    return [
        (
            ("shares", lines.shares(board.curves, look, extras), lines.shares_text(board.curves, look)),
            ("cosines", lines.cosines(board.cosines, look, extras), lines.cosines_text(board.cosines, look)),
        ),
        (
            ("scores", _scores(board, extras), _scores_text(board)),
            ("norms", lines.norms(board.curves, look, extras), lines.norms_text(board.curves, look)),
        ),
        (
            ("conflict", lines.conflict(board.conflict, extras), lines.conflict_text(board.conflict)),
            ("condition", lines.condition(board.conflict, extras), lines.condition_text(board.conflict)),
        ),
    ]


def _pair(subject: str, *charts: tuple[str, go.Figure | Text, str]) -> None:
    """Two charts side by side: key, figure, words. A zoom is kept as long as the subject stays the same."""
    for column, (name, figure, words) in zip(st.columns(2, gap="medium"), charts, strict=True):
        with column:
            live_chart(figure, key=name, alt=words, subject=subject)


def _scores(board: Board, extras: lines.Extras) -> go.Figure:
    labels = {task.name: metric_label(task.kind, task.unit) for task in board.experiment.the_tasks}
    return lines.scores(board.validation, board.look, labels, board.baseline, extras)


def _scores_text(board: Board) -> str:
    return lines.scores_text(board.validation, board.look, board.baseline)


def metric_label(kind: str, unit: str) -> str:
    """A metric with its unit, for an axis: "accuracy (%)"."""
    entry = catalog.kinds()[kind]
    unit = entry.metric_unit or unit
    return f"{_(entry.metric)} ({unit})" if unit else _(entry.metric)


def model(board: Board) -> None:
    """What the model of the first seed does, at the step that is shown."""
    pictured = [
        record
        for record in (board.runs[0].of_kind("pictured") if board.runs else [])
        if board.step is None or record["step"] <= board.step
    ]
    if not pictured:
        return
    probe = _probe(board.experiment.canonical(), board.view.scene.seed)
    st.subheader(_("What the model does"), anchor=False)
    more, label, kind = views.MORE.get(probe.view, ("", "", ""))
    if any(task.kind == kind for task in board.experiment.the_tasks) and st.toggle(_(label), key=keys.MORE):
        probe = replace(probe, view=more)
    figure, words = views.view(probe, board.experiment.the_tasks, board.look, pictured[-1]["outputs"])
    live_chart(figure, key="model", alt=words, subject=board.subject)
    st.caption(
        _("Seed {seed} after {step} steps, on examples that it did not learn from.").format(
            seed=board.runs[0].run.seed, step=pictured[-1]["step"]
        )
    )


def table(board: Board) -> None:
    """The numbers behind the bars: score, baseline, gain, and the learning rate that each used."""
    comparison = board.comparison
    if comparison is None:
        return
    rows = []
    for task in board.experiment.the_tasks:
        kind = catalog.kinds()[task.kind]
        rate = comparison.baseline_rates.get(task.name)
        rows.append(
            {
                _("Task"): _(task.title),
                _("Metric"): metric_label(task.kind, task.unit) + (" ↑" if kind.higher_is_better else " ↓"),
                _("This run"): comparison.column("score", task.name).text(2),
                _("Single task"): comparison.column("baseline", task.name).text(2),
                _("Gain, %"): comparison.column("gain", task.name).text(1, sign=True),
                _("Rate of the run"): f"{comparison.rate:g}",
                _("Rate of the baseline"): "–" if rate is None else f"{rate:g}",
            }
        )
    st.dataframe(pd.DataFrame(rows), hide_index=True)
    names = {"test": _("test"), "validation": _("validation")}
    count = len(comparison.seeds)
    words = ngettext(
        "Δm {value} %: the mean gain over tasks. Scores on {split} data, of {count} seed.",
        "Δm {value} %: the mean gain over tasks. Scores on {split} data; mean ± standard deviation over {count} seeds.",
        count,
    )
    value = comparison.delta_m().text(1, sign=True)
    st.caption(words.format(value=value, split=names[comparison.split], count=count))
    for name, reason in comparison.missing.items():
        st.caption(_("{task} is left out: {reason}.").format(task=escaped(board.look.title(name)), reason=reason))


def cost(board: Board) -> None:
    """What it took beside what it gained: backward passes and time of run and baseline, Δm, and parameters."""
    spent = {_("This run"): history.costs(board.runs), _("Single task"): history.costs(board.view.baselines)}
    gained = [board.comparison.delta_m().text(1, sign=True) if board.comparison else "–", "0"]
    rows = [
        {
            _("Cost"): name,
            _("Backward passes a step"): f"{frame['passes'].mean():.2g}",
            _("ms a step and run"): f"{frame['milliseconds'].mean():.2f}",
            _("Runs trained together"): f"{frame['fleet'].mean():.3g}",
            _("Δm, %"): gain,
        }
        for (name, frame), gain in zip(spent.items(), gained, strict=True)
        if not frame.empty
    ]
    if rows:
        st.dataframe(pd.DataFrame(rows), hide_index=True)
    started = board.runs[0].last("started") if board.runs else None
    if started is not None:
        own = sum(started["own"].values())
        words = _("{shared} shared parameters, {own} own ones").format(shared=f"{started['shared']:,}", own=f"{own:,}")
        st.caption(words + ".")


def scrubber(board: Board) -> None:
    """A slider over the recorded steps; at its end, everything is drawn as it is now."""
    steps = board.recorded_steps()
    if len(steps) < 2:
        return
    st.session_state.setdefault(keys.SCRUB, steps[-1])
    if st.session_state[keys.SCRUB] not in steps:
        st.session_state[keys.SCRUB] = steps[-1]
    st.select_slider(_("Look at step"), steps, key=keys.SCRUB, help=_("Every view shows the run as it stood at this step."))
