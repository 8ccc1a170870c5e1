"""Differences in words: what `playground.statistics.differences` found, as people read it."""

from __future__ import annotations

from playground.basics.words import _, ngettext
from playground.statistics.differences import CLOSE, GAINS, LOSES, MOST_SEEDS, UNTOLD, Difference, signed


def percent(one: Difference, digits: int = 1) -> str:
    """ "+4.0 % [+1.5, +6.5]"; the mean alone where there is no interval, and "–" where there is no number."""
    if not one.count:
        return "–"
    mean = f"{signed(one.mean, one.digits(digits))} %"
    return f"{mean} {one.interval(digits)}" if one.known else mean


def phrase(title: str, one: Difference, digits: int = 1) -> str:
    """What is said of a thing, by its title: "“Odd or even” gains 4.0 % [+1.5, +6.5]"."""
    size, ends = f"{abs(one.mean):.{one.digits(digits)}f}", one.interval(digits)
    if one.verdict == GAINS:
        said = _("“{task}” gains {size} % {interval}").format(task=title, size=size, interval=ends)
    elif one.verdict == LOSES:
        said = _("“{task}” loses {size} % {interval}").format(task=title, size=size, interval=ends)
    elif one.nothing and one.known:
        said = _("“{task}” is exactly as its baseline").format(task=title)
    elif one.verdict == CLOSE:
        said = _("“{task}” is too close to tell: {gain}").format(task=title, gain=percent(one, digits)) + hint(one)
    else:
        said = _untold(title, one, digits)
    return said + without(one)


def change(title: str, one: Difference, digits: int = 1) -> str:
    """What a change did to a thing, by its title: "“Odd or even” −4.8 % [−7.1, −2.5]"."""
    if one.nothing and one.known:
        return _("“{task}” is exactly as before").format(task=title)
    if one.verdict == CLOSE:
        return (
            _("“{task}” is too close to tell: {gain}").format(task=title, gain=percent(one, digits)) + hint(one) + without(one)
        )
    if one.told:
        return _("“{task}” {gain}").format(task=title, gain=percent(one, digits)) + without(one)
    return _untold(title, one, digits) + without(one)


def _untold(title: str, one: Difference, digits: int) -> str:
    """Why nothing can be told of a thing."""
    if not one.count:
        return _("“{task}” cannot be told: no seed gives a gain").format(task=title)
    if one.tied:
        words = _("“{task}” cannot be told: {gain} in {count} seeds that are too much alike to show a spread")
        return words.format(task=title, gain=percent(one, digits), count=one.count)
    return _("“{task}” cannot be told: {gain} in one seed").format(task=title, gain=percent(one, digits))


def hint(one: Difference) -> str:
    """What would tell it, in brackets; "" where there is nothing to say."""
    if one.seeds_needed is not None:
        return _(" (about {count} seeds would tell)").format(count=one.seeds_needed)
    if one.data_too_few:
        return _(" (the test data are too few, not the seeds)")
    if one.verdict == CLOSE and not one.nothing:
        return _(" (more than {count} seeds would be needed)").format(count=MOST_SEEDS)
    return ""


def without(one: Difference) -> str:
    """Which seeds gave no number, in brackets; "" where all did."""
    if not one.failed:
        return ""
    named = ", ".join(map(str, one.failed))
    text = ngettext(
        " (without seed {seeds}, which gives no gain)", " (without seeds {seeds}, which give no gain)", len(one.failed)
    )
    return text.format(seeds=named)


def verdict_word(one: Difference) -> str:
    """One word or two for a table."""
    return {GAINS: _("gains"), LOSES: _("loses"), CLOSE: _("too close to tell"), UNTOLD: _("cannot be told")}[one.verdict]
