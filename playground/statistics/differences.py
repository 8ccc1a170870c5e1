"""What a difference between two ways of training means. Whatever turns gains into words asks here; see
`playground.statistics.verdicts`.

A gain is measured once a seed, against a baseline with the same data, start and batches: d_1, …, d_n, paired by seed. One
number says nothing, for another seed gives another one. What is told is their mean d̄ with an interval that holds the true
mean in 95 % of the cases, Student's t over n − 1 degrees of freedom:

    d̄ ± t_{n−1, 1−α/2} · S · √(1/n + r),    S² = Σ (d_s − d̄)² / (n − 1),    α = 0.05

**Redrawn splits.** r is 0 where each seed makes data of its own. Where seeds only redraw the split of one set of data, two
seeds test on partly the same examples, so their numbers are alike and more seeds do not average the luck of the set away: the
variance of d̄ is 1/n + ρ/(1 − ρ) times what S² estimates. The correlation ρ is about the share of examples that two test sets
have in common, n_test / (n_test + n_train), so r = n_test / n_train (Nadeau & Bengio, "Inference for the generalization
error", Machine Learning 2003). Both are sizes of the split, however few of the training labels are kept: the overlap that the
formula is about is that of the test sets, and fewer labels make two training sets less alike, not more. (Divided by 60 labels
instead of 1,078 examples, r would be 6 instead of 1/3: hundreds of seeds would tell nothing that two do not.) Validation
examples are in neither, which errs to the wide side. With r > 0 the interval never gets narrower than t · S · √r: then it is
the examples that are too few.

**Several at once.** The more is looked at, the more often luck is told as a result. What is told together (the tasks of a
comparison and their mean, the points of a sweep, all pairs of strategies) is corrected after Holm (Scandinavian Journal of
Statistics 1979): p-values in order, p_(1) ≤ … ≤ p_(m); step k asks whether p_(k) ≤ α / (m − k + 1), and the first no ends it. A
wrong word is said in at most 5 % of such sets. Each interval is drawn at the level that its step used, and all that were left
when it ended at the level of that last step: thus an interval leaves zero out if and only if a word is said. Equal numbers
count once, and what is exactly zero in every seed (a run against itself) is not looked at.

**Words.** *Gains*: the interval lies above zero. *Loses*: below. *Too close to tell*: it holds zero; then `seeds_needed` says
how many seeds would tell a difference of this size and spread, the smallest n with t_{n−1} · S · √(1/n + r) < |d̄|. *Cannot be
told*: fewer than two numbers; or several that agree to the last digit without being zero, as scores that count few examples
can, and whose spread is then no measure of luck.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from typing import Protocol, TypeVar

import numpy as np
from scipy.special import stdtr, stdtrit

GAINS, LOSES, CLOSE, UNTOLD = "gains", "loses", "close", "untold"
"""What can be said of a difference: above zero, below zero, too close to tell, cannot be told."""

MEAN = "Δm"
"""The mean gain over tasks, as a name beside those of tasks."""

ALPHA = 0.05
"""How often a word is wrong where nothing differs, at most: one minus the confidence of the intervals."""

MOST_SEEDS = 1000
"""More seeds than these are not counted out."""

ROUNDING = 1e-3
"""Gains up to this size, in percent, are zero: scores in single precision agree no better than that."""

EARLIEST = 1 / 4
"""The part of its steps that a training has to have done before a gain is told."""

ALIKE = 1e-9
"""Numbers whose spread is no greater than this part of them count as equal."""

Key = TypeVar("Key", bound=Hashable)
Name = TypeVar("Name", bound=Hashable)


class Around(Protocol):
    """A mean of differences with their spread. `known`: whether there is an interval; `nothing`: whether every seed gave
    exactly zero; `freedom`: degrees of freedom of the spread; all else as in `Difference`."""

    @property
    def mean(self) -> float: ...
    @property
    def deviation(self) -> float: ...
    @property
    def level(self) -> float: ...
    @property
    def count(self) -> int: ...
    @property
    def resampling(self) -> float: ...
    @property
    def freedom(self) -> float: ...
    @property
    def known(self) -> bool: ...
    @property
    def nothing(self) -> bool: ...
    @property
    def error(self) -> float: ...
    @property
    def half(self) -> float: ...
    @property
    def verdict(self) -> str: ...


class Interval:
    """Student's t interval around a mean of differences, and what follows from it."""

    @property
    def error(self: Around) -> float:
        """Standard deviation of the mean."""
        return self.deviation * math.sqrt(1 / self.count + self.resampling) if self.count > 1 else math.nan

    @property
    def half(self: Around) -> float:
        """Half the width of the interval; NaN where there is none."""
        return float(stdtrit(self.freedom, 1 - self.level / 2)) * self.error if self.known else math.nan

    @property
    def low(self: Around) -> float:
        """Lower end of the interval."""
        return self.mean - self.half

    @property
    def high(self: Around) -> float:
        """Upper end of the interval."""
        return self.mean + self.half

    @property
    def p(self: Around) -> float:
        """How often the mean lies as far from zero or further where nothing differs; NaN where there is no interval."""
        if not self.known:
            return math.nan
        return 2 * float(stdtr(self.freedom, -abs(self.mean) / self.error)) if self.error else 1.0

    @property
    def verdict(self: Around) -> str:
        """`GAINS`, `LOSES`, `CLOSE` or `UNTOLD`: by the interval, never by the sign of the mean."""
        if not self.known:
            return UNTOLD
        return GAINS if self.mean > self.half else LOSES if -self.mean > self.half else CLOSE

    @property
    def told(self: Around) -> bool:
        """Whether it is a gain or a loss: the interval has no zero in it."""
        return self.known and abs(self.mean) > self.half

    @property
    def seeds_needed(self: Around) -> int | None:
        """How many seeds would tell a difference of this size and spread; None where it is told, or no number up to
        `MOST_SEEDS` would. Each further seed is a further degree of freedom."""
        if self.verdict != CLOSE or self.nothing:
            return None
        n = np.arange(2, MOST_SEEDS + 1)
        freedom = np.maximum(self.freedom + (n - self.count), 1)
        enough = stdtrit(freedom, 1 - self.level / 2) * self.deviation * np.sqrt(1 / n + self.resampling) < abs(self.mean)
        return int(n[enough][0]) if enough.any() else None


