"""How far runs are: the time left is that of what is awaited, at the speed of what trains."""

from __future__ import annotations

import re
import time
from types import SimpleNamespace
from typing import Any

import pytest

from playground.live.content import progress

NOW = 1e9


def entry(step: int, status: str = "running", seconds: float = 10.0, pace: float = 0.0, before: int = 0) -> Any:
    """A run that began so many seconds before `NOW`."""
    active = status in ("queued", "running", "paused")
    started = None if status == "queued" else NOW - seconds
    return SimpleNamespace(step=step, before=before, status=status, started=started, pace=pace, active=active)


@pytest.mark.parametrize(
    ("entries", "left"),
    [
        ([entry(50)], 10),
        ([entry(50), entry(50)], 10),  # side by side
        ([entry(50), entry(0, "queued")], 30),  # one after the other
        ([entry(50), entry(100, "finished", 1000)], 10),  # what is over says nothing of the speed
        ([entry(50), entry(10, "paused")], 10),  # what is held still is not awaited
        ([entry(50, pace=2.0)], 25),  # from now on no faster than asked
        ([entry(50, before=40)], 50),  # most of it was done elsewhere
        ([entry(0)], None),
        ([entry(0, "queued")], None),
    ],
)
def test_the_time_left_is_that_of_what_is_awaited(
    entries: list[Any], left: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: NOW)
    found = re.search(r"About (\d+) s left", progress._left(entries, 100))
    assert (int(found[1]) if found else None) == left
