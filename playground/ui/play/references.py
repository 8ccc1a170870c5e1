"""Ordinary models beside networks on a page: columns of the table, lines in the chart of scores, and who loses to whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

import streamlit as st

from playground.basics.words import _
from playground.references.models import MODELS, applies
from playground.references.office import Office
from playground.runs.results.beside import Beside
from playground.runs.results.comparison import Comparison
from playground.runs.results.history import History
from playground.suites.base import Task
from playground.ui.live.watch import View
from playground.ui.text import as_markdown


@st.cache_resource(show_spinner=False)
def office() -> Office:
    """Fits the models of all visitors; its process ends with the server."""
    return Office()


def waiting(view: View) -> bool:
    """Whether models are still fitted for what is shown; they are asked for as soon as there is a network beside them."""
    return wait(view.runs)


def wait(runs: Sequence[History]) -> bool:
    """The same for some runs of one experiment."""
    if not any(run.records for run in runs) or not applies(runs[0].experiment):
        return False
    experiment = runs[0].experiment
    seeds = sorted({run.run.seed for run in runs})
    office().known(experiment, seeds)
    return office().waits(experiment, seeds) > 0


def _beside(comparison: Comparison | None) -> Beside | None:
    """What is known beside a comparison; None where nothing is."""
    if comparison is None or not applies(comparison.experiment):
        return None
    known = office().known(comparison.experiment, comparison.seeds)
    return Beside(comparison, known) if known else None


def columns(comparison: Comparison, task: Task) -> dict[str, str]:
    """Cells of the table of results: what each model comes to; none where such models do not apply."""
    if not applies(comparison.experiment):
        return {}
    found = _beside(comparison)
    return {
        _(title)[:1].upper() + _(title)[1:]: "…" if found is None else found.spread(model, task).text(2)
        for model, title in MODELS.items()
    }


def levels(comparison: Comparison | None) -> dict[str, dict[str, float]]:
    """For each model the validation score of each task, mean over seeds: lines for the chart of scores."""
    found = _beside(comparison)
    if found is None:
        return {}
    held = Beside(replace(found.comparison, split="validation"), found.known)
    tasks = held.comparison.experiment.the_tasks
    return {
        _(title): {task.name: fmean(held.value(model, task, seed) for seed in held.known) for task in tasks}
        for model, title in MODELS.items()
    }


def told(comparison: Comparison) -> None:
    """That a network loses to a model, where it does and all has come to its end; or that models are being fitted."""
    found = _beside(comparison)
    if found is None:
        if applies(comparison.experiment):
            st.caption(_("A linear model and gradient boosting are being fitted to the same examples."))
    elif comparison.split == "test" and (lost := found.losses()):
        st.warning(" ".join(as_markdown(one) for one in lost), icon=":material/trending_down:")
