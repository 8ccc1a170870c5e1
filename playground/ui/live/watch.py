"""What is known of a scene's runs at this moment: read from the store, little by little, or from the recorded ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import streamlit as st

from playground.experiment import Run
from playground.live.content.progress import status_of, steps_of
from playground.runs.precomputed import recorded
from playground.runs.results.history import History
from playground.runs.store.entries import Entry
from playground.runs.store.store import Store
from playground.ui import keys, server
from playground.ui.live import ghost
from playground.ui.scene import Scene

MOST_SEEN = 2000
"""Runs that a session remembers to have shown."""


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
        return status_of([entry.status for entry in self.own()] or ["finished" if self.runs else "none"])

    @property
    def missing(self) -> int:
        """How many of the runs themselves nobody trained or asked for yet, where something of others is there."""
        known = self.entries.keys() | {one.run.key for one in self.runs}
        return 0 if self.empty else sum(run.key not in known for run in self.scene.runs())

    @property
    def steps(self) -> tuple[int, int]:
        """Steps done and to do, of runs and baselines together."""
        return steps_of(list(self.entries.values()), self.scene.experiment.steps)

    @property
    def message(self) -> str:
        """Why a run ended before its end; "" where none did."""
        return next((entry.message for entry in self.entries.values() if entry.message), "")


def look_at(store: Store, scene: Scene) -> View:
    """The view of a scene. Runs that this session asked for come first, then those that anybody trained, then recordings."""
    runs, baselines = scene.runs(), scene.baselines()
    wanted = list({run.key: run for run in (*runs, *baselines)}.values())
    all_entries, histories = server.feed().both(_numbers(store, wanted))
    entries = {entry.key: entry for entry in all_entries}
    found = {history.run.key: history for history in histories}
    for run in wanted:
        if run.key not in found and (history := recorded.find(run)) is not None:
            found[run.key] = history
    is_recorded = not any(run.key in entries for run in runs) and any(run.key in found for run in runs)
    return View(scene, _of(found, runs), _of(found, baselines), entries, is_recorded)


def shown(store: Store, scene: Scene, key: str) -> tuple[View, bool]:
    """The view of a scene; while nothing is known of it, that of the last one that was like it, and whether that is so.

    key: under which the session keeps the scene that was shown last.
    """
    view, before = look_at(store, scene), st.session_state.get(key)
    # Baselines may still train for the scene before, when they are this one's, too.
    if not view.empty or any(entry.active for entry in view.own()):
        if key == keys.SHOWN and before is not None and before != scene:
            ghost.gave_way(before, scene)
        st.session_state[key] = scene
        return view, False
    if before is None or not before.like(scene):
        return view, False
    old = look_at(store, before)
    return (view, False) if old.empty else (replace(old, recorded=False), True)


def _of(found: dict[str, History], runs: Iterable[Run]) -> list[History]:
    return [found[run.key] for run in runs if run.key in found]


def _numbers(store: Store, wanted: list[Run]) -> list[int]:
    """Numbers of the runs to show: this session's own, those that are found, those that it showed before, its visitor's own
    that ended before their end."""
    submitted: dict[str, int] = st.session_state.get(keys.SUBMITTED, {})
    numbers = {run.key: submitted[run.key] for run in wanted if run.key in submitted}
    others = [run for run in wanted if run.key not in numbers]
    found = store.find(others, server.visitor()) if others else []
    numbers |= {entry.key: entry.id for entry in found if entry is not None}
    # What this screen showed stays on it, whatever the one who started it does; and what a visitor stopped is found again.
    seen: dict[str, int] = st.session_state.setdefault(keys.SEEN, {})
    numbers = {run.key: seen[run.key] for run in wanted if run.key in seen} | numbers
    rest = [run for run in wanted if run.key not in numbers]
    numbers |= {entry.key: entry.id for entry in store.left(rest, server.visitor())}
    seen.update(numbers)
    while len(seen) > MOST_SEEN:
        del seen[next(iter(seen))]
    return [numbers[run.key] for run in wanted if run.key in numbers]
