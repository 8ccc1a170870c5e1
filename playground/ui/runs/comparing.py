"""Up to six runs beside each other: which was best, what each gained, their curves, and the settings that differ."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from playground.basics.words import _
from playground.figures.gains import compared
from playground.figures.steps import overlays
from playground.figures.steps.lines import Extras
from playground.figures.style import Look, look_of
from playground.runs.results import history, ranking
from playground.runs.results.comparison import differences_of, higher_is_better
from playground.runs.store.store import Store
from playground.statistics.differences import MEAN, Difference, together
from playground.statistics.verdicts import phrase
from playground.ui.charts.chart import live_chart
from playground.ui.runs import differing
from playground.ui.runs.results import Result
from playground.ui.text import as_markdown, harmless

MOST = 6


def compare(store: Store, chosen: Sequence[Result]) -> None:
    """Everything about the runs that are ticked."""
    names = [f"{number} {one.title}" for number, one in enumerate(chosen, start=1)]
    if len({one.group.data for one in chosen}) > 1:
        st.info(_("Runs on different data have no curves in common: choose runs on the same data."))
    else:
        if len(chosen) > 1:
            st.markdown(f"**{as_markdown(best(chosen, names))}**")
        look = look_of(chosen[0].group.experiment.the_suite.tasks())
        left, right = st.columns(2, gap="medium")
        with left:
            _gains(chosen, names, look)
        with right:
            _overlay(store, chosen, names, look)
    if len(chosen) > 1:
        st.markdown("##### " + _("Settings that differ"))
        settings = differences(chosen)
        if settings.empty:
            st.caption(_("None: these runs have the same settings."))
        else:
            st.dataframe(settings, hide_index=True, key="runs.settings")


def best(chosen: Sequence[Result], names: Sequence[str]) -> str:
    """Which of the runs is best at each task and over all, as far as it can be told; and what each is against the first."""
    experiments = [one.group.experiment for one in chosen]
    if turned := _other_data(chosen):
        words = _("Which is best cannot be told: they differ in {settings}, so their scores are not of the same test.")
        return words.format(settings=_(", ").join(turned))
    tasks = {task.name: task for task in experiments[0].the_tasks}
    shared = [name for name in tasks if all(name in one.tasks for one in experiments)]
    if not shared:
        return _("Which is best cannot be told: they have no task in common.")
    higher = {name: higher_is_better(tasks[name]) for name in shared}
    resampling = experiments[0].the_suite.resampling
    found = ranking.rank([one.scores for one in chosen], higher, resampling)
    titles = {name: _(tasks[name].title) for name in shared}
    said = ranking.told(found, titles, names)
    overall = MEAN if len(shared) > 1 else shared[0]
    changes = found.differences(resampling) if len(found.seeds) > 1 else {}
    if len(chosen) == 2 and (1, overall) in changes:
        where = _("All tasks together") if overall == MEAN else titles[overall]
        words = _("{said} Against 1, 2 comes out so: {change}.")
        said = words.format(said=said, change=phrase(where, changes[1, overall]))
    return said


def _other_data(chosen: Sequence[Result]) -> list[str]:
    """In which settings of their data runs differ, in words."""
    experiments = [one.group.experiment for one in chosen]
    names = [name for name in differing.fields_that_differ(experiments) if name.startswith("suite.")]
    return list(differing.labels(names, experiments).values())


def _gains(chosen: Sequence[Result], names: Sequence[str], look: Look) -> None:
    """What each run gained over its own baselines, all told together."""
    found: dict[tuple[int, float, str], Difference] = {}
    for place, one in enumerate(chosen):
        if one.comparison:
            resampling = one.group.experiment.the_suite.resampling
            told = differences_of(one.comparison.table, one.comparison.compared, resampling)
            found |= {(place, 0.0, task): difference for task, difference in told.items()}
    found = together(found)
    text = compared.gains_text(found, look, names)
    live_chart(compared.gains(found, look, names), key="runs.gains", alt=text)


def _overlay(store: Store, chosen: Sequence[Result], names: Sequence[str], look: Look) -> None:
    """One number of several runs in one picture: colour is the task, dash is the run."""
    columns = {
        "loss": _("Training loss"),
        "weight": _("Weight"),
        "share": _("Share of the update"),
        "score": _("Validation score"),
    }
    column = st.segmented_control(
        _("What to compare"),
        list(columns),
        format_func=lambda one: columns[one],
        default="loss",
        required=True,
        key="runs.column",
    )
    frames: dict[str, pd.DataFrame] = {}
    for name, one in zip(names, chosen, strict=True):
        histories = store.histories([entry.id for entry in one.group.entries])
        scores = history.scores(histories)
        frames[name] = scores[scores["split"] == "validation"] if column == "score" else history.curves(histories)
    figure = overlays.overlay(frames, look, str(column), columns[str(column)], Extras(height=460))
    live_chart(figure, key="runs.overlay", alt=overlays.overlay_text(frames, look, str(column)))


def differences(chosen: Sequence[Result]) -> pd.DataFrame:
    """One row for each setting in which runs differ, in words, one column a run."""
    experiments = [one.group.experiment for one in chosen]
    names = differing.fields_that_differ(experiments)
    words = differing.labels(names, experiments)
    rows = [[words[name], *(harmless(differing.value(name, one)) for one in experiments)] for name in names]
    return pd.DataFrame(rows, columns=[_("Setting"), *(str(number) for number in range(1, len(chosen) + 1))])
