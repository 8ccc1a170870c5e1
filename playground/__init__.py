"""A playground for multi-task learning: experiments as values, fleets of small networks, and pages to watch them.

from playground import Experiment, train
for event in train(Experiment.from_flat({"suite": "digits", "weighting": "pcgrad"}), seeds=5):
    print(event)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.experiment import Experiment

if TYPE_CHECKING:
    from playground.training.loop import train
    from playground.weigh import weigh_once

__all__ = ["Experiment", "train", "weigh_once"]


def __getattr__(name: str) -> Any:
    """`train` and `weigh_once` are loaded when first used: `train` brings torch with it, which takes seconds."""
    if name == "train":
        from playground.training.loop import train

        return train
    if name == "weigh_once":
        from playground.weigh import weigh_once

        return weigh_once
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
