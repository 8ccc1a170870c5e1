"""Smooth Tchebycheff scalarisation (Lin et al., ICML 2024): a soft maximum of the losses."""

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
class STCH(Weighting):
    """w = T λ softmax(λ L / μ), λ = 1 / mean loss during the warm-up; on logarithms w = T softmax(log(λ L) / μ) / L."""

    key = "stch"
    signal = "loss"
    needs_positive = True
    card = Card(
        title=N_("Smooth Tchebycheff"),
        idea=N_("Minimise a smooth maximum of the losses, each measured against what it was at the start."),
        formula=r"\min \mu \log \sum_i \exp(\lambda_i L_i / \mu), \qquad"
        r" w = T\,\lambda \odot \mathrm{softmax}(\lambda \odot L / \mu), \qquad \lambda_i = 1 / \bar L_i",
        paper="Lin, Zhang, Yang, Liu, Wang, Zhang, ICML 2024",
        link="https://arxiv.org/abs/2402.19078",
        fails=N_("With a small μ nearly all weight goes to the worst task, so a task that cannot be learned blocks the rest."),
        notes=N_(
            "Weights are 1 during the warm-up, whose mean losses then set the scales. Scales are measured from the ideal "
            "loss, which is taken to be 0, so losses must be above it. "
            "The factor T keeps the steps as long as those of equal weights when all losses stand where they began. "
            "The authors' multi-task code and LibMTL's work on logarithms of the losses, which is a knob here: then weights "
            "are 1 / L during the warm-up and T softmax(log(λL) / μ) / L after it. Both warm up for 4 epochs and measure the "
            "scales in the one that follows."
        ),
    )

    smoothness: float = knob(
        1.0,
        low=0.01,
        high=100.0,
        log=True,
        label=N_("Smoothness μ"),
        help=N_("How soft the maximum is: small for the worst task alone, large for all tasks alike."),
    )
    on: str = knob(
        "losses",
        choices=("losses", "logs"),
        words=(N_("losses"), N_("their logarithms")),
        label=N_("Works on"),
        help=N_("The losses as shares of what they were at the start, or the logarithms of these, as in the authors' code."),
    )
    warmup: int = knob(
        2,
        low=0,
        high=100,
        label=N_("Warm-up"),
        unit=N_("epochs"),
        help=N_("How many epochs of equal weights measure the scales of the losses; 0 takes the losses as they are."),
    )

    def begin(self, setting: FleetSetup) -> None:
        super().begin(setting)
        self.total, self.count = torch.zeros_like(self.ones()), 0

    def weigh(self, signals: Signals) -> Tensor:
        losses = positive(signals.losses)
        if signals.epoch < self.warmup:
            self.total, self.count = self.total + signals.losses, self.count + 1
            return 1 / losses if self.on == "logs" else self.ones()
        inverse = self.count / positive(self.total) if self.count else self.ones()
        if self.on == "logs":
            soft = ((inverse * losses).log() / self.smoothness).softmax(-1)
            return soft.shape[-1] * soft / losses
        soft = (inverse * signals.losses / self.smoothness).softmax(-1)
        return soft.shape[-1] * inverse * soft
