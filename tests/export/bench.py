"""Runs an exported script and the program's own run beside it."""

from __future__ import annotations

import contextlib
import io
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from playground.experiment import Experiment, Run
from playground.export.code.bundle import files
from playground.export.code.choice import Export
from playground.training.loop import Training
from playground.training.observing.events import Measured, Scored

CLOSE = 1e-4
"""Losses of script and run may differ by this much, or by this part where they are larger than 1."""


def written(folder: Path, experiment: Experiment, **more: Any) -> Path:
    """The files of an export in a folder; the script's path."""
    for name, content in files(Export(experiment, **more).check()).items():
        (folder / name).write_bytes(content)
    return folder / "train.py"


def run_script(path: Path) -> tuple[list[list[float]], dict[str, float]]:
    """Losses of every step, and scores on test, of a script that is run in this process, as torch takes seconds to load."""
    with contextlib.redirect_stdout(io.StringIO()):
        told = runpy.run_path(str(path), run_name="exported")
        _model, scores, history = told["train"]()
    return history, scores


def run_here(experiment: Experiment, seed: int = 0) -> tuple[list[list[float]], dict[str, float]]:
    """The same of the program's own run."""
    training = Training([Run(experiment, seed)], device="cpu")
    training.record_all = True
    losses, scores = [], {}
    for event in training.events():
        if isinstance(event, Measured):
            losses.append(event.losses[0])
        elif isinstance(event, Scored) and event.split == "test":
            scores = dict(zip(experiment.tasks, event.scores[0], strict=True))
    return losses, scores


def agree(path: Path, experiment: Experiment, seed: int = 0, close: float = CLOSE) -> None:
    """Asserts that script and run have the same losses step for step, and the same scores on test."""
    ours, scores = run_here(experiment, seed)
    theirs, tested = run_script(path)
    assert len(ours) == len(theirs)
    seen = ~np.isnan(np.array(ours))
    np.testing.assert_allclose(np.array(theirs)[seen], np.array(ours)[seen], rtol=close, atol=close)
    assert tested.keys() == scores.keys()
    for task in experiment.the_tasks:
        # One of the 8,000 boxes that are named on test may be ranked otherwise by rounding.
        fine = 2e-2 if task.kind == "boxes" else 1e-3
        np.testing.assert_allclose(tested[task.name], scores[task.name], rtol=1e-3, atol=fine, err_msg=task.name)


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """As a run is trained."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
