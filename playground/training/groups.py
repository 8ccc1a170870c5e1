"""The weighting methods of a fleet: one for all runs that weigh in the same way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from playground.basics.random_streams import Streams
from playground.experiment import Choice, Run
from playground.weighting.base import FleetSetup, Weighting


@dataclass
class Group:
    """Runs that share one weighting method with the same knobs: their places in the fleet, and the method's state."""

    rows: Tensor
    method: Weighting


def groups_of(runs: Sequence[Run], families: tuple[str, ...], rates: Tensor) -> list[Group]:
    """One method for each way of weighing in a fleet of R runs, ready to begin.

    families: of the T tasks, as `Setting` has them. rates: [R] learning rates.
    """
    choices: dict[Choice, list[int]] = {}
    for place, run in enumerate(runs):
        choices.setdefault(run.experiment.weighting, []).append(place)
    groups = []
    for choice, places in choices.items():
        method = runs[places[0]].experiment.new_weighting()
        rows = torch.tensor(places, device=rates.device)
        seeds = [runs[place].seed for place in places]
        method.begin(FleetSetup(families, Streams(seeds, "weighting", choice.name), rates[rows]))
        groups.append(Group(rows, method))
    return groups
