"""The transformer beside a naive one: one run, one example, one head, one position at a time."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from playground.backbones.attention import Attention, Embedding, EncoderLayer, LayerNorm, distances
from playground.backbones.layers import Linear
from playground.backbones.transformer import Transformer
from playground.basics.random_streams import Streams

STREAMS = Streams([0, 1, 2], "test")
TOKENS = torch.tensor([[3, 1, 4, 1, 2, 0, 0], [2, 2, 0, 0, 0, 0, 0], [5, 1, 3, 2, 4, 1, 3], [0, 0, 0, 0, 0, 0, 0]])


def stirred(module: torch.nn.Module) -> torch.nn.Module:
    """The module with every parameter moved a little, so that no scale is 1 and no shift 0."""
    generator = torch.Generator().manual_seed(0)
    for parameter in module.parameters():
        parameter.data += 0.3 * torch.randn(parameter.shape, generator=generator)
    return module


def linear(layer: Linear, run: int, x: np.ndarray) -> np.ndarray:
    """[inputs] to [outputs]."""
    return x @ layer.weight[run].detach().double().numpy() + layer.bias[run, 0].detach().double().numpy()


def norm(layer: LayerNorm, run: int, x: np.ndarray) -> np.ndarray:
    """[D] to [D]: mean 0 and variance 1, then scale and shift."""
    scale, shift = (values[run, 0, 0].detach().double().numpy() for values in (layer.scale, layer.shift))
    return (x - x.mean()) / math.sqrt(x.var() + 1e-5) * scale + shift


def attended(layer: Attention, run: int, x: list[np.ndarray]) -> list[np.ndarray]:
    """What each of the positions x gathers from all of them."""
    inner, size = layer.heads * layer.size, layer.size
    results = []
    for i, row in enumerate(x):
        found = []
        for head in range(layer.heads):
            part = slice(head * size, (head + 1) * size)
            query = linear(layer.query, run, row)[part]
            place, slope = ((-1, 1.0), (1, 1.0), (0, 0.5), (0, 0.0))[head % 4]
            scores, values = [], []
            for j, other in enumerate(x):
                both = linear(layer.key_value, run, other)
                scores.append(query @ both[:inner][part] / math.sqrt(size) - slope * abs(j - i - place))
                values.append(both[inner:][part])
            weights = [math.exp(score - max(scores)) for score in scores]
            found.append(sum(weight * value for weight, value in zip(weights, values, strict=True)) / sum(weights))
        results.append(linear(layer.out, run, np.concatenate(found)))
    return results


def encoded(layer: EncoderLayer, run: int, x: list[np.ndarray]) -> list[np.ndarray]:
    """One layer over the positions x of one example, none of them padding."""
    if isinstance(layer.entry, Linear):
        x = [linear(layer.entry, run, row) for row in x]
    gathered = attended(layer.attention, run, [norm(layer.first_norm, run, row) for row in x])
    x = [row + more for row, more in zip(x, gathered, strict=True)]
    inside = [np.maximum(0, linear(layer.widen, run, norm(layer.second_norm, run, row))) for row in x]
    x = [row + linear(layer.narrow, run, more) for row, more in zip(x, inside, strict=True)]
    return [norm(layer.last_norm, run, row) for row in x] if isinstance(layer.last_norm, LayerNorm) else x


@pytest.mark.parametrize(("inputs", "heads", "last"), [(6, 4, False), (6, 1, True), (5, 5, True)])
def test_a_layer_is_what_a_loop_over_positions_gives(inputs: int, heads: int, last: bool) -> None:
    layer = stirred(EncoderLayer(inputs, 6, heads, last, STREAMS))
    assert isinstance(layer, EncoderLayer)
    x = torch.randn(3, 4, 7, inputs, generator=torch.Generator().manual_seed(1)) * (TOKENS > 0).unsqueeze(-1)
    y = layer(x).detach()
    for run in range(3):
        for example, tokens in enumerate(TOKENS):
            length = int((tokens > 0).sum())
            expected = encoded(layer, run, list(x[run, example, :length].double().numpy()))
            for position, row in enumerate(expected):
                torch.testing.assert_close(y[run, example, position], torch.from_numpy(row).float(), rtol=1e-4, atol=1e-4)
            assert (y[run, example, length:] == 0).all()


def test_padding_changes_nothing_and_gives_no_gradient() -> None:
    layer = EncoderLayer(6, 6, 4, True, STREAMS)
    x = torch.randn(3, 2, 4, 6, generator=torch.Generator().manual_seed(1), requires_grad=True)
    longer = torch.cat([x, torch.zeros(3, 2, 3, 6)], dim=2)
    y = layer(longer)
    torch.testing.assert_close(y[:, :, :4], layer(x))
    y.square().sum().backward()
    assert all(parameter.grad is None or parameter.grad.isfinite().all() for parameter in layer.parameters())


def test_weights_are_shares_and_heads_look_where_they_should() -> None:
    layer, x = Attention(8, 4, STREAMS), torch.zeros(3, 1, 5, 8)
    _gathered, weights = layer(x, layer.hold(x), distances(4, 5, x.device))
    torch.testing.assert_close(weights.sum(-1), torch.ones(3, 1, 4, 5))
    # With nothing in the features only distance is left: from the middle, one left, one right, itself, everything alike.
    assert weights[0, 0, :3, 2].argmax(-1).tolist() == [1, 3, 2]
    torch.testing.assert_close(weights[0, 0, 3, 2], torch.full((5,), 0.2))


def test_an_embedding_is_a_table_for_each_run() -> None:
    table = Embedding(6, 4, STREAMS)
    tokens = TOKENS.expand(3, 4, 7)
    y = table(tokens)
    for run in range(3):
        expected = table.table[run][TOKENS] * (TOKENS > 0).unsqueeze(-1)
        assert torch.equal(y[run], expected)
    y.sum().backward()
    assert table.table.grad is not None
    assert (table.table.grad[:, 0] == 0).all(), "padding should have no vector that learns"


@pytest.mark.parametrize(("inputs", "positions"), [((7,), 7), ((2, 5, 3), 5)])
def test_words_rows_and_numbers_become_positions(inputs: tuple[int, ...], positions: int) -> None:
    backbone = Transformer(depth=3, width=8)
    assert backbone.length == 4
    assert backbone.sizes(inputs) == [inputs, *[(positions, 8)] * 4]
    x = torch.randn(3, 2, *inputs, generator=torch.Generator().manual_seed(0))
    y = backbone.block(0, inputs, STREAMS)(x)
    assert y.shape == (3, 2, positions, 8)
    assert (y != 0).any(-1).all(), "no position of numbers or pictures should look like padding"


def test_numbers_are_scaled_vectors_of_their_own() -> None:
    block = Transformer(width=8).block(0, (3,), STREAMS)
    x = torch.randn(3, 2, 3, generator=torch.Generator().manual_seed(0))
    scale, shift = (dict(block.named_parameters())[name] for name in ("scale", "shift"))
    for number in range(3):
        torch.testing.assert_close(block(x)[:, :, number], x[:, :, number, None] * scale[:, :, number] + shift[:, :, number])


def test_rows_of_a_picture_are_read_in_their_order() -> None:
    block = Transformer(width=8).block(0, (2, 5, 3), STREAMS)
    x = torch.randn(3, 2, 2, 5, 3, generator=torch.Generator().manual_seed(0))
    changed = x.clone()
    changed[:, :, 1, 3] += 1
    rows = (block(x) != block(changed)).any(-1).any(0).any(0)
    assert rows.tolist() == [False, False, False, True, False]


def test_only_the_last_layer_normalises_its_output() -> None:
    backbone = Transformer(depth=2, width=8)
    x = torch.randn(3, 2, 4, 8, generator=torch.Generator().manual_seed(0))
    first, last = (backbone.block(level, (4, 8), STREAMS)(x) for level in (1, 2))
    assert not torch.allclose(first.mean(-1), torch.zeros(()), atol=1e-3)
    torch.testing.assert_close(last.mean(-1), torch.zeros(3, 2, 4), rtol=0, atol=1e-5)


def test_every_run_of_a_fleet_is_the_run_alone() -> None:
    def network(seeds: list[int]) -> Tensor:
        backbone, x = Transformer(vocabulary=6), TOKENS.expand(len(seeds), 4, 7)
        for level, shape in enumerate(backbone.sizes((7,))[:-1]):
            x = backbone.block(level, shape, Streams(seeds, "block", level))(x)
        return x

    torch.testing.assert_close(network([0, 1, 5])[2], network([5])[0], rtol=1e-5, atol=1e-5)
