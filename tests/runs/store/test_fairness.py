"""Nobody waits long for a start or gets less than half of a fair share, whatever others ask for; played with a clock."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from playground.runs.database.limits import Limits
from playground.runs.store import fairness
from playground.runs.store.fairness import Held, Queue, Taking, Turns, Waiting
from tests.runs.store.crowd import Crowd, Fleet, heavy

LIMITS = Limits()


def waiting(*visitors: str) -> list[Waiting]:
    """One run of each of these, in this order; its number is its place."""
    return [Waiting(visitor, float(place), (place,)) for place, visitor in enumerate(visitors)]


# --- the order of the queue ------------------------------------------------------------------------------------------


def test_shares_go_round_and_the_order_inside_a_visitor_stays() -> None:
    order = [fleet.runs[0] for fleet in Queue(waiting(*"aaabac")).in_order()]
    assert order == [0, 3, 5, 1, 2, 4]


def test_who_has_fleets_in_training_comes_after_who_has_none() -> None:
    held = [Held("a", "w"), Held("a", "v"), Held("b", "w"), Held("c", "w", active=False)]
    placed = [(fleet.turn, fleet.visitor) for fleet in Queue(waiting(*"abcd"), held).in_order()]
    assert placed == [(0, "c"), (0, "d"), (1, "b"), (2, "a")]


def test_who_has_gone_longest_without_comes_first_even_before_who_comes_newly() -> None:
    order = [fleet.visitor for fleet in Queue(waiting(*"abc"), served={"a": 5.0, "b": 1.5}).in_order()]
    assert order == ["b", "c", "a"]


def test_the_place_in_the_queue_is_that_of_the_first_fleet() -> None:
    queue = Queue(waiting(*"aaab"))
    assert [queue.place([run]) for run in range(4)] == [1, 3, 4, 2]
    assert queue.place([2, 1]) == 3
    assert queue.place([9]) is None


def test_alike_runs_make_as_many_fleets_as_they_need() -> None:
    queue = Queue([Waiting("a", 0.0, tuple(range(81))), Waiting("b", 1.0, (99,))], most=40)
    assert [(fleet.visitor, len(fleet.runs), fleet.turn) for fleet in queue.in_order()] == [
        ("a", 40, 0),
        ("b", 1, 0),
        ("a", 40, 1),
        ("a", 1, 2),
    ]


def test_a_run_that_two_asked_for_is_trained_once_for_who_comes_first() -> None:
    queue = Queue([Waiting("a", 0.0, (1,)), Waiting("a", 0.1, (2, 3)), Waiting("b", 0.2, (2,)), Waiting("a", 0.3, (2,))])
    assert [(fleet.visitor, fleet.runs) for fleet in queue.in_order()] == [("a", (1,)), ("b", (2,)), ("a", (3,))]
    assert queue.place([2]) == 2


# --- what a worker takes ---------------------------------------------------------------------------------------------


def test_a_worker_without_work_takes_the_first_of_all() -> None:
    assert Taking("w", LIMITS).choose(Queue(waiting("a"), [Held("a", "v")]), 0.0, idle=True).visitor == "a"
    assert Taking("w", LIMITS).choose(Queue(waiting("a", "b"), [Held("a", "v")]), 0.0, idle=True).visitor == "b"
    assert Taking("w", LIMITS).choose(Queue(), 0.0, idle=True) is None


def when(queue: Queue, limits: Limits = LIMITS) -> float | None:
    """After how many seconds the worker "w", which is at work, takes something; None for never."""
    taking = Taking("w", limits)
    return next((tenths / 10 for tenths in range(1000) if taking.choose(queue, tenths / 10, idle=False)), None)


def test_a_worker_at_work_takes_newcomers_soon_and_others_late_or_never() -> None:
    one, two = [Held("a", "w")], [Held("a", "w"), Held("b", "w"), Held("c", "v")]
    assert when(Queue(waiting("n"), one)) == pytest.approx(LIMITS.soon)
    assert when(Queue(waiting("n"), two)) == pytest.approx(LIMITS.late), "a worker with less to do goes first"
    assert when(Queue(waiting("a"), one)) == pytest.approx(LIMITS.patience)
    assert when(Queue(waiting("a"), [Held("a", "w"), Held("a", "v")])) is None
    assert when(Queue(waiting("a"), [Held("a", "w", active=False), Held("b", "w")])) == pytest.approx(LIMITS.soon)


def test_what_one_visitor_holds_still_does_not_fill_a_worker() -> None:
    paused = [Held("a", "w", active=False)] * LIMITS.each
    assert Taking("w", LIMITS).choose(Queue(waiting("a"), paused), 0.0, idle=True) is None
    assert Taking("w", LIMITS).choose(Queue(waiting("a", "b"), paused), 0.0, idle=True).visitor == "b"
    assert Taking("v", LIMITS).choose(Queue(waiting("a"), paused), 0.0, idle=True).visitor == "a"


# --- whose turn it is ------------------------------------------------------------------------------------------------


def had(
    turns: Turns, ready: list[str], seconds: float, now: float = 0.0, spread: dict[str, int] | None = None
) -> dict[str, float]:
    """What each had when turns of uneven length were taken for so long."""
    rng, found, start = random.Random(0), dict.fromkeys(ready, 0.0), now
    while now < start + seconds:
        visitor, took = turns.next(ready, now), rng.uniform(0.01, 0.1)
        now += took
        turns.charge(visitor, took, now, (spread or {}).get(visitor, 1))
        found[visitor] += took
    return found


def test_turns_of_uneven_length_make_even_shares() -> None:
    found = had(Turns(), ["a", "b", "c"], 30.0)
    assert max(found.values()) - min(found.values()) < 0.5


def test_who_comes_is_favoured_and_who_was_there_keeps_most_of_a_share() -> None:
    turns = Turns()
    had(turns, ["a"], 100.0)
    found = had(turns, ["a", "new"], 2.0, now=100.0)
    assert found["new"] > 1.1
    assert found["a"] >= 0.75 * 1.0 - 0.1, "of a fair share of one second"


def test_a_stream_of_newcomers_leaves_everybody_most_of_a_share() -> None:
    turns, now, kept = Turns(), 0.0, 0.0
    for place in range(60):
        kept += had(turns, ["a", "b", f"new{place}"], 1.0, now)["a"]
        now += 1.0
    assert kept >= 0.75 * 60 / 3 - 1.0


def test_who_was_away_does_not_catch_up() -> None:
    turns = Turns()
    had(turns, ["a", "b"], 100.0)
    had(turns, ["a"], 100.0, now=100.0)
    found = had(turns, ["a", "b"], 120.0, now=200.0)
    assert found["a"] > 40.0


def test_who_trains_on_two_workers_gets_half_on_each() -> None:
    found = had(Turns(), ["a", "b"], 60.0, spread={"a": 2})
    assert found["b"] == pytest.approx(2 * found["a"], rel=0.1)


def test_what_a_worker_knows_of_visitors_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fairness, "MOST_KNOWN", 10)
    turns = Turns()
    for place in range(100):
        had(turns, [f"v{place}"], 0.1, now=float(place))
    assert len(turns._had) <= 10
    assert len(turns._lately) <= 10


# --- crowds ----------------------------------------------------------------------------------------------------------


def greedy(count: int = 24) -> list[Fleet]:
    """The long runs of one visitor, all asked for at once."""
    return [Fleet("greedy", 0.0, 1e6, 0.1) for _ in range(count)]


def test_a_short_run_starts_soon_and_ends_soon_beside_the_24_long_ones_of_another() -> None:
    short = Fleet("short", 20.0, 1.0, 0.1)
    crowd = Crowd([*greedy(), short], workers=2, until=40.0)
    assert short.begun - short.asked < 5.0
    assert short.ended - short.asked < 5.0
    assert crowd.most_held <= LIMITS.beside


def test_a_short_run_starts_soon_beside_seventeen_long_ones() -> None:
    short = Fleet("short", 30.0, 1.0, 0.1)
    Crowd([*(Fleet(f"v{i}", 0.1 * i, 1e6, 0.1) for i in range(17)), short], workers=2, until=60.0)
    assert short.begun - short.asked < 5.0
    assert short.ended - short.asked < 8.0


def test_a_class_that_presses_play_at_once_starts_at_once() -> None:
    rng = np.random.default_rng(0)
    crowd = Crowd([Fleet(f"v{i}", float(rng.uniform(0, 2)), 60.0, 0.1) for i in range(30)], workers=2, until=130.0)
    assert max(crowd.waits(60.0)) < 5.0
    assert min(crowd.shares().values()) >= 0.5


LARGE = [pytest.param(*crowd, marks=pytest.mark.slow) for crowd in ((1, 300, 300.0), (2, 400, 300.0), (4, 300, 200.0))]


@pytest.mark.parametrize(("workers", "visitors", "over"), [(1, 60, 100.0), (2, 200, 120.0), *LARGE])
def test_no_share_is_less_than_half_over_any_minute_and_short_work_starts_in_seconds(
    workers: int, visitors: int, over: float
) -> None:
    crowd = Crowd([*greedy(), *heavy(np.random.default_rng(visitors + workers), visitors, over)], workers, over)
    shares, waits = crowd.shares(), crowd.waits(2.0)
    assert len(shares) >= 2
    assert len(waits) >= visitors / 2
    assert min(shares.values()) >= 0.5
    assert max(waits) <= 5.0


def test_nothing_is_lost_and_no_worker_rests_while_there_is_work() -> None:
    crowd = Crowd(list(heavy(np.random.default_rng(3), 40, 20.0, longest=20.0)), workers=1, until=400.0)
    for fleet in crowd.fleets:
        assert fleet.had == pytest.approx(fleet.work)
    work, last = sum(fleet.work for fleet in crowd.fleets), max(fleet.asked for fleet in crowd.fleets)
    assert work > 1.2 * last, "there is always something to do"
    assert max(float(fleet.ended) for fleet in crowd.fleets) <= work + 5.0


def test_equal_fleets_end_in_the_order_of_the_queue() -> None:
    """What the place in the queue promises comes true where nobody comes in between."""
    asked = [Fleet(visitor, 0.01 * place, 2.0) for place, visitor in enumerate("aaaabbc")]
    queue = Queue([Waiting(fleet.visitor, fleet.asked, (place,)) for place, fleet in enumerate(asked)])
    promised = [fleet.runs[0] for fleet in queue.in_order()]
    crowd = Crowd(list(asked), workers=1, until=60.0, limits=replace(LIMITS, soon=100.0, late=100.0, patience=100.0))
    begun = sorted(range(len(asked)), key=lambda place: float(crowd.fleets[place].begun))
    assert begun == promised
