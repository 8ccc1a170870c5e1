"""What is known of a scene's runs at this moment: read from the store, little by little, or from the recorded ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st

from playground.experiment import Run
from playground.runs import recorded
from playground.runs.history import History
from playground.runs.store import ACTIVE, Cursor, Entry, Store
from playground.ui import keys, server
from playground.ui.scene import Scene


@dataclass
class View:
    """A scene with what was recorded of its runs and baselines so far.

    entries: what the store says of each run that it holds, by content key.
    recorded: whether it shows a recording that came with the program.
    """

    scene: Scene
    runs: list[History]
    baselines: list[History]
    entries: dict[str, Entry]
    recorded: bool

    @property
    def empty(self) -> bool:
        """Whether nothing is known of the runs themselves."""
        return not any(run.records for run in self.runs)

    @property
    def active(self) -> bool:
        """Whether anything of it still waits or trains."""
        return any(entry.active for entry in self.entries.values())

    def own(self) -> list[Entry]:
        """The entries of the runs themselves, without the baselines."""
        wanted = {run.key for run in self.scene.runs()}
        return [entry for key, entry in self.entries.items() if key in wanted]

    @property
    def status(self) -> str:
        """One word for all runs: the first of the words below that holds for any."""
        statuses = [entry.status for entry in self.own()] or ["finished" if self.runs else "none"]
        order = ("running", "paused", "queued", "failed", "lost", "stopped", "finished", "none")
        return next(word for word in order if word in statuses)

    @property
    def steps(self) -> tuple[int, int]:
        """Steps done and to do, of runs and baselines together."""
        entries = list(self.entries.values())
        total = self.scene.experiment.steps * len(entries)
        return sum(entry.step for entry in entries), total

    @property
    def message(self) -> str:
        """Why a run ended before its end; "" where none did."""
        return next((entry.message for entry in self.entries.values() if entry.message), "")


def look_at(store: Store, scene: Scene) -> View:
    """The view of a scene. Runs that this session asked for come first, then those that anybody trained, then recordings."""
    runs, baselines = scene.runs(), scene.baselines()
    wanted = list({run.key: run for run in (*runs, *baselines)}.values())
    entries = _entries(store, wanted)
    store.watch(entry.id for entry in entries.values() if entry.active)
    histories = _read(store, [entry.id for entry in entries.values()])
    found: dict[str, History] = {}
    for run in wanted:
        if run.key in entries and entries[run.key].id in histories:
            found[run.key] = histories[entries[run.key].id]
        elif (history := recorded.find(run)) is not None:
            found[run.key] = history
    is_recorded = not any(run.key in entries for run in runs) and any(run.key in found for run in runs)
    # An entry that is not drawn (its run is) would count into the progress of nothing.
    return View(scene, _of(found, runs), _of(found, baselines), entries, is_recorded)


def _of(found: dict[str, History], runs: Iterable[Run]) -> list[History]:
    return [found[run.key] for run in runs if run.key in found]


def _entries(store: Store, wanted: list[Run]) -> dict[str, Entry]:
    """For each content key the entry to show: this session's own, or one that is found."""
    submitted: dict[str, int] = st.session_state.get(keys.SUBMITTED, {})
    asked = {submitted[run.key] for run in wanted if run.key in submitted}
    own = {entry.key: entry for entry in store.entries(asked)} if asked else {}
    others = [run for run in wanted if run.key not in own]
    found = store.find(others, server.visitor()) if others else []
    return own | {entry.key: entry for entry in found if entry is not None}


def _read(store: Store, numbers: list[int]) -> dict[int, History]:
    """Histories by number; a session reads each chunk once and keeps what it read of the runs that it shows."""
    before: dict[int, tuple[History, Cursor]] = st.session_state.get(keys.READ, {})
    news = store.read({number: before[number][1] if number in before else None for number in numbers})
    after: dict[int, tuple[History, Cursor]] = {}
    for number, new in news.items():
        old = before[number][0].records if number in before and not new.anew else []
        run = before[number][0].run if number in before else new.entry.run
        after[number] = (History(run, new.entry.status, [*old, *new.records], number, new.entry.message), new.cursor)
    st.session_state[keys.READ] = after
    return {number: history for number, (history, _cursor) in after.items()}


def forget(runs: Iterable[Run]) -> None:
    """Do not hold to what this session asked for before: let them be found anew."""
    submitted = st.session_state.get(keys.SUBMITTED, {})
    for run in runs:
        submitted.pop(run.key, None)


__all__ = ["ACTIVE", "View", "forget", "look_at"]
