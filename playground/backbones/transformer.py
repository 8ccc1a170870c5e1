"""The encoder of a transformer: every position of a sequence looks at every other one."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from playground.backbones.attention import Embedding, EncoderLayer
from playground.backbones.base import Backbone
from playground.backbones.layers import Linear
from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.random_streams import Streams
from playground.basics.words import N_, _
from playground.suites.base import Suite


class Rows(nn.Module):
    """R times pictures [R, B, C, height, width] as sequences of their rows: [R, B, height, D], with learned positions."""

    def __init__(self, inputs: tuple[int, ...], width: int, streams: Streams):
        super().__init__()
        channels, height, across = inputs
        self.linear = Linear(channels * across, width, streams.at("linear"))
        self.positions = nn.Parameter(torch.from_numpy(streams.at("positions").normal(1, height, width)))

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x.transpose(2, 3).flatten(3)) + self.positions


class Numbers(nn.Module):
    """R times numbers [R, B, …] as sequences with one position each: [R, B, F, D].

    Number f becomes x_f w_f + b_f, with vectors w_f and b_f of its own (Gorishniy et al., NeurIPS 2021).
    """

    def __init__(self, count: int, width: int, streams: Streams):
        super().__init__()
        self.scale = nn.Parameter(torch.from_numpy(streams.at("scale").normal(1, count, width)))
        self.shift = nn.Parameter(torch.from_numpy(streams.at("shift").normal(1, count, width)))

    def forward(self, x: Tensor) -> Tensor:
        return torch.addcmul(self.shift, x.flatten(2).unsqueeze(-1), self.scale)


@dataclass(frozen=True)
class Transformer(Backbone):
    """An embedding and `depth` encoder layers of `width` features. Words, rows of a picture or numbers are its positions.

    vocabulary: how many tokens there are; 0 where the inputs are no tokens.
    """

    key = "transformer"
    takes = ("tokens", "pictures", "numbers")
    card = Card(
        title=N_("Transformer"),
        idea=N_("Every position of a sequence gathers what it needs from all the others, layer by layer."),
        formula=r"h \leftarrow h + \operatorname{softmax}\!\big(\tfrac{QK^\top}{\sqrt d} + B\big) V, \quad "
        r"h \leftarrow h + W_2 \max(0, W_1 h)",
        paper="Vaswani et al., NeurIPS 2017",
        link="https://papers.nips.cc/paper/2017/hash/3f5ee243547dee91fbd053c1c4a845aa-Abstract.html",
        fails=N_("With few examples or steps it learns later than networks that know their inputs better."),
        notes=N_(
            "Normalised before each part, not after it. Instead of learned positions heads pay for distance, as in ALiBi: "
            "one looks to the left, one to the right, one around itself, and one is free."
        ),
    )

    depth: int = knob(2, low=1, high=4, label=N_("Layers"), help=N_("How many encoder layers follow the embedding."))
    width: int = knob(
        64, low=8, high=128, log=True, label=N_("Features per position"), help=N_("How many features each position has.")
    )
    heads: int = knob(
        4, low=1, high=8, label=N_("Attention heads"), help=N_("How many positions each position can look at, at once.")
    )
    vocabulary: int = 0

    def reading(self, suite: Suite) -> Transformer:
        return replace(self, vocabulary=suite.vocabulary)

    @property
    def length(self) -> int:
        return 1 + self.depth

    def sizes(self, inputs: tuple[int, ...]) -> list[tuple[int, ...]]:
        positions = inputs[1] if len(inputs) == 3 else math.prod(inputs)
        return [inputs, *[(positions, self.width)] * self.length]

    def block(self, level: int, inputs: tuple[int, ...], streams: Streams) -> nn.Module:
        if level > 0:
            return EncoderLayer(inputs[-1], self.width, self.heads, level == self.depth, streams)
        if self.vocabulary:
            return Embedding(self.vocabulary, self.width, streams)
        return Rows(inputs, self.width, streams) if len(inputs) == 3 else Numbers(math.prod(inputs), self.width, streams)

    def block_name(self, level: int) -> str:
        return _("layer {number}").format(number=level) if level else _("embedding")
