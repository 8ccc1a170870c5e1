"""Whether a network keeps padding: positions of a sentence that hold no word have to stay exactly zero in every feature.

A strategy that adds something to every position would let heads and attention read words that are not there. Nothing else
would tell: it trains, and is a little worse. So it is asked once for each strategy and backbone that read tokens.
"""

from __future__ import annotations

from copy import deepcopy

import torch

from playground.basics.errors import Invalid, Problem
from playground.basics.validate import file_of
from playground.basics.words import _
from playground.sharing.base import Strategy, Trunk

_seen: set[tuple[type, type]] = set()
"""Strategies and backbones that were asked."""

STIR = 0.1
"""Standard deviation of what is added to the parameters of the copy that is asked: many of them begin at zero."""


@torch.no_grad()
def check(strategy: Strategy, backbone: object, trunk: Trunk, inputs: tuple[int, ...]) -> None:
    """Raises Invalid, which names the strategy's file, if padding does not stay zero in the features of the trunk.

    inputs: shape of one example, (S,) for tokens; others have no padding. The trunk itself stays as it is.
    """
    pair = type(strategy), type(backbone)
    if not getattr(backbone, "vocabulary", 0) or pair in _seen or trunk.head(0) is not None:
        return
    asked = deepcopy(trunk)
    generator = torch.Generator().manual_seed(0)
    for parameter in asked.parameters():
        parameter.add_(STIR * torch.randn(parameter.shape, generator=generator).to(parameter.device))
    runs = next((len(parameter) for parameter in asked.parameters()), 1)
    device = next((parameter.device for parameter in asked.parameters()), None)
    tokens = torch.ones(runs, 2, *inputs, dtype=torch.int64, device=device)
    tokens[:, 1, (inputs[0] + 1) // 2 :] = 0
    for feature in asked(tokens):
        if feature.dim() == 4 and feature.shape[2] == inputs[0] and bool(feature[tokens == 0].any()):
            should = _("should keep positions of padding zero, so no bias or constant may be added to them")
            largest = f"{float(feature[tokens == 0].abs().max()):.3g}"
            raise Invalid([Problem(f"{file_of(type(strategy))} forward()", should, largest)])
    _seen.add(pair)
