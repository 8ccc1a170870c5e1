"""What is drawn of a study: networks, losses, gains and cost side by side, what was learned to share, and sweeps."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import streamlit as st

from playground.figures import curves as lines
from playground.figures import network
from playground.figures import sharing as figures
from playground.figures.style import Look, join, look_of
from playground.runs import history, sweeps
from playground.runs.history import History
from playground.ui import keys
from playground.ui.board import LOWER_EVERY, Board, network_of
from playground.ui.chart import Text, live_chart, written
from playground.ui.scene import Scene
from playground.ui.sharing import SIDE, Study, knob_title
from playground.ui.watch import View
from playground.words import _, language, ngettext

OF_TRANSFER = ("cka", "affinity")
"""What is measured of every strategy, whatever it is; all else that was learned belongs to one of them."""

Drawn = tuple[str, Text | str, str]
"""Key, figure written out, and the figure in words."""


@dataclass
class Bench:
    """A view of a study, and a board for each of its strategies."""

    view: View

    @property
    def study(self) -> Study:
        """What is shown."""
        study = self.view.scene
        assert isinstance(study, Study)
        return study

    @cached_property
    def look(self) -> Look:
        """Colours and titles of the tasks."""
        return look_of(self.study.experiment.the_suite.tasks())

    @cached_property
    def names(self) -> list[str]:
        """The names of the strategies."""
        return self.study.names()

    @cached_property
    def boards(self) -> list[Board]:
        """For each strategy a board of its own runs; all have the same baselines."""
        by_key = {one.run.key: one for one in self.view.runs}
        boards = []
        for point in self.study.points:
            wanted = point.runs(self.study.all_seeds)
            runs = [by_key[run.key] for run in wanted if run.key in by_key]
            scene = Scene(point.experiment, self.study.seed, self.study.seeds)
            boards.append(Board(View(scene, runs, self.view.baselines, self.view.entries, self.view.recorded)))
        return boards

    @cached_property
    def step(self) -> int | None:
        """While something is still to come, the step up to which all that is there is scored; None when all is done."""
        everything = [*self.view.runs, *self.view.baselines]
        wanted = len(self.study.runs()) + len(self.study.baselines())
        if len(everything) == wanted and all(one.scores("test") for one in everything):
            return None
        newest = [scored[-1]["step"] for one in everything if (scored := one.of_kind("scored")) and scored[-1]["step"] > 0]
        return min(newest, default=0)

    @cached_property
    def table(self) -> pd.DataFrame:
        """Gains of all points: on test when all is done, else on validation at a step that all have reached."""
        everything: Sequence[History] = [*self.view.runs, *self.view.baselines]
        split = "test" if self.step is None else "validation"
        return sweeps.gains(self.study.points, self.study.all_seeds, everything, split, self.step)

    @property
    def subject(self) -> str:
        """What the charts are about: another one lets go of a zoom."""
        return str(self.study.query())


def headline(bench: Bench) -> None:
    """One sentence, computed from the runs: which strategy is best for each task, or where a curve crosses zero."""
    table = bench.table
    if table.empty and bench.view.active:
        st.markdown(_("No gain is known yet: it needs these runs and their baselines."))
        return
    if table.empty:
        st.markdown(_("Press **Play** to train these strategies beside single-task networks."))
        return
    said = _best(bench) if bench.study.view == SIDE else _crossings(bench)
    split = "" if bench.step is None else " " + _("(On validation data, as it stands.)")
    st.markdown(f"**{said}**{split}")


def _best(bench: Bench) -> str:
    """For each task the strategy with the highest mean gain."""
    means = bench.table.groupby(["task", "strategy"])["gain"].mean()
    parts = []
    for task in bench.study.experiment.tasks:
        if task in means.index and means[task].notna().any():
            place = int(means[task].idxmax())
            words = _("{task} gains most under {strategy}: {gain} %")
            if means[task][place] < 0:
                words = _("{task} does best alone; nearest comes {strategy}: {gain} %")
            gain = f"{means[task][place]:+.1f}".replace("-", "−")
            parts.append(words.format(task=bench.look.title(task), strategy=bench.names[place], gain=gain))
    return _("{sentence}.").format(sentence=join(parts))


def _crossings(bench: Bench) -> str:
    """Where sharing begins or ceases to pay, as far as the curves say it."""
    found = sweeps.crossings(bench.table)
    if not found:
        return _("No mean gain clearly goes through zero.")
    parts = [
        _("{task} under {strategy} at {value}").format(
            task=bench.look.title(task), strategy=bench.names[number], value=f"{value:.2g}"
        )
        for number, task, value in found
    ]
    return _("The mean gain goes through zero: {places}.").format(places=join(parts))


# --- side by side ------------------------------------------------------------------------------------------------------


def networks(bench: Bench) -> None:
    """The diagram of every strategy, drawn from the module that is trained."""
    for place, (column, board) in enumerate(zip(st.columns(len(bench.boards), gap="medium"), bench.boards, strict=True)):
        with column:
            st.markdown(f"**{bench.names[place]}**")
            drawn = network_of(board.experiment.canonical(), language())
            weights = board.weights_now()
            alt = network.describe(drawn, board.look, weights)
            live_chart(network.network(drawn, board.look, weights), key=f"network.{place}", alt=alt)


def upper(bench: Bench) -> None:
    """Losses of all strategies in one picture, and what each gained."""
    left, right = st.columns(2, gap="medium")
    look = bench.look
    frames = {name: board.curves for name, board in zip(bench.names, bench.boards, strict=True)}
    smooth = lines.Extras(smooth=0.8, height=420, log=True)
    with left:
        figure = lines.overlay(frames, look, "loss", _("Training loss, each in its own unit"), smooth)
        live_chart(figure, key="sharing.losses", alt=lines.overlay_text(frames, look), subject=bench.subject)
    with right:
        figure = figures.gains(bench.table, look, bench.names)
        alt = figures.gains_text(bench.table, look, bench.names)
        live_chart(figure, key="sharing.gains", alt=alt, subject=bench.subject)


def table(bench: Bench) -> None:
    """What each strategy brought and cost: gains, parameters and the part of them that is a task's own, time."""
    rows = []
    for place, board in enumerate(bench.boards):
        gained = bench.table[bench.table["strategy"] == place]
        row = {_("Strategy"): bench.names[place]}
        for task in bench.study.experiment.tasks:
            spread = sweeps.Spread.of(gained.loc[gained["task"] == task, "gain"].tolist())
            row[_("{task}, gain %").format(task=bench.look.title(task))] = spread.text(1, sign=True)
        by_seed = gained.groupby("seed")["gain"].mean().tolist()
        row[_("Δm, %")] = sweeps.Spread.of(by_seed).text(1, sign=True)
        rows.append(row | _sizes(board) | _times(board))
    st.dataframe(pd.DataFrame(rows), hide_index=True)
    count = int(bench.table["seed"].nunique())
    names = {True: _("test"), False: _("validation")}
    words = ngettext(
        "Gains on {split} data, of {count} seed.",
        "Gains on {split} data; mean ± standard deviation over {count} seeds.",
        count,
    )
    if count:
        st.caption(words.format(split=names[bench.step is None], count=count))


