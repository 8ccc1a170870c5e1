"""Who is best: hundreds of simulated races, most of them among equals, and small ones that can be checked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import ttest_rel

from playground.statistics.contest import Best, best_set, chances, mean_ranks, moderated, pairwise
from playground.statistics.differences import paired

RACES, LEAST = 500, 0.94
ERROR = math.sqrt(2)
"""Standard deviation of the difference of two contenders whose own deviation is 1, times √n for its mean."""


def table(rows: np.ndarray) -> dict[int, dict[int, float]]:
    return {place: dict(enumerate(row.tolist())) for place, row in enumerate(rows)}


def race(
    rng: np.random.Generator, contenders: int, seeds: int, better: float = 0.0, spread: np.ndarray | None = None
) -> Best[int]:
    """One race. What a seed does to all alike is as large as what it does to each; number 0 is better by `better` standard
    errors of a difference."""
    numbers = rng.normal(size=(contenders, seeds)) * (1.0 if spread is None else spread[:, None]) + rng.normal(size=(1, seeds))
    numbers[0] += better * ERROR / math.sqrt(seeds)
    found = best_set(table(numbers))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("contenders", "seeds"),
    [(4, 5), (12, 5), pytest.param(20, 3, marks=pytest.mark.slow), pytest.param(20, 5, marks=pytest.mark.slow)],
)
def test_among_equals_all_stay_in_the_set(contenders: int, seeds: int) -> None:
    rng = np.random.default_rng(contenders + seeds)
    whole = sum(len(race(rng, contenders, seeds).members) == contenders for _race in range(RACES))
    assert whole / RACES >= LEAST


@pytest.mark.slow
def test_so_they_do_where_one_in_four_spreads_three_times_as_wide() -> None:
    rng, spread = np.random.default_rng(0), np.where(np.arange(20) % 4, 1.0, 3.0)
    whole = sum(len(race(rng, 20, 5, spread=spread).members) == 20 for _race in range(RACES))
    assert whole / RACES >= LEAST


def test_one_that_is_better_by_two_standard_errors_is_found() -> None:
    """It is in the set, and more often than not it leads: the luckiest of eleven others comes near to two errors, too."""
    rng = np.random.default_rng(1)
    found = [race(rng, 12, 5, better=2.0) for _race in range(RACES)]
    assert sum(0 in one.members for one in found) / RACES >= LEAST
    assert sum(one.leader == 0 for one in found) / RACES > 0.6


def test_one_that_is_better_by_far_stands_alone() -> None:
    rng = np.random.default_rng(2)
    alone = sum(race(rng, 12, 5, better=8.0).members == (0,) for _race in range(100))
    assert alone / 100 > 0.9


def test_moderation_is_what_lets_five_seeds_tell_anything() -> None:
    """The same races with every pair standing for itself: hardly ever is the better one told from all."""
    rng = np.random.default_rng(3)
    told = 0
    for _race in range(40):
        numbers = rng.normal(size=(12, 5))
        numbers[0] += 8 * ERROR / math.sqrt(5)
        worst = max(ttest_rel(numbers[0], other).pvalue for other in numbers[1:])
        told += worst < 0.05 / 66
    assert told / 40 < 0.2


def test_few_pairs_stand_for_themselves() -> None:
    rng = np.random.default_rng(4)
    first, second = rng.normal(size=(2, 6))
    pair = pairwise(table(np.stack([first, second])))[0, 1]
    assert pair.p == pytest.approx(ttest_rel(first, second).pvalue)
    assert pair.freedom == 5


def test_moderated_spreads_lie_between_their_own_and_the_common_one() -> None:
    rng = np.random.default_rng(5)
    pairs = [paired(row.tolist()) for row in rng.normal(size=(30, 5))]
    found = moderated(pairs, 10)
    own, now = np.array([one.deviation for one in pairs]), np.array([one.deviation for one in found])
    assert np.ptp(now) < np.ptp(own)
    assert (np.argsort(now) == np.argsort(own)).all()
    assert all(4 < one.freedom <= 4 + 8 * 4 for one in found)
    wild = [paired((row * 10.0**place).tolist()) for place, row in enumerate(rng.normal(size=(30, 5)))]
    assert all(one.freedom < 5 for one in moderated(wild, 10)), "spreads that differ have nothing in common"


def test_who_broke_down_in_a_seed_is_not_among_the_best() -> None:
    numbers = table(np.random.default_rng(6).normal(size=(3, 5)))
    numbers[2] = dict.fromkeys(range(4), 100.0) | {4: math.nan}
    found = best_set(numbers)
    assert found is not None
    assert 2 not in found.members
    assert chances(numbers)[2] == 0
    assert best_set({0: {0: math.nan}}) is None


def test_equal_numbers_share_everything() -> None:
    row = np.random.default_rng(7).normal(size=5)
    numbers = table(np.stack([row, row, 2 * row - 50]))
    found = best_set(numbers)
    assert found is not None
    assert set(found.members) == {0, 1}
    assert chances(numbers) == {0: 0.5, 1: 0.5, 2: 0.0}


def test_ranks_are_those_of_the_textbook() -> None:
    """Nemenyi's critical difference for 5 contenders on 30 data sets is 2.728 √(5 · 6 / (6 · 30)) (Demšar 2006, table 5)."""
    numbers = table(np.random.default_rng(8).normal(size=(5, 30)))
    ranks = mean_ranks(numbers)
    assert ranks is not None
    assert ranks.distance == pytest.approx(2.728 * math.sqrt(5 * 6 / (6 * 30)), abs=2e-3)
    assert sum(ranks.means.values()) == pytest.approx(15)
    clear = mean_ranks(table(np.arange(5)[:, None] + 0.1 * np.random.default_rng(9).normal(size=(5, 30))))
    assert clear is not None
    assert clear.means == {4: 1, 3: 2, 2: 3, 1: 4, 0: 5}
    assert clear.cliques() == [(4, 3), (3, 2), (2, 1), (1, 0)]
    wide = mean_ranks(numbers, resampling=1 / 3)
    assert wide is not None
    assert wide.distance == pytest.approx(ranks.distance * math.sqrt(1 + 30 / 3))


def test_the_probability_of_being_best_is_a_half_for_two_equals_and_grows_with_the_lead() -> None:
    rng = np.random.default_rng(10)
    equal = np.mean([chances(table(rng.normal(size=(2, 8))), draws=400)[0] for _race in range(200)])
    assert equal == pytest.approx(0.5, abs=0.06)
    numbers = rng.normal(size=(2, 8))
    found = [chances(table(numbers + np.array([[lead], [0.0]])))[0] for lead in (0.0, 1.0, 3.0)]
    assert found == sorted(found)
    assert found[-1] > 0.95
    assert chances(table(numbers[:, :1])) == {}


def test_seeds_needed_are_enough() -> None:
    """With as many seeds of the same spread the two are told apart; with half of them they are not."""
    base = np.array([1.0, -1.0, 2.0, -2.0, 0.5])
    pair = pairwise(table(np.stack([base + 0.7, np.zeros(5)])))[0, 1]
    needed = pair.seeds_needed
    assert needed is not None
    error = pair.deviation / math.sqrt(needed)
    assert 1.9 < pair.mean / error < 2.3
