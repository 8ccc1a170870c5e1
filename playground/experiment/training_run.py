"""A run: one training."""

from __future__ import annotations

from dataclasses import dataclass

from playground.experiment.experiment import Experiment


@dataclass(frozen=True)
class Run:
    """An experiment with a seed: one training."""

    experiment: Experiment
    seed: int

    @property
    def key(self) -> str:
        """Its content key: equal for runs that train the same thing."""
        return self.experiment.key(self.seed)
