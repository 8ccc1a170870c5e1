"""Networks that are trained again to be asked: the same seeds give the same numbers, so no weights have to be kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch

from playground.experiment import Experiment, Run
from playground.suites.base import Task
from playground.training.fleet.threads import use_one_thread
from playground.training.loop import Training
from playground.training.observing import chosen
from playground.training.observing.events import Failed, Stepped

Progress = Callable[[int, int], None]
CHUNK = 4096
"""Rows that are asked at once."""


class Trained:
    """R networks of one experiment, one a seed, as they stood at the step that counts.

    failed: seeds whose training broke down; what they say is no number.
    """

    def __init__(self, experiment: Experiment, seeds: Sequence[int], progress: Progress | None = None):
        use_one_thread()
        self.seeds, self.failed = list(seeds), list[int]()
        self.training = Training([Run(experiment, seed) for seed in seeds])
        for event in self.training.events():
            if isinstance(event, Failed):
                self.failed.append(self.seeds[event.run])
            elif isinstance(event, Stepped) and progress is not None:
                progress(event.step, event.steps)

    @property
    def tasks(self) -> tuple[Task, ...]:
        """What they learned, in order."""
        return self.training.network.tasks

    @torch.no_grad()
    def say(self, inputs: np.ndarray) -> dict[str, np.ndarray]:
        """For each task what R networks say of inputs [R, N, F]: [R, N] numbers in the target's unit, or [R, N, C] chances."""
        network, data = self.training.network, self.training.data
        pieces = []
        for start in range(0, max(1, inputs.shape[1]), CHUNK):
            shown = network.shown(torch.from_numpy(inputs[:, start : start + CHUNK]).to(self.training.device))
            pieces.append([chosen.natural(one, None, data, number)[0].cpu().numpy() for number, one in enumerate(shown)])
        whole = {
            task.name: np.concatenate(parts, axis=1) for task, parts in zip(self.tasks, zip(*pieces, strict=True), strict=True)
        }
        return {name: found[..., 0] if found.shape[-1] == 1 else found for name, found in whole.items()}
