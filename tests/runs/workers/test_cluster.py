"""Fleets on the workers of a scheduler: as on one machine, also when workers die and the scheduler begins anew."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from playground.basics.errors import Invalid
from playground.basics.settings import CLUSTER, DATABASE
from playground.runs.database.limits import Limits
from playground.runs.results.history import History
from playground.runs.store.store import Store
from playground.runs.workers import cluster_task
from playground.runs.workers.pool import WorkerPool
from tests.experiments import runs, small
from tests.runs.acting import until
from tests.runs.workers.machines import Machines, kill

QUICK = Limits(fleet=4, save=0.3, lost=5.0, beat=0.5, tries=20, unwatched=1e6)
ROOT = Path(__file__).parents[3]

FORTY = [
    run
    for method in ("equal", "uncertainty", "gradnorm", "pcgrad", "mgda")
    for run in runs(small(weighting=method, steps=400), seeds=8)
]
"""A small race: eight seeds of five methods."""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'runs.db'}"


def measured(history: History) -> list[object]:
    return [[one["step"], one["losses"], one["weights"]] for one in history.of_kind("measured")]


def close(found: list[History], wanted: list[History]) -> None:
    """Equal up to the rounding of another fleet or processor."""
    for one, other in zip(found, wanted, strict=True):
        assert one.status == other.status == "finished"
        assert [record["step"] for record in one.of_kind("measured")] == [
            record["step"] for record in other.of_kind("measured")
        ]
        for split in ("validation", "test"):
            assert one.scores(split) == pytest.approx(other.scores(split), rel=1e-4)
        for mine, theirs in zip(one.of_kind("measured"), other.of_kind("measured"), strict=True):
            assert mine["losses"] == pytest.approx(theirs["losses"], rel=1e-3, abs=1e-5)


# --- one task, without a scheduler -------------------------------------------------------------------------------------


@pytest.fixture
def here(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv(DATABASE.name, url)
    cluster_task._store.cache_clear()
    store = Store(url)
    yield store
    store.close()
    cluster_task._store.cache_clear()


def test_a_task_takes_one_fleet_and_no_more(here: Store) -> None:
    first, second = (here.submit(runs(small(steps=steps), seeds=2), "ann").runs for steps in (10, 11))
    assert cluster_task.train_next(Limits())
    assert {entry.status for entry in here.entries(first)} == {"finished"}
    assert {entry.status for entry in here.entries(second)} == {"queued"}
    assert cluster_task.train_next(Limits())
    assert not cluster_task.train_next(Limits()), "nothing waits"
    assert {entry.status for entry in here.entries([*first, *second])} == {"finished"}


def test_a_worker_that_was_told_no_database_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DATABASE.name, raising=False)
    cluster_task._store.cache_clear()
    with pytest.raises(Invalid, match=DATABASE.name):
        cluster_task.train_next(Limits())


def test_nothing_of_a_cluster_is_loaded_without_one() -> None:
    loaded = "playground.ui.server, playground.runs.workers.worker, playground.runs.workers.cluster_task"
    code = f"import sys, {loaded}; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert not {"dask", "distributed", "playground.runs.workers.cluster"} & set(found)


def test_who_lacks_the_packages_is_told_what_to_install(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CLUSTER.name, "tcp://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "playground.runs.workers.cluster", raising=False)
    with pytest.raises(Invalid, match=r"requirements-cluster\.txt"):
        WorkerPool(url)


def test_a_pool_with_an_address_starts_nothing_of_its_own(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Noting:
        closed = False

        def __init__(self, store: Store, address: str):
            self.store, self.address = store, address

        def close(self) -> None:
            self.closed = True

    monkeypatch.setitem(sys.modules, "playground.runs.workers.cluster", SimpleNamespace(Cluster=Noting))
    monkeypatch.setenv(CLUSTER.name, "tcp://there:8786")
    pool = WorkerPool(url)
    cluster: Any = pool.cluster
    assert (cluster.store, cluster.address, pool.processes) == (pool.store, "tcp://there:8786", [])
    pool.close()
    assert cluster.closed


# --- real processes ----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_forty_runs_come_through_a_killed_worker_and_a_new_scheduler(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from playground.runs.workers.cluster import Cluster

    machines, store = Machines(tmp_path, url, workers=2), Store(url, QUICK)
    cluster = Cluster(store, machines.address)
    try:
        numbers = store.submit(FORTY, "ann").runs
        done = lambda: len(store.entries(numbers, statuses=["finished"]))  # noqa: E731
        until(lambda: store.entries(numbers, statuses=["running"]) and done() >= 4, seconds=240)

        kill(machines.workers[:1])
        machines.start_worker()
        # In the middle of a fleet, whose other steps take far longer than killing.
        middle = lambda: any(0 < entry.step < 100 for entry in store.entries(numbers, statuses=["running"]))  # noqa: E731
        until(lambda: done() >= 12 and middle(), seconds=240)
        kill(machines.workers)
        machines.restart_scheduler()
        for _worker in range(2):
            machines.start_worker()
        until(lambda: done() == len(FORTY), seconds=240)
        assert len(set(numbers)) == len(FORTY)
        assert max(entry.attempt for entry in store.entries(numbers)) > 1, "somebody died at work"
        found = store.histories(numbers)
        for history in found:
            steps = [one["step"] for one in history.of_kind("measured")]
            assert steps == sorted(set(steps)), "nothing is told twice"
            assert len(history.of_kind("finished")) == 1
    finally:
        cluster.close()
        store.close()
        machines.close()
    there = f"sqlite:///{tmp_path / 'local.db'}"
    monkeypatch.setenv(DATABASE.name, there)
    cluster_task._store.cache_clear()
    local = Store(there, QUICK)
    wanted = local.submit(FORTY, "ann").runs
    while cluster_task.train_next(QUICK):
        pass
    close(found, local.histories(wanted))
    local.close()
    cluster_task._store.cache_clear()


@pytest.mark.slow
def test_wishes_reach_a_task(tmp_path: Path, url: str) -> None:
    from playground.runs.workers.cluster import Cluster

    machines, store = Machines(tmp_path, url, workers=1), Store(url, QUICK)
    cluster = Cluster(store, machines.address)
    try:
        submission = store.submit(runs(small(steps=20_000), seeds=2), "ann")
        status = lambda: {entry.status for entry in store.entries(submission.runs)}  # noqa: E731
        until(lambda: store.entries(submission.runs)[0].step, seconds=240)
        store.turn_rate([submission.runs[1]], "ann", 0.5)
        store.pause(submission.id, "ann")
        until(lambda: status() == {"paused"})
        held = store.entries(submission.runs)[0].step
        time.sleep(0.3)
        assert store.entries(submission.runs)[0].step == held
        store.step(submission.id, "ann")
        until(lambda: store.entries(submission.runs)[0].step == held + 1)
        store.stop(submission.id, "ann")
        until(lambda: status() == {"stopped"})
        turned = store.histories(submission.runs)[1].of_kind("changed")
        assert [record["what"] for record in turned] == [{"rate": 0.5}]
    finally:
        cluster.close()
        store.close()
        machines.close()