def _sizes(board: Board) -> dict[str, str]:
    """How many parameters are shared and own, by what the tasks really reach."""
    started = next((record for run in board.runs if (record := run.last("started"))), None)
    names = (_("Shared parameters"), _("Own parameters"), _("Own, %"))
    if started is None:
        return dict.fromkeys(names, "–")
    own = sum(started["own"].values())
    return dict(zip(names, (f"{started['shared']:,}", f"{own:,}", f"{100 * own / max(1, started['total']):.0f}"), strict=True))


def _times(board: Board) -> dict[str, str]:
    """What a step takes."""
    spent = history.costs(board.runs)
    names = (_("ms a step and run"), _("Passes a step"))
    if spent.empty:
        return dict.fromkeys(names, "–")
    return dict(zip(names, (f"{spent['milliseconds'].mean():.2f}", f"{spent['passes'].mean():.2g}"), strict=True))


def lower(bench: Bench) -> None:
    """What each strategy learned to share, and what the tasks have in common; anew every few seconds while it goes on."""
    looks = bench.subject, language()
    kept = st.session_state.get(keys.BELOW)
    if not bench.view.active or kept is None or kept[0] != looks or time.monotonic() - kept[1] > LOWER_EVERY:
        kept = (looks, time.monotonic(), [_own(bench, place) for place in range(len(bench.boards))], _common(bench))
        st.session_state[keys.BELOW] = kept
    own, common = kept[2], kept[3]
    if not any(own) and not common:
        return
    st.subheader(_("What each strategy learned to share"), anchor=False)
    markup, alt = figures.legend(bench.study.experiment.tasks, bench.look)
    live_chart(markup, key="legend", alt=alt)
    _columns(bench, own, _("Nothing to show: what it shares is fixed."))
    if common:
        st.subheader(_("How the tasks get along"), anchor=False)
        _columns(bench, common, _("Not measured."))


