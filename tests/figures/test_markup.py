"""Small pictures hold the numbers that they are made of."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

from playground.figures.markup import png


def pixels(address: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))))


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_small_pictures_hold_their_numbers(channels: int) -> None:
    values = np.array([[0.0, 0.5, 1.0], [1.0, np.nan, 0.25]])
    expected = np.array([[0, 128, 255], [255, 0, 64]])
    if channels > 1:
        values = np.stack([values, *[1 - values] * (channels - 1)], axis=-1)
        other = np.array([[255, 128, 0], [0, 0, 191]])
        expected = np.stack([expected, *[other] * (channels - 1)], axis=-1)
    assert np.array_equal(pixels(png(values)), expected)
