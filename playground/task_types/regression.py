"""One or several numbers."""

from __future__ import annotations

from torch import Tensor

from playground.basics.words import N_
from playground.suites.base import Task
from playground.task_types.base import Kind, mean_over


class Regression(Kind):
    """One output per number, squared error, root mean squared error in the unit of the target."""

    key = "regression"
    family = "regression"
    loss_name = N_("squared error")
    loss_unit = "unit²"
    metric = N_("root mean squared error")
    higher_is_better = False

    def width(self, task: Task) -> int:
        return task.outputs

    def loss(self, output: Tensor, target: Tensor) -> Tensor:
        """output [R, B, K], target [R, B] (K = 1) or [R, B, K] to [R, B], the mean over the K numbers."""
        return (output - target.view(output.shape)).square().mean(-1)

    def score(self, output: Tensor, target: Tensor, known: Tensor) -> Tensor:
        """[R] root of the mean squared error, in the unit of the target."""
        return mean_over(self.loss(output, target), known).sqrt()

    def show(self, output: Tensor) -> Tensor:
        """[R, N, K] the numbers themselves."""
        return output.detach()
