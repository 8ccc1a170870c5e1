"""A race without a page: all its runs in this very process."""

from __future__ import annotations

from playground.race.plan import Race
from playground.race.result import Result, result_of
from playground.runs.results.headless import Progress, train_all

KEPT = ("started", "scored", "kept", "finished", "failed")
"""Kinds of records that a race looks at; it has hundreds of runs, so nothing else of them is kept."""


def train(race: Race, progress: Progress | None = None) -> Result:
    """Train a whole race and say what came out. A method that cannot train fails, and the others go on."""
    return result_of(race, list(train_all(race.runs, progress, KEPT, apart=True).values()))
