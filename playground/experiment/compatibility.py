"""What goes with what: a network with a suite, a strategy with both, a weighting method with the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from playground import catalog
from playground.basics.errors import Problem
from playground.basics.knobs import knobs_of
from playground.basics.words import _
from playground.experiment.choices import DEFAULTS, Choice

if TYPE_CHECKING:
    from playground.backbones.base import Backbone
    from playground.sharing.base import Strategy
    from playground.suites.base import Suite, Task
    from playground.task_sampling.base import Schedule


def backbone_obstacle(suite: type[Suite], backbone: type[Backbone]) -> str | None:
    """Why `backbone` cannot read what `suite` gives, as the rest of a sentence that begins with it; None when it can."""
    if suite.gives in backbone.takes:
        return None
    words = {"numbers": _("numbers"), "pictures": _("pictures"), "tokens": _("words")}
    return _("should be a network that reads {things}").format(things=words[suite.gives])


def sharing_problems(strategy: Strategy, backbone: Backbone, tasks: Sequence[Task]) -> list[Problem]:
    """What keeps a sharing strategy from working with these; empty when it works."""
    strange = [task for task in tasks if strategy.kinds and task.kind not in strategy.kinds]
    if strange:
        should = _("should not be one that answers from a list where tasks want other answers: {tasks}").format(
            tasks=_(", ").join(_(task.title) for task in strange)
        )
        return [Problem("sharing", should, strategy.key)]
    return list(strategy.problems(backbone, [task.name for task in tasks]))


def weighting_obstacle(
    method: str, strategy: Strategy, backbone: Backbone, schedule: Schedule, tasks: Sequence[Task]
) -> str | None:
    """Why a weighting method cannot work with these, as the rest of a sentence that begins with it; None when it can."""
    entry = catalog.methods()[method]
    if not schedule.weighs and entry.key != DEFAULTS["weighting"]:
        return _("should be equal weights where a step learns from one task only: there is nothing to weigh")
    if entry.signal != "loss" and not strategy.shares(backbone):
        return _(
            "should not be a method that mediates between gradients where no two tasks share a parameter: "
            "every task would get its own way anyway"
        )
    negative = [task for task in tasks if not catalog.kinds()[task.kind].positive]
    if entry.needs_positive and negative:
        names = _(", ").join(_(task.title) for task in negative)
        return _("should not be a method that needs losses above zero where a loss can be negative: {tasks}").format(
            tasks=names
        )
    return None


def wrong_lengths(weighting: Choice, tasks: Sequence[Task]) -> list[Problem]:
    """Knobs of a weighting method with one number a task that hold more or fewer."""
    problems = []
    for name, description in knobs_of(catalog.methods()[weighting.name]).items():
        value = weighting.knobs[name]
        if description.per_task and value and len(value) != len(tasks):
            should = _("should hold one number for each of the {count} tasks, or none").format(count=len(tasks))
            problems.append(Problem(f"weighting.{name}", should, len(value)))
    return problems
