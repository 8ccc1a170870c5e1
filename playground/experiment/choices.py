"""What an experiment chooses from the catalogue, and what it takes where nothing is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from playground import catalog


@dataclass(frozen=True)
class Choice:
    """One entry of the catalogue with its knobs turned: ``Choice("hard", {"depth": 2})``."""

    name: str
    knobs: Mapping[str, Any] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.name, tuple(sorted(self.knobs.items()))))


CHOICES: Mapping[str, Any] = MappingProxyType(
    {
        "suite": catalog.suites,
        "backbone": catalog.backbones,
        "sharing": catalog.strategies,
        "weighting": catalog.methods,
        "schedule": catalog.schedules,
    }
)
"""The fields of an experiment that choose from the catalogue, and where they choose from."""

DEFAULTS = MappingProxyType(
    {"suite": "digits", "backbone": "mlp", "sharing": "hard", "weighting": "equal", "schedule": "joint"}
)
