"""Chance has names: equal names give equal numbers, different names have nothing in common."""

from __future__ import annotations

import numpy as np
import pytest

from playground.basics.random_streams import Streams, stream


def test_a_seed_and_a_name_give_the_same_numbers_on_every_machine() -> None:
    assert np.array_equal(stream(3, "a", 1).random(100), stream(3, "a", 1).random(100))
    # Written down once: links and stored results of other people depend on these numbers.
    assert [int(number) for number in stream(0, "batches").integers(0, 1000, 4)] == [28, 734, 966, 95]


@pytest.mark.parametrize("other", [(4, "a"), (3, "b"), (3,), (3, "a", "a"), (3, "a", 0)])
def test_other_names_give_independent_numbers(other: tuple[int, ...]) -> None:
    one, two = stream(3, "a").standard_normal(20_000), stream(*other).standard_normal(20_000)
    # The correlation of independent numbers is within 4.5 / √20000 of zero, once in 150,000 times not.
    assert abs(np.corrcoef(one, two)[0, 1]) < 4.5 / 20_000**0.5


def test_seeds_that_follow_each_other_are_independent() -> None:
    table = np.stack([stream(seed, "x").standard_normal(5000) for seed in range(20)])
    correlations = np.corrcoef(table) - np.eye(20)
    assert np.abs(correlations).max() < 5.5 / 5000**0.5


def test_every_run_draws_from_its_own_stream() -> None:
    both, second = Streams([1, 2], "x"), Streams([2], "x")
    for _time in range(3):
        drawn = both.uniform(4, 2)
        assert drawn.shape == (2, 4, 2)
        assert drawn.dtype == np.float32
        assert np.array_equal(drawn[1], second.uniform(4, 2)[0])
    assert both.normal(3).shape == (2, 3)
    assert np.array_equal(Streams([5, 5], "x").normal(3)[0], Streams([5, 5], "x").normal(3)[1])


def test_streams_below_leave_the_one_above_as_it_is() -> None:
    plain, used = Streams([1], "x"), Streams([1], "x")
    below = used.at("y", 0)
    below.uniform(10)
    assert np.array_equal(plain.uniform(10), used.uniform(10))
    assert np.array_equal(Streams([1], "x", "y", 0).uniform(10), Streams([1], "x").at("y").at(0).uniform(10))


def test_numbers_have_the_distribution_they_are_named_for() -> None:
    uniform, normal = Streams([0], "a").uniform(50_000), Streams([0], "a").normal(50_000)
    assert 0 <= uniform.min() < uniform.max() < 1
    assert abs(uniform.mean() - 0.5) < 5 * 12**-0.5 / 50_000**0.5
    assert abs(normal.mean()) < 5 / 50_000**0.5
    assert abs(normal.std() - 1) < 5 / 100_000**0.5
