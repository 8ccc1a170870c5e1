"""A plain convolutional network: convolution, rectifier, pooling, again and again (LeCun et al. 1998)."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn import functional

from playground.backbones.base import Backbone
from playground.backbones.convolution import Convolution, Norm, apart, beside
from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.random_streams import Streams
from playground.basics.words import N_, _

SMALLEST = 4
"""A grid with a shorter side than this is not made coarser."""


class Layer(nn.Module):
    """R times a 3 × 3 convolution, normalisation, a rectifier, and the maximum over 2 × 2 places where the grid allows it:
    [R, B, C, height, width] to [R, B, channels, height / 2, width / 2]."""

    def __init__(self, inputs: tuple[int, ...], channels: int, streams: Streams):
        super().__init__()
        self.convolution = Convolution(inputs[0], channels, 3, streams, bias=False)
        self.norm = Norm(channels, len(streams.seeds))
        self.pools = pools(inputs)

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(self.convolution(x)).relu()
        return apart(functional.max_pool2d(beside(y), 2), len(y)) if self.pools else y


def pools(shape: tuple[int, ...]) -> bool:
    """Whether a block makes a grid coarser: features (C, height, width)."""
    return min(shape[1:]) >= SMALLEST


@dataclass(frozen=True)
class CNN(Backbone):
    """`depth` blocks of `width` channels; each halves the grid as long as its shorter side has `SMALLEST` places."""

    key = "cnn"
    takes = ("pictures",)
    card = Card(
        title=N_("Convolutional network"),
        idea=N_("Small filters slide over the picture; after each layer only the strongest answer of four neighbours stays."),
        formula=r"h_{l+1} = \mathrm{pool}\left(\max(0, \mathrm{norm}(W_l * h_l))\right)",
        paper="LeCun et al., Proceedings of the IEEE 1998",
        link="https://doi.org/10.1109/5.726791",
        fails=N_("With every pooling it knows less about where things are: a grid of 8 × 8 places is coarse for masks."),
        notes=N_("Group normalisation (Wu & He 2018) after every convolution, which looks at one example at a time."),
    )

    depth: int = knob(2, low=1, high=5, label=N_("Layers"), help=N_("How many layers the network has before its heads."))
    width: int = knob(
        16,
        low=2,
        high=64,
        log=True,
        label=N_("Channels"),
        help=N_("How many filters each layer has; fewer leave less room."),
    )

    @property
    def length(self) -> int:
        return self.depth

    def sizes(self, inputs: tuple[int, ...]) -> list[tuple[int, ...]]:
        shapes = [inputs]
        for _level in range(self.depth):
            _channels, *sides = shapes[-1]
            shapes.append((self.width, *(side // 2 if pools(shapes[-1]) else side for side in sides)))
        return shapes

    def block(self, level: int, inputs: tuple[int, ...], streams: Streams) -> nn.Module:
        return Layer(inputs, self.width, streams)

    def block_name(self, level: int) -> str:
        return _("{count} channels").format(count=self.width)
