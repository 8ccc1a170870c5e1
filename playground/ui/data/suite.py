"""What the Data page shows of a suite: examples, labels, how its targets go together, what is missing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from playground import catalog
from playground.basics.errors import Invalid
from playground.basics.words import _, language, ngettext
from playground.data_summary import SPLITS, Survey, survey
from playground.experiment import Experiment
from playground.figures.style import MANY, look_of
from playground.figures.views import data as pictures
from playground.suites.base import Probe, Suite
from playground.suites.table import YourTable
from playground.ui import scene
from playground.ui.charts.chart import live_chart
from playground.ui.data import visibility
from playground.ui.data.state import DataState
from playground.ui.rows import even_rows
from playground.ui.scene import Scene
from playground.ui.text import as_markdown, harmless
from playground.uploads import files
from playground.uploads.columns.choices import ROLES
from playground.uploads.columns.values import KINDS
from playground.uploads.decisions import REASONS, role_of

ROWS = 100
"""Examples of a table that are shown."""

COLUMNS = 12
"""Numbers of an example that are shown beside its labels."""


@dataclass(frozen=True)
class Shown:
    """What is kept of a suite and a seed: its numbers, and a few examples."""

    numbers: Survey
    probe: Probe
    labels: pd.DataFrame
    inputs: np.ndarray


@st.cache_data(max_entries=40, ttl=3600, show_spinner=False)
def _looked(name: str, knobs: str, seed: int, words: str) -> Shown:
    """Load a suite, look at it, and let the data go."""
    suite = catalog.suites()[name](**json.loads(knobs))
    data = suite.load(seed)
    test = data.test.take(np.arange(min(ROWS, len(data.test))))
    return Shown(survey(suite, data), data.probe, _labels(suite, test.targets, test.known), test.inputs.reshape(len(test), -1))


def _labels(suite: Suite, targets: Mapping[str, np.ndarray], known: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """The labels of examples in words, a column a task; an empty cell for an unknown one."""
    columns: dict[str, list[Any]] = {}
    for task in suite.tasks():
        values = targets[task.name]
        if values.ndim == 1:
            words = [_(task.classes[int(value)]) if task.classes else round(float(value), 4) for value in values]
            columns[_(task.title)] = [word if there else None for word, there in zip(words, known[task.name], strict=True)]
    return pd.DataFrame(columns)


def look(sight: DataState) -> None:
    """Everything that is shown of a suite."""
    suite = sight.the_suite
    if sentence := suite.obstacle():
        st.info(f"{_(suite.card.title)} {sentence}.", icon=":material/cloud_download:")
        return
    _introduce(suite)
    try:
        with st.spinner(_("Looking at the data …")):
            found = _looked(sight.suite.name, json.dumps(dict(sight.suite.knobs)), sight.seed, language())
    except Invalid as invalid:
        st.info(str(invalid))
        return
    _count(suite, found.numbers)
    _open_on_playground(sight)
    _examples(sight, suite, found)
    _bars(suite, found.numbers)
    left, right = st.columns(2, gap="medium")
    with left:
        drawn = look_of(suite.tasks())
        live_chart(pictures.together(found.numbers, drawn), key="data.ties", alt=pictures.together_text(found.numbers, drawn))
        st.caption(_measures(suite, found.numbers))
    with right:
        _missing(suite, found.numbers)


def _introduce(suite: Suite) -> None:
    """What it is, where it is from, and the way to learn from it."""
    card = suite.card
    source = f" [{card.paper}]({card.link})" if card.link else f" {card.paper}"
    title = _("{sentence}.").format(sentence=_(card.title))
    st.markdown(f"**{title}** {_(card.idea)}{source if card.paper else ''}")
    if isinstance(suite, YourTable) and suite.table:
        st.caption(as_markdown(visibility.said(suite.table)))
        if parts := suite.the_table.rows_of():
            st.caption(_("Rows: {rows}. Each table is split by itself.").format(rows=as_markdown(files.listed(parts))))
    if card.notes:
        st.caption(_(card.notes))


def _open_on_playground(sight: DataState) -> None:
    """The button that goes on to the Playground with these data."""
    if st.button(_("Learn from it on the Playground"), type="primary", icon=":material/play_circle:"):
        flat = {name: value for name, value in sight.query().items() if name != "seed"}
        if isinstance(suite := sight.the_suite, YourTable):
            flat |= {name: str(value) for name, value in suite.the_table.budget().items()}
        scene.show(Scene(Experiment.from_flat(flat), sight.seed, scene.current().seeds))
        st.switch_page("pages/play.py")


def _count(suite: Suite, numbers: Survey) -> None:
    """Sizes in one line."""
    count = len(suite.tasks())
    words = ngettext(
        "{count} task; {train} examples to learn from, {validation} to choose by, {test} to test on; {inputs} inputs each.",
        "{count} tasks; {train} examples to learn from, {validation} to choose by, {test} to test on; {inputs} inputs each.",
        count,
    )
    inputs = " × ".join(map(str, numbers.inputs))
    sizes = {name: f"{size:,}" for name, size in numbers.sizes.items()}
    st.caption(words.format(count=count, inputs=inputs, **sizes))


def _examples(sight: DataState, suite: Suite, found: Shown) -> None:
    """Some examples with their labels, none of which are learned from."""
    st.subheader(_("Examples"), anchor=False)
    if isinstance(suite, YourTable):
        st.dataframe(cells(suite), hide_index=True, height=320)
    elif found.probe.view == "rows":
        inputs = found.inputs[:, :COLUMNS]
        names = [_("input {number}").format(number=number) for number in range(1, inputs.shape[1] + 1)]
        st.dataframe(pd.concat([found.labels, pd.DataFrame(inputs, columns=names)], axis=1), hide_index=True, height=320)
        if found.inputs.shape[1] > COLUMNS:
            words = _("The first {most} of {count} inputs of each example.")
            st.caption(words.format(most=COLUMNS, count=found.inputs.shape[1]))
    else:
        drawn = look_of(suite.tasks())
        figure, words = pictures.examples(found.probe, suite.tasks(), drawn)
        live_chart(figure, key="data.examples", alt=words, subject=json.dumps(sight.query()))
        st.caption(_("Drawn as the page draws what a model says; here every answer is the label itself."))


def cells(suite: YourTable) -> pd.DataFrame:
    """The first rows of a table as they stand in its file."""
    table = suite.the_table
    return pd.DataFrame({harmless(one.title): [harmless(cell) for cell in one.cells[:ROWS]] for one in table.columns})


def _bars(suite: Suite, numbers: Survey) -> None:
    """How often each label occurs, a chart a task."""
    st.subheader(_("Labels"), anchor=False)
    drawn = look_of(suite.tasks())
    tasks = [task for task in suite.tasks() if task.name in numbers.labels]
    if len(tasks) > MANY and not st.toggle(_("All {count} tasks").format(count=len(tasks)), key="data.all"):
        tasks = tasks[:MANY]
    for row in even_rows(tasks, 3):
        for column, task in zip(st.columns(len(row), gap="medium"), row, strict=True):
            with column:
                found = numbers.labels[task.name]
                words = pictures.labels_text(task, drawn, found)
                live_chart(pictures.labels(task, drawn, found), key=f"data.labels.{task.name}", alt=words)


def _measures(suite: Suite, numbers: Survey) -> str:
    """How the numbers between tasks are to be read."""
    words = _(
        "Two classes: Cramér's V. A number and a class: the correlation ratio. Two numbers: linear correlation, or the "
        "correlation ratio over ten ranges of one of them, whichever is greater, so that a bent relation such as y = x² is "
        "seen too, if not quite as 1. All are corrected for the number of classes and rows. In brackets stands what 95 of 100 "
        "shufflings stay below: a pair whose square is empty is no closer than that, which is no sign of anything."
    )
    titles = {task.name: _(task.title) for task in suite.tasks()}
    of = [_("of {task} the {what}").format(task=as_markdown(titles[name]), what=_(what)) for name, what in numbers.of.items()]
    return words + " " + _("Compared are: {pairs}.").format(pairs=_("; ").join(of)) if of else words


def _missing(suite: Suite, numbers: Survey) -> None:
    """How many examples have a label for each task, and the gaps in the columns of a table."""
    st.markdown("**" + _("What is missing") + "**")
    names = {"train": _("to learn from"), "validation": _("to choose by"), "test": _("to test on")}
    rows = [
        {_("Labels of"): _(task.title)}
        | {
            names[split]: f"{numbers.known[task.name][split]:,}"
            + (f" ({share} %)" if (share := _share(numbers, task.name, split)) < 100 else "")
            for split in SPLITS
        }
        for task in suite.tasks()
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True)
    if all(_share(numbers, task.name, split) == 100 for task in suite.tasks() for split in SPLITS):
        st.caption(_("Every example has a label for every task."))
    if isinstance(suite, YourTable):
        st.dataframe(pd.DataFrame(gaps(suite)), hide_index=True)


def _share(numbers: Survey, task: str, split: str) -> int:
    """Percent of a split that is labelled; 100 only where all of it is."""
    known, size = numbers.known[task][split], numbers.sizes[split]
    return 100 if known == size else min(99, round(100 * known / max(1, size)))


def gaps(suite: YourTable) -> list[dict[str, Any]]:
    """One row a column of a table: what it is and why, what is done with it, and how much of it is missing."""
    table = suite.the_table
    return [
        {
            _("Column"): harmless(column.title),
            _("Type"): _(KINDS[column.kind]),
            _("Use"): _(ROLES[role_of(table, column)]),
            _("Because"): _(REASONS.get(column.why, "")),
            _("Empty"): column.empty,
            _("Not of its type"): column.strange,
            _("Different"): len(column.different),
        }
        for column in table.columns
    ]
