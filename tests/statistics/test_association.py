"""How much one column tells of another: against SciPy and the definitions, on independent columns, and on y = x²."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency
from sklearn.metrics import r2_score

from playground.statistics.association import bins, correlation_ratio, cramer, linear, tie

RNG = np.random.default_rng(0)
KINDS, OTHERS, NUMBERS = RNG.integers(0, 4, 400), RNG.integers(0, 3, 400), RNG.normal(size=400)


def test_cramer_is_what_bergsma_says() -> None:
    mixed = np.where(RNG.random(400) < 0.5, KINDS % 3, OTHERS)
    table = pd.crosstab(KINDS, mixed).to_numpy()
    square = chi2_contingency(table, correction=False).statistic / 400 - (4 - 1) * (3 - 1) / 399
    expected = np.sqrt(max(0, square) / min(4 - 1 - 3**2 / 399, 3 - 1 - 2**2 / 399))
    assert cramer(KINDS, mixed) == pytest.approx(expected)
    assert cramer(KINDS, KINDS) == pytest.approx(1)
    assert cramer(np.tile([0, 1], 200), np.repeat([0, 1], 200)) == 0
    assert np.isnan(cramer(np.arange(2), np.arange(2))), "as many classes as rows"


def test_the_correlation_ratio_is_the_adjusted_root_of_what_class_means_explain() -> None:
    numbers = NUMBERS + 0.5 * KINDS
    means = pd.Series(numbers).groupby(KINDS).transform("mean")
    adjusted = 1 - (1 - r2_score(numbers, means)) * 399 / 396
    assert correlation_ratio(KINDS, numbers) == pytest.approx(np.sqrt(adjusted))
    assert correlation_ratio(KINDS, KINDS.astype(float)) == pytest.approx(1)
    assert np.isnan(correlation_ratio(np.arange(5), NUMBERS[:5]))


def test_linear_correlation_has_no_sign_and_is_adjusted() -> None:
    r = np.corrcoef(NUMBERS + KINDS, -NUMBERS)[0, 1]
    assert linear(NUMBERS + KINDS, -NUMBERS) == pytest.approx(np.sqrt(1 - (1 - r**2) * 399 / 398))


def test_bins_are_equally_filled_and_keep_equal_numbers_together() -> None:
    assert np.bincount(bins(NUMBERS)).tolist() == [40] * 10
    assert len(np.bincount(bins(NUMBERS[:36]))) == 6
    rounded = np.round(NUMBERS)
    assert all(len(set(bins(rounded)[rounded == one])) == 1 for one in set(rounded))


@pytest.mark.parametrize("pair", ["classes", "mixed", "numbers"])
def test_independent_columns_have_nothing_in_common_even_with_ten_classes_on_36_rows(pair: str) -> None:
    """Uncorrected, these are 0.5 on average; and hardly one pair in twenty goes beyond what chance is said to give."""
    rng = np.random.default_rng(1)
    found = []
    for _time in range(60):
        first, second = rng.integers(0, 10, 36), rng.normal(size=36)
        one = {"classes": (first, rng.integers(0, 10, 36)), "mixed": (first, second), "numbers": (rng.normal(size=36), second)}
        found.append(tie(*one[pair]))
    assert np.mean([one.strength for one in found]) < 0.25
    assert np.median([one.strength for one in found]) < 0.2
    assert np.mean([one.strength > one.chance for one in found]) <= 0.12


@pytest.mark.parametrize("count", [36, 400, 4000])
def test_a_bent_relation_is_seen_where_linear_correlation_is_blind(count: int) -> None:
    x = np.random.default_rng(2).uniform(-1, 1, count)
    x -= x.mean()
    found = tie(x, x**2)
    assert abs(found.linear) < 0.35
    assert found.strength > 0.75
    assert found.strength > found.chance + 0.2
    assert tie(x**2, x) == pytest.approx(found, abs=0.15), "either way round; what is shuffled is another"
    assert tie(x**2, x).strength == pytest.approx(found.strength)


def test_one_that_tells_the_other_is_1() -> None:
    assert tie(NUMBERS, -3 * NUMBERS).strength == pytest.approx(1)
    assert tie(NUMBERS, -3 * NUMBERS).linear == pytest.approx(-1)
    assert tie(KINDS, 7 - 2 * KINDS).strength == pytest.approx(1)
    assert tie(KINDS, KINDS % 2).strength == pytest.approx(1, abs=0.01)
    assert tie(KINDS, KINDS.astype(float)).strength == pytest.approx(1)


def test_each_pair_has_its_measure_either_way_round() -> None:
    mixed = NUMBERS + KINDS
    assert tie(KINDS, OTHERS).strength == tie(OTHERS, KINDS).strength == cramer(KINDS, OTHERS)
    assert tie(KINDS, mixed).strength == tie(mixed, KINDS).strength == correlation_ratio(KINDS, mixed)
    assert tie(KINDS, mixed).chance == tie(mixed, KINDS).chance
    assert np.isnan(tie(KINDS, mixed).linear)
    assert tie(KINDS, mixed) == tie(KINDS, mixed), "chance is drawn alike each time"
    assert np.isnan(tie(KINDS, np.zeros(400, int)).strength)
    assert np.isnan(tie(NUMBERS[:0], NUMBERS[:0]).strength)
