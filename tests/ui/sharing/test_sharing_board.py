"""What is said of strategies side by side."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from playground.statistics.differences import paired
from playground.ui.sharing.results import _best


def bench(gains: dict[str, tuple[float, float]]) -> Any:
    """Two strategies with a mean gain for each task, five seeds."""
    differences = {
        (number, 0.0, task): paired({seed: mean + 0.1 * (seed - 2) * (1 - 2 * number) for seed in range(5)})
        for task, means in gains.items()
        for number, mean in enumerate(means)
    }
    experiment = SimpleNamespace(the_suite=SimpleNamespace(resampling=0.0))
    study = SimpleNamespace(experiment=experiment)
    return SimpleNamespace(differences=differences, names=["Hard", "Soft"], look=SimpleNamespace(title=str), study=study)


def test_of_many_tasks_they_are_counted() -> None:
    told = {"a": (9.0, 1.0), "b": (9.0, 1.0), "c": (1.0, 9.0), "d": (-9.0, -4.0), "e": (-4.0, -9.0), "f": (3.0, 3.0)}
    said = _best(bench(told))
    assert said == "Of 6 tasks 2 gain most under Hard, 1 gains most under Soft, 2 do best alone, for 1 it cannot be told."


def test_of_few_tasks_each_is_named() -> None:
    said = _best(bench({"digit": (9.0, 1.0), "parity": (-9.0, -4.0)}))
    assert "gains most under Hard" in said
    assert "does best alone; nearest comes Soft" in said
