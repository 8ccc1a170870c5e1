"""Ways of reading numbers beside mean and deviation, beside scikit-learn where it has them."""

from __future__ import annotations

import numpy as np
import pytest

from playground.uploads.columns.numbers import BINS, SOFT, WAYS, in_pieces, ranked, robust

RNG = np.random.default_rng(0)
NUMBERS = np.exp(2 * RNG.normal(size=200))
TRAIN = np.arange(120)


@pytest.mark.parametrize("way", WAYS)
def test_only_training_rows_fit_and_gaps_stay(way: str) -> None:
    other = NUMBERS.copy()
    other[150:] *= 1e6
    other[130] = np.nan
    one, two = WAYS[way](NUMBERS, TRAIN), WAYS[way](other, TRAIN)
    assert np.array_equal(one[:130], two[:130])
    assert np.isnan(two[130]).all()
    assert np.isfinite(two[131:]).all()
    assert np.abs(two[131:]).max() <= 10
    for odd in (np.full(9, 3.0), np.full(9, np.nan)):
        assert np.isfinite(WAYS[way](odd, np.arange(9))[np.isfinite(odd)]).all()


def test_ranks_are_those_of_scikit_learn() -> None:
    from sklearn.preprocessing import QuantileTransformer

    wanted = QuantileTransformer(n_quantiles=120, output_distribution="normal").fit(NUMBERS[TRAIN, None])
    inside = (np.sort(NUMBERS[TRAIN])[3] < NUMBERS) & (np.sort(NUMBERS[TRAIN])[-4] > NUMBERS)
    difference = ranked(NUMBERS, TRAIN)[inside] - wanted.transform(NUMBERS[:, None])[inside]
    assert np.abs(difference).max() < 0.06


def test_far_numbers_are_squeezed_and_keep_their_order() -> None:
    found = robust(NUMBERS, TRAIN)[:, 0]
    assert np.abs(found).max() < SOFT
    assert np.array_equal(np.argsort(found), np.argsort(NUMBERS))


def test_pieces_add_up_to_the_place_between_the_quantiles() -> None:
    found = in_pieces(NUMBERS, TRAIN)[:, 1:] + 0.5
    assert found.shape == (200, BINS)
    edges = np.quantile(NUMBERS[TRAIN], np.linspace(0, 1, BINS + 1))
    np.testing.assert_allclose(found.sum(1), np.interp(NUMBERS, edges, np.arange(BINS + 1)), atol=1e-9)
    assert (np.diff(found, axis=1) <= 0).all()