def _columns(bench: Bench, charts: Sequence[Sequence[Drawn]], nothing: str) -> None:
    """A column for each strategy with its charts one below the other."""
    for place, column in enumerate(st.columns(len(charts), gap="medium")):
        with column:
            st.markdown(f"**{bench.names[place]}**")
            if not charts[place]:
                st.caption(nothing)
            for key, figure, words in charts[place]:
                live_chart(figure, key=key, alt=words, subject=bench.subject)


def _own(bench: Bench, place: int) -> list[Drawn]:
    """What one strategy learned."""
    names = dict.fromkeys(
        name
        for run in bench.boards[place].runs
        for record in run.of_kind("learned")[-1:]
        for name in record["values"]
        if name not in OF_TRANSFER
    )
    return [drawn for name in names if (drawn := _learned(bench, place, name)) is not None]


def _common(bench: Bench) -> list[list[Drawn]]:
    """For each strategy likeness of features and effect of steps; nothing at all where nobody measured."""
    found = [
        [drawn for name in OF_TRANSFER if (drawn := _learned(bench, place, name)) is not None]
        for place in range(len(bench.boards))
    ]
    return found if any(found) else []


def _learned(bench: Bench, place: int, name: str) -> Drawn | None:
    """One thing that a strategy learned; None where it has none of it."""
    board = bench.boards[place]
    steps, values = history.learned(board.runs, name)
    if not values.size:
        return None
    experiment = board.experiment
    levels = [experiment.the_backbone.block_name(level) for level in range(experiment.the_backbone.length)]
    figure, words = figures.learned(name, steps, np.asarray(values), experiment.tasks, bench.look, levels)
    return f"{name}.{place}", figure if isinstance(figure, str) else written(figure, bench.subject), words


# --- sweeps ------------------------------------------------------------------------------------------------------------


def sweep(bench: Bench) -> None:
    """Gain against what is turned, with a band over seeds."""
    study = bench.study
    title, unit = {
        "depth": (_("Gain by depth: how many blocks should be shared?"), _("Shared blocks")),
        "relatedness": (_("Gain by relatedness: when does sharing begin to pay?"), knob_title(study.experiment)),
        "size": (
            _("Gain by labels: what a task with few gets from the others"),
            _("Labels of {task}; the others keep theirs").format(task=bench.look.title(study.task)),
        ),
    }[study.view]
    figure = figures.against(bench.table, bench.look, bench.names, title, unit, log=study.view == "size")
    alt = figures.against_text(bench.table, bench.look, bench.names, title)
    live_chart(figure, key=f"sweep.{study.view}", alt=alt, subject=bench.subject)
    if not bench.table.empty:
        st.dataframe(_by_value(bench, unit), hide_index=True)
    if study.view == "depth":
        st.caption(_("Strategies without a number of shared blocks stand at every depth as they are."))


def _by_value(bench: Bench, unit: str) -> pd.DataFrame:
    """The numbers behind the curves: a row a value and task, a column a strategy."""
    rows: dict[tuple[float, str], dict[str, str]] = {}
    for (value, task, place), group in bench.table.groupby(["value", "task", "strategy"]):
        spread = sweeps.Spread.of(group["gain"].tolist())
        rows.setdefault((value, task), {})[f"{bench.names[int(place)]}, %"] = spread.text(1, sign=True)
    return pd.DataFrame(
        [{unit: f"{value:g}", _("Task"): bench.look.title(task), **cells} for (value, task), cells in rows.items()]
    )
