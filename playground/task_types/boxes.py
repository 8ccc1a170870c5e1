"""Where objects are and what they are: detection, without anchors, in the manner of CenterNet (Zhou et al. 2019).

For every place of a grid and every class a head says how sure it is that the middle of such an object is there, and for
every place how far the four sides of that object are away. Boxes are left, top, right, bottom as parts of the picture's
sides, so that no picture's size stands in the formulas.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from playground.basics.random_streams import Streams
from playground.basics.words import N_
from playground.suites.base import Task
from playground.task_types.base import Kind
from playground.task_types.grids import GridAnswer

MAX_OBJECTS = 8
"""Objects that are named in one picture, at most: the surest ones."""

SHOWN = 0.3
"""How sure a head has to be of an object that a picture shows."""

OVERLAP = 0.5
"""Intersection over union from which on a box counts as found."""

SIDES = 4


class Boxes(Kind):
    """A heat map per class and four distances for each place of a grid of half the picture's sides.

    Loss: focal loss of the heat maps (Zhou et al., "Objects as points", 2019), whose truth is a bell around every middle, and
    1 − intersection over union (Yu et al. 2016) at the nine places around it. Metric: average precision at an overlap of one
    half, mean over classes (Everingham et al. 2015; all points of the curve, as COCO matches boxes).

    `task.settings` says how large the pictures are: height and width in pixels. Targets are [N, M, 5] float32: class, left,
    top, right, bottom; class -1 where there is no object.
    """

    key = "boxes"
    family = "classification"
    loss_name = N_("focal loss and missing overlap")
    loss_unit = "nats"
    metric = N_("average precision")
    metric_unit = "%"
    higher_is_better = True

    def head(self, features: tuple[int, ...], task: Task, streams: Streams) -> nn.Module:
        grid = (task.settings["height"] // 2, task.settings["width"] // 2)
        head = GridAnswer(features, self.width(task), grid, streams)
        # Middles are rare: a head that begins with the right rate does not have to unlearn the rest first.
        head.begin(*[-3.0] * len(task.classes), *[0.0] * SIDES)
        return head

    def width(self, task: Task) -> int:
        return len(task.classes) + SIDES

    def loss(self, output: Tensor, target: Tensor) -> Tensor:
        """output [R, B, C + 4, rows, columns], target [R, B, M, 5] to [R, B]."""
        heat, sides = output.split([output.shape[2] - SIDES, SIDES], dim=2)
        objects = (target[..., 0] >= 0).sum(-1).clamp(min=1)
        bell, near = truth(target, heat.shape[2], (heat.shape[3], heat.shape[4]))
        return (focal(heat, bell).sum((2, 3, 4)) + missing(sides, target, near).sum((2, 3, 4))) / objects

    def reduce(self, output: Tensor) -> Tensor:
        """[R, B, MAX_OBJECTS, 6] the objects that are named, the surest first: class, left, top, right, bottom, how sure."""
        heat, sides = output.split([output.shape[2] - SIDES, SIDES], dim=2)
        sure = heat.sigmoid()
        # Of neighbouring places only the surest one names an object.
        peaks = functional.max_pool2d(sure.flatten(0, 1), 3, stride=1, padding=1).unflatten(0, sure.shape[:2])
        best, where = torch.where(sure == peaks, sure, 0.0).flatten(2).topk(MAX_OBJECTS, dim=-1)
        places = heat.shape[3] * heat.shape[4]
        found = spanned(sides).flatten(3).gather(3, (where % places)[:, :, None].expand(-1, -1, SIDES, -1))
        return torch.cat([(where // places)[..., None], found.transpose(2, 3), best[..., None]], dim=-1)

    def score(self, output: Tensor, target: Tensor, known: Tensor) -> Tensor:
        """[R] average precision at an overlap of one half, mean over the classes that stand in the pictures, in percent.

        output [R, N, MAX_OBJECTS, 6] as `reduce` gives it, target [R, N, M, 5].
        """
        return torch.stack([average_precision(*run) for run in zip(output, target, known, strict=True)])

    def show(self, output: Tensor) -> Tensor:
        """[R, N, MAX_OBJECTS, 6] the objects that are named; nothing but -1 for those that the head is not sure enough of."""
        named = self.reduce(output.detach())
        return torch.where(named[..., 5:] >= SHOWN, named, -1.0)


def truth(target: Tensor, classes: int, grid: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """What heat maps should be [R, B, C, rows, columns], and which places answer for which object [R, B, M, rows, columns].

    A bell has its top, 1, at the place in which the middle of an object lies, and a sixth of the object as its deviation.
    """
    rows, columns = grid
    label, left, top, right, bottom = target.unbind(-1)
    there = (label >= 0)[..., None, None]
    # How many places each place is away from that in which the middle lies.
    across = torch.arange(columns, device=target.device) - ((left + right) / 2 * columns).floor()[..., None]
    down = torch.arange(rows, device=target.device) - ((top + bottom) / 2 * rows).floor()[..., None]
    wide, high = (
        ((end - start) * count / 6).clamp(min=0.5)[..., None]
        for start, end, count in ((left, right, columns), (top, bottom, rows))
    )
    bell = torch.exp(-((across / wide) ** 2)[..., None, :] / 2 - ((down / high) ** 2)[..., None] / 2) * there
    own = functional.one_hot(label.long().clamp(min=0), classes).to(bell.dtype)
    near = (across.abs() <= 1)[..., None, :] & (down.abs() <= 1)[..., None] & there
    return (bell[:, :, :, None] * own[..., None, None]).amax(2), near


def focal(heat: Tensor, bell: Tensor) -> Tensor:
    """Nats of each place: −(1 − p)² log p on top of a bell, −(1 − bell)⁴ p² log(1 − p) elsewhere, p the sigmoid of `heat`."""
    p = heat.sigmoid()
    top = (1 - p) ** 2 * -functional.logsigmoid(heat)
    elsewhere = (1 - bell) ** 4 * p**2 * -functional.logsigmoid(-heat)
    return torch.where(bell == 1, top, elsewhere)


def spanned(sides: Tensor) -> Tensor:
    """[R, B, 4, rows, columns] boxes of what a head says at each place: the sides are e to the number away, in places."""
    rows, columns = sides.shape[3:]
    x = (torch.arange(columns, device=sides.device) + 0.5)[None, :]
    y = (torch.arange(rows, device=sides.device) + 0.5)[:, None]
    left, top, right, bottom = sides.clamp(max=5).exp().unbind(2)
    return torch.stack([(x - left) / columns, (y - top) / rows, (x + right) / columns, (y + bottom) / rows], dim=2)


def missing(sides: Tensor, target: Tensor, near: Tensor) -> Tensor:
    """[R, B, M, rows, columns] 1 − overlap of an object with the box that a place near its middle says, over their number."""
    said = spanned(sides)[:, :, None]
    true = target[..., 1:, None, None]
    gap = 1 - overlap(said.movedim(3, -1), true.movedim(3, -1))
    return torch.where(near, gap, 0.0) / near.sum((3, 4), keepdim=True).clamp(min=1)


def overlap(first: Tensor, second: Tensor) -> Tensor:
    """Intersection over union of boxes […, 4] (left, top, right, bottom)."""
    low, high = torch.maximum(first[..., :2], second[..., :2]), torch.minimum(first[..., 2:], second[..., 2:])
    both = (high - low).clamp(min=0).prod(-1)
    one, other = ((box[..., 2:] - box[..., :2]).clamp(min=0).prod(-1) for box in (first, second))
    return both / (one + other - both).clamp(min=1e-9)


def average_precision(named: Tensor, target: Tensor, known: Tensor) -> Tensor:
    """The metric of one run: named [N, MAX_OBJECTS, 6] the surest first, target [N, M, 5], known [N] bool; in percent."""
    named, target = named[known], target[known]
    right = matched(named, target)
    results = []
    for label in target[..., 0].unique():
        if label < 0:
            continue
        mine = named[..., 0] == label
        order = named[..., 5][mine].argsort(descending=True, stable=True)
        hits = right[mine][order].float().cumsum(0)
        precision = hits / torch.arange(1, len(hits) + 1, device=hits.device)
        # Of all precisions at this recall or a larger one the best counts.
        precision = precision.flip(0).cummax(0).values.flip(0)
        gained = right[mine][order].float() / (target[..., 0] == label).sum()
        results.append((precision * gained).sum())
    return 100 * torch.stack(results).mean() if results else torch.zeros((), device=known.device)


def matched(named: Tensor, target: Tensor) -> Tensor:
    """[N, MAX_OBJECTS] bool: which named objects are found ones. The surest takes the best object of its class that is left."""
    free = target[..., 0] >= 0
    right = torch.zeros_like(named[..., 0], dtype=torch.bool)
    for place in range(named.shape[1]):
        one = named[:, place, None]
        fits = torch.where(free & (one[..., 0] == target[..., 0]), overlap(one[..., 1:5], target[..., 1:]), 0.0)
        best, which = fits.max(1)
        right[:, place] = best >= OVERLAP
        free = free & ~(right[:, place, None] & functional.one_hot(which, target.shape[1]).bool())
    return right
