"""Metrics that a person chose are computed by an exported script as the program computes them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from playground import catalog, metrics
from playground.export.code.script import _metrics
from playground.export.code.templates import Piece, render
from playground.suites.base import Task

CASES = [(kind, key) for kind, keys in metrics.OFFERED.items() for key in keys[1:]]


class Asked:
    """As much of an experiment as asks for one metric."""

    def __init__(self, task: Task):
        self.the_tasks = (task,)


@pytest.mark.parametrize(("kind", "key"), CASES)
def test_a_chosen_metric_is_the_program_s(kind: str, key: str) -> None:
    rng = np.random.default_rng(sum(map(ord, kind + key)))
    classes = {"regression": (), "binary": ("a", "b")}.get(kind, ("a", "b", "c", "d"))
    task = Task("one", "One", kind, classes=classes, metric=key, natural=kind == "regression")
    entry: Any = catalog.kinds()[kind]
    own: Piece = render(entry, "numpy", {"chosen": [kind]})
    found = _metrics(Asked(task), {kind: own})  # type: ignore[arg-type]
    output = rng.normal(size=(40, entry().width(task))).astype(np.float32)
    target = rng.normal(size=40).astype(np.float32) if kind == "regression" else rng.integers(0, len(classes), 40)
    told: dict[str, Any] = {"np": np, "predicted": [output], "true": [target], "DEVIATIONS": [3.0]}
    exec("\n\n".join([*found["imports"], own.text, *found["metrics_code"]]), told)
    shown = entry().show(torch.from_numpy(output)[None])[0].numpy()
    scale = 3.0 if kind == "regression" else 1.0
    wanted = metrics.value(key, scale * shown, scale * target if kind == "regression" else target)
    lines = "\n".join(line for line, _topics in found["metrics"])
    exec(lines, told)
    assert told["scores"][0] == pytest.approx(wanted, rel=1e-5)
