"""A residual network: every block adds something to what it was given (He et al. 2016)."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from playground.backbones.base import Backbone
from playground.backbones.convolution import Convolution, Norm, finer
from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.random_streams import Streams
from playground.basics.words import N_, _

LARGE = 16
"""Pictures with shorter sides than this keep their grid; of larger ones the stem looks at every second place."""

SCALES = (1, 2, 4)
"""How many times coarser than its features a block's own grid is, block by block, over and over."""


class Stem(nn.Module):
    """R times a 5 × 5 convolution, normalisation and a rectifier: pictures [R, B, C, height, width] to features."""

    def __init__(self, inputs: tuple[int, ...], channels: int, streams: Streams):
        super().__init__()
        self.convolution = Convolution(inputs[0], channels, 5, streams, stride=stride(inputs), bias=False)
        self.norm = Norm(channels, len(streams.seeds))

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(self.convolution(x)).relu()


class Residual(nn.Module):
    """R times x + F(x) and a rectifier; F is two 3 × 3 convolutions, each with normalisation, a rectifier between them.

    With `scale` 2 or 4 the first convolution looks at every second or fourth place, so that F sees more of the picture at
    a fraction of the cost and may have more channels inside; its answer is then given to all places that it speaks for.
    F starts at zero: in the beginning a block passes on what it is given, and learns what to add (Goyal et al. 2017).
    Where the number of channels changes, x goes through a convolution of one place first.
    """

    def __init__(self, inputs: int, channels: int, scale: int, streams: Streams):
        super().__init__()
        inner, runs = channels * min(scale, 2), len(streams.seeds)
        self.scale = scale
        self.shortcut = nn.Identity() if inputs == channels else Convolution(inputs, channels, 1, streams.at("shortcut"))
        self.first = Convolution(inputs, inner, 3, streams.at("first"), stride=scale, bias=False)
        self.second = Convolution(inner, channels, 3, streams.at("second"), bias=False)
        self.norms = nn.ModuleList([Norm(inner, runs), Norm(channels, runs, scale=0.0)])

    def forward(self, x: Tensor) -> Tensor:
        """x [R, B, inputs, height, width] to [R, B, channels, height, width]."""
        y = self.norms[0](self.first(x)).relu()
        y = finer(self.norms[1](self.second(y)), self.scale)
        return (self.shortcut(x) + y[..., : x.shape[-2], : x.shape[-1]]).relu()


def stride(inputs: tuple[int, ...]) -> int:
    """How far apart the places are that a stem looks at: pictures (C, height, width)."""
    return 2 if min(inputs[1:]) >= LARGE else 1


@dataclass(frozen=True)
class ResNet(Backbone):
    """A stem and `depth` residual blocks; all features are on one grid, so that a head may ask what stands where."""

    key = "resnet"
    takes = ("pictures",)
    card = Card(
        title=N_("Residual network"),
        idea=N_("Every block adds something to the features it was given, in turn from near by and from further away."),
        formula=r"h_{l+1} = \max(0, h_l + F_l(h_l))",
        paper="He et al., CVPR 2016",
        link="https://doi.org/10.1109/CVPR.2016.90",
        fails=N_("It costs several times as much as a plain network of the same width."),
        notes=N_(
            "Instead of making the grid coarser for good, blocks work on a grid that is one, two and four times coarser, in "
            "turn, and add what they find to the features on the full grid. Group normalisation in place of batch "
            "normalisation."
        ),
    )

    depth: int = knob(4, low=1, high=8, label=N_("Residual blocks"), help=N_("How many blocks follow the first layer."))
    width: int = knob(
        16,
        low=4,
        high=64,
        log=True,
        label=N_("Channels"),
        help=N_("How many channels the features have; fewer leave less room."),
    )

    @property
    def length(self) -> int:
        return 1 + self.depth

    def sizes(self, inputs: tuple[int, ...]) -> list[tuple[int, ...]]:
        _channels, *sides = inputs
        grid = (self.width, *(-(-side // stride(inputs)) for side in sides))
        return [inputs, *[grid] * self.length]

    def block(self, level: int, inputs: tuple[int, ...], streams: Streams) -> nn.Module:
        if level == 0:
            return Stem(inputs, self.width, streams)
        return Residual(inputs[0], self.width, self._scale(level), streams)

    def block_name(self, level: int) -> str:
        if level == 0:
            return _("{count} channels").format(count=self.width)
        scale = self._scale(level)
        return _("residual") if scale == 1 else _("residual, 1/{scale}").format(scale=scale)

    def _scale(self, level: int) -> int:
        """How much coarser the grid is on which the block of a level works."""
        return SCALES[(level - 1) % len(SCALES)]
