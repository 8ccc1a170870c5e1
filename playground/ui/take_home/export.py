"""Take it home: code, report and tables of what is shown, and an exported experiment opened again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import copy_context
from dataclasses import replace

import streamlit as st
from streamlit.elements.lib.mutable_expander_container import ExpanderContainer

from playground.basics.errors import Invalid
from playground.basics.words import _, language, use
from playground.experiment import Experiment, Run
from playground.export import numbers
from playground.export.archive import archive
from playground.export.code.choice import Export, obstacle
from playground.export.report import Part, report
from playground.race.plan import SINGLE
from playground.race.result import Result
from playground.runs.results.comparison import Comparison
from playground.runs.results.history import History
from playground.runs.store.store import Store
from playground.ui import scene, server
from playground.ui.runs.groups import Group
from playground.ui.take_home import export_code
from playground.ui.take_home.export_model import trained_model
from playground.ui.text import as_markdown

FRAMEWORKS = {"pytorch": "PyTorch", "tensorflow": "TensorFlow"}


def take_home(
    experiment: Experiment, seed: int, runs: list[History], baselines: list[History], comparison: Comparison | None = None
) -> None:
    """What may be taken along of an experiment and its runs, as one closed part of the page."""
    part = _closed()
    if not part.open:
        return
    with part:
        _code(_chosen(experiment, comparison), seed)
        if runs:
            _results(lambda: [Part(experiment, runs, baselines)])
        _open()


def take_home_runs(store: Store, groups: Sequence[Group], comparison: Comparison | None = None) -> None:
    """The same of runs that were ticked in the history: their report beside each other, and the code of a single one.

    comparison: that of the first group.
    """
    if any(entry.active for group in groups for entry in group.entries):
        return
    part = _closed()
    if not part.open:
        return
    with part:
        if len(groups) == 1:
            _code(_chosen(groups[0].experiment, comparison), groups[0].scene.seed)
        _results(lambda: [_part(store, group) for group in groups])


def take_home_race(store: Store, result: Result) -> None:
    """The same of a race: one entrant, at the learning rate that was chosen for it on validation."""
    race, mine = result.race, server.visitor()
    names = [key for key in result.order if result.standings[key].entrant.kind != SINGLE]
    if not names:
        return
    part = _closed()
    if not part.open:
        return
    with part:
        key = st.selectbox(_("Entrant"), names, format_func=race.titles.__getitem__, key="export.entrant")
        chosen = result.standings[key].chosen
        _code(chosen, result.seeds[0])
        st.caption(_("The same by a command, from the file with everything (JSON) of this race:"))
        st.code(f"python -m playground export race.json --entrant {key}", language=None)

        def chosen_part() -> Part:
            single = [Run(one, seed) for one in race.entrants[0].configurations for seed in result.seeds]
            own = [Run(chosen, seed) for seed in result.seeds]
            return Part(chosen, _found(store, own, mine), _found(store, single, mine), race.titles[key])

        _results(lambda: [chosen_part()])


def _closed() -> ExpanderContainer:
    """A closed part of the page, whose inside is made when it is opened: to colour code takes the browser half a second."""
    return st.expander(_("Take it home: code, report, tables"), icon=":material/home_storage:", key="export", on_change="rerun")


def _found(store: Store, wanted: Sequence[Run], visitor: str) -> list[History]:
    """What is recorded of runs that came to their end."""
    return store.histories([entry.id for entry in store.find(wanted, visitor) if entry is not None and not entry.active])


def _part(store: Store, group: Group) -> Part:
    """A group with what it is measured against, as far as that was trained here."""
    against = [entry.id for entry in store.find(group.scene.baselines()) if entry is not None]
    own = store.histories([entry.id for entry in group.entries])
    return Part(group.experiment, own, store.histories(against))


def _chosen(experiment: Experiment, comparison: Comparison | None) -> Experiment:
    """The experiment at the settings that were chosen on validation, where a sweep tried several."""
    swept = comparison is not None and len(experiment.trainings()) > 1
    return experiment.at_rate(*comparison.setting) if swept and comparison is not None else experiment


def _code(experiment: Experiment, seed: int) -> None:
    """The script or notebook, to be looked at and taken along; or one sentence why there is none."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        framework = st.segmented_control(
            _("Code for"),
            list(FRAMEWORKS),
            format_func=lambda one: FRAMEWORKS[one],
            default="pytorch",
            required=True,
            key="export.framework",
        )
        notebook = st.toggle(_("As a notebook"), key="export.notebook")
        looked_at = st.toggle(_("Show the code"), key="export.show")
    if sentence := obstacle(experiment, framework):
        st.info(_("There is no code to take home here: it {sentence}.").format(sentence=as_markdown(sentence)))
        return
    export = Export(experiment, seed, framework, notebook)
    words = _("First weights, batches and labels travel as files: the code gives the losses of the run with seed {seed}.")
    st.caption(words.format(seed=seed))
    _download(_("Code and data (ZIP)"), lambda: _zipped(export), f"{framework}.zip", "application/zip")
    if looked_at:
        export_code.panel(experiment, seed, framework)
    if obstacle(experiment, "pytorch") is None:
        trained_model(experiment, seed)


def _zipped(export: Export) -> bytes:
    """The files of an export. What makes them loads torch, so it is imported when somebody asks."""
    from playground.export.code.bundle import files

    return archive(files(export))


def _results(parts: Callable[[], list[Part]]) -> None:
    """The report, and every table; those of several experiments each in a folder. parts: read when a button is pressed."""
    with st.container(horizontal=True, gap="small"):
        _download(_("Report (HTML)"), lambda: report(parts()).encode(), "report.html", "text/html")
        _download(_("All tables (CSV)"), lambda: _tables(parts()), "tables.zip", "application/zip")


def _tables(parts: list[Part]) -> bytes:
    """Every table of every experiment."""
    found: dict[str, bytes] = {}
    for number, part in enumerate(parts, start=1):
        folder = f"{number}/" if len(parts) > 1 else ""
        content = numbers.files(part.experiment, part.seeds, part.runs, part.baselines)
        found |= {folder + name: data for name, data in content.items()}
    return archive(found)


def _download(label: str, make: Callable[[], bytes], name: str, kind: str) -> None:
    """A button whose file is made when it is pressed, in the language of whoever pressed it."""
    speaking = language()

    def made() -> bytes:
        use(speaking)
        return make()

    st.download_button(
        label,
        lambda: copy_context().run(made),
        name,
        kind,
        icon=":material/download:",
        on_click="ignore",
        key=f"export.{name}",
    )


def _open() -> None:
    """A file with an experiment, which becomes what is shown."""
    count = st.session_state.setdefault("export.count", 0)
    file = st.file_uploader(
        _("Open an experiment: drop its TOML or JSON here"),
        type=["toml", "json"],
        key=f"export.open.{count}",
        max_upload_size=1,
    )
    if file is None:
        return
    try:
        experiment, seeds = numbers.opened(file.name, file.getvalue())
    except Invalid as invalid:
        for problem in invalid.problems:
            st.error(as_markdown(str(problem)))
        return
    now = scene.current().about(experiment)
    if seeds:
        now = replace(now, seed=seeds[0], seeds=min(20, seeds[-1] - seeds[0] + 1))
    scene.show(now)
    st.session_state["export.count"] = count + 1  # a fresh field: the file is not opened again
    st.rerun()
