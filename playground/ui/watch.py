"""What is known of a scene's runs at this moment: read from the store, little by little, or from the recorded ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import streamlit as st

from playground.experiment import Run
from playground.runs import recorded
from playground.runs.history import History
from playground.runs.store import Entry, Store
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
    numbers = _numbers(store, wanted)
    # In this order: what is drawn must not be older than what is said of it, or an ended run would lack its end for good.
    entries = {entry.key: entry for entry in server.feed().entries(numbers)}
    found = {history.run.key: history for history in server.feed().histories(numbers)}
    for run in wanted:
        if run.key not in found and (history := recorded.find(run)) is not None:
            found[run.key] = history
    is_recorded = not any(run.key in entries for run in runs) and any(run.key in found for run in runs)
    return View(scene, _of(found, runs), _of(found, baselines), entries, is_recorded)


def shown(store: Store, scene: Scene, key: str) -> tuple[View, bool]:
    """The view of a scene; while nothing is known of it, that of the last one that was like it, and whether that is so.

    key: under which the session keeps the scene that was shown last.
    """
    view = look_at(store, scene)
    if not view.empty or view.active:
        st.session_state[key] = scene
        return view, False
    before = st.session_state.get(key)
    if before is None or not before.like(scene):
        return view, False
    old = look_at(store, before)
    return (view, False) if old.empty else (replace(old, entries={}, recorded=False), True)


def _of(found: dict[str, History], runs: Iterable[Run]) -> list[History]:
    return [found[run.key] for run in runs if run.key in found]


def _numbers(store: Store, wanted: list[Run]) -> list[int]:
    """Numbers of the runs to show: this session's own, or those that are found."""
    submitted: dict[str, int] = st.session_state.get(keys.SUBMITTED, {})
    own = [submitted[run.key] for run in wanted if run.key in submitted]
    others = [run for run in wanted if run.key not in submitted]
    found = store.find(others, server.visitor()) if others else []
    return own + [entry.id for entry in found if entry is not None]
