"""Which of many contenders are the best: a set, never a list that luck has put in order.

Contenders have numbers paired by seed: x_{i,s}, greater is better. Whatever a seed does to all of them alike cancels in the
differences d_{ij,s} = x_{i,s} − x_{j,s}, so all that is told here is told of these.

**The set.** `best_set` leaves out those that can be told from the leader, the contender with the highest mean. As the leader
is chosen by the numbers that it is then compared with, every pair counts for the correction (Holm): if all are equal, all
stay in the set in at least 95 % of races. With twenty contenders that are 190 pairs, and five seeds tell each spread with
four degrees of freedom only: then next to nothing could ever be told. But pairs of one race spread alike. So each variance
is moderated: S̃² = (d₀ S₀² + d S²) / (d₀ + d) with d₀ + d degrees of freedom, where S₀² is what the variances of all pairs have
in common and d₀ how alike they are, both estimated from these very variances by the moments of their logarithms (Smyth,
"Linear models and empirical Bayes methods", Statistical Applications in Genetics and Molecular Biology 2004). Where they
differ no more than luck makes them differ, d₀ is large, up to the degrees of freedom that all contenders have together; where
they differ much, d₀ falls to zero and each pair stands for itself.

**Ranks.** In each seed the best has rank 1. Two mean ranks can be told apart beyond the critical difference
CD = q_{0.05, k} √(k (k + 1) / 12 · (1/n + r)) with Tukey's studentized range q (Nemenyi's test, as in Demšar, JMLR 2006). r is
the overlap of redrawn test sets, as in `playground.statistics.differences`; r = 0 gives the textbook's formula.

**Probability of being best.** Seeds are drawn anew with replacement, and it is counted how often each has the highest mean.
The drawn means are stretched to the variance S² (1/n + r), of which a plain bootstrap gives S² (n − 1) / n² only.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations
from typing import Generic, TypeVar

import numpy as np
from scipy.special import polygamma, psi
from scipy.stats import friedmanchisquare, rankdata, studentized_range

from playground.basics.random_streams import stream
from playground.statistics.differences import ALPHA, ROUNDING, Difference, Interval, paired, signed

Name = TypeVar("Name", bound=Hashable)
Numbers = Mapping[Name, Mapping[int, float]]
"""For each contender its number in each seed, greater is better; what is missing or not finite is a seed that failed."""

FEWEST = 5
"""Pairs from which on variances are moderated; fewer tell nothing of how alike they are."""

DRAWS = 4000
"""How often seeds are drawn anew for the probability of being best."""


@dataclass(frozen=True)
class Moderated(Interval):
    """A difference with its spread after moderation, and what may be said of it.

    plain: mean and numbers by seed. freedom, deviation: after moderation. level: α after the correction for all that is told
    together.
    """

    plain: Difference
    freedom: float
    deviation: float
    level: float = ALPHA

    @property
    def mean(self) -> float:
        """The mean of the differences."""
        return self.plain.mean

    @property
    def count(self) -> int:
        """How many seeds gave a number."""
        return self.plain.count

    @property
    def resampling(self) -> float:
        """Of the data that all share."""
        return self.plain.resampling

    @property
    def known(self) -> bool:
        """Whether there is an interval."""
        return self.plain.known and not self.plain.nothing

    @property
    def nothing(self) -> bool:
        """Whether every seed gave exactly zero."""
        return self.plain.nothing

    def to_dict(self) -> dict[str, float | None]:
        """Mean and ends of the interval; None for what is not known."""
        ends = {"mean": self.mean, "low": self.low, "high": self.high}
        return {name: value if math.isfinite(value) else None for name, value in ends.items()}

    def text(self, digits: int = 1) -> str:
        """ "+3.1 [+0.8, +5.4]"; the mean alone where there is no interval, and "–" where there is no number."""
        if not self.plain.count:
            return "–"
        ends = f" [{signed(self.low, digits)}, {signed(self.high, digits)}]" if self.known else ""
        return signed(self.mean, digits) + ends


@dataclass(frozen=True)
class Best(Generic[Name]):
    """Who is best: the leader, all that cannot be told from it (itself the first of them), and the pairs with the leader."""

    leader: Name
    members: tuple[Name, ...]
    pairs: Mapping[Name, Moderated]

    @property
    def seeds_needed(self) -> int | None:
        """How many seeds would separate the leader from the second; None where they are told, or no number would."""
        order = sorted(self.pairs, key=lambda name: abs(self.pairs[name].plain.mean))
        return self.pairs[order[0]].seeds_needed if order else None


def best_set(numbers: Numbers[Name], resampling: float = 0.0) -> Best[Name] | None:
    """The leader and all that cannot be told from it; None where nobody has a number.

    A contender that lacks a seed which others have broke down in it: it is no member, unless all of them did.
    """
    whole = unbroken(numbers)
    if not whole:
        return None
    means = {name: math.fsum(found.values()) / len(found) for name, found in whole.items()}
    leader = max(means, key=lambda name: means[name])
    pairs = pairwise(whole, resampling)
    own = {(second if first == leader else first): pair for (first, second), pair in pairs.items() if leader in (first, second)}
    members = [leader, *sorted((name for name in own if not own[name].told), key=lambda name: -means[name])]
    return Best(leader, tuple(members), own)


def unbroken(numbers: Numbers[Name]) -> dict[Name, dict[int, float]]:
    """The contenders that have a number in most of the seeds, at the seeds that each of them has."""
    finite = {name: {seed: one for seed, one in found.items() if math.isfinite(one)} for name, found in numbers.items()}
    most = max((len(found) for found in finite.values()), default=0)
    whole = {name: found for name, found in finite.items() if found and len(found) == most}
    common = set.intersection(*map(set, whole.values())) if whole else set()
    return {name: {seed: found[seed] for seed in sorted(common)} for name, found in whole.items()} if common else {}


def pairwise(numbers: Mapping[Name, Mapping[int, float]], resampling: float = 0.0) -> dict[tuple[Name, Name], Moderated]:
    """Every pair with its moderated spread, corrected after Holm for all of them.

    numbers: all contenders at the same seeds.
    """
    plain = {
        (first, second): paired(
            {seed: numbers[first][seed] - numbers[second][seed] for seed in numbers[first]}, resampling, ROUNDING
        )
        for first, second in combinations(numbers, 2)
    }
    return holm(dict(zip(plain, moderated(list(plain.values()), len(numbers)), strict=True)))


def moderated(pairs: Sequence[Difference], contenders: int) -> list[Moderated]:
    """Pairs with the variance that each has after it was moved toward what all have in common; see above."""
    known = [one for one in pairs if one.known and not one.nothing and one.deviation > 0]
    if len(known) < FEWEST:
        return [Moderated(one, max(one.count - 1, 1), one.deviation) for one in pairs]
    freedom = known[0].count - 1
    prior, common = _prior(np.array([one.deviation for one in known]) ** 2, freedom)
    # Pairs have contenders in common, so they look more alike than they are: half of what they say. And all contenders
    # together tell no more of a spread than their own degrees of freedom.
    prior = min(prior / 2, (contenders - 2) * freedom)
    total = prior + freedom
    return [
        Moderated(one, total, math.sqrt((prior * common + freedom * one.deviation**2) / total))
        if one.known
        else Moderated(one, total, math.nan)
        for one in pairs
    ]


def _prior(variances: np.ndarray, freedom: int) -> tuple[float, float]:
    """How many degrees of freedom the common variance stands for, and that variance (Smyth 2004, section 6.2)."""
    logs = np.log(variances) - psi(freedom / 2) + math.log(freedom / 2)
    mean, excess = float(logs.mean()), float(logs.var(ddof=1) - polygamma(1, freedom / 2))
    if excess <= 0:
        return math.inf, math.exp(mean)
    prior = 2 * _inverse_trigamma(excess)
    return prior, math.exp(mean + float(psi(prior / 2)) - math.log(prior / 2))


def _inverse_trigamma(value: float) -> float:
    """x with ψ′(x) = value, by Newton's method on 1/ψ′."""
    x = 0.5 + 1 / value
    for _turn in range(50):
        slope = float(polygamma(1, x))
        change = slope * (1 - slope / value) / float(polygamma(2, x))
        x += change
        if abs(change) < 1e-9 * x:
            break
    return x


