"""Trunk and heads for a fleet, and their sizes."""

from __future__ import annotations

import pytest
import torch

from playground.training.fleet.network import Network, count, draw
from tests.experiments import small

FIRST, SECOND = 64 * 8 + 8, 8 * 8 + 8
HEADS = {"digit": 8 * 10 + 10, "parity": 8 + 1, "large": 8 + 1}


@pytest.mark.parametrize(("depth", "shared", "own"), [(0, 0, FIRST + SECOND), (1, FIRST, SECOND), (2, FIRST + SECOND, 0)])
def test_the_diagram_counts_what_the_formula_says(depth: int, shared: int, own: int) -> None:
    drawn = draw(small(sharing__depth=depth))
    assert drawn.shared() == shared
    for task, head in HEADS.items():
        assert drawn.own(task) == own + head


def test_a_row_of_outputs_for_every_task() -> None:
    network = Network(small(), [0, 1], (8, 8))
    outputs = network(torch.zeros(2, 5, 8, 8))
    assert [tuple(output.shape) for output in outputs] == [(2, 5, 10), (2, 5, 1), (2, 5, 1)]
    assert count([network]) == FIRST + SECOND + sum(HEADS.values())


def test_a_towers_first_weights_do_not_depend_on_the_strategy() -> None:
    """Pairing: a task's own block starts from the same numbers wherever it has one."""
    separate, hard = Network(small(sharing="separate"), [3], (8, 8)), Network(small(sharing__depth=1), [3], (8, 8))
    for one, other in zip(separate.trunk.towers, hard.trunk.towers, strict=True):  # type: ignore[arg-type]  # lists of towers
        assert torch.equal(one[1].linear.weight, other[0].linear.weight)
    for one, other in zip(separate.heads, hard.heads, strict=True):
        assert torch.equal(one.weight, other.weight)  # type: ignore[arg-type]  # tensors


def test_first_weights_do_not_depend_on_the_other_tasks() -> None:
    all_three, two = Network(small(), [3], (8, 8)), Network(small(tasks="digit,large"), [3], (8, 8))
    for one, other in zip(all_three.trunk.parameters(), two.trunk.parameters(), strict=True):
        assert torch.equal(one, other)
    assert torch.equal(all_three.heads[2].weight, two.heads[1].weight)  # type: ignore[arg-type]  # tensors
