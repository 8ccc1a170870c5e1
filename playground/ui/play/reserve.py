"""Words as long as those that may come, for whose room the page is laid out: nothing below moves when they do."""

from __future__ import annotations

from collections.abc import Sequence

from playground.basics.words import _
from playground.experiment import Experiment
from playground.figures.style import join
from playground.race.plan import Race
from playground.runs.results.summary import MOST_NAMED, standing_at

GAIN = "+88.8 % [−88.8, +88.8]"
MOST_STRATEGIES, MOST_RACERS = 3, 6
"""Tasks, and entrants of a race, for whose words room is kept; longer sentences are rare."""


def headline(experiment: Experiment) -> str:
    """A sentence about this experiment that is about as long as the longest one; its numbers are made up."""
    titles = [_(task.title) for task in experiment.the_tasks]
    hint = _(" (about {count} seeds would tell)").format(count=88)
    if len(titles) > MOST_NAMED:
        longest = [_("“{task}”: {gain}").format(task=title, gain=GAIN) for title in sorted(titles, key=len)[-2:]]
        counts = _("of {count} tasks {words}").format(count=88, words=_(", ").join([_("{count} cannot be told")] * 3))
        gained = counts + _("; ") + _("the highest is {best}, the lowest {worst}").format(best=longest[0], worst=longest[1])
    else:
        close = [_("“{task}” {gain}").format(task=title, gain=GAIN) + hint for title in titles]
        gained = _("too close to tell: {tasks}").format(tasks=_(", ").join(close))
        if len(titles) < 3:  # with more tasks the hints above are room enough for one without a gain
            words = _("“{task}” has {score} against {baseline} alone, and no gain: {reason}")
            gained += _("; ") + words.format(task=titles[-1], score="8.88 ± 8.88", baseline="8.88 ± 8.88", reason="")
        if len(titles) > 1:
            lead = _("“{task}” gains {size} % {interval}").format(
                task=_("All tasks together"), size=8.8, interval="[+8.8, +8.8]"
            )
            gained = lead + _("; ") + gained
    apart = _("two tasks' gradients point apart in {low} to {high} % of the steps").format(low=88, high=88)
    return (
        _("{sentence}.").format(sentence=_("; ").join([gained, apart])) + " " + standing_at(experiment.steps, experiment.steps)
    )


def study(experiment: Experiment, names: Sequence[str]) -> str:
    """The longest sentence about strategies side by side, or a sweep over them: names of the strategies."""
    titles = sorted((_(task.title) for task in experiment.the_tasks), key=len)[-MOST_STRATEGIES:]
    words = _("for “{task}” {strategies} cannot be told apart ({counts})")
    counts = _(", ").join([_("{count} cannot be told").format(count=8)] * 2)
    said = _("; ").join(words.format(task=title, strategies=join(names), counts=counts) for title in titles)
    return _("{sentence}.").format(sentence=said) + " " + standing_at(experiment.steps, experiment.steps)


def race(found: Race) -> str:
    """The longest sentence about a race of methods."""
    longest = sorted(found.titles.values(), key=len)[-MOST_RACERS:]
    among = _("{among} of {all} entrants cannot be told from the best: {names}.")
    return " ".join(
        [
            among.format(among=88, all=88, names=_(", ").join(longest)),
            _("About {count} seeds would separate the first two.").format(count=888),
            _("Plain sums are among them: {names}.").format(names=_(", ").join(longest[-2:])),
            _("Whether sharing helps at all is too close to tell: {gain} %.").format(gain=GAIN),
        ]
    )


def descent(methods: Sequence[str], starts: int, steps: int) -> str:
    """The longest sentence about a race down a landscape; methods: their titles."""
    parts = [_("{names} from {count} of {all} starts").format(names=name, count=starts, all=starts) for name in methods]
    return _("After {step} steps the front is reached by {parts}.").format(step=f"{steps:,}", parts=join(parts))
