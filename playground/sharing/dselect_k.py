"""DSelect-k: each task chooses k of the experts, by a gate that can be learned by gradients (Hazimeh et al., NeurIPS 2021)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from playground.backbones.base import Backbone
from playground.backbones.layers import Linear
from playground.basics.cards import Card
from playground.basics.errors import Problem
from playground.basics.knobs import knob
from playground.basics.random_streams import Streams
from playground.basics.words import N_, _
from playground.sharing.base import Strategy, TrunkSpec
from playground.sharing.blocks import summary, summary_size
from playground.sharing.mmoe import ExpertTrunk

EPSILON = 1e-9
"""Keeps logarithms and quotients of numbers that may be zero finite."""


def smooth_step(t: Tensor, width: float) -> Tensor:
    """0 left of −width/2, 1 right of width/2, and the cubic that joins both without a corner between them."""
    inside = t.clamp(-width / 2, width / 2)
    return -2 / width**3 * inside**3 + 3 / (2 * width) * inside + 0.5


class Selectors(nn.Module):
    """k selectors over E experts for R runs: each a binary code of M = ⌈log₂ E⌉ soft bits, and a weight of each selector."""

    def __init__(self, count: int, experts: int, width: float, inputs: int | None, streams: Streams):
        super().__init__()
        self.count, self.experts, self.width = count, experts, width
        self.bits = math.ceil(math.log2(experts))
        self.layer: nn.Module | None = None
        if inputs is None:
            # Near the middle of the smooth step, where no expert is preferred and the slope is steepest.
            start = (2 * streams.at("codes").uniform(count * self.bits) - 1) * width / 100
            self.codes = nn.Parameter(torch.from_numpy(start).unsqueeze(1))
            self.scores = nn.Parameter(torch.zeros(len(start), 1, count))
        else:
            self.layer = Linear(inputs, count * self.bits + count, streams)
        places = torch.arange(2**self.bits)
        self.register_buffer("pattern", (places[:, None] >> torch.arange(self.bits)) & 1 == 1, persistent=False)

    def forward(self, read: Tensor | None) -> tuple[Tensor, Tensor]:
        """read [R, B, K], or None for a choice that is the same for all examples (then B is 1).

        Weights [R, B, E], which sum to 1 where no code points beyond the last expert; and of each selector what it gives to
        each code [R, B, k, 2^M].
        """
        if self.layer is None:
            codes, scores = self.codes, self.scores
        else:
            codes, scores = self.layer(read).split([self.count * self.bits, self.count], dim=-1)
        on = smooth_step(codes.unflatten(-1, (self.count, self.bits)), self.width).unsqueeze(-2)
        chosen = torch.where(self.pattern, on, 1 - on).prod(-1)  # type: ignore[arg-type]  # a buffer is a tensor
        weights = (scores.softmax(-1).unsqueeze(-1) * chosen).sum(-2)
        return weights[..., : self.experts], chosen


class DSelectTrunk(ExpertTrunk):
    """Experts, and selectors a task."""

    def __init__(self, plan: TrunkSpec, knobs: DSelectK):
        inputs = summary_size(plan.inputs, plan.tokens) if knobs.by_example else None
        gates = [
            Selectors(knobs.count, knobs.experts, knobs.width, inputs, plan.streams.at("gate", owner)) for owner in plan.owners
        ]
        super().__init__(plan, knobs.experts, gates)
        self.tokens, self.knobs = plan.tokens, knobs
        self._chosen: list[Tensor] = []

    def weights(self, x: Tensor) -> list[Tensor]:
        """T times [R, 1, E], or [R, B, E] where the choice depends on the example."""
        weights, self._chosen = self._choose(summary(x, self.tokens) if self.knobs.by_example else None)
        return weights

    def gate_title(self) -> str:
        return _("choice by input") if self.knobs.by_example else _("choice")

    def penalty(self) -> Tensor | None:
        """[R] λ Σ_t Σ_k (entropy of what a selector gives to the experts, and what keeps codes from pointing beyond them).

        Where the choice depends on the example, the mean over those seen last.
        """
        chosen = self._chosen if self.knobs.by_example else self._choose(None)[1]
        if self.knobs.entropy == 0 or not chosen:
            return None
        undecidedness = torch.stack([undecided(each, self.knobs.experts).sum(2) for each in chosen]).sum(0)
        if self.knobs.by_example:
            undecidedness = undecidedness * self.share(undecidedness)
        return self.knobs.entropy * undecidedness.sum(1)

    def _choose(self, read: Tensor | None) -> tuple[list[Tensor], list[Tensor]]:
        """For each task what `Selectors` gives: weights, and what each selector gives to each code."""
        weights, chosen = zip(*(gate(read) for gate in self.gates), strict=True)
        return list(weights), list(chosen)


def undecided(chosen: Tensor, experts: int) -> Tensor:
    """[R, B, k] how far each selector is from a choice, from what it gives to each code [R, B, k, 2^M].

    Its entropy in nats; with fewer experts than codes, plus one over what it gives to codes that name an expert.
    """
    entropy = -(chosen * (chosen + EPSILON).log()).sum(-1)
    return entropy + 1 / (chosen[..., :experts].sum(-1) + EPSILON) if experts < chosen.shape[-1] else entropy


@dataclass(frozen=True)
class DSelectK(Strategy):
    """Each task chooses a few of the common experts."""

    key = "dselect_k"
    family = "soft"
    card = Card(
        title=N_("Chosen experts"),
        idea=N_("All tasks share several networks, the experts, and each task learns to choose a few of them."),
        formula=r"h_t = \sum_{k} \mathrm{softmax}(a_t)_k \sum_e r_e(z_{tk}) f_e, \quad "
        r"r_e(z) = \prod_j S(z_j)^{e_j} (1 - S(z_j))^{1 - e_j}",
        paper="Hazimeh, Zhao, Chowdhery, Sathiamoorthy, Chen, Mazumder, Hong & Chi, NeurIPS 2021",
        link="https://arxiv.org/abs/2106.03760",
        fails=N_("A choice that is made too early is final: where the smooth step is flat, no gradient brings it back."),
        notes=N_(
            "Every expert is still computed, so a choice saves no time here. Where the number of experts is no power of two, "
            "the paper's second penalty keeps codes from pointing beyond the last; here both penalties share one strength."
        ),
    )

    experts: int = knob(4, low=2, high=8, label=N_("Experts"), help=N_("How many networks all tasks share."))
    count: int = knob(2, low=1, high=4, label=N_("Chosen by a task"), help=N_("k: how many experts each task chooses at most."))
    width: float = knob(
        1.0,
        low=0.1,
        high=10.0,
        log=True,
        label=N_("Width of the smooth step"),
        help=N_("γ: how far a code moves from undecided to decided; narrow steps decide early."),
    )
    entropy: float = knob(
        0.01,
        low=0.0,
        high=10.0,
        log=True,
        label=N_("Penalty on indecision"),
        help=N_("λ: how hard a task is pressed to decide."),
    )
    by_example: bool = knob(
        False,
        label=N_("Choose for each example"),
        help=N_("Whether the choice depends on the input, or is one for all examples."),
    )

    def problems(self, backbone: Backbone, tasks: Sequence[str]) -> list[Problem]:
        if self.count <= self.experts:
            return []
        should = _("should be at most {experts}, the number of experts").format(experts=self.experts)
        return [Problem("sharing.count", should, self.count)]

    def build(self, plan: TrunkSpec) -> DSelectTrunk:
        return DSelectTrunk(plan, self)
