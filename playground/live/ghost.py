"""The run before, as it is sent to stand behind the one that is watched: thinned, and whole each time that it changed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from playground.live.limits import Limits
from playground.live.source import Source
from playground.runs.results.against import Before

DRAWN = ("step", "loss", "weight", "norm", "cosine")
"""Columns of measured steps that are drawn of a ghost; shares of the update are made of them."""


class Ghost:
    """What is known of the run before. Most often it is over, and then this is sent once.

    parts: for each of its runs at the setting that counts the seed, the rows of `DRAWN`, and the scores.
    before: the same as histories; None as long as nothing is known of it.
    state: changes whenever words about it have to be said anew.
    """

    def __init__(self, limits: Limits):
        self.limits = limits
        self.parts: list[dict[str, Any]] = []
        self.before: Before | None = None
        self.state: tuple[object, ...] = ()
        self._sent = 0.0

    def update(self, runs: Sequence[Source], baselines: Sequence[Source]) -> bool:
        """Take what is known now; whether it has to be sent."""
        state = tuple((len(one.columns), len(one.columns.scored), one.history().status) for one in (*runs, *baselines))
        if state == self.state or (self.parts and time.monotonic() - self._sent < self.limits.words):
            return False
        self.state, self._sent = state, time.monotonic()
        there = [one for one in runs if one.columns.scored]
        self.before = Before([one.history() for one in there], [one.history() for one in baselines]) if there else None
        counts = {id(one.run) for one in self.before.own} if self.before else set()
        parts = [self._part(one) for one in there if id(one.run) in counts]
        changed, self.parts = parts != self.parts, parts
        return changed

    def _part(self, one: Source) -> dict[str, Any]:
        rows = one.columns.part(0, self.limits.ghost)
        return {
            "seed": one.run.seed,
            "rows": {name: rows[name] for name in DRAWN},
            "scored": one.columns.scored[:],
        }
