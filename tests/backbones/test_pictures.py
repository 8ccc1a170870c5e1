"""What holds for every backbone that reads pictures: a run of a fleet is the run alone, and pictures of any size go in."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from playground import catalog
from playground.basics.random_streams import Streams

READERS = sorted(key for key, entry in catalog.backbones().items() if "pictures" in entry.takes)
SIZES = [(1, 8, 8), (1, 8, 16), (3, 32, 32)]
"""Digits, two digits, scenes."""


def tower(key: str, inputs: tuple[int, ...], seeds: list[int]) -> nn.Sequential:
    backbone = catalog.backbones()[key]()
    sizes = backbone.sizes(inputs)
    return nn.Sequential(*(backbone.block(level, sizes[level], Streams(seeds, level)) for level in range(backbone.length)))


def learned(network: nn.Sequential, x: Tensor) -> tuple[Tensor, list[Tensor]]:
    """Features, and the gradients of every parameter of a loss upon them."""
    y = network(x)
    return y.detach(), list(torch.autograd.grad(y.square().sum(), list(network.parameters())))


@pytest.mark.parametrize("key", READERS)
@pytest.mark.parametrize("inputs", SIZES, ids=str)
def test_every_run_of_a_fleet_is_the_run_alone(key: str, inputs: tuple[int, ...]) -> None:
    x = torch.rand(3, 4, *inputs, generator=torch.Generator().manual_seed(0))
    features, gradients = learned(tower(key, inputs, [4, 7, 9]), x)
    assert features.shape[2:] == catalog.backbones()[key]().sizes(inputs)[-1]
    for run, seed in enumerate([4, 7, 9]):
        alone, own = learned(tower(key, inputs, [seed]), x[run : run + 1])
        torch.testing.assert_close(features[run], alone[0], rtol=1e-4, atol=1e-5)
        for together, single in zip(gradients, own, strict=True):
            torch.testing.assert_close(together[run], single[0], rtol=1e-3, atol=1e-3 * float(single.abs().max() + 1e-3))
