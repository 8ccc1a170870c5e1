"""Real workers as real processes: they train, they may be killed, and they never outlive who started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.basics.errors import Invalid
from playground.runs.store.store import Store
from playground.runs.workers import pool as pools
from playground.runs.workers.pool import WorkerPool, workers_wanted
from tests.runs.acting import runs_of, until

NOTHING = (sys.executable, "-c", "import os; os.read(0, 1)")
"""A worker that only waits for its end."""


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerPool]:
    pool = WorkerPool(f"sqlite:///{tmp_path_factory.mktemp('pool') / 'runs.db'}", workers=1)
    yield pool
    pool.close()


def alive(process: int) -> bool:
    """Whether a process is there and is not just waiting to be buried."""
    try:
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return not Path("/proc/self").exists()  # a system without /proc: the signal has told


def test_runs_are_trained_by_the_real_training(pool: WorkerPool) -> None:
    numbers = pool.store.submit(runs_of(2, steps=30) + runs_of(1, steps=30, weighting="static"), "ann").runs
    until(lambda: not any(entry.active for entry in pool.store.entries(numbers)))
    for history in pool.store.histories(numbers):
        assert (history.status, history.message) == ("finished", "")
        assert history.step == 30
        assert set(history.scores("test")) == set(history.tasks)
    first, second, _ = pool.store.histories(numbers)
    assert first.scores("test") != second.scores("test"), "each run has its own seed"


def test_a_long_run_listens(pool: WorkerPool) -> None:
    submission = pool.store.submit(runs_of(2, steps=20_000), "ann")
    step = lambda: pool.store.entries(submission.runs)[0].step  # noqa: E731
    status = lambda: {entry.status for entry in pool.store.entries(submission.runs)}  # noqa: E731
    until(step)
    pool.store.turn_rate([submission.runs[1]], "ann", 0.5)
    pool.store.pause(submission.id, "ann")
    until(lambda: status() == {"paused"})
    held = step()
    pool.store.step(submission.id, "ann")
    until(lambda: step() == held + 1)
    pool.store.resume(submission.id, "ann")
    until(lambda: step() > held + 1)
    pool.store.stop(submission.id, "ann")
    until(lambda: status() == {"stopped"})
    plain, turned = pool.store.histories(submission.runs)
    assert plain.of_kind("changed") == []
    assert [record["what"] for record in turned.of_kind("changed")] == [{"rate": 0.5}]


def test_kill_9_loses_nothing_that_was_written(pool: WorkerPool) -> None:
    wanted = runs_of(1, first=50, steps=20_000)
    numbers = pool.store.submit(wanted, "ann").runs
    until(lambda: len(pool.store.histories(numbers)[0].records) > 5)
    (process,) = pool.processes
    before = pool.store.histories(numbers)[0].records
    os.kill(process, signal.SIGKILL)
    until(lambda: pool.store.entries(numbers)[0].tries)
    after = pool.store.histories(numbers)[0].records
    assert after[: len(before)] == before
    assert pool.store.submit(wanted, "ann").runs == numbers
    until(lambda: pool.store.entries(numbers)[0].attempt == 2 and pool.store.entries(numbers)[0].step)
    again = pool.store.histories(numbers)[0].of_kind("measured")
    first = [record for record in before if record["kind"] == "measured"]
    assert again[0] == first[0], "the same seed takes the same first step"
    pool.store.stop(numbers, "ann")


def test_a_short_run_starts_soon_beside_the_24_long_ones_of_another(pool: WorkerPool) -> None:
    store = pool.store
    long = [store.submit(runs_of(1, first=100 + place, steps=20_000), "greedy").runs[0] for place in range(24)]
    until(lambda: any(entry.step for entry in store.entries(long)))
    short = store.submit([*runs_of(2, first=200, steps=30), *runs_of(1, first=200, steps=30, weighting="static")], "ann").runs
    assert store.position(short) == 1
    until(lambda: all(entry.status == "finished" for entry in store.entries(short)))
    assert {entry.share for entry in store.entries(short)} == {"ann"}
    assert 1 <= len(store.entries(long, statuses=["running"])) <= store.limits.beside
    assert store.entries(long, statuses=["queued"]), "the long ones are not over"
    store.stop(long, "greedy")
    until(lambda: not any(entry.active for entry in store.entries(long)))


PARENT = """
import sys, time
from playground.runs.workers.pool import WorkerPool
pool = WorkerPool(sys.argv[1], 1)
print(*pool.processes, flush=True)
time.sleep(1000)
"""


@pytest.mark.parametrize(("number", "at_work"), [(signal.SIGINT, False), (signal.SIGKILL, False), (signal.SIGKILL, True)])
def test_workers_end_when_their_parent_ends(number: int, at_work: bool, url: str) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, url], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert parent.stdout is not None
    workers = [int(word) for word in parent.stdout.readline().split()]
    assert len(workers) == 1
    if at_work:
        store = Store(url)
        numbers = store.submit(runs_of(1, steps=20_000), "ann").runs
        until(lambda: store.entries(numbers)[0].step)
        store.close()
    parent.send_signal(number)
    parent.communicate()
    until(lambda: not any(alive(process) for process in workers), seconds=10.0)  # two seconds where nobody else computes


def test_close_ends_all_workers(url: str) -> None:
    pool = WorkerPool(url, 2, command=NOTHING)
    workers = pool.processes
    assert len(workers) == 2
    pool.close()
    assert not any(alive(process) for process in workers)


def test_a_worker_that_dies_is_replaced_and_not_over_and_over(url: str) -> None:
    pool = WorkerPool(url, 1, command=(sys.executable, "-c", "raise SystemExit(3)"))
    begun = time.monotonic()
    names = {pool.places[0].name}

    def seen() -> int:
        names.add(pool.places[0].name)
        return len(names)

    until(lambda: seen() >= 3)
    assert time.monotonic() - begun >= 0.5 + 1.0, "each pause is longer than the last"
    pool.close()


def test_how_many_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(pools.WORKERS.name, raising=False)
    assert workers_wanted() == pools.cores() >= 1
    monkeypatch.setenv(pools.WORKERS.name, "3")
    assert workers_wanted() == 3
    for bad in ("0", "many"):
        monkeypatch.setenv(pools.WORKERS.name, bad)
        with pytest.raises(Invalid, match=pools.WORKERS.name):
            workers_wanted()


def test_a_worker_says_in_one_sentence_that_its_database_cannot_be_used(tmp_path: Path) -> None:
    environment = {**os.environ, "PLAYGROUND_DATABASE": f"sqlite:///{tmp_path}", "PYTHONPATH": str(pools.HOME)}
    worker = subprocess.Popen(
        pools.COMMAND, env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )  # its standard input stays open, so it ends for no other reason
    assert worker.wait() == 1
    _, said = worker.communicate()
    assert "should be a database" in said
    assert len(said.splitlines()) == 1
