"""Two servers with two workers each on one PostgreSQL: one of each is killed, nothing is lost and nothing told twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from playground.runs.store.store import Store
from tests.experiments import runs, small
from tests.runs.acting import until
from tests.runs.postgres import server

ROOT = Path(__file__).parents[3]
SERVER = """
import sys
from playground.runs.workers.pool import WorkerPool
options = ["--save", "0.3", "--fleet", "4", "--lost", "5", "--tries", "20", "--unwatched", "1e6"]
pool = WorkerPool(sys.argv[1], 2, options=options)
print(*pool.processes, flush=True)
sys.stdin.read()
pool.close()
"""

FORTY = [
    run
    for method in ("equal", "uncertainty", "dwa", "pcgrad", "mgda")
    for run in runs(small(weighting=method, steps=300), seeds=8)
]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with server() as address:
        engine = create_engine(address)
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        engine.dispose()
        yield address


def start(address: str) -> tuple[subprocess.Popen[str], list[int]]:
    """A server without pages, and its workers."""
    command = [sys.executable, "-c", SERVER, address]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    return process, [int(word) for word in process.stdout.readline().split()]


@pytest.mark.slow
def test_one_server_and_one_worker_of_the_other_are_killed(address: str) -> None:
    store = Store(address)
    (first, _its), (second, theirs) = start(address), start(address)
    try:
        numbers = store.submit(FORTY, "ann").runs + store.submit(runs(small(steps=31), seeds=2), "bob").runs
        done = lambda: len(store.entries(numbers, statuses=["finished"]))  # noqa: E731
        until(lambda: done() >= 8, seconds=240)
        first.send_signal(signal.SIGKILL)
        until(lambda: done() >= 16, seconds=240)
        os.kill(theirs[0], signal.SIGKILL)
        until(lambda: done() == len(numbers), seconds=240)
        for history in store.histories(numbers):
            steps = [one["step"] for one in history.of_kind("measured")]
            assert steps == sorted(set(steps)), "nothing is told twice"
            assert steps[-1] == history.run.experiment.steps
            assert len(history.of_kind("finished")) == 1
    finally:
        for process in (first, second):
            if process.poll() is None:
                process.kill()
            process.communicate()
        store.close()
