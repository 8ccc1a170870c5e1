"""What is left of an experiment when something in it changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from playground.basics.knobs import read_knobs

if TYPE_CHECKING:
    from playground.backbones.base import Backbone
    from playground.suites.base import Suite

OF_THE_SUITE = (
    *("tasks", "labels", "metrics", "steps", "batch", "rate", "baseline_rate", "decay"),
    *("weight_decay", "strengths", "class_weights", "heads", "checkpoint", "sharing.depth", "backbone.dropout"),
)
"""Fields that are said about a suite, and are dropped with it; where nothing is said, the suite's own defaults hold."""

OF_THE_TASKS = ("tasks", "labels", "metrics")
"""Fields that are said about tasks, and are dropped where the suite has others."""


def without(flat: Mapping[str, Any], fields: Collection[str], choices: Collection[str]) -> dict[str, Any]:
    """A flat dict without some fields, and without the knobs of some choices; a choice that is a field goes with its knobs."""
    return {
        key: value
        for key, value in flat.items()
        if not {key, key.partition(".")[0]} & {*fields} and not ("." in key and key.partition(".")[0] in choices)
    }


def keeps_backbone(backbone: Backbone, old: Suite, new: type[Suite]) -> bool:
    """Whether the network goes along to a new suite: it can read it, and is no mere default of the old suite."""
    chosen = backbone.key != old.backbone or backbone.key == new.backbone
    return chosen and new.gives in backbone.takes


def gives_other_tasks(suite: Suite, knobs: Mapping[str, Any], changes: Mapping[str, Any]) -> bool:
    """Whether changes under dotted names give a suite, whose knobs are these, other tasks than it has now."""
    turned = {name.removeprefix("suite."): value for name, value in changes.items() if name.startswith("suite.")}
    checked, problems = read_knobs("suite", type(suite), {**knobs, **turned})
    if not turned or problems:
        return False
    other = type(suite)(**checked)
    return other.obstacle() is None and [task.name for task in other.tasks()] != [task.name for task in suite.tasks()]
