"""All tasks, always."""

from __future__ import annotations

from playground.schedules.joint import Joint
from playground.streams import stream


def test_every_step_learns_from_every_task() -> None:
    assert Joint().active(30, (5, 6), stream(0, "schedule")).all()
