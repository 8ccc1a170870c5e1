"""The history of runs as tables: records in, pandas frames out. Every figure and every download is made from these."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from playground.experiment import Experiment, Run
from playground.training.events import Record


@dataclass
class History:
    """One run with everything that was recorded of it.

    status: "queued", "running", "paused", "finished", "stopped", "failed" or "lost".
    id: its number in the store; None for a run that lies in no store.
    message: why it ended so, in one sentence; "" where there is nothing to say.
    """

    run: Run
    status: str = "finished"
    records: list[Record] = field(default_factory=list)
    id: int | None = None
    message: str = ""

    @property
    def experiment(self) -> Experiment:
        """What was trained."""
        return self.run.experiment

    @property
    def tasks(self) -> tuple[str, ...]:
        """Names of its tasks."""
        return self.run.experiment.tasks

    def of_kind(self, kind: str) -> list[Record]:
        """Its records of one kind, in order."""
        return [record for record in self.records if record["kind"] == kind]

    def last(self, kind: str) -> Record | None:
        """Its newest record of one kind."""
        return next((record for record in reversed(self.records) if record["kind"] == kind), None)

    @property
    def step(self) -> int:
        """How many steps are recorded."""
        return max((record["step"] for record in self.records), default=0)

    def scores(self, split: str, step: int | None = None) -> dict[str, float]:
        """For each task its newest score on a split (up to `step`, if given); empty where none is recorded."""
        for record in reversed(self.of_kind("scored")):
            if record["split"] == split and (step is None or record["step"] <= step):
                return dict(zip(self.tasks, record["scores"], strict=True))
        return {}


def curves(histories: Iterable[History]) -> pd.DataFrame:
    """One row a run, recorded step and task: seed, step, task, loss, weight, norm, share.

    share is the task's part of the update on shared parameters, w_i n_i / Σ_j |w_j| n_j, between −1 and 1; empty where no
    gradients were measured.
    """
    columns: dict[str, list[Any]] = {name: [] for name in ("seed", "step", "task", "loss", "weight", "norm", "share")}
    for history in histories:
        for record in history.of_kind("measured"):
            count = len(history.tasks)
            lengths = record["norms"] or [None] * count
            columns["seed"] += [history.run.seed] * count
            columns["step"] += [record["step"]] * count
            columns["task"] += history.tasks
            columns["loss"] += record["losses"]
            columns["weight"] += record["weights"]
            columns["norm"] += lengths
            columns["share"] += shares(record["weights"], record["norms"])
    return pd.DataFrame(columns).astype({"norm": float, "share": float, "loss": float, "weight": float})


def shares(weights: Sequence[float], norms: Sequence[float] | None) -> list[float | None]:
    """[T] each task's part of the update, w_i n_i / Σ_j |w_j| n_j; None a task where no gradients were measured."""
    if norms is None:
        return [None] * len(weights)
    parts = [weight * norm for weight, norm in zip(weights, norms, strict=True)]
    total = sum(abs(part) for part in parts)
    return [part / total if total > 0 else 0.0 for part in parts]


def cosines(histories: Iterable[History]) -> pd.DataFrame:
    """One row a run, recorded step and pair of tasks: seed, step, first, second, cosine."""
    rows = [
        (history.run.seed, record["step"], history.tasks[i], history.tasks[j], record["cosines"][i][j])
        for history in histories
        for record in history.of_kind("measured")
        if record["cosines"] is not None
        for i in range(len(history.tasks))
        for j in range(i + 1, len(history.tasks))
    ]
    return pd.DataFrame(rows, columns=["seed", "step", "first", "second", "cosine"])


def scores(histories: Iterable[History]) -> pd.DataFrame:
    """One row a run, scored step, split and task: seed, step, split, task, score, loss."""
    rows = [
        (history.run.seed, record["step"], record["split"], task, score, loss)
        for history in histories
        for record in history.of_kind("scored")
        for task, score, loss in zip(history.tasks, record["scores"], record["losses"], strict=True)
    ]
    return pd.DataFrame(rows, columns=["seed", "step", "split", "task", "score", "loss"])
