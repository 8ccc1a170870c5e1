"""What a difference means: intervals against scipy's, the correction for several, and every way to have no number."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from playground.statistics.differences import (
    CLOSE,
    GAINS,
    LOSES,
    MOST_SEEDS,
    UNTOLD,
    Difference,
    crossings,
    is_early,
    leaders,
    paired,
    signed,
    together,
)

NUMBERS = [3.1, 4.4, 2.0, 5.3, 3.9]


def told(mean: float) -> Difference:
    """A difference that is clear, with this mean."""
    return paired([mean - 0.1, mean + 0.1, mean + 0.05, mean - 0.05])


def test_the_interval_is_students() -> None:
    one = paired(NUMBERS)
    low, high = stats.t.interval(0.95, len(NUMBERS) - 1, np.mean(NUMBERS), stats.sem(NUMBERS))
    assert (one.low, one.high) == pytest.approx((low, high))
    assert one.p == pytest.approx(stats.ttest_1samp(NUMBERS, 0).pvalue)
    assert (one.count, one.asked, one.failed) == (5, 5, ())
    assert one.deviation == pytest.approx(np.std(NUMBERS, ddof=1))


def test_redrawn_splits_widen_it_by_the_share_of_the_test_data() -> None:
    fresh, redrawn = paired(NUMBERS), paired(NUMBERS, 1 / 3)
    assert redrawn.half / fresh.half == pytest.approx(math.sqrt((1 / 5 + 1 / 3) / (1 / 5)))
    statistic = np.mean(NUMBERS) / (np.std(NUMBERS, ddof=1) * math.sqrt(1 / 5 + 1 / 3))
    assert redrawn.p == pytest.approx(2 * stats.t.sf(statistic, 4))


def test_words_follow_the_interval_and_never_the_sign() -> None:
    assert told(2).verdict == GAINS
    assert told(-2).verdict == LOSES
    wide = paired([8.0, -5.0, 4.0])
    assert wide.mean > 0
    assert wide.verdict == paired([-8.0, 5.0, -4.0]).verdict == CLOSE


@pytest.mark.parametrize("numbers", [[], [math.nan], [2.0], [2.0, math.nan], [0.0]])
def test_fewer_than_two_numbers_tell_nothing(numbers: list[float]) -> None:
    one = paired(numbers)
    assert one.verdict == UNTOLD
    assert math.isnan(one.low)
    assert one.seeds_needed is None
    assert one.count + len(one.failed) == one.asked == len(numbers)


def test_what_is_zero_in_every_seed_is_neither_and_what_is_below_rounding_is_zero() -> None:
    nothing = paired([0.0, 0.0, 0.0])
    assert (nothing.verdict, nothing.low, nothing.high, nothing.p) == (CLOSE, 0, 0, 1)
    assert paired([4e-4, 5e-4, 4e-4], rounding=1e-3).nothing
    assert paired([4e-4, 5e-4, 4e-4]).verdict == GAINS


def test_equal_numbers_are_no_sign_of_certainty() -> None:
    """Two seeds in which one more of a hundred examples was right."""
    assert paired([1.0, 1.0]).verdict == UNTOLD
    assert paired([1.1, 1.2], tied=True).verdict == UNTOLD
    assert paired([0.0, 0.0], tied=True).verdict == CLOSE


def test_seeds_that_failed_are_named_and_in_no_mean() -> None:
    one = paired({4: 1.0, 7: math.nan, 9: 2.0, 11: math.inf})
    assert one.by_seed == ((4, 1.0), (9, 2.0))
    assert one.failed == (7, 11)
    assert one.mean == 1.5
    assert one.to_dict()["failed"] == [7, 11]


def test_seeds_needed_are_the_fewest_that_would_tell() -> None:
    one = paired([8.0, -5.0, 4.0, 1.0], 0.01)
    n = one.seeds_needed
    assert n is not None

    def half(count: int) -> float:
        return stats.t.ppf(0.975, count - 1) * one.deviation * math.sqrt(1 / count + 0.01)

    assert half(n) < one.mean <= half(n - 1)
    assert n > one.count
    assert told(2).seeds_needed is None


def test_where_the_test_data_are_too_few_no_number_of_seeds_would_tell() -> None:
    one = paired([8.0, -5.0, 4.0, 1.0], 1 / 3)
    assert one.seeds_needed is None
    assert one.data_too_few
    tiny = paired([1.0, -1.0, 1.0, -0.99])
    assert tiny.seeds_needed is None
    assert not tiny.data_too_few, f"more than {MOST_SEEDS} would"
    assert not paired([0.0, 0.0]).data_too_few


def test_shown_to_be_small_is_more_than_not_told() -> None:
    assert paired([0.3, -0.2, 0.1, 0.2]).within(1)
    assert not paired([8.0, -5.0, 4.0]).within(1)
    assert told(0.8).within(1)
    assert not paired([0.1]).within(1)


def random_set(seed: int) -> dict[int, Difference]:
    """Several differences, of which some have an effect, one failed and one is nothing."""
    rng = np.random.default_rng(seed)
    found = {place: paired((rng.normal(rng.choice([0, 2]), 1, 6)).tolist(), 0.1) for place in range(6)}
    return found | {6: paired([math.nan, 1.0]), 7: paired([0.0] * 6)}


@pytest.mark.parametrize("seed", range(20))
def test_several_are_corrected_as_holm_says_and_every_interval_agrees_with_its_word(seed: int) -> None:
    found = random_set(seed)
    corrected = together(found)
    # Independently: adjusted p-values max over j ≤ k of (m − j) p_(j), below 0.05 where a word is said.
    pairs = sorted((one.p, place) for place, one in found.items() if place < 6)
    adjusted, most = {}, 0.0
    for step, (p, place) in enumerate(pairs):
        most = max(most, (6 - step) * p)
        adjusted[place] = most
    for place, one in corrected.items():
        assert one.told == (adjusted.get(place, 1.0) <= 0.05)
        if one.known:
            assert one.told == (not one.low <= 0 <= one.high)
            assert one.half >= found[place].half
    assert corrected[7].low == corrected[7].high == 0


def test_one_alone_is_not_corrected_and_equal_numbers_count_once() -> None:
    one, other = paired(NUMBERS), paired([1.0, -2.0, 0.5, 0.1, 3.0])
    assert together({"a": one}) == {"a": one}
    assert together({"a": one, "b": one, "c": paired([0.0] * 5)}) == {"a": one, "b": one, "c": paired([0.0] * 5)}
    assert together({"a": one, "b": other})["a"].level == 0.025


def by_seed(*numbers: float) -> dict[int, float]:
    return dict(enumerate(numbers))


def test_a_winner_is_told_only_where_nobody_else_may_be_it() -> None:
    low, middle, high = by_seed(0, 0.2, -0.1, 0.1), by_seed(9.0, 11.2, 8, 12), by_seed(10, 10.5, 9, 11)
    assert leaders({"a": {"low": low, "high": high}}) == {"a": ("high", ["high"])}
    best, tied = leaders({"a": {"low": low, "middle": middle, "high": high}})["a"]
    assert best == "high"
    assert tied == ["high", "middle"]
    assert leaders({"a": {"x": by_seed(3), "y": by_seed(5)}}) == {"a": ("y", ["y", "x"])}
    assert leaders({"a": {"x": {}, "y": {}}}) == {}


def test_leaders_are_paired_by_seed() -> None:
    """Seeds differ by far more than the contenders, and each of them by the same."""
    rng = np.random.default_rng(0)
    base = rng.normal(0, 50, 6)
    first = dict(enumerate(base + 1 + rng.normal(0, 0.1, 6)))
    second = dict(enumerate(base))
    found = leaders({"a": {"first": first, "second": second}})
    assert found == {"a": ("first", ["first"])}


def test_a_crossing_is_an_interval_between_two_that_are_told() -> None:
    zero = paired([8.0, -5.0, 4.0])
    curve = [(1.0, told(3)), (0.0, told(-2)), (0.25, told(-1)), (0.5, zero)]
    assert crossings(curve) == [(0.25, 1.0)]
    assert crossings([(0.0, told(-2)), (0.5, zero), (1.0, paired([5.0]))]) == []
    assert crossings([(0, told(-2)), (1, told(2)), (2, told(3)), (3, told(-3))]) == [(0, 1), (2, 3)]


def test_numbers_are_written_with_their_sign_and_zero_has_none() -> None:
    assert [signed(value) for value in (0.04, -0.04, -0.05001, 3.26)] == ["0.0", "0.0", "−0.1", "+3.3"]
    assert paired([2.0]).text() == "+2.0"
    assert paired([]).text() == "–"
    assert paired([3, 4, 5]).text() == "+4.0 [+1.5, +6.5]"


def test_an_end_that_is_not_zero_is_not_rounded_to_it() -> None:
    one = paired([1.0, 2.0, 3.0, 2.5])
    shifted = replace(one, mean=one.mean - one.low + 0.004)
    assert shifted.verdict == GAINS
    assert "[+0.004," in shifted.text()


def test_early_is_before_a_quarter() -> None:
    assert is_early(0, 600)
    assert is_early(149, 600)
    assert not is_early(150, 600)