def holm(pairs: Mapping[Name, Moderated]) -> dict[Name, Moderated]:
    """Pairs at the levels of Holm's steps, as `playground.statistics.differences.together` has them; equal numbers count
    once."""
    looked = {one.plain.by_seed: one.p for one in pairs.values() if one.known}
    levels, stopped, level = {}, False, ALPHA
    for step, numbers in enumerate(sorted(looked, key=lambda numbers: looked[numbers])):
        if not stopped:
            level = ALPHA / (len(looked) - step)
            stopped = looked[numbers] > level
        levels[numbers] = level
    return {key: replace(one, level=levels.get(one.plain.by_seed, ALPHA)) for key, one in pairs.items()}


# --- ranks and chances -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ranks(Generic[Name]):
    """Mean ranks over seeds, 1 for the best, and by how much two have to differ.

    means: for each contender. distance: the critical difference; NaN with less than two seeds.
    p: Friedman's test that all are alike; NaN where there are less than three contenders or two seeds. It takes seeds as
    independent, which redrawn splits are not, and is then only told as a hint.
    """

    means: Mapping[Name, float]
    distance: float
    p: float

    def cliques(self) -> list[tuple[Name, ...]]:
        """Groups of neighbours of which no two can be told apart, the largest ones only, from the best on."""
        order, found = sorted(self.means, key=lambda name: self.means[name]), list[tuple[Name, ...]]()
        for start, first in enumerate(order):
            group = tuple(name for name in order[start:] if self.means[name] - self.means[first] <= self.distance)
            if len(group) > 1 and not any(set(group) <= set(larger) for larger in found):
                found.append(group)
        return found


