"""The history of runs as tables: records in, pandas frames out. Every figure and every download is made from these."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pandas as pd

from playground.basics.errors import Invalid
from playground.experiment import Experiment, Run
from playground.runs.results.records import Recorded
from playground.training.observing.events import Record

WORST = 1e7
"""Greatest condition number that is told: gradients are measured in single precision, which knows no greater one."""


@dataclass
class History(Recorded):
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

    @property
    def step(self) -> int:
        """How many steps are recorded."""
        return max((record["step"] for record in self.records), default=0)

    @property
    def kept(self) -> dict[str, int]:
        """For each task the step whose parameters the run kept; empty as long as it has not come to its end."""
        record = self.last("kept")
        return dict(zip(self.tasks, record["steps"], strict=True)) if record else {}

    def metrics(self) -> dict[str, dict[str, float]]:
        """For each task that has several metrics all of them on test, by key; empty before its end."""
        record = self.last("metered")
        return record["values"] if record else {}

    def scores(self, split: str, step: int | None = None) -> dict[str, float]:
        """For each task its score on a split: of what the run kept; of its newest look while it has not kept anything yet.

        step: as it stood after so many steps, if given. Empty where nothing is recorded.
        """
        if step is None and split == "validation" and (kept := self.kept):
            return {task: self.scores(split, at)[task] for task, at in kept.items()}
        for record in reversed(self.of_kind("scored")):
            if record["split"] == split and (step is None or record["step"] <= step):
                return dict(zip(self.tasks, record["scores"], strict=True))
        return {}


class Stored(Protocol):
    """What a store knows of a run beside its records; `run` raises Invalid where its experiment is refused."""

    @property
    def run(self) -> Run: ...
    @property
    def status(self) -> str: ...
    @property
    def id(self) -> int: ...
    @property
    def message(self) -> str: ...


def histories_of(runs: Iterable[tuple[Stored, list[Record]]]) -> list[History]:
    """Histories of runs; a run whose experiment this program does not accept is left out."""
    histories = []
    for entry, records in runs:
        try:
            histories.append(History(entry.run, entry.status, records, entry.id, entry.message))
        except Invalid:
            continue
    return histories


def curves(histories: Iterable[History]) -> pd.DataFrame:
    """One row a run, recorded step and task: seed, step, task, loss, weight, norm, share.

    share is the task's part of the update on shared parameters, w_i n_i / Σ_j |w_j| n_j, between −1 and 1; empty where no
    gradients were measured.
    """
    columns: dict[str, list[Any]] = {name: [] for name in ("seed", "step", "task", "loss", "weight", "norm", "share")}
    for history in histories:
        for record in history.of_kind("measured"):
            count = len(history.tasks)
            lengths: Sequence[float | None] = record["norms"] or [None] * count
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


def conflict(histories: Iterable[History]) -> pd.DataFrame:
    """One row a run and recorded step at which gradients were measured: seed, step, conflict, condition.

    conflict: the share of pairs of tasks with a cosine below zero, between 0 and 1, over all recorded steps so far.
    condition: the condition number of the Gramian, see `conditions`.
    """
    frames = []
    for history in histories:
        records = [record for record in history.of_kind("measured") if record["cosines"] is not None]
        if not records or len(history.tasks) < 2:
            continue
        cosines = np.array([record["cosines"] for record in records], float)
        first, second = np.triu_indices(len(history.tasks), 1)
        opposed = (cosines[:, first, second] < 0).mean(1)
        columns = {
            "seed": history.run.seed,
            "step": [record["step"] for record in records],
            "conflict": opposed.cumsum() / np.arange(1, len(records) + 1),
            "condition": conditions(np.array([record["norms"] for record in records], float), cosines),
        }
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=["seed", "step", "conflict", "condition"])


def conditions(norms: np.ndarray, cosines: np.ndarray) -> np.ndarray:
    """[N] condition numbers λ_max / λ_min of Gramians with these lengths [N, T] and cosines [N, T, T].

    Between 1, for gradients at right angles and equally long, and `WORST`. Tasks without a gradient are left out; NaN where
    less than two are left.
    """
    there = np.isfinite(norms) & (norms > 0)
    # Relative to the longest one, so that very short gradients do not vanish when lengths are multiplied.
    lengths = np.where(there, norms, 0.0)
    lengths = lengths / np.where(there.any(1), lengths.max(1), 1.0)[:, None]
    gramians = lengths[:, :, None] * np.nan_to_num(cosines) * lengths[:, None, :]
    # In the place of a task without a gradient stands the longest one's square, which lies between both ends anyway.
    place = np.arange(norms.shape[1])
    gramians[:, place, place] = np.where(there, lengths**2, 1.0)
    values = np.linalg.eigvalsh(gramians)
    found = values[:, -1] / np.maximum(values[:, 0], values[:, -1] / WORST)
    return np.where(there.sum(1) < 2, np.nan, found)


def kept_steps(histories: Iterable[History]) -> dict[str, list[int]]:
    """For each task the steps that runs of one experiment kept, one a run that came to its end, in their order."""
    found: dict[str, list[int]] = {}
    for history in histories:
        for task, step in history.kept.items():
            found.setdefault(task, []).append(step)
    return found


def learned(histories: Iterable[History], name: str) -> tuple[np.ndarray, np.ndarray]:
    """What a strategy learned, by name: steps [N], and values [R, N, …] of R runs, at the steps that all of them have.

    This is the course of the training; what the runs kept of it in the end says `kept_values`.

    Both are empty where no run has it; a run that has none of it, as it just began, is left out.
    """
    found = []
    for history in histories:
        records = [one for one in history.of_kind("learned") if name in one["values"] and not one.get("kept")]
        if records:
            found.append({record["step"]: record["values"][name] for record in records})
    steps = sorted(set(found[0]).intersection(*found)) if found else []
    return np.array(steps, int), np.array([[one[step] for step in steps] for one in found], float)


def kept_values(histories: Iterable[History], name: str) -> np.ndarray:
    """What a strategy learned, by name, in what its runs kept, or as it is while they have kept nothing: [R, …] of R runs.

    Empty where no run has it.
    """
    newest = [[one for one in history.of_kind("learned") if name in one["values"]][-1:] for history in histories]
    return np.array([record["values"][name] for records in newest for record in records], float)


def mean(values: np.ndarray) -> np.ndarray:
    """The mean over the first axis of what is a number; NaN where nothing is."""
    there = np.isfinite(values)
    count = there.sum(0)
    return np.where(count > 0, np.where(there, values, 0.0).sum(0) / np.maximum(count, 1), np.nan)


def costs(histories: Iterable[History]) -> pd.DataFrame:
    """One row a finished run: seed, passes (backward passes a step), milliseconds (a step), fleet (runs trained together)."""
    rows = [
        (history.run.seed, record["passes"], 1000 * record["seconds"] / max(1, record["step"]), record["fleet"])
        for history in histories
        if (record := history.last("finished")) is not None
    ]
    return pd.DataFrame(rows, columns=["seed", "passes", "milliseconds", "fleet"])


def scores(histories: Iterable[History]) -> pd.DataFrame:
    """One row a run, scored step, split and task: seed, step, split, task, score, loss."""
    rows = [
        (history.run.seed, record["step"], record["split"], task, score, loss)
        for history in histories
        for record in history.of_kind("scored")
        for task, score, loss in zip(history.tasks, record["scores"], record["losses"], strict=True)
    ]
    return pd.DataFrame(rows, columns=["seed", "step", "split", "task", "score", "loss"])
