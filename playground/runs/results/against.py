"""A run beside the run before it: what a change did, paired by seed. What may be said of it is up to
`playground.statistics.differences`.

The scores of a task are told as relative changes from those of the run before, in percent, plus for better, by the rules for
gains over baselines (`playground.runs.results.comparison`): the run before stands where a baseline would.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from playground.basics.words import _
from playground.experiment import Setting
from playground.runs.results.comparison import Comparison, compare, same_step
from playground.runs.results.history import History
from playground.runs.results.summary import MOST_NAMED, close, counted_out, too_early
from playground.statistics.differences import CLOSE, MEAN, Difference
from playground.statistics.verdicts import change
from playground.suites.base import Task


@dataclass(frozen=True)
class Before:
    """The run before, one history a seed and setting, and its baselines."""

    runs: Sequence[History]
    baselines: Sequence[History] = ()

    @cached_property
    def own(self) -> list[History]:
        """Its runs at the learning rate that counts."""
        tried = {one.experiment.setting for one in self.runs}
        counts = compare(self.runs, self.baselines).setting if len(tried) > 1 else next(iter(tried), None)
        return self.at(counts)

    def at(self, setting: Setting | None) -> list[History]:
        """Its runs at one setting."""
        return [one for one in self.runs if one.experiment.setting == setting]

    def gains(self, step: int | None) -> dict[str, Difference]:
        """What may be said of its own gains over its baselines, after `step` steps or with what they ended with for None."""
        everything = [*self.runs, *self.baselines]
        if not self.own or not self.baselines:
            return {}
        at = _common(everything, step)
        found = compare(self.runs, self.baselines) if at is None else compare(self.runs, self.baselines, "validation", at)
        return found.differences


def against(runs: Sequence[History], before: Before, step: int | None = None) -> Comparison | None:
    """Runs (at the setting that counts) beside the run before, after `step` steps or with what they ended with for None.

    They are compared at a step that all have reached. None without any run before.
    """
    seeds = {one.run.seed for one in runs} & {one.run.seed for one in before.own}
    now, then = ([one for one in group if one.run.seed in seeds] for group in (runs, before.own))
    if not now or not then:
        return None
    at = _common([*now, *then], step)
    return compare(now, then) if at is None else compare(now, then, "validation", at)


def _common(histories: Sequence[History], step: int | None) -> int | None:
    """The step at which histories are compared: no later than each of them has been scored; None for what they ended with."""
    if step is None:
        return same_step(histories, len(histories))
    reached = (scored[-1]["step"] if (scored := one.of_kind("scored")) else 0 for one in histories)
    return min([step, *reached])


def sentence(comparison: Comparison | None) -> str:
    """What the change did to each task, as a clause: "“Odd or even” −4.8 % [−7.1, −2.5]; too close to tell: …"."""
    if comparison is None:
        return _("no seed in common, so nothing can be told")
    if comparison.early:
        return too_early(comparison)
    titles = {task.name: _(task.title) for task in comparison.experiment.the_tasks}
    found = {titles[name]: one for name, one in comparison.differences.items() if name != MEAN and one.asked}
    parts = [counted_out(found)] if len(found) > MOST_NAMED else _named(found, comparison.differences.get(MEAN))
    parts += [text for task in comparison.experiment.the_tasks if (text := _scores(comparison, task))]
    said = _("; ").join(part for part in parts if part) or _("no result yet")
    at = _(" (on validation data after {step} steps)").format(step=comparison.step) if comparison.step is not None else ""
    return said + at


def _named(found: dict[str, Difference], overall: Difference | None) -> list[str]:
    """Of a few tasks each, those that are told first; the mean of all where it is told and no task is."""
    undecided = {title: one for title, one in found.items() if one.verdict == CLOSE and not one.nothing and not one.failed}
    rest = {title: one for title, one in found.items() if title not in undecided}
    if overall and overall.told and not any(one.told for one in found.values()):
        rest = {_("All tasks together"): overall} | rest
    return [_(", ").join(change(title, one) for title, one in rest.items()), close(undecided)]


def _scores(comparison: Comparison, task: Task) -> str:
    """Both scores of a task whose change is not a number; "" where it is, or where one of them is not there yet."""
    now, then = (comparison.column(name, task.name) for name in ("score", "baseline"))
    if task.name not in comparison.missing or not now.count or not then.count:
        return ""
    return _("“{task}” has {now}, before {then}").format(task=_(task.title), now=now.text(2), then=then.text(2))