def mean_ranks(numbers: Numbers[Name], resampling: float = 0.0) -> Ranks[Name] | None:
    """Ranks over the seeds that anybody has; who broke down in a seed is last in it. None with less than two contenders."""
    names, seeds = list(numbers), sorted({seed for found in numbers.values() for seed in found})
    table = _table(numbers, names, seeds)
    if len(names) < 2 or not len(table.T):
        return None
    ranks = np.stack([rankdata(-column) for column in table.T])
    count, contenders = ranks.shape
    spread = math.sqrt(contenders * (contenders + 1) / 12 * (1 / count + resampling))
    p = math.nan
    if contenders > 2 and count > 1 and np.ptp(ranks, axis=1).any():
        p = float(friedmanchisquare(*ranks.T).pvalue)
    distance = _range(contenders) * spread if count > 1 else math.nan
    return Ranks(dict(zip(names, ranks.mean(0).tolist(), strict=True)), distance, p)


@cache
def _range(contenders: int) -> float:
    """Upper 5 % point of the range of so many standard normal numbers."""
    return float(studentized_range.ppf(1 - ALPHA, contenders, np.inf))


def chances(numbers: Numbers[Name], resampling: float = 0.0, draws: int = DRAWS) -> dict[Name, float]:
    """The probability of being best, by a bootstrap over seeds; those that tie share it. Empty with less than two seeds.

    Who broke down in a seed that others have is best in none.
    """
    whole = unbroken(numbers)
    seeds = sorted(next(iter(whole.values()), {}))
    count = len(seeds)
    if count < 2:
        return {}
    table = _table(whole, list(whole), seeds)
    means = table.mean(1, keepdims=True)
    drawn = stream(0, "contest", count, len(whole)).integers(0, count, (draws, count))
    stretch = math.sqrt((1 + count * resampling) * count / (count - 1))
    values = means + stretch * (table[:, drawn].mean(2) - means)
    first = values >= values.max(0) - ROUNDING
    share = (first / first.sum(0)).mean(1)
    return dict.fromkeys(numbers, 0.0) | dict(zip(whole, share.tolist(), strict=True))


def _table(numbers: Numbers[Name], names: Sequence[Name], seeds: Sequence[int]) -> np.ndarray:
    """[contenders, seeds] the numbers; minus infinity where one broke down, and no column for seeds that nobody has."""
    rows = [[numbers[name].get(seed, math.nan) for seed in seeds] for name in names]
    table = np.array(rows, float).reshape(len(names), len(seeds))
    table = np.where(np.isfinite(table), table, -np.inf)
    return table[:, np.isfinite(table).any(0)]
