"""The multilayer perceptron: fully connected layers, each followed by a rectifier and, where asked for, by dropout."""

from __future__ import annotations

import math
from dataclasses import dataclass

from torch import Tensor, nn

from playground.backbones.base import Backbone
from playground.backbones.layers import Dropout, Linear
from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.random_streams import Streams
from playground.basics.words import N_, _

LIGHT = 32
"""Units per layer up to which one fleet of all depths was measured to be faster than a fleet for each."""


class Layer(nn.Module):
    """R times a linear layer and a rectifier: [R, B, …] flattened to [R, B, inputs], then [R, B, width]."""

    def __init__(self, inputs: int, width: int, streams: Streams, dropout: float = 0.0):
        super().__init__()
        self.linear = Linear(inputs, width, streams)
        self.dropout = Dropout(dropout, streams.at("dropout")) if dropout else None

    def forward(self, x: Tensor) -> Tensor:
        features = self.linear(x.flatten(2)).relu()
        return features if self.dropout is None else self.dropout(features)


@dataclass(frozen=True)
class MLP(Backbone):
    """`depth` layers of `width` units."""

    key = "mlp"
    takes = ("numbers", "pictures")
    card = Card(
        title=N_("Multilayer perceptron"),
        idea=N_("Fully connected layers, each followed by a rectifier."),
        formula=r"h_{l+1} = \max(0, h_l W_l + b_l)",
    )

    depth: int = knob(2, low=1, high=6, label=N_("Layers"), help=N_("How many layers the network has before its heads."))
    width: int = knob(
        64,
        low=2,
        high=256,
        log=True,
        label=N_("Units per layer"),
        help=N_("How many units each layer has; fewer units leave less room."),
    )
    dropout: float = knob(
        0.0,
        low=0.0,
        high=0.9,
        label=N_("Dropout"),
        help=N_("The share of each layer's units that are left out at random in every step, so that none is relied on alone."),
    )

    @property
    def light(self) -> bool:
        return self.width <= LIGHT

    @property
    def length(self) -> int:
        return self.depth

    def sizes(self, inputs: tuple[int, ...]) -> list[tuple[int, ...]]:
        return [inputs, *[(self.width,)] * self.depth]

    def block(self, level: int, inputs: tuple[int, ...], streams: Streams) -> nn.Module:
        return Layer(math.prod(inputs), self.width, streams, self.dropout)

    def block_name(self, level: int) -> str:
        return _("{count} units").format(count=self.width)