@dataclass(frozen=True)
class Difference(Interval):
    """The mean of differences paired by seed, and what may be said of it. Made by `paired`; corrected by `together`.

    by_seed: (seed, difference) of every seed that gave a number; failed: seeds that should have given one and did not.
    mean: d̄. deviation: S, NaN where there are too few numbers for it. tied: whether S is no measure of luck, see above.
    resampling: r. level: α of its interval, after correction.
    """

    by_seed: tuple[tuple[int, float], ...]
    failed: tuple[int, ...]
    mean: float
    deviation: float
    resampling: float
    level: float
    tied: bool

    @property
    def count(self) -> int:
        """How many seeds gave a number: n."""
        return len(self.by_seed)

    @property
    def asked(self) -> int:
        """How many seeds should have given one."""
        return len(self.by_seed) + len(self.failed)

    @property
    def freedom(self) -> float:
        """One less than the seeds."""
        return self.count - 1

    @property
    def known(self) -> bool:
        """Whether there is an interval."""
        return self.count > 1 and not self.tied

    @property
    def nothing(self) -> bool:
        """Whether every seed gave exactly zero."""
        return self.count > 0 and not any(number for _seed, number in self.by_seed)

    @property
    def data_too_few(self) -> bool:
        """Whether no number of seeds would tell it: even the luck of one set of test data is larger."""
        if self.verdict != CLOSE or self.nothing:
            return False
        return float(stdtrit(10**9, 1 - self.level / 2)) * self.deviation * math.sqrt(self.resampling) >= abs(self.mean)

    def within(self, bound: float) -> bool:
        """Whether it is shown to be no larger than a bound, either way: the whole interval lies within it."""
        return self.known and -bound <= self.low and self.high <= bound

    def above(self, errors: float) -> bool:
        """Whether the mean lies above zero by more than so many standard errors, or every single number does."""
        every = self.count > 0 and all(number > 0 for _seed, number in self.by_seed)
        return every or (self.count > 1 and self.mean > errors * self.error)

    def to_dict(self) -> dict[str, object]:
        """Plain values; None for what is not known."""
        ends = {"mean": self.mean, "low": self.low, "high": self.high, "deviation": self.deviation}
        return {
            **{name: value if math.isfinite(value) else None for name, value in ends.items()},
            "verdict": self.verdict,
            "count": self.count,
            "failed": list(self.failed),
            "level": self.level,
            "resampling": self.resampling,
            "seeds_needed": self.seeds_needed,
        }

    def text(self, digits: int = 1) -> str:
        """ "+3.1 [+0.8, +5.4]"; the mean alone where there is no interval, and "–" where there is no number."""
        if not self.count:
            return "–"
        return signed(self.mean, self.digits(digits)) + (f" {self.interval(digits)}" if self.known else "")

    def interval(self, digits: int = 1) -> str:
        """ "[+0.8, +5.4]"."""
        return f"[{signed(self.low, self.digits(digits))}, {signed(self.high, self.digits(digits))}]"

    def digits(self, least: int) -> int:
        """How many digits are written: up to three more where an end that is not zero would be rounded to it."""
        near = min(abs(self.low), abs(self.high)) if self.told else 1.0
        return next((more for more in range(least, least + 3) if round(near, more)), least + 3)


