"""Dynamic weight average (Liu, Johns and Davison, CVPR 2019): tasks whose loss falls slowly count more."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.words import N_
from playground.weighting.base import FleetSetup, Signals, Weighting
from playground.weighting.solvers import positive


@dataclass
class DWA(Weighting):
    """w = T · softmax(r / τ), r_i = mean loss of the last epoch over that of the one before."""

    key = "dwa"
    signal = "loss"
    needs_positive = True
    card = Card(
        title=N_("Dynamic weight average"),
        idea=N_("Compare the mean losses of the last two epochs: the slower a loss falls, the larger its weight."),
        formula=r"w = T\,\mathrm{softmax}(r / \tau), \qquad r_i = \bar L_i(e-1) / \bar L_i(e-2)",
        paper="Liu, Johns, Davison, CVPR 2019",
        link="https://arxiv.org/abs/1803.10704",
        fails=N_("Ratios of losses all come near 1 as training goes on, and then it is equal weights."),
        notes=N_(
            "The weights change from epoch to epoch and are 1 during the first two. An epoch is a pass over the training "
            "examples, so a run that is shorter than two epochs never sees anything but equal weights."
        ),
    )

    temperature: float = knob(
        2.0,
        low=0.01,
        high=100.0,
        log=True,
        label=N_("Temperature"),
        help=N_("How evenly weights are spread: large for nearly equal weights, small for the slowest task alone."),
    )

    def begin(self, setting: FleetSetup) -> None:
        super().begin(setting)
        self.epoch = 0
        self.total, self.count = torch.zeros_like(self.ones()), 0
        self.means: list[Tensor] = []

    def weigh(self, signals: Signals) -> Tensor:
        if signals.epoch > self.epoch and self.count:
            self.means = [*self.means, self.total / self.count][-2:]
            self.total, self.count = torch.zeros_like(self.total), 0
        self.epoch = signals.epoch
        self.total, self.count = self.total + signals.losses, self.count + 1
        if len(self.means) < 2:
            return self.ones()
        before, last = self.means
        ratio = last / positive(before)
        return ratio.shape[-1] * (ratio / self.temperature).softmax(-1)
