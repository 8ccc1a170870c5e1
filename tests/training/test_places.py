"""What belongs to a task goes by its place in its suite: other names, and a choice of fewer tasks, change no number of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from playground import catalog
from playground.experiment import Experiment, Run
from playground.training.loop import Training
from playground.training.observing.events import Measured, Scored
from playground.uploads import brought
from playground.uploads.kept import storage
from playground.uploads.reading.reader import read_bytes
from tests.experiments import small, suited

RENAMED = {"size": "width of it", "colour": "shared", "price": "zzz", "large": "a", "grade": "head"}


def frame(rows: int = 200) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    size = rng.normal(size=rows).round(4)
    return pd.DataFrame(
        {
            "size": size,
            "colour": rng.choice(["red", "green", "blue"], rows),
            "price": (3 * size + rng.normal(size=rows)).round(4),
            "large": np.where(size > 0, "yes", "no"),
            "grade": np.where(rng.random(rows) < 0.3, "", rng.choice(["a", "b", "c"], rows)),
        }
    )


def told(table: pd.DataFrame, targets: list[str], strategy: str) -> list[Any]:
    """What a training on a table tells, with few labels of the first target and the last."""
    lent = storage.lend(
        brought.told(read_bytes(table.to_csv(index=False).encode(), "a.csv"), brought.Told(",".join(targets)))[0].table
    )
    plain = Experiment.from_flat({"suite": "table", "suite.table": lent})
    labels = {f"labels.{plain.tasks[0]}": 20, f"labels.{plain.tasks[2]}": 30}
    experiment = plain.set(sharing=strategy, steps=20, batch=8, **{"backbone.width": 8, "backbone.depth": 2}, **labels)
    events = Training([Run(experiment, seed) for seed in range(2)], device="cpu").events()
    return [event for event in events if isinstance(event, (Measured, Scored))]


@pytest.mark.parametrize("strategy", ["separate", "hard", "ple", "lora", "mtan", "dselect_k"])
def test_the_headers_of_a_table_change_no_number(strategy: str) -> None:
    targets = ["price", "large", "grade"]
    one = told(frame(), targets, strategy)
    other = told(frame().rename(columns=RENAMED), [RENAMED[name] for name in targets], strategy)
    assert len(one) > 20
    assert one == other


@pytest.mark.parametrize("strategy", sorted(catalog.strategies()))
def test_the_first_weights_of_a_task_do_not_depend_on_the_others(strategy: str) -> None:
    """But for what has a place for each task: coefficients between tasks, and the common gate over all experts."""
    every = suited(strategy)
    rest = every.tasks[1:]
    several, fewer = (Training([Run(one, 3)], device="cpu").network for one in (every, every.set(tasks=",".join(rest))))
    for one, other in zip(several.heads[1:], fewer.heads, strict=True):
        for mine, theirs in zip(one.parameters(), other.parameters(), strict=True):
            assert torch.equal(mine, theirs)
    known = list(several.trunk.parameters())
    for name, parameter in fewer.trunk.named_parameters():
        if "mix" in name or "common_gate" in name:
            continue
        if name.startswith("answers"):
            columns = parameter.shape[-1]
            assert torch.equal(several.trunk.get_parameter(name)[..., -columns:], parameter)
        else:
            assert any(one.shape == parameter.shape and torch.equal(one, parameter) for one in known), name


@pytest.mark.parametrize("labels", [{}, {"labels__parity": 60}])
def test_a_task_learns_the_same_alone_and_beside_others_that_share_nothing_with_it(labels: dict[str, int]) -> None:
    """First weights, labels, rows and so every step; without limits on labels all tasks share their rows."""
    three = small(sharing="separate", **labels)
    one = three.set(tasks="parity", **{name.replace("__", "."): count for name, count in labels.items()})
    losses = []
    for experiment in (three, one):
        events = Training([Run(experiment, 0), Run(experiment, 1)], device="cpu").events()
        place = experiment.tasks.index("parity")
        losses.append([[row[place] for row in event.losses] for event in events if isinstance(event, Measured)])
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-4, atol=1e-5)
