"""A fleet in training, as it is seen by whoever looks at it between two steps and changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from torch import Tensor

from playground.experiment import Experiment, Run
from playground.training.fleet.batches import Batch, FleetData
from playground.training.fleet.gradients import Reach
from playground.training.fleet.network import Network


class FleetState(Protocol):
    """R runs of one shape with T tasks.

    step: steps taken. rates: [R] learning rates. batch: what was learned from last; None before the first step.
    alive: [R] runs whose numbers are finite.
    whole: which parameters each task reaches; reach: of those that learn at present.
    """

    experiment: Experiment
    runs: list[Run]
    device: str
    step: int
    data: FleetData
    network: Network
    whole: Reach
    reach: Reach
    rates: Tensor
    batch: Batch | None
    alive: Tensor

    @property
    def probes(self) -> Sequence[Diagnostic]:
        """What else is measured whenever it is looked at what the strategy learned."""

    def losses_now(self, batch: Batch) -> Tensor:
        """[R, T] losses of a batch with the present parameters."""

    def twin(self) -> FleetState:
        """The same runs on the same data in the same batches, from other first weights."""

    def advance(self, steps: int) -> None:
        """Take so many steps and tell nothing."""


Diagnostic = Callable[[FleetState], dict[str, Tensor]]
"""Looks at a fleet between two steps and gives numbers by name, each [R, …]; it leaves everything as it was."""
