"""Heads with an answer for every place, from features of every shape."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from playground.basics.random_streams import Streams
from playground.task_types.grids import GridAnswer


@pytest.mark.parametrize("features", [(6, 8, 8), (6, 4, 4), (6, 3, 3), (6, 16, 16), (10,), (3, 7)])
@pytest.mark.parametrize("grid", [(8, 8), (8, 12)])
def test_every_shape_of_features_gives_the_grid_that_is_asked_for(features: tuple[int, ...], grid: tuple[int, int]) -> None:
    head = GridAnswer(features, 5, grid, Streams([0, 1], "head"))
    x = torch.randn(2, 3, *features, generator=torch.Generator().manual_seed(0), requires_grad=True)
    y = head(x)
    assert y.shape == (2, 3, 5, *grid)
    y.square().sum().backward()
    assert all(parameter.grad is not None and parameter.grad.abs().sum() > 0 for parameter in head.parameters())


def test_a_head_is_two_convolutions_and_places_out_of_channels() -> None:
    head = GridAnswer((8, 4, 4), 3, (8, 8), Streams([0, 1], "head"))
    x = torch.randn(2, 5, 8, 4, 4, generator=torch.Generator().manual_seed(0))
    for run in range(2):
        middle = functional.group_norm(functional.conv2d(x[run], head.first.weight[run], padding=1), 4).relu()
        assert head.last.bias is not None
        answer = functional.conv2d(middle, head.last.weight[run], head.last.bias[run])
        torch.testing.assert_close(head(x)[run], functional.pixel_shuffle(answer, 2), rtol=1e-4, atol=1e-5)


def test_an_answer_begins_where_it_is_told_to() -> None:
    head = GridAnswer((8, 4, 4), 3, (8, 8), Streams([0], "head"))
    head.begin(1.0, 2.0, 3.0)
    y = head(torch.zeros(1, 2, 8, 4, 4))
    assert [y[0, 0, channel].unique().tolist() for channel in range(3)] == [[1], [2], [3]]
