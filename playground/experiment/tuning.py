"""What sweeps try out on validation data, for a run and its baselines alike."""

from __future__ import annotations

from typing import NamedTuple

SWEEP = (1 / 3, 1.0, 3.0)
"""Factors on the learning rate that a sweep tries."""

STRENGTHS = (0.1, 1.0, 10.0)
"""Factors on the weight decay that a sweep over strengths tries."""


class Setting(NamedTuple):
    """What sweeps try out."""

    rate: float
    weight_decay: float


def settings(rate: float, weight_decay: float, *, sweep: bool, strengths: bool) -> list[Setting]:
    """What is tried around a learning rate and a weight decay: all pairs of what each sweep tries, or the two as they are."""
    rates = [min(max(rate * factor, 1e-5), 1.0) for factor in SWEEP] if sweep else [rate]
    decays = [weight_decay]
    if strengths and weight_decay:
        decays = [min(weight_decay * factor, 100.0) for factor in STRENGTHS]
    return [Setting(one, decay) for one in rates for decay in decays]
