"""What is saved of a fleet: a lost run goes on from there, tells nothing twice, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from playground.basics.errors import Invalid
from playground.experiment import Run
from playground.runs.database.limits import Limits
from playground.runs.database.tables import chunks, states
from playground.runs.database.tables import runs as table
from playground.runs.store.states import Members
from playground.runs.store.store import Store
from playground.runs.workers.ending import Ending
from playground.runs.workers.pool import WorkerPool
from playground.runs.workers.worker import Worker
from playground.training.loop import Training
from playground.training.observing.events import Record, record_of
from tests.experiments import runs, small
from tests.runs.acting import until

OFTEN = Limits(save=0.0, flush=0.0, idle=0.01, control=0.0, slice=0.0)
"""Saves its state after every step, or nearly so."""


class Stopping(Training):
    """Tells its worker to end after so many steps."""

    at, ending = -1, Ending()

    def events(self):  # type: ignore[no-untyped-def]
        for event in super().events():
            yield event
            self.ending.told = self.ending.told or self.step == self.at


def alone(fleet: Sequence[Run]) -> list[list[Record]]:
    """What is told of each run of a fleet that nothing befalls, but the time that it took."""
    events = list(Training(fleet, device="cpu").events())
    found = [[record_of(event, place, len(fleet)) for event in events] for place in range(len(fleet))]
    return [plain([one for one in records if one is not None]) for records in found]


def plain(records: Sequence[Record]) -> list[Record]:
    """Records without the time, as text that is equal where all numbers are, none of them NaN or all."""
    return [{name: repr(value) for name, value in one.items() if name != "seconds"} for one in records]


def work(store: Store, limits: Limits = OFTEN, at: int = -1, name: str = "w") -> None:
    """Works in this thread until nothing is left to do, or until step `at`."""
    ending = Ending()

    class Here(Stopping):
        pass

    Here.at, Here.ending = at, ending
    worker = Worker(store, name, Here, limits, ending)

    def watch() -> None:
        until(lambda: ending.told or not any(entry.active for entry in store.entries()), seconds=60)
        ending.told = True

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    worker.run()
    thread.join()


def count(store: Store) -> int:
    with store.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(states)) or 0


def test_a_run_goes_on_from_worker_to_worker_as_if_nothing_had_happened(store: Store) -> None:
    fleet = runs(small(weighting="gradnorm"), small(weighting="pcgrad"), seeds=2)
    numbers = store.submit(fleet, "ann").runs
    for at in (7, 19):
        work(store, at=at, name=f"until {at}")
        assert {(entry.status, entry.step) for entry in store.entries(numbers)} == {("queued", at)}
        assert count(store) == 1 + (len({entry.shape for entry in store.entries(numbers)}) > 1)
    work(store, name="last")
    assert [plain(history.records) for history in store.histories(numbers)] == told_alone(store, numbers)
    assert {entry.attempt for entry in store.entries(numbers)} == {3}
    assert count(store) == 0, "what is over needs no state"


def told_alone(store: Store, numbers: Sequence[int]) -> list[list[Record]]:
    """What is told of these runs in the fleets in which the store would have trained them."""
    entries = {entry.id: entry for entry in store.entries(numbers)}
    by_shape: dict[str, list[int]] = {}
    for number in numbers:
        by_shape.setdefault(entries[number].shape, []).append(number)
    found = {}
    for members in by_shape.values():
        found |= dict(zip(members, alone([entries[number].run for number in members]), strict=True))
    return [found[number] for number in numbers]


def test_a_part_of_a_fleet_goes_on_as_the_whole_would_have(store: Store) -> None:
    fleet = runs(small(), seeds=3)
    numbers = store.submit(fleet, "ann").runs
    work(store, at=9)
    store.stop([numbers[1]], "ann")
    work(store)
    told = [plain(history.records) for history in store.histories(numbers)]
    wanted = alone(fleet)
    assert (told[0], told[2]) == (wanted[0], wanted[2])
    assert told[1] == wanted[1][: len(told[1])]
    assert [entry.status for entry in store.entries(numbers)][::-1] == ["finished", "stopped", "finished"]


def test_only_what_came_after_the_state_is_trained_again(store: Store) -> None:
    (number,) = store.submit(runs(small()), "ann").runs
    work(store, at=11)
    (entry,) = store.claim("lazy")
    assert (entry.step, entry.attempt) == (11, 2)
    before = store.histories([number])[0].records
    store.append("lazy", {number: [{"kind": "learned", "step": 12, "values": {}}]}, 12)
    assert store.histories([number])[0].step == 12
    store.lose("lazy")
    assert store.claim("next")[0].step == 11
    assert store.histories([number])[0].records == before
    with store.engine.connect() as connection:
        assert connection.scalar(select(func.count()).where(chunks.c.run == number, chunks.c.attempt != 3)) == 0


def test_states_go_with_their_runs(store: Store) -> None:
    one, other = (store.submit(runs(small(steps=30 + more)), "ann").runs[0] for more in range(2))
    work(store, at=5)
    work(store, at=5)
    assert count(store) >= 1
    store.stop([one], "ann")
    assert count(store) == 1
    with store.engine.begin() as connection:
        connection.execute(update(table).where(table.c.id == other).values(status="lost"))
    for number in (one, other):
        store.delete(number, "ann")
    assert count(store) == 0


@pytest.mark.parametrize("how", ["digest", "code", "about", "gone", "other", "large"])
def test_with_a_state_of_no_use_it_begins_anew(store: Store, how: str) -> None:
    (number,) = store.submit(runs(small()), "ann").runs
    work(store, at=9)
    bad = {"digest": {"digest": "0"}, "code": {"code": "older"}, "about": {"about": "[]"}, "gone": {"name": "elsewhere"}}
    other = Members((number,), tuple(runs(small(rate=0.5))), {}, {}).written()
    with store.engine.begin() as connection:
        connection.execute(update(states).values(bad.get(how, {"about": other})))
    limits = replace(OFTEN, state=0.001) if how == "large" else OFTEN
    mine = Store(store.url, limits)
    work(mine, limits)
    mine.close()
    (entry,) = store.entries([number])
    assert entry.status == "finished"
    assert [plain(store.histories([number])[0].records)] == alone(runs(small()))


def test_who_does_not_come_back_finds_it_lost_and_goes_on(url: str) -> None:
    store = Store(url, Limits(unwatched=0.05))
    (number,) = store.submit(runs(small()), "ann").runs
    work(store, replace(OFTEN, unwatched=100.0), at=9)
    until(lambda: store.reap() or store.entries([number])[0].status == "lost")
    assert store.submit(runs(small()), "ann").runs == (number,)
    assert store.entries([number])[0].step == 9
    store.close()
    store = Store(url, Limits(forget=0.0))
    store.claim("w")
    store.lose("w")
    with store.engine.begin() as connection:
        connection.execute(update(table).values(status="lost"))
        connection.execute(update(table).values(watched=0.0))
    store.submit(runs(small(), seeds=2), "bob")
    with store.engine.begin() as connection:
        connection.execute(update(table).where(table.c.visitor == "bob").values(watched=0.0))
    store.reap()
    assert count(store) == 0, "nobody went on from it"
    store.close()


@pytest.mark.slow
def test_a_killed_worker_repeats_no_more_than_the_steps_since_its_last_state(tmp_path: Path) -> None:
    pool = WorkerPool(f"sqlite:///{tmp_path / 'runs.db'}", workers=1, options=["--save", "0.2"])
    try:
        wanted = runs(small(steps=800), seeds=2)
        numbers = pool.store.submit(wanted, "ann").runs
        until(lambda: pool.store.entries(numbers)[0].kept)
        (process,) = pool.processes
        os.kill(process, signal.SIGKILL)
        until(lambda: pool.store.entries(numbers)[0].attempt == 2)
        with pool.store.engine.connect() as connection:
            assert connection.scalar(select(states.c.step)) > 0
        until(lambda: not any(entry.active for entry in pool.store.entries(numbers)), seconds=60)
        assert [plain(history.records) for history in pool.store.histories(numbers)] == alone(wanted)
    finally:
        pool.close()


def test_whose_state_it_is_can_be_read_back() -> None:
    members = Members((4, 9), tuple(runs(small(), seeds=2)), {4: 0.25}, {9: (1.0, 2.0, 3.0)})
    assert Members.read(members.written()) == members
    for text in ("{}", "[1", '{"experiments": [], "runs": [[1, 0, 0]], "rates": [], "weights": []}', "[" * 100_000):
        with pytest.raises(Invalid, match="saved state"):
            Members.read(text)
