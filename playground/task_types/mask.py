"""A class for every pixel: semantic segmentation."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from playground.basics.random_streams import Streams
from playground.basics.words import N_
from playground.suites.base import Task
from playground.task_types.base import Kind
from playground.task_types.grids import GridAnswer

GROUND = 0.25
"""How much a pixel of the ground, the first class, counts beside one of an object: most pixels are ground."""


class Mask(Kind):
    """One output per pixel and class, cross-entropy, mean intersection over union.

    `task.settings` says how large the pictures are: height and width in pixels. Class 0 is the ground.

    Source of the metric: Everingham et al., "The Pascal Visual Object Classes challenge", IJCV 2015.
    """

    key = "mask"
    family = "classification"
    loss_name = N_("cross-entropy")
    loss_unit = "nats"
    metric = N_("mean intersection over union")
    metric_unit = "%"
    higher_is_better = True

    def head(self, features: tuple[int, ...], task: Task, streams: Streams) -> nn.Module:
        return GridAnswer(features, self.width(task), (task.settings["height"], task.settings["width"]), streams)

    def width(self, task: Task) -> int:
        return len(task.classes)

    def loss(self, output: Tensor, target: Tensor) -> Tensor:
        """output [R, B, C, height, width], target [R, B, height, width] whole numbers to [R, B] nats a pixel."""
        truth = target.long().flatten(0, 1)
        nats = functional.cross_entropy(output.flatten(0, 1), truth, reduction="none").unflatten(0, target.shape[:2])
        counts = torch.where(target == 0, GROUND, 1.0)
        return (counts * nats).sum((2, 3)) / counts.sum((2, 3))

    def reduce(self, output: Tensor) -> Tensor:
        """[R, B, height, width] int8: the class of every pixel."""
        return output.argmax(2).to(torch.int8)

    def score(self, output: Tensor, target: Tensor, known: Tensor) -> Tensor:
        """[R] pixels rightly said to be of a class, as a part of those that are or are said so: mean over classes, in percent.

        Pixels of all pictures are counted together. Classes that neither stand in the pictures nor are seen do not count.
        output [R, N, height, width] as `reduce` gives it.
        """
        return torch.stack([self._score(*run) for run in zip(output, target, known, strict=True)])

    def _score(self, said: Tensor, truth: Tensor, known: Tensor) -> Tensor:
        """The metric of one run."""
        said, truth = said[known].flatten().long(), truth[known].flatten().long()
        if not len(truth):
            return torch.zeros((), device=known.device)
        classes = 1 + int(torch.maximum(said.max(), truth.max()))
        table = torch.bincount(classes * truth + said, minlength=classes**2).view(classes, classes).float()
        both, either = table.diagonal(), table.sum(0) + table.sum(1) - table.diagonal()
        return 100 * (both / either)[either > 0].mean()

    def show(self, output: Tensor) -> Tensor:
        """[R, N, height, width] the class of every pixel, as a whole number."""
        return self.reduce(output.detach())
