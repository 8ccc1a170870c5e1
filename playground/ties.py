"""Ties in the diagram of a network: what a penalty holds together though no parameter of it is shared.

They follow from the contract of a strategy alone: its tasks have no parameter in common, and yet do not learn as if each were
alone (`Strategy.shares`, `Strategy.apart`). Then the towers' blocks of one level are held near each other.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import pairwise

from playground.basics.diagram import Box, Diagram, Tie
from playground.experiment import Experiment


def tied(experiment: Experiment, drawn: Diagram) -> Diagram:
    """The diagram with a tie between neighbours of each level, where its strategy holds towers together; else as it is."""
    strategy, backbone = experiment.the_strategy, experiment.the_backbone
    if len(drawn.tasks) < 2 or strategy.shares(backbone) or strategy.apart(backbone):
        return drawn
    levels: dict[int, list[Box]] = defaultdict(list)
    for box in drawn.boxes:
        if box.kind == "block" and len(box.tasks) == 1:
            levels[box.column].append(box)
    strength = float(experiment.sharing.knobs.get("strength", 1.0))
    ties = [Tie(one.name, other.name, strength) for column in sorted(levels) for one, other in pairwise(levels[column])]
    return replace(drawn, ties=tuple(ties))
