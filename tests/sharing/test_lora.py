"""Low-rank changes beside slow loops, and what counts as a matrix."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from playground import catalog
from playground.basics.random_streams import Streams
from playground.sharing.base import TrunkSpec
from playground.sharing.lora import LoRA, LoRATrunk, matrices
from tests.sharing import naive


def built(rank: int = 2, alpha: float = 3.0, alone: float = 0.5) -> LoRATrunk:
    trunk = naive.build(LoRA(rank, alpha, alone))
    assert isinstance(trunk, LoRATrunk)
    return trunk


def test_each_task_adds_a_product_to_every_matrix() -> None:
    trunk, x, expected = built(), naive.inputs(), []
    for run in range(naive.RUNS):
        tasks = []
        for task in range(3):
            rows = naive.numpy(x)[run].reshape(5, -1)
            for block, changes in trunk._levels():
                (down,), (up,) = changes[task].downs, changes[task].ups
                added = 3.0 / 2 * naive.numpy(down)[run] @ naive.numpy(up)[run]
                weight = naive.numpy(block.linear.weight)[run] + added
                rows = np.maximum(rows @ weight + naive.numpy(block.linear.bias)[run], 0)
            tasks.append(rows)
        expected.append(tasks)
    naive.agree(trunk(x), expected)


@pytest.mark.parametrize("rank", [1, 3, 64])
def test_it_costs_a_network_and_two_thin_matrices_a_matrix(rank: int) -> None:
    network = naive.FIRST + (naive.DEPTH - 1) * naive.LATER
    # A product of matrices of four columns has a rank of four at most.
    kept = min(rank, naive.WIDTH)
    changes = kept * (6 + naive.WIDTH) + (naive.DEPTH - 1) * kept * 2 * naive.WIDTH
    assert naive.size(built(rank)) == network + 3 * changes


def test_first_the_common_network_learns_and_then_the_changes() -> None:
    trunk = built(alone=0.25)
    assert trunk.frozen_parameters(0.2) == tuple(trunk.changes.parameters())
    assert trunk.frozen_parameters(0.25) == tuple(trunk.common.parameters())
    assert built(alone=0.0).frozen_parameters(0.0) == ()


def test_what_is_learned_is_the_size_of_the_changes_beside_the_matrices() -> None:
    trunk = built()
    found = naive.numpy(trunk.learned()["size"])
    assert found.shape == (naive.RUNS, naive.DEPTH, 3)
    block, changes = trunk._levels()[2]
    change = 1.5 * naive.numpy(changes[0].downs[0])[1] @ naive.numpy(changes[0].ups[0])[1]
    expected = np.linalg.norm(change) / np.linalg.norm(naive.numpy(block.linear.weight)[1])
    np.testing.assert_allclose(found[1, 2, 0], expected, rtol=1e-4)


@pytest.mark.parametrize(
    ("key", "inputs"), [("cnn", (3, 8, 8)), ("resnet", (3, 8, 8)), ("transformer", (1, 6, 5)), ("mlp", (7,))]
)
def test_every_linear_layer_and_convolution_has_matrices(key: str, inputs: tuple[int, ...]) -> None:
    """All numbers but biases, norms, positions and tables; and changing any of them changes what the task gets alone."""
    trunk = LoRA(rank=2).build(TrunkSpec(catalog.backbones()[key](), inputs, ("a", "b"), Streams([0], "weights")))
    large = [p for p in trunk.common.parameters() if p[0].numel() > max(p.shape[1:]) and p.dim() > 2]
    named = [weight for block, _changes in trunk._levels() for weight in matrices(block).values()]
    assert {id(weight) for weight in named} == {id(p) for p in large if not _is_position(trunk, p)}
    with torch.no_grad():
        for parameter in trunk.common.parameters():
            parameter += 0.3 * torch.randn(parameter.shape, generator=torch.Generator().manual_seed(0))
    x = torch.randn(1, 3, *inputs, generator=torch.Generator().manual_seed(1))
    before = [feature.detach() for feature in trunk(x)]
    torch.testing.assert_close(before[0], before[1])
    for level, (_block, changes) in enumerate(trunk._levels()):
        for up in changes[0].ups:
            with torch.no_grad():
                up += 0.1
            first, second = trunk(x)
            assert not torch.equal(first, before[0]), level
            torch.testing.assert_close(second, before[1])
            with torch.no_grad():
                up.zero_()


def _is_position(trunk: LoRATrunk, parameter: torch.nn.Parameter) -> bool:
    """Whether it is a table of positions, of numbers or of words."""
    names = {id(p): name for name, p in trunk.common.named_parameters()}
    return names[id(parameter)].split(".")[-1] in ("positions", "scale", "shift", "table")
