"""What a trained table is good for: predictions for new rows, and which columns each task leans on."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from playground.basics.words import _
from playground.runs.results.comparison import Comparison
from playground.runs.results.history import History
from playground.runs.workers.errand import Errand, Runner, errand
from playground.suites.table import YourTable
from playground.ui.live import channel
from playground.ui.text import as_markdown
from playground.uploads.reading.limits import LIMITS

KEPT = "use.errands"
"""The errands of this session, by what they are for."""

ROWS = 200
"""Rows that are shown; all of them can be downloaded."""


@st.cache_resource(show_spinner=False)
def runner() -> Runner:
    """Does the errands of all visitors."""
    return Runner()


def use_it(comparison: Comparison | None) -> None:
    """Two errands under the results of a table that came to its end."""
    if comparison is None or comparison.split != "test" or not isinstance(comparison.experiment.the_suite, YourTable):
        return
    part = st.expander(_("Use it"), icon=":material/query_stats:", key="use", on_change="rerun")
    if not part.open:
        return
    with part:
        st.caption(
            _(
                "The networks of all seeds are trained again, which gives the same numbers, and asked in a process of their "
                "own; their mean counts."
            )
        )
        file = st.file_uploader(
            _("New rows with the same headers (CSV, .xlsx or .parquet)"),
            type=["csv", "txt", "tsv", "xlsx", "parquet"],
            key="use.rows",
        )
        with st.container(horizontal=True):
            if st.button(_("Predict"), icon=":material/online_prediction:", disabled=file is None) and file is not None:
                _ask("predict", comparison, file.name, file.getvalue())
            if st.button(_("Which columns count"), icon=":material/bar_chart:"):
                _ask("importance", comparison)
        _outcomes(comparison.experiment.canonical())


def _ask(kind: str, comparison: Comparison, name: str = "", data: bytes = b"") -> None:
    if len(data) > LIMITS.size:
        st.error(_("The file should be at most {count} MB.").format(count=LIMITS.size // 2**20))
        return
    one = errand(kind, comparison.experiment, comparison.setting, comparison.seeds, name, data)
    if runner().ask(one):
        st.session_state.setdefault(KEPT, {})[kind] = comparison.experiment.canonical(), one
    else:
        st.error(_("Too many ask for this at the moment; try again in a minute."))


def _outcomes(canonical: str) -> None:
    """What came of the errands of this experiment."""
    mine = [one for told, one in st.session_state.get(KEPT, {}).values() if told == canonical]
    if any(one.status == "waiting" for one in mine):
        if channel.served():
            st.caption(_("The networks are being trained again …"))
        else:
            _wait(mine)
    for one in mine:
        if one.status == "failed":
            st.error(as_markdown(one.said) or _("This took too long, or failed."))
        elif one.status == "done":
            _show(one)


def waits(runs: Sequence[History]) -> int:
    """How many errands are not done that are about the table of some runs."""
    experiment = runs[0].experiment
    return runner().waits(experiment) if isinstance(experiment.the_suite, YourTable) else 0


@st.fragment(run_every=1.5)
def _wait(mine: list[Errand]) -> None:
    """Look again until all of them are done, where the channel does not say so."""
    if all(one.status != "waiting" for one in mine):
        st.rerun()
    st.caption(_("The networks are being trained again …"))


def _show(one: Errand) -> None:
    """A table that came out, with what is to be said of it."""
    titles = {"predict": _("Predictions"), "importance": _("What each task loses where a column is shuffled")}
    st.markdown(f"**{titles[one.kind]}**")
    for sentence in one.said.splitlines() if one.kind == "predict" else ():
        st.warning(as_markdown(sentence), icon=":material/rule:")
    st.dataframe(pd.read_csv(io.StringIO(one.found), nrows=ROWS), hide_index=True)
    st.download_button(
        _("{name} (CSV)").format(name=titles[one.kind]), one.found, f"{one.kind}.csv", "text/csv", on_click="ignore"
    )
