"""One tag for each position of a sequence, by which spans are named: BIO (Ramshaw & Marcus 1995)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from playground.backbones.layers import Linear
from playground.basics.random_streams import Streams
from playground.basics.words import N_
from playground.suites.base import Task
from playground.task_types.base import Kind
from playground.task_types.sequences import mean_cross_entropy

UNTAGGED = -1
"""The target where there is no word."""


class Tags(Kind):
    """One output per tag at every position, cross-entropy, F1 of whole spans.

    Tag 0 is outside of every span; of span type k = 1, 2, … tag 2k − 1 begins a span and tag 2k goes on with it.
    """

    key = "tags"
    family = "classification"
    loss_name = N_("cross-entropy per word")
    loss_unit = "nats"
    metric = N_("F1 of entities")
    metric_unit = "%"
    higher_is_better = True

    def head(self, features: tuple[int, ...], task: Task, streams: Streams) -> nn.Module:
        """[R, B, S, D] to [R, B, S, C]."""
        return Linear(features[-1], self.width(task), streams)

    def width(self, task: Task) -> int:
        return len(task.classes)

    def loss(self, output: Tensor, target: Tensor) -> Tensor:
        """output [R, B, S, C], target [R, B, S] int64, −1 where there is no word, to [R, B] nats, the mean over words."""
        return mean_cross_entropy(output, target, UNTAGGED)

    def reduce(self, output: Tensor) -> Tensor:
        """[R, N, S] the likeliest tags."""
        return output.argmax(-1)

    def score(self, output: Tensor, target: Tensor, known: Tensor) -> Tensor:
        """[R] F1 in percent: 2 · right / (said + true) spans, right where type, first and last word are; 0 without spans."""
        here = (target != UNTAGGED) & known.unsqueeze(-1)
        said_type, said_end = spans(output.where(here, 0))
        true_type, true_end = spans(target.where(here, 0))
        right = (said_type > 0) & (said_type == true_type) & (said_end == true_end)
        count = (said_type > 0).sum((1, 2)) + (true_type > 0).sum((1, 2))
        return 200 * right.sum((1, 2)) / count.clamp(min=1)

    def show(self, output: Tensor) -> Tensor:
        """[R, N, S] the likeliest tags."""
        return output.detach().argmax(-1)


def spans(tags: Tensor) -> tuple[Tensor, Tensor]:
    """For each position of tags [..., S] the type of the span that begins there, 0 for none, and the span's last position.

    A tag that goes on with a span of another type, or of none, begins one, as in the scorer of CoNLL 2000.
    """
    kinds, before = (tags + 1) // 2, torch.zeros_like(tags)
    before[..., 1:] = kinds[..., :-1]
    begins = (kinds > 0) & ((tags % 2 == 1) | (kinds != before))
    # A span ends before a position that begins one or lies outside; the nearest such position to the right is looked up.
    length = tags.shape[-1]
    at = torch.arange(length, device=tags.device)
    breaks = torch.where(begins | (kinds == 0), at, length)
    following = torch.full_like(breaks, length)
    following[..., :-1] = breaks.flip(-1).cummin(-1).values.flip(-1)[..., 1:]
    return kinds.where(begins, 0), following - 1
