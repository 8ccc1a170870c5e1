"""By what each task is scored, as a part of the form."""

from __future__ import annotations

import streamlit as st

from playground import metrics
from playground.basics.words import _
from playground.experiment import Experiment
from playground.measures import measure
from playground.suites.base import Task
from playground.ui import keys, scene
from playground.ui.text import as_markdown


def choose_metrics(experiment: Experiment) -> None:
    """A list for each task that can be scored in several ways. It decides which step and which setting count, too."""
    tasks = [task for task in experiment.the_tasks if len(metrics.offered(task)) > 1]
    if not tasks:
        return
    with st.expander(_("Metrics"), icon=":material/straighten:"):
        st.caption(_("By what run and baselines are judged, and which of their steps counts."))
        for task in tasks:
            _choose(task)


def _choose(task: Task) -> None:
    """The list of one task."""
    titles = {one: _(measure(task, one).title) for one in metrics.offered(task)}
    key = keys.field(f"metrics.{task.name}")
    st.session_state[key] = metrics.chosen(task)
    label = as_markdown(_(task.title))
    st.selectbox(label, list(titles), format_func=lambda one: titles[one], key=key, on_change=_take, args=(task.name,))


def _take(task: str) -> None:
    """The metric that was chosen for a task."""
    scene.change(**{f"metrics.{task}": st.session_state[keys.field(f"metrics.{task}")]})
