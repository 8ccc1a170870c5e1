"""Texts that are equal where it matters: for runs that train the same thing, and for runs that fit into one fleet.

Stored runs are found again by these; what changes one of them here orphans every stored run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

LATER: Mapping[str, Any] = MappingProxyType(
    {
        "metrics": {},
        "weight_decay": 0.0,
        "class_weights": "equal",
        "heads": "random",
        "backbone.dropout": 0.0,
        "suite.numbers": "standard",
    }
)
"""Fields that came later, with the value at which a run trains what it trained before there were any: it keeps its key."""

ALIKE = (
    *("tasks", "metrics", "backbone", "sharing", "schedule", "steps", "batch", "decay"),
    *("class_weights", "heads", "checkpoint", "patience"),
)
"""Fields in which the runs of one fleet agree."""


def trained(values: dict[str, Any]) -> str:
    """What a run trains, of an experiment as a nested dict of its own; how its baselines are trained is no part of that."""
    values = {**values, "baseline_rate": 0.0, "sweep": False}
    del values["strengths"]
    for name, unsaid in LATER.items():
        choice, _dot, knob_name = name.partition(".")
        where = values[choice] if knob_name else values
        if where.get(knob_name or choice) == unsaid:
            del where[knob_name or choice]
    return json.dumps(values, sort_keys=True)


def content_key(seed: int, text: str) -> str:
    """The key of a run: what it trains, with its seed, in 32 letters."""
    return hashlib.sha256(f"{seed}:{text}".encode()).hexdigest()[:32]


def shape(values: dict[str, Any], mixing: Collection[str], shaping: Collection[str]) -> str:
    """A text that is equal for experiments whose runs fit into one fleet, of one as a nested dict of its own.

    mixing: knobs of the strategy in which they may differ. shaping: knobs of the suite in which they may not.
    """
    for name in mixing:
        del values["sharing"][name]
    kept = {name: values[name] for name in ALIKE}
    suite = {name: values["suite"][name] for name in shaping}
    return json.dumps({**kept, "suite": {"name": values["suite"]["name"], **suite}}, sort_keys=True)
