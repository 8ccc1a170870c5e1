"""What gates read, and the parts that several strategies are built from."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from playground.basics.random_streams import Streams
from playground.sharing.blocks import Gate, low_rank, mixture, per_place, summary, summary_size
from tests.sharing import naive


def test_a_vector_is_read_as_it_is() -> None:
    x = torch.randn(2, 3, 7)
    assert summary(x) is x
    assert summary_size((7,)) == 7


@pytest.mark.parametrize("shape", [(3, 8, 16), (1, 4, 4), (2, 3, 8)])
def test_a_picture_is_read_as_means_over_fields(shape: tuple[int, int, int]) -> None:
    x = torch.randn(2, 3, *shape)
    found = naive.numpy(summary(x)).reshape(2, 3, shape[0], min(4, shape[1]), -1)
    assert found[0, 0].size == summary_size(shape)
    for row in range(found.shape[3]):
        for column in range(found.shape[4]):
            high, wide = shape[1] // found.shape[3], shape[2] // found.shape[4]
            field = naive.numpy(x)[..., row * high : (row + 1) * high, column * wide : (column + 1) * wide]
            np.testing.assert_allclose(found[..., row, column], field.mean((3, 4)), rtol=1e-4, atol=1e-6)


def test_a_sequence_is_read_as_its_mean_without_padding() -> None:
    x = torch.randn(2, 3, 5, 4)
    x[0, 0, 3:] = 0
    x[1, 2] = 0
    found = naive.numpy(summary(x))
    np.testing.assert_allclose(found[0, 0], naive.numpy(x)[0, 0, :3].mean(0), rtol=1e-5)
    np.testing.assert_allclose(found[0, 1], naive.numpy(x)[0, 1].mean(0), rtol=1e-5)
    assert (found[1, 2] == 0).all()
    assert summary_size((5, 4)) == 4


def test_a_text_is_read_as_the_share_of_its_words() -> None:
    tokens = torch.tensor([[[3, 1, 3, 0], [0, 0, 0, 0]], [[2, 0, 0, 0], [1, 2, 3, 4]]])
    expected = [[[0, 1 / 3, 0, 2 / 3, 0], [0] * 5], [[0, 0, 1, 0, 0], [0, 0.25, 0.25, 0.25, 0.25]]]
    np.testing.assert_allclose(naive.numpy(summary(tokens, 5)), expected, rtol=1e-6)
    assert summary_size((4,), 5) == 5


def test_a_gate_shares_out_the_whole() -> None:
    gate, read = Gate(4, 3, Streams([0, 1], "gate")), torch.randn(2, 5, 4)
    weights = naive.numpy(gate(read))
    for run in (0, 1):
        np.testing.assert_allclose(weights[run], naive.gate(gate, run, naive.numpy(read)[run]), rtol=1e-4)
    np.testing.assert_allclose(weights.sum(-1), 1, rtol=1e-5)


@pytest.mark.parametrize("shape", [(4,), (5, 4), (2, 3, 4)])
@pytest.mark.parametrize("count", [1, 3])
def test_a_mixture_is_a_weighted_sum(shape: tuple[int, ...], count: int) -> None:
    features = [torch.randn(2, 6, *shape) for _one in range(count)]
    for rows in (6, 1):
        weights = torch.randn(2, rows, count)
        found = naive.numpy(mixture(features, weights))
        for run in range(2):
            for example in range(6):
                one = sum(float(weights[run, example % rows, e]) * naive.numpy(features[e])[run, example] for e in range(count))
                np.testing.assert_allclose(found[run, example], one, rtol=1e-4, atol=1e-5)


def test_a_layer_works_on_the_features_of_every_place() -> None:
    x, double = torch.randn(2, 3, 4, 5, 6), torch.arange(4.0)
    torch.testing.assert_close(per_place(lambda places: places * double, x, 2), x * double[:, None, None])
    torch.testing.assert_close(per_place(lambda places: places * torch.arange(6.0), x, -1), x * torch.arange(6.0))


def test_factors_start_with_a_product_of_zero() -> None:
    down, up = low_rank(Streams([0, 1], "low"), 9, 2, 5)
    assert down.shape == (2, 9, 2)
    assert up.shape == (2, 2, 5)
    assert (down.abs() <= 1 / 3).all()
    assert down.abs().max() > 0.2
    assert (up == 0).all()
    assert not torch.equal(down[0], down[1])
