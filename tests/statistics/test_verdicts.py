"""Differences in words: every verdict has its sentence, and no sentence says more than the interval."""

from __future__ import annotations

import math

import pytest

from playground.statistics.differences import CLOSE, GAINS, LOSES, UNTOLD, paired
from playground.statistics.verdicts import phrase, verdict_word


@pytest.mark.parametrize(
    ("numbers", "resampling", "words"),
    [
        ([3, 5, 4], 0.0, "“X” gains 4.0 % [+1.5, +6.5]"),
        ([-3, -5, -4], 0.0, "“X” loses 4.0 % [−6.5, −1.5]"),
        ([3, -5, 4, 0.5], 0.0, "“X” is too close to tell: +0.6 % [−5.8, +7.0] (about 163 seeds would tell)"),
        ([3, -5, 4, 0.5], 1 / 3, "“X” is too close to tell: +0.6 % [−9.2, +10.4] (the test data are too few, not the seeds)"),
        ([1, -1, 1, -0.99], 0.0, "“X” is too close to tell: 0.0 % [−1.8, +1.8] (more than 1000 seeds would be needed)"),
        ([0, 0, 0], 0.0, "“X” is exactly as its baseline"),
        ([2.0], 0.0, "“X” cannot be told: +2.0 % in one seed"),
        ([1.0, 1.0], 0.0, "“X” cannot be told: +1.0 % in 2 seeds that are too much alike to show a spread"),
        ([math.nan], 0.0, "“X” cannot be told: no seed gives a gain (without seed 0, which gives no gain)"),
        ([3, 5, 4, math.nan, math.inf], 0.0, "“X” gains 4.0 % [+1.5, +6.5] (without seeds 3, 4, which give no gain)"),
    ],
)
def test_every_verdict_has_its_sentence(numbers: list[float], resampling: float, words: str) -> None:
    assert phrase("X", paired(numbers, resampling)) == words


def test_every_verdict_has_a_word() -> None:
    found = [paired([3, 5, 4]), paired([-3, -5, -4]), paired([1, -1]), paired([])]
    assert [one.verdict for one in found] == [GAINS, LOSES, CLOSE, UNTOLD]
    assert [verdict_word(one) for one in found] == ["gains", "loses", "too close to tell", "cannot be told"]
