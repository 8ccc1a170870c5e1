"""One answer for a whole example, whatever the shape of its features."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from playground.backbones.attention import present
from playground.backbones.layers import Linear
from playground.basics.random_streams import Streams
from playground.task_types.pooling import PictureAnswer, SequenceAnswer, output_layer

STREAMS = Streams([0, 1], "head")


def features(*shape: int) -> Tensor:
    return torch.randn(2, 3, *shape, generator=torch.Generator().manual_seed(0))


def test_vectors_are_taken_as_they_are() -> None:
    assert isinstance(output_layer((5,), 4, STREAMS), Linear)


def test_pictures_are_read_by_mean_and_maximum() -> None:
    layer, x = output_layer((5, 2, 3), 4, STREAMS), features(5, 2, 3)
    assert isinstance(layer, PictureAnswer)
    weight, bias = layer.linear.weight.detach().numpy(), layer.linear.bias.detach().numpy()
    for run in range(2):
        for example in range(3):
            places = x[run, example].numpy().reshape(5, -1)
            read = np.concatenate([places.mean(1), places.max(1)])
            expected = read @ weight[run] + bias[run, 0]
            np.testing.assert_allclose(layer(x)[run, example].detach().numpy(), expected, rtol=1e-4, atol=1e-5)


def test_sequences_are_read_by_attention_over_what_is_no_padding() -> None:
    layer, x = output_layer((6, 5), 4, STREAMS), features(6, 5)
    assert isinstance(layer, SequenceAnswer)
    x[:, 1, 4:] = 0
    score, bias = layer.scores.weight.detach().numpy(), layer.scores.bias.detach().numpy()
    for run in range(2):
        for example, length in enumerate((6, 4, 6)):
            rows = x[run, example, :length].numpy()
            odds = np.exp(rows @ score[run, :, 0] + bias[run, 0, 0])
            pooled = (odds / odds.sum()) @ rows
            expected = pooled @ layer.linear.weight.detach().numpy()[run] + layer.linear.bias.detach().numpy()[run, 0]
            np.testing.assert_allclose(layer(x)[run, example].detach().numpy(), expected, rtol=1e-4, atol=1e-5)


def test_an_example_of_nothing_but_padding_gives_numbers() -> None:
    x = torch.zeros(2, 3, 6, 5)
    assert not present(x).any()
    assert output_layer((6, 5), 4, STREAMS)(x).isfinite().all()
