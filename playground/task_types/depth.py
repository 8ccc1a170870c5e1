"""A distance for every pixel."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from playground.basics.random_streams import Streams
from playground.basics.words import N_
from playground.suites.base import Task
from playground.task_types.base import Kind, mean_over
from playground.task_types.grids import GridAnswer


class Depth(Kind):
    """One number per pixel, mean absolute error in the unit of the target.

    `task.settings` says how large the pictures are, height and width in pixels, and which distance is usual: "middle".
    """

    key = "depth"
    family = "regression"
    loss_name = N_("absolute error")
    loss_unit = "unit"
    metric = N_("mean absolute error")
    higher_is_better = False

    def head(self, features: tuple[int, ...], task: Task, streams: Streams) -> nn.Module:
        head = GridAnswer(features, 1, (task.settings["height"], task.settings["width"]), streams)
        head.begin(task.settings["middle"])
        return head

    def width(self, task: Task) -> int:
        return 1

    def loss(self, output: Tensor, target: Tensor) -> Tensor:
        """output [R, B, 1, height, width], target [R, B, height, width] to [R, B], the mean over pixels."""
        return (output[:, :, 0] - target).abs().mean((2, 3))

    def reduce(self, output: Tensor) -> Tensor:
        """[R, B, height, width] the distances, with half the digits: as many as the metric needs."""
        return output[:, :, 0].half()

    def score(self, output: Tensor, target: Tensor, known: Tensor) -> Tensor:
        """[R] mean absolute error over all pixels; output [R, N, height, width] as `reduce` gives it."""
        return mean_over((output.to(target.dtype) - target).abs().mean((2, 3)), known)

    def show(self, output: Tensor) -> Tensor:
        """[R, N, height / 2, width / 2] the distances, averaged over 2 × 2 pixels, to two places after the point."""
        return functional.avg_pool2d(output.detach()[:, :, 0], 2).round(decimals=2)
