"""Separate networks beside slow loops."""

from __future__ import annotations

from playground.backbones.mlp import MLP
from playground.sharing.separate import Separate, SeparateTrunk
from tests.sharing import naive


def test_a_tower_a_task() -> None:
    trunk = naive.build(Separate())
    assert isinstance(trunk, SeparateTrunk)
    x = naive.inputs()
    naive.agree(
        trunk(x),
        [[naive.tower(tower, run, naive.numpy(x)[run]) for tower in trunk.towers] for run in range(naive.RUNS)],
    )


def test_it_costs_a_network_a_task() -> None:
    network = naive.FIRST + (naive.DEPTH - 1) * naive.LATER
    assert naive.size(naive.build(Separate())) == 3 * network
    assert naive.size(naive.build(Separate(), ("a",))) == network
    assert not Separate().shares(MLP())
