"""Runs that train in this process when a test says so, and a browser without a screen."""

from __future__ import annotations

import json
from typing import Any

from playground.experiment import Experiment, Run
from playground.live.request import Topic
from playground.live.watched import Watched
from playground.runs.database.limits import Limits
from playground.runs.store.store import Store
from playground.runs.workers.fleet_job import Job
from playground.training.loop import Training

LINK = {"suite": "toy_plane", "tasks": "circle,xor", "steps": "30", "batch": "16", "backbone.width": "8"}
SMALL = Experiment.from_flat(LINK)


def experiment(**fields: Any) -> Experiment:
    """A training of a moment, with fields changed."""
    return SMALL.set(**fields)


class Hand:
    """Submits the runs of an experiment with its baselines, and trains them by so many steps."""

    def __init__(self, store: Store, what: Experiment, seeds: int = 1):
        self.store = store
        runs = [Run(what, seed) for seed in range(seeds)]
        baselines = [Run(one, seed) for one in what.baselines() for seed in range(seeds)]
        numbers = store.submit([*runs, *baselines], "ann").runs
        self.topic = Topic(numbers[:seeds], numbers[seeds:], len(numbers))
        self.jobs: list[Job] = []

    def claim(self) -> None:
        """Take everything that waits."""
        while entries := self.store.claim("hand"):
            self.jobs.append(Job(entries, [entry.run for entry in entries], Training, Limits()))

    def train(self, steps: int = 10**9) -> None:
        """So many steps of everything."""
        for job in self.jobs:
            goal = job.step + steps
            while job.live and job.step < goal:
                job.turn(0.0)
            self.store.append("hand", job.records, job.step)
            for records in job.records.values():
                records.clear()
            for outcome in job.outcomes:
                self.store.finish("hand", [outcome.id], outcome.status, outcome.message)
            job.outcomes.clear()


class Reader:
    """A browser: merges what it gets as `playground/ui/scripts/live.js` does, and knows how much came."""

    def __init__(self) -> None:
        self.name, self.number = "", 0
        self.state: dict[str, Any] = {}
        self.messages: list[str] = []

    def ask(self, watched: Watched) -> None:
        """Get what is new."""
        found = watched.since(self.name, self.number)
        text = watched.whole()[0] if found is None else found[0]
        if text:
            self.take(text)

    def take(self, text: str) -> None:
        """Merge one message."""
        self.messages.append(text)
        for frame in json.loads(text):
            self._merge(frame)

    def _merge(self, frame: dict[str, Any]) -> None:
        if frame.get("whole"):
            self.state = {"runs": {}, "past": [], "pictures": [], "images": []}
        elif (frame["name"], frame["number"]) != (self.name, self.number + 1):
            raise AssertionError("a gap between frames")
        self.name, self.number = frame["name"], frame["number"]
        for part in frame.get("runs", ()):
            run = self.state["runs"].setdefault(part["run"], {"rows": {}, "scored": [], "changed": [], "learned": []})
            for name, values in part["rows"].items():
                run["rows"].setdefault(name, []).extend(values)
            run["scored"] += part["scored"]
            run["changed"] += part["changed"]
            run["learned"] += part["learned"]
            run["kept"] = part["kept"]
        for name in ("past", "pictures", "images"):
            self.state[name] += frame.get(name, [])
        for name in ("status", "now", "levels", "ghost"):
            if name in frame:
                self.state[name] = frame[name]

    def steps(self, run: int = 0) -> list[int]:
        """The recorded steps that it knows of a run."""
        return list(self.state["runs"][run]["rows"].get("step", []))

    def sorted(self) -> dict[str, Any]:
        """What it knows, in an order that does not depend on how it came."""
        places = {image: place for place, image in enumerate(self.state["images"])}
        assert len(places) == len(self.state["images"]), "an image came twice"
        past = sorted(self.state["past"], key=lambda one: one["step"])
        pictures = sorted(self.state["pictures"], key=lambda one: (one["step"], one["kept"]))
        return {**self.state, "past": past, "pictures": pictures}
