"""All tasks, always."""

from __future__ import annotations

from playground.basics.random_streams import stream
from playground.task_sampling.joint import Joint


def test_every_step_learns_from_every_task() -> None:
    assert Joint().active(30, (5, 6), stream(0, "schedule")).all()
