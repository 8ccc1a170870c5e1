"""Slow networks in numpy, one run and one layer at a time, out of the parameters of a fast one."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from playground.backbones.mlp import MLP
from playground.basics.random_streams import Streams
from playground.sharing.base import Strategy, Trunk, TrunkSpec

TASKS = ("a", "b", "c")
INPUTS = (3, 2)
RUNS, DEPTH, WIDTH = 2, 3, 4
FIRST = WIDTH * 6 + WIDTH
"""Parameters of the first block."""
LATER = WIDTH * WIDTH + WIDTH
"""Parameters of each further block."""


def build(strategy: Strategy, tasks: tuple[str, ...] = TASKS) -> Trunk:
    """Three layers of four units for two runs, with parameters that are not those of the start."""
    trunk = strategy.build(TrunkSpec(MLP(depth=DEPTH, width=WIDTH), INPUTS, tasks, Streams(range(RUNS), "weights")))
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in trunk.parameters():
            parameter += 0.3 * torch.randn(parameter.shape, generator=generator)
    return trunk


def inputs() -> torch.Tensor:
    return torch.randn(RUNS, 5, *INPUTS, generator=torch.Generator().manual_seed(1))


def numpy(values: torch.Tensor) -> np.ndarray:
    return values.detach().numpy()


def layer(block: Any, run: int, rows: np.ndarray) -> np.ndarray:
    """[B, H] what a block makes of rows [B, …] for one run, one number after the other."""
    weight, bias = numpy(block.linear.weight)[run], numpy(block.linear.bias)[run, 0]
    flat = rows.reshape(len(rows), -1)
    result = np.zeros((len(rows), weight.shape[1]))
    for example in range(len(rows)):
        for unit in range(weight.shape[1]):
            total = bias[unit] + sum(flat[example, i] * weight[i, unit] for i in range(weight.shape[0]))
            result[example, unit] = max(0.0, total)
    return result


def tower(blocks: Any, run: int, rows: np.ndarray) -> np.ndarray:
    """All `blocks`, one after the other."""
    for block in blocks:
        rows = layer(block, run, rows)
    return rows


def size(trunk: Trunk) -> int:
    """Parameters of one run."""
    return sum(parameter[0].numel() for parameter in trunk.parameters())


def agree(features: Any, expected: list[list[np.ndarray]]) -> None:
    """Features [R, B, H] of the T tasks against expected [run][task]."""
    for run, row in enumerate(expected):
        for feature, values in zip(features, row, strict=True):
            np.testing.assert_allclose(numpy(feature)[run], values, rtol=1e-4, atol=1e-5)


def linear(module: Any, run: int, rows: np.ndarray) -> np.ndarray:
    """[B, outputs] what a fleet's linear layer makes of rows [B, inputs] for one run."""
    return rows @ numpy(module.weight)[run] + numpy(module.bias)[run]


def softmax(scores: np.ndarray) -> np.ndarray:
    """[…, E] positive numbers that sum to 1."""
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def gate(module: Any, run: int, rows: np.ndarray) -> np.ndarray:
    """[B, E] what a gate makes of rows for one run: [B, K] as they are, [B, S, K] by their mean over positions."""
    return softmax(linear(module.linear, run, rows.mean(1) if rows.ndim == 3 else rows))
