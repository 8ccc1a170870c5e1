"""Made-up frames with the columns of `playground.runs.history`, for the gallery and the tests of figures."""

from __future__ import annotations

import numpy as np
import pandas as pd

from playground.figures.style import look_of
from playground.tasks.base import Task

TASKS = (
    Task("digit", "Which digit", "classes", tuple("0123456789")),
    Task("parity", "Odd or even", "binary", ("even", "odd")),
    Task("ink", "How much ink", "regression"),
)
LOOK = look_of(TASKS)
METRICS = {"digit": "Accuracy (%)", "parity": "Accuracy (%)", "ink": "Root mean squared error"}
BASELINE = {"digit": 93.0, "parity": 95.5, "ink": 0.31}


def curve_frame(seeds: int = 3, steps: int = 500, every: int = 2, seed: int = 0) -> pd.DataFrame:
    """Columns seed, step, task, loss, weight, norm, share."""
    rng, rows = np.random.default_rng(seed), []
    for run in range(seeds):
        for step in range(1, steps + 1, every):
            raw = rng.dirichlet([8, 5, 3])
            for place, task in enumerate(TASKS):
                loss = (2.3 - 0.6 * place) * np.exp(-step / (90 + 60 * place)) * np.exp(0.2 * rng.normal()) + 0.05 * (1 + run)
                weight = 1 + (place - 1) * (1 - np.exp(-step / 150)) * 0.6 + 0.03 * rng.normal()
                rows.append((run, step, task.name, loss, weight, 1 / (1 + place) + 0.1 * rng.random(), raw[place]))
    return pd.DataFrame(rows, columns=["seed", "step", "task", "loss", "weight", "norm", "share"])


def cosine_frame(seeds: int = 3, steps: int = 500, tasks: int = 3) -> pd.DataFrame:
    """Columns seed, step, first, second, cosine."""
    rng, names = np.random.default_rng(1), [task.name for task in TASKS][:tasks]
    rows = [
        (run, step, names[i], names[j], float(np.clip(0.5 * np.cos(step / 90 + i + 2 * j) + 0.25 * rng.normal(), -1, 1)))
        for run in range(seeds)
        for step in range(1, steps + 1, 4)
        for i in range(len(names))
        for j in range(i + 1, len(names))
    ]
    return pd.DataFrame(rows, columns=["seed", "step", "first", "second", "cosine"])


def score_frame(seeds: int = 3, steps: int = 500) -> pd.DataFrame:
    """Columns seed, step, split, task, score, loss."""
    rng, rows = np.random.default_rng(2), []
    for run in range(seeds):
        for step in range(25, steps + 1, 25):
            for place, task in enumerate(TASKS):
                good = 1 - np.exp(-step / 80)
                score = 0.8 - 0.5 * good if task.kind == "regression" else 40 + (52 + 3 * place) * good
                rows.append((run, step, "validation", task.name, score * (1 + 0.01 * rng.normal()), 1 - good))
    return pd.DataFrame(rows, columns=["seed", "step", "split", "task", "score", "loss"])


def gain_frame(seeds: int = 5) -> pd.DataFrame:
    """Columns task, seed, gain in percent."""
    rng = np.random.default_rng(3)
    rows = [
        (task.name, run, mean + 0.8 * rng.normal())
        for task, mean in zip(TASKS, (-0.9, 3.1, 6.0), strict=True)
        for run in range(seeds)
    ]
    return pd.DataFrame(rows, columns=["task", "seed", "gain"])
