"""What holds for every schedule, also for one that is added tomorrow."""

from __future__ import annotations

import numpy as np
import pytest

from playground import catalog
from playground.basics.knobs import knobs_of
from playground.basics.random_streams import stream
from playground.task_sampling.base import Schedule

TASKS = ("a", "b", "c")
SIZES = (1000, 100, 10)


def variants() -> list[tuple[str, dict[str, object]]]:
    """Every schedule as it is by default, and with each knob turned to its ends, as far as the result is valid."""
    found: list[tuple[str, dict[str, object]]] = []
    for key, entry in catalog.schedules().items():
        turned: list[dict[str, object]] = [{}]
        for name, knob in knobs_of(entry).items():
            turned += [{name: type(knob.default)(end)} for end in (knob.low, knob.high)]
        found += [(key, knobs) for knobs in turned if not entry(**knobs).problems(TASKS)]
    return found


def made(key: str, **knobs: object) -> Schedule:
    return catalog.schedules()[key](**knobs)


@pytest.mark.parametrize(("key", "knobs"), variants())
@pytest.mark.parametrize("steps", [1, 10, 500])
def test_every_step_learns_from_something(key: str, knobs: dict[str, object], steps: int) -> None:
    active = made(key, **knobs).active(steps, SIZES, stream(0, "schedule"))
    assert active.shape == (steps, 3)
    assert active.dtype == bool
    assert active.any(1).all()


@pytest.mark.parametrize(("key", "knobs"), variants())
def test_a_seed_gives_its_schedule(key: str, knobs: dict[str, object]) -> None:
    one, again = (made(key, **knobs).active(200, SIZES, stream(4, "schedule")) for _time in range(2))
    assert np.array_equal(one, again)


@pytest.mark.parametrize(("key", "knobs"), variants())
def test_schedules_know_whether_there_is_anything_to_weigh(key: str, knobs: dict[str, object]) -> None:
    schedule = made(key, **knobs)
    assert schedule.active(300, SIZES, stream(0, "schedule")).all(1).any() == schedule.weighs


@pytest.mark.parametrize(("key", "knobs"), variants())
def test_a_single_task_is_always_active(key: str, knobs: dict[str, object]) -> None:
    schedule = made(key, **knobs)
    if not schedule.problems(("a",)):
        assert schedule.active(50, (30,), stream(0, "schedule")).all()
