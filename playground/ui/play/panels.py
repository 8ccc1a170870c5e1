"""What is drawn of a view: the network, gains, one sentence, curves, and what the model does, all at one step."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from playground.basics.diagram import Diagram
from playground.basics.words import _, language
from playground.experiment import Experiment
from playground.figures.gains import gains
from playground.figures.network import network
from playground.figures.steps.changes import turned_in_flight
from playground.figures.steps.lines import Extras
from playground.figures.style import MANY, Look, look_of
from playground.figures.views import views
from playground.live.content import told
from playground.live.content.pictures import caption
from playground.runs.results import history
from playground.runs.results.against import Before
from playground.runs.results.comparison import Comparison, compare, same_step
from playground.runs.results.history import History
from playground.runs.results.summary import sentence, standing
from playground.suites.base import Probe
from playground.ties import tied
from playground.ui import keys
from playground.ui.charts.chart import live_chart
from playground.ui.live import channel
from playground.ui.live.moving import Blanks, Moving, small_table, tell, topic_of
from playground.ui.live.watch import View
from playground.ui.play import references
from playground.ui.text import as_markdown


@st.cache_data(max_entries=200, show_spinner=False)
def network_of(canonical: str, words: str) -> Diagram:
    """The network that an experiment trains; kept, as building it takes longer than drawing it."""
    from playground.training.fleet.network import draw

    experiment = Experiment.from_dict(_loads(canonical))
    return tied(experiment, draw(experiment))


def _loads(canonical: str) -> dict[str, object]:
    values: dict[str, object] = json.loads(canonical)
    return values


@st.cache_data(max_entries=50, show_spinner=False)
def _probe(canonical: str, seed: int) -> Probe:
    """The examples on which a suite shows what a model does."""
    return Experiment.from_dict(_loads(canonical)).the_suite.load(seed).probe


SMOOTH = 0.8
"""How much of the moving mean each point keeps, where curves are drawn smooth."""


def looks(height: int) -> Extras:
    """How the visitor wants curves to be drawn."""
    smooth = SMOOTH if st.session_state.get("smooth", False) else 0.0
    return Extras((), None, smooth, bool(st.session_state.get("log")), height)


@dataclass
class Board:
    """A view at one step: `step` None stands for the newest. before: the run that stands behind it as a ghost."""

    view: View
    step: int | None = None
    before: View | None = None

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
        step = self.step or self._same_step
        if step is None:
            return compare(self.view.runs, self.view.baselines)
        return compare(self.view.runs, self.view.baselines, "validation", step)

    @cached_property
    def _same_step(self) -> int | None:
        """The step at which runs and baselines can be compared; None when all have come to their end."""
        everything = [*self.view.runs, *self.view.baselines]
        return same_step(everything, len(self.view.scene.runs()) + len(self.view.scene.baselines()))

    @cached_property
    def moving(self) -> Moving | None:
        """The parts that come by the channel; None where everything has to be drawn whole."""
        topic = topic_of(self.view, bool(st.session_state.get(keys.MORE)), self.before)
        return None if topic is None else Moving(self.view, topic, self.look, self.subject)

    @cached_property
    def blanks(self) -> Blanks | None:
        """The charts that come by the channel, now or as soon as there is something to show."""
        if self.moving is None and channel.served() and self.view.empty:
            return Blanks(self.view, self.look, self.subject)
        return self.moving

    @property
    def done(self) -> bool:
        """Whether every run and baseline came to its end."""
        return self._same_step is None

    @cached_property
    def runs(self) -> list[History]:
        """The runs at the learning rate that counts, one a seed."""
        setting = self.comparison.setting if self.comparison else self.experiment.setting
        return [run for run in self.view.runs if run.experiment.setting == setting]

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
        """For each task the validation score of what its baseline kept, or has come to; mean over seeds."""
        if self.comparison is None or not self.view.baselines:
            return {}
        against = compare(self.view.runs, self.view.baselines, "validation")
        found = {task: against.column("baseline", task).mean for task in self.experiment.tasks}
        return {task: value for task, value in found.items() if value == value}

    def extras(self, height: int = 290) -> Extras:
        """Marks over every figure of steps."""
        changes = self.runs[0].of_kind("changed") if self.runs else []
        return replace(looks(height), changes=changes, step=self.step, kept=self.kept, before=self._curves_before)

    @cached_property
    def ghost(self) -> Before | None:
        """The run that stands behind this one."""
        return Before(self.before.runs, self.before.baselines) if self.before else None

    @cached_property
    def _curves_before(self) -> dict[str, pd.DataFrame]:
        """Losses, weights, gradients and validation scores of the run that stands behind this one, by name of the column."""
        if self.ghost is None:
            return {}
        scores = history.scores(self.ghost.own)
        found = dict.fromkeys(("loss", "weight", "norm", "share"), history.curves(self.ghost.own))
        return found | {"score": scores[scores["split"] == "validation"], "cosine": history.cosines(self.ghost.own)}

    @cached_property
    def kept(self) -> dict[str, list[int]]:
        """For each task the steps that the runs kept; empty where the last step counts."""
        return history.kept_steps(self.runs) if self.experiment.checkpoint != "last" else {}

    def weights_now(self) -> Mapping[str, float] | None:
        """For each task its mean weight over seeds at the step that is shown."""
        frame = self.curves
        if self.step is not None:
            frame = frame[frame["step"] <= self.step]
        if frame.empty:
            return None
        last = frame[frame["step"] == frame["step"].max()]
        return {str(task): float(weight) for task, weight in last.groupby("task")["weight"].mean().items()}

    def learned(self) -> dict[str, Any]:
        """What the strategy learned to share in the first run, at the step that is shown."""
        records = [record for run in self.runs[:1] for record in run.of_kind("learned") if not record.get("kept")]
        until = [record for record in records if self.step is None or record["step"] <= self.step]
        return dict(until[-1]["values"]) if until else {}

    def recorded_steps(self) -> list[int]:
        """Every step at which something was measured, in order."""
        return sorted({int(step) for step in self.curves["step"]}) if not self.curves.empty else []


def headline(board: Board) -> None:
    """The one sentence that is computed from the run."""
    nothing = _("Press **Play** to train these settings beside their single-task baselines.")
    if channel.served():
        # Words of a run that goes on come by the channel, a moment later; those of one that is over are known here.
        said = [""] if board.view.active else _claim(board) or ["", "" if board.view.runs else nothing.replace("**", "")]
        tell("headline", board.moving, said)
    elif said := _claim(board):
        st.markdown(" ".join([f"**{as_markdown(said[0])}**", *map(as_markdown, said[1:])]))
    else:
        st.markdown(nothing)


def _claim(board: Board) -> list[str]:
    """What is told of the runs: the claim, and what has to be known with it; empty where there is nothing to tell."""
    if board.comparison is None:
        return []
    cosines = board.cosines if board.step is None else board.cosines[board.cosines["step"] <= board.step]
    return [sentence(board.comparison, cosines), *filter(None, (standing(board.comparison), turned_in_flight(board.runs)))]


def drawing(board: Board) -> None:
    """The network with the weight of each task."""
    drawn = network_of(board.experiment.canonical(), language())
    if board.moving is not None:
        board.moving.drawing(drawn)
    else:
        weights = board.weights_now()
        words = network.describe(drawn, board.look, weights)
        live_chart(network.network(drawn, board.look, weights, board.learned()), key="network", alt=words, fits=True)


def bars(board: Board) -> None:
    """What each task gained."""
    # With a channel this stands there until the first bars come.
    comparison = None if board.moving is not None else board.comparison
    found = comparison.differences if comparison is not None else {}
    nothing = told.nothing_yet(comparison) if comparison is not None else ""
    then = board.ghost.gains(comparison.step) if board.ghost and comparison else {}
    figure, words = gains.gains(found, board.look, nothing, then), gains.gains_text(found, board.look, nothing, then)
    # With many tasks the bars are as high as they have to be, and are scrolled.
    rows = len(board.experiment.tasks) + 1
    height = 150 + gains.LOW_SLOT * rows if rows - 1 > MANY else None
    if board.blanks is not None:
        board.blanks.gains(figure, words, height)
    else:
        live_chart(figure, key="gains", alt=words, height=height, subject=board.subject, fits=height is None)


def model(board: Board) -> None:
    """What the model of the first seed does, at the step that is shown."""
    pictured = [
        record
        for record in (board.runs[0].of_kind("pictured") if board.moving is None and board.runs else [])
        if board.step is None or (record["step"] <= board.step and not record.get("kept"))
    ]
    st.markdown("##### " + _("What the model does"))
    if not pictured and board.moving is None:
        st.caption(_("Nothing was recorded yet."))
        return
    probe = _probe(board.experiment.canonical(), board.view.scene.seed)
    more, label, kind = views.MORE.get(probe.view, ("", "", ""))
    if any(task.kind == kind for task in board.experiment.the_tasks) and st.toggle(_(label), key=keys.MORE):
        probe = replace(probe, view=more)
    if board.moving is not None:
        with _scrolled(probe.view == "rows" and len(board.experiment.tasks) > MANY, 640):
            board.moving.model(probe.view)
        tell("caption", board.moving)
        return
    figure, words = views.view(probe, board.experiment.the_tasks, board.look, pictured[-1]["outputs"])
    with _scrolled(probe.view == "rows" and len(board.experiment.tasks) > MANY, 640):
        live_chart(figure, key="model", alt=words, subject=board.subject)
    st.caption(caption(board.runs[0], pictured[-1]))


def _scrolled(many: bool, height: int) -> DeltaGenerator:
    """Room for something that is very long where there are many tasks, and is then scrolled."""
    return st.container(height=height, border=False) if many else st.container()


def table(board: Board) -> None:
    """The numbers behind the bars: score, baseline, gain, and the learning rate that each used."""
    if board.moving is not None:
        tell("table", board.moving)
        _beside(board)
        return
    comparison = board.comparison
    if comparison is None:
        return
    beside = {task.name: references.columns(comparison, task) for task in board.experiment.the_tasks}
    found = told.table(comparison, board.runs, board.view.baselines, board.look, beside)
    st.dataframe(pd.DataFrame(found.rows, columns=found.heads), hide_index=True)
    for note in found.notes[:1]:
        st.caption(as_markdown(note))
    references.told(comparison)
    for note in found.notes[1:]:
        st.caption(as_markdown(note))


def _beside(board: Board) -> None:
    """What ordinary models come to, under a table that comes by the channel."""
    if board.view.active or board.comparison is None:
        return
    rows = [{_("Task"): _(task.title)} | references.columns(board.comparison, task) for task in board.experiment.the_tasks]
    if len(rows[0]) > 1:
        small_table("beside", rows)
        references.told(board.comparison)


def cost(board: Board) -> None:
    """What it took beside what it gained: backward passes and time of run and baseline, Δm, and parameters."""
    spent = {_("This run"): history.costs(board.runs), _("Single task"): history.costs(board.view.baselines)}
    gained = [board.comparison.delta_m().text() if board.comparison else "–", "0"]
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
        small_table("cost", rows)
    started = board.runs[0].last("started") if board.runs else None
    if started is not None:
        own = sum(started["own"].values())
        tied_ones = network_of(board.experiment.canonical(), language()).tied()
        words = _("{shared} shared parameters, {own} own ones").format(shared=f"{started['shared']:,}", own=f"{own:,}")
        if tied_ones:
            held = _("{tied} parameters tied across tasks, {own} own ones")
            words = held.format(tied=f"{tied_ones:,}", own=f"{own - tied_ones:,}")
        st.caption(words + ".")
