"""Races in processes of their own: told as they go on, shared, queued, stopped, and ended when nobody watches."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from playground.landscape.plan import Plan, of_setting
from playground.landscape.process import COMMAND, Race, Stadium
from playground.landscape.race import race
from playground.landscape.worlds import WORLDS

PLAN = Plan("bowls", ("equal", "mgda"), WORLDS["bowls"].starts, steps=50)
OTHER = Plan("bowls", ("equal",), WORLDS["bowls"].starts, steps=50)
THIRD = Plan("bowls", ("mgda",), WORLDS["bowls"].starts, steps=50)

ENDLESS = """
import json, sys, time
if sys.stdin.readline():
    for step in range(10**6):
        print(json.dumps({"steps": [min(step, 40)], "points": [[[0, 0]] * 8]}), flush=True)
        time.sleep(0.02)
"""
BROKEN = 'import sys; sys.stdin.readline(); print(\'{"steps": [0], "points": []}\'); sys.exit(3)'


@contextmanager
def stadium(program: str | None = None, **more: float) -> Iterator[Stadium]:
    """A stadium whose races are run by a small program, or by the real one."""
    made = Stadium(COMMAND if program is None else (sys.executable, "-c", program), **more)  # type: ignore[arg-type]  # numbers
    try:
        yield made
    finally:
        made.close()


def until(condition: Callable[[], bool]) -> None:
    """Wait until something holds; fails when it never does."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "this should have happened by now"
        time.sleep(0.02)


def running(one: Race | None) -> Race:
    """A race that was asked for, once it has told something."""
    assert one is not None
    until(lambda: bool(one.parts))
    return one


def test_a_race_in_a_process_is_the_race() -> None:
    with stadium() as place:
        asked = running(place.ask(PLAN))
        until(lambda: not asked.active)
        assert asked.status == "finished"
        assert asked.track is asked.track is not None
        np.testing.assert_allclose(asked.track.points, race(PLAN).points, atol=6e-4)


def test_whoever_asks_for_the_same_plan_gets_the_same_race() -> None:
    with stadium(ENDLESS) as place:
        assert place.look(PLAN) is None
        assert place.ask(PLAN) is place.ask(PLAN) is place.look(PLAN)


def test_races_wait_for_each_other_and_a_stopped_one_makes_room() -> None:
    with stadium(ENDLESS, most=1) as place:
        first, second, third = running(place.ask(PLAN)), place.ask(OTHER), place.ask(THIRD)
        assert second is not None
        assert third is not None
        assert (first.status, second.status, third.status) == ("running", "waiting", "waiting")
        assert (place.before(second), place.before(third)) == (0, 1)
        place.stop(first)
        assert first.process is not None
        assert first.process.poll() is not None
        running(second)
        assert first.status == "stopped"
        assert first.parts
        assert place.ask(PLAN) is not first


def test_a_race_that_nobody_watches_is_ended() -> None:
    with stadium(ENDLESS, unwatched=0.5) as place:
        watched, alone = place.ask(PLAN), place.ask(OTHER)
        assert watched is not None
        assert alone is not None

        def over() -> bool:
            place.look(PLAN)
            return not alone.active

        until(over)
        assert alone.status == "stopped"
        assert watched.active


def test_a_process_that_breaks_off_is_said() -> None:
    with stadium(BROKEN) as place:
        asked = running(place.ask(PLAN))
        until(lambda: not asked.active)
        assert asked.status == "failed"


def test_how_far_and_how_long() -> None:
    with stadium(ENDLESS) as place:
        asked = running(place.ask(PLAN))
        until(lambda: asked.step == 40)
        assert asked.seconds_left is not None
        assert 0 < asked.seconds_left < 60


def test_closing_ends_every_process() -> None:
    place = Stadium((sys.executable, "-c", ENDLESS))
    first = running(place.ask(of_setting("bowls", ("equal",))))
    place.close()
    assert first.process is not None
    assert first.process.poll() is not None
    assert place.ask(PLAN) is not None
    assert place.ask(PLAN).status == "waiting"  # type: ignore[union-attr]  # just asserted
