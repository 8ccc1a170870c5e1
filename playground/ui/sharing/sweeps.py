"""A sweep of the Sharing page: how the gain depends on what is turned."""

from __future__ import annotations

import streamlit as st

from playground.basics.words import _
from playground.figures.gains import compared
from playground.live.content.told import Table
from playground.ui.charts.chart import written
from playground.ui.frame import still
from playground.ui.live.following import Picture, Piece, put
from playground.ui.sharing.results import Bench
from playground.ui.sharing.state import knob_title


def sweep(bench: Bench) -> None:
    """Gain against what is turned, with the numbers behind it."""
    chart, table = sweep_parts(bench).items()
    with still.pictures("sweep"):
        put(bench.following, *chart, bench.subject, fits=True)
    put(bench.following, *table)
    if bench.study.view == "depth":
        st.caption(_("Strategies without a number of shared blocks stand at every depth as they are."))


def sweep_parts(bench: Bench) -> dict[str, Piece]:
    """Gain against what is turned, with a band over seeds, and a table of it."""
    study = bench.study
    title, unit = {
        "depth": (_("Gain by depth: how many blocks should be shared?"), _("Shared blocks")),
        "relatedness": (_("Gain by relatedness: when does sharing begin to pay?"), knob_title(study.experiment)),
        "size": (
            _("Gain by labels: what a task with few gets from the others"),
            _("Labels of {task}; the others keep theirs").format(task=bench.look.title(study.task)),
        ),
    }[study.view]
    found, logarithmic = bench.differences, study.view == "size"
    figure = compared.against(found, bench.look, bench.names, title, unit, logarithmic, bench.nothing)
    alt = compared.against_text(found, bench.look, bench.names, title, bench.nothing)
    return {f"sweep.{study.view}": Picture(written(figure, bench.subject), alt), "sweep.table": _by_value(bench, unit)}


def _by_value(bench: Bench, unit: str) -> Table:
    """The numbers behind the curves: a row a value and task, a column a strategy."""
    rows: dict[tuple[float, str], dict[str, str]] = {}
    for (place, value, task), one in sorted(bench.differences.items(), key=lambda item: item[0][1]):
        rows.setdefault((value, task), {})[f"{bench.names[place]}, %"] = one.text()
    heads = [f"{name}, %" for name in bench.names]
    return Table(
        [unit, _("Task"), *heads],
        [
            [f"{value:g}", bench.look.title(task), *(cells.get(head, "") for head in heads)]
            for (value, task), cells in rows.items()
        ],
        [],
    )
