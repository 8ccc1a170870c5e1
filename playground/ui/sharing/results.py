"""What is drawn of a study: networks, losses, gains and cost side by side, what was learned to share, and sweeps."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
import streamlit as st

from playground.basics.words import _, language, ngettext
from playground.figures.gains import compared
from playground.figures.gains import sharing as figures
from playground.figures.network import network
from playground.figures.steps import overlays
from playground.figures.steps.lines import Extras
from playground.figures.style import MANY, Look, join, look_of
from playground.live.content.told import Table
from playground.runs.results import history, sweeps
from playground.runs.results.comparison import same_step
from playground.runs.results.history import History
from playground.runs.results.summary import MOST_NAMED, counted, counted_best, early_at, standing_at
from playground.runs.results.sweeps import Place
from playground.statistics.differences import GAINS, LOSES, MEAN, Difference, is_early, paired
from playground.statistics.verdicts import percent
from playground.ui import keys
from playground.ui.charts.chart import live_chart, written
from playground.ui.frame import still
from playground.ui.live.following import Following, Picture, Sentence, put
from playground.ui.live.watch import View
from playground.ui.play.over_steps import LOWER_EVERY
from playground.ui.play.panels import Board, network_of
from playground.ui.rows import even_rows
from playground.ui.scene import Scene
from playground.ui.sharing.state import SIDE, Study

MOST_ROWS, TALL_UPPER = 12, 430
"""Rows of gains that stand in their place without being scrolled, and the height of that place in pixels."""

TALL = 460
"""Pixels that the drawing of a network with many tasks takes; the rest of it is scrolled to."""

OF_TRANSFER = ("cka", "affinity")
"""What is measured of every strategy, whatever it is; all else that was learned belongs to one of them."""

TWINS = "twins"
"""What is measured of the baselines, for comparison: how alike two networks of one task are."""

Drawn = dict[str, Picture]
"""Pictures by name."""


@dataclass
class Bench:
    """A view of a study, and a board for each of its strategies. following: what the channel is asked for, if anything."""

    view: View
    following: Following | None = None

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
        return same_step(everything, len(self.study.runs()) + len(self.study.baselines()))

    @cached_property
    def table(self) -> pd.DataFrame:
        """Gains of all points: on test when all is done, else on validation at a step that all have reached."""
        everything: Sequence[History] = [*self.view.runs, *self.view.baselines]
        split = "test" if self.step is None else "validation"
        return sweeps.gains(self.study.points, self.study.all_seeds, everything, split, self.step)

    @cached_property
    def twins(self) -> np.ndarray | None:
        """[R, L, T] how alike two networks of each task are at present, of R baselines; None where nobody measured."""
        values = history.learned(self.view.baselines, TWINS)[1]
        return values[:, -1] if values.size else None

    @cached_property
    def differences(self) -> dict[Place, Difference]:
        """What may be said of all these gains, corrected together; side by side with Δm."""
        resampling = self.study.experiment.the_suite.resampling
        return sweeps.differences(self.table, resampling, overall=self.study.view == SIDE)

    @cached_property
    def nothing(self) -> str:
        """Why no gain is told yet; "" where it is not because it is too early."""
        steps = self.study.experiment.steps
        if self.step is None or not is_early(self.step, steps) or not self.view.runs:
            return ""
        return _("{sentence}.").format(sentence=early_at(self.step, steps))

    @property
    def subject(self) -> str:
        """What the charts are about: another one lets go of a zoom."""
        return str(self.study.query())


def headline(bench: Bench) -> None:
    """The one sentence."""
    put(bench.following, "headline", said(bench))


def said(bench: Bench) -> Sentence:
    """One sentence, computed from the runs: which strategy is best for each task, or where a curve crosses zero."""
    if not bench.differences:
        known = _("No gain is known yet: it needs these runs and their baselines.")
        press = _("Press **Play** to train these strategies beside single-task networks.")
        return Sentence("", bench.nothing or (known if bench.view.active else press))
    titles = {task: bench.look.title(task) for task in bench.study.experiment.tasks}
    told = _best(bench) if bench.study.view == SIDE else sweeps.told(bench.differences, titles, bench.names)
    return Sentence(told, "" if bench.step is None else standing_at(bench.step, bench.study.experiment.steps))


def _best(bench: Bench) -> str:
    """For each task the strategy under which it gains most, or those that cannot be told from it."""
    parts = []
    best = sweeps.best(bench.differences, bench.study.experiment.the_suite.resampling)
    if len(best) > MOST_NAMED:
        return counted_best(bench.differences, best, bench.names)
    for task, (place, tied) in best.items():
        title, found = bench.look.title(task), {number: bench.differences[number, 0.0, task] for number in tied}
        if len(tied) == 1:
            words = {
                GAINS: _("“{task}” gains most under {strategy}: {gain}"),
                LOSES: _("“{task}” does best alone; nearest comes {strategy}: {gain}"),
            }.get(found[place].verdict, _("“{task}” does best under {strategy}, but too close to alone to tell: {gain}"))
            parts.append(words.format(task=title, strategy=bench.names[place], gain=percent(found[place])))
        else:
            words = _("for “{task}” {strategies} cannot be told apart ({counts})")
            among = join(bench.names[number] for number in tied)
            parts.append(words.format(task=title, strategies=among, counts=counted(found.values())))
    said = _("; ").join(parts)
    return _("{sentence}.").format(sentence=said[0].upper() + said[1:])


# --- side by side ------------------------------------------------------------------------------------------------------


def networks(bench: Bench) -> None:
    """The diagram of every strategy, drawn from the module that is trained; one of many tasks is scrolled in its place."""
    height: int | Literal["content"] = TALL if len(bench.study.experiment.tasks) > MANY else "content"
    for row in even_rows(list(enumerate(bench.boards)), 3):
        for column, (place, board) in zip(st.columns(len(row), gap="medium"), row, strict=True):
            with column:
                st.markdown(f"**{bench.names[place]}**")
                with st.container(height=height, border=False):
                    put(bench.following, f"network.{place}", drawing(board), bench.subject)


def drawing(board: Board) -> Picture:
    """The diagram of one strategy."""
    drawn = network_of(board.experiment.canonical(), language())
    weights = board.weights_now()
    markup = network.network(drawn, board.look, weights, board.learned())
    return Picture(markup, network.describe(drawn, board.look, weights))


def upper(bench: Bench) -> None:
    """Losses of all strategies in one picture, and what each gained."""
    pictures = upper_pictures(bench)
    with still.pictures("upper"):
        left, right = st.columns(2, gap="medium")
    with left:
        put(bench.following, "sharing.losses", pictures["sharing.losses"], bench.subject, fits=True)
    with right:
        # With many rows the bars are as high as they have to be, and are scrolled in their place.
        many = len(bench.study.experiment.tasks) * len(bench.names) > MOST_ROWS
        with st.container(height=TALL_UPPER, border=False, key="still-scroll-upper") if many else st.container():
            put(bench.following, "sharing.gains", pictures["sharing.gains"], bench.subject, fits=not many)


def upper_pictures(bench: Bench) -> Drawn:
    """Losses of all strategies in one picture, and what each gained."""
    look = bench.look
    frames = {name: board.curves for name, board in zip(bench.names, bench.boards, strict=True)}
    plain = Extras(height=420, log=True)
    unit, title = _("Loss, each in its own unit"), _("Training losses under each strategy")
    losses = overlays.overlay(frames, look, "loss", unit, plain, title)
    gains = compared.gains(bench.differences, look, bench.names, bench.nothing)
    words = compared.gains_text(bench.differences, look, bench.names, bench.nothing)
    return {
        "sharing.losses": Picture(written(losses, bench.subject), overlays.overlay_text(frames, look)),
        "sharing.gains": Picture(written(gains, bench.subject), words),
    }


def table(bench: Bench) -> None:
    """What each strategy brought and cost."""
    put(bench.following, "sharing.table", tabled(bench))


def tabled(bench: Bench) -> Table:
    """What each strategy brought and cost: gains, parameters and the part of them that is a task's own, time.

    A column a strategy, as there are few of them: so nothing of it is cut on a laptop.
    """
    rows, none = [], paired({})
    for place, board in enumerate(bench.boards):
        row = {}
        for task in bench.study.experiment.tasks:
            told = bench.differences.get((place, 0.0, task), none)
            row[_("{task}, gain %").format(task=bench.look.title(task))] = told.text()
        row[_("Δm, %")] = bench.differences.get((place, 0.0, MEAN), none).text()
        rows.append(row | _sizes(board) | _times(board))
    found = pd.DataFrame(dict(zip(bench.names, rows, strict=True)))
    found = found.rename_axis(_("Strategy")).reset_index()
    count = int(bench.table["seed"].nunique())
    names = {True: _("test"), False: _("validation")}
    words = ngettext(
        "Gains on {split} data, of {count} seed.",
        "Gains on {split} data with 95 % intervals over {count} seeds, corrected for all that stand here together.",
        count,
    )
    notes = [words.format(split=names[bench.step is None], count=count)] if count else []
    return Table(list(found.columns), found.values.tolist(), notes)


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


def kept_lower(bench: Bench) -> tuple[list[Drawn], list[Drawn]]:
    """What is drawn anew every few seconds only while it goes on; see `lower_pictures`."""
    looks = bench.subject, language()
    kept = st.session_state.get(keys.BELOW)
    if not bench.view.active or kept is None or kept[0] != looks or time.monotonic() - kept[1] > LOWER_EVERY:
        kept = (looks, time.monotonic(), lower_pictures(bench))
        st.session_state[keys.BELOW] = kept
    found: tuple[list[Drawn], list[Drawn]] = kept[2]
    return found


def lower(bench: Bench, pictures: tuple[list[Drawn], list[Drawn]]) -> None:
    """What each strategy learned to share, and what the tasks have in common. pictures: of `kept_lower`."""
    own, common = pictures
    if not any(own) and not common:
        return
    st.subheader(_("What each strategy learned to share"), anchor=False)
    markup, alt = figures.legend(bench.study.experiment.tasks, bench.look)
    live_chart(markup, key="legend", alt=alt)
    _columns(bench, own, _("Nothing to show: what it shares is fixed."))
    if common:
        st.subheader(_("How the tasks get along"), anchor=False)
        words = _(
            "A likeness says something beside two others: what the same networks had before they learned, and what two "
            "networks of one and the same task reach that differ in their first weights alone."
        )
        st.caption(words)
        _columns(bench, common, _("Not measured."))


def lower_pictures(bench: Bench) -> tuple[list[Drawn], list[Drawn]]:
    """For each strategy what it learned to share, and how its tasks get along."""
    return [_own(bench, place) for place in range(len(bench.boards))], _common(bench)


def _columns(bench: Bench, charts: Sequence[Drawn], nothing: str) -> None:
    """A column for each strategy with its charts one below the other."""
    for place, column in enumerate(st.columns(len(charts), gap="medium")):
        with column:
            st.markdown(f"**{bench.names[place]}**")
            if not charts[place]:
                st.caption(nothing)
            for name, picture in charts[place].items():
                put(bench.following, name, picture, bench.subject)


def _own(bench: Bench, place: int) -> Drawn:
    """What one strategy learned."""
    names = dict.fromkeys(
        name
        for run in bench.boards[place].runs
        for record in run.of_kind("learned")[-1:]
        for name in record["values"]
        if name not in (*OF_TRANSFER, TWINS)
    )
    return _pictures(bench, place, names)


def _common(bench: Bench) -> list[Drawn]:
    """For each strategy likeness of features and effect of steps; nothing at all where nobody measured."""
    found = [_pictures(bench, place, OF_TRANSFER) for place in range(len(bench.boards))]
    return found if any(found) else []


def _pictures(bench: Bench, place: int, names: Iterable[str]) -> Drawn:
    """Of some things that a strategy learned those that there are."""
    return {f"{name}.{place}": drawn for name in names if (drawn := _learned(bench, place, name)) is not None}


def _learned(bench: Bench, place: int, name: str) -> Picture | None:
    """One thing that a strategy learned; None where it has none of it."""
    board = bench.boards[place]
    steps, values = history.learned(board.runs, name)
    if not values.size:
        return None
    experiment = board.experiment
    levels = [experiment.the_backbone.block_name(level) for level in range(experiment.the_backbone.length)]
    twins = bench.twins if name == "cka" else None
    figure, words = figures.learned(name, steps, np.asarray(values), experiment.tasks, bench.look, levels, twins=twins)
    return Picture(figure if isinstance(figure, str) else written(figure, bench.subject), words)