def paired(
    by_seed: Mapping[int, float] | Sequence[float], resampling: float = 0.0, rounding: float = 0.0, tied: bool = False
) -> Difference:
    """The difference that numbers paired by seed show.

    by_seed: for each seed its difference; what is not finite is a seed that failed. A sequence stands for seeds 0, 1, ….
    resampling: r, see above; 0 where each seed makes data of its own. rounding: numbers up to this size are zero.
    tied: whether it is known that the numbers agree only because what they are made of counts few examples.
    """
    pairs = by_seed.items() if isinstance(by_seed, Mapping) else enumerate(by_seed)
    every = [(int(seed), float(number)) for seed, number in pairs]
    there = tuple((seed, 0.0 if abs(number) <= rounding else number) for seed, number in every if math.isfinite(number))
    numbers = [number for _seed, number in there]
    mean = math.fsum(numbers) / len(numbers) if numbers else math.nan
    squares = math.fsum((number - mean) ** 2 for number in numbers)
    deviation = math.sqrt(squares / (len(numbers) - 1)) if len(numbers) > 1 else math.nan
    equal = len(numbers) > 1 and deviation <= ALIKE * abs(mean)
    return Difference(
        there,
        tuple(seed for seed, number in every if not math.isfinite(number)),
        mean,
        deviation,
        resampling,
        ALPHA,
        any(numbers) and (equal or tied),
    )


def together(found: Mapping[Key, Difference]) -> dict[Key, Difference]:
    """Differences that are looked at together, corrected after Holm; see above."""
    looked: dict[tuple[tuple[int, float], ...], float] = {
        one.by_seed: one.p for one in found.values() if one.known and not one.nothing
    }
    levels, stopped = {}, False
    for step, numbers in enumerate(sorted(looked, key=lambda numbers: looked[numbers])):
        if not stopped:
            level = ALPHA / (len(looked) - step)
            stopped = looked[numbers] > level
        levels[numbers] = level
    return {key: replace(one, level=levels.get(one.by_seed, ALPHA)) for key, one in found.items()}


def signed(value: float, digits: int = 1) -> str:
    """A difference with its sign; what rounds to zero has none."""
    text = f"{value:+.{digits}f}"
    return text[1:] if not float(text) else text.replace("-", "−")


def is_early(step: int, steps: int) -> bool:
    """Whether so many steps of all are too few to tell a gain."""
    return step < EARLIEST * steps


# --- several strategies, and sweeps ------------------------------------------------------------------------------------


def leaders(
    numbers: Mapping[Key, Mapping[Name, Mapping[int, float]]], resampling: float = 0.0
) -> dict[Key, tuple[Name, list[Name]]]:
    """For each task the contender with the highest mean, and all that cannot be told from it, itself the first of them.

    numbers: for each task and contender its gains by seed; infinite and missing ones are left out of pairs.
    As the leader is chosen by the same numbers that it is then compared with, every pair counts for the correction, those of
    all tasks together. There is a winner only where the list has one member.
    """
    highest = {task: _highest(contenders) for task, contenders in numbers.items()}
    pairs = together(
        {
            (task, first, second): paired(_minus(contenders[first], contenders[second]), resampling, ROUNDING)
            for task, contenders in numbers.items()
            for first, second in combinations(contenders, 2)
        }
    )
    found = {}
    for task, contenders in numbers.items():
        best = highest[task]
        if best is not None:
            beaten = {
                second if first == best else first
                for (of, first, second), one in pairs.items()
                if of == task and best in (first, second) and one.told
            }
            found[task] = (best, [best, *(name for name in contenders if name != best and name not in beaten)])
    return found


def _highest(contenders: Mapping[Name, Mapping[int, float]]) -> Name | None:
    """The contender with the highest mean; None where nobody has a number."""
    means = {name: paired(numbers).mean for name, numbers in contenders.items()}
    known = {name: mean for name, mean in means.items() if math.isfinite(mean)}
    return max(known, key=lambda name: known[name]) if known else None


def _minus(first: Mapping[int, float], second: Mapping[int, float]) -> dict[int, float]:
    """The differences of two, at the seeds that both have."""
    return {seed: first[seed] - second[seed] for seed in first if seed in second}


def crossings(curve: Iterable[tuple[float, Difference]]) -> list[tuple[float, float]]:
    """Between which two values of what was turned a gain becomes a loss or a loss a gain.

    curve: (value, difference), corrected for all that is looked at together. Only values at which a gain or a loss is told
    count, so the ends are the last one told on one side and the first one told on the other.
    """
    told = [(value, one.verdict) for value, one in sorted(curve, key=lambda point: point[0]) if one.told]
    return [(low, high) for (low, before), (high, after) in pairwise(told) if before != after]
