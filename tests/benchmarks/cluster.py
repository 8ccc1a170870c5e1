"""What a cluster costs and brings on this machine: ``python -m tests.benchmarks.cluster``.

With 1, 2 and 4 workers, of a Dask scheduler and of the program's own: the time that a fleet costs beside its training (many
fleets of one run and ten steps), the throughput of a race of forty runs, and how long after a restart of the scheduler the
next fleet begins. All on one machine, so that more workers than cores bring nothing.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from playground.experiment import Experiment, Run
from playground.runs.database.limits import Limits
from playground.runs.store.store import Store
from playground.runs.workers.cluster import Cluster
from playground.runs.workers.pool import WorkerPool
from tests.runs.workers.machines import Machines, kill

TINY = {"suite": "digits", "tasks": "digit,parity", "backbone.depth": 1, "backbone.width": 8, "batch": 16, "steps": 10}
METHODS = ("equal", "uncertainty", "gradnorm", "pcgrad", "mgda")


def tiny(count: int) -> list[list[Run]]:
    """Submissions of one run each, which are a fleet each."""
    return [[Run(Experiment.from_flat(TINY), 1000 + place)] for place in range(count)]


def race(steps: int, first: int) -> list[list[Run]]:
    """Eight seeds of five methods on two digits, in fleets of four."""
    values = {"suite": "two_digits", "tasks": "left,right", "steps": steps}
    seeds = [range(first + start, first + start + 4) for start in (0, 4)]
    return [
        [Run(Experiment.from_flat({**values, "weighting": one}), seed) for seed in four] for one in METHODS for four in seeds
    ]


def trained(store: Store, fleets: Sequence[Sequence[Run]], then: Callable[[], None] | None = None) -> float:
    """Seconds until all of them are finished. then: what happens once a quarter of them are."""
    begun = time.monotonic()
    numbers = [number for runs in fleets for number in store.submit(runs, "bench").runs]
    while True:
        done = len(store.entries(numbers, statuses=["finished"], most=len(numbers)))
        if then is not None and 4 * done >= len(numbers):
            then()
            then = None
        if done == len(numbers):
            return time.monotonic() - begun
        store.watch(numbers)
        time.sleep(0.02)


def warm(store: Store, workers: int) -> None:
    """Wait until all workers have trained once, so that none loads libraries while it is timed."""
    for _round in range(2):
        trained(store, [[Run(Experiment.from_flat({**TINY, "steps": 300 + _round}), seed)] for seed in range(3 * workers)])


def line(name: str, store: Store, workers: int, fleets: int, steps: int) -> None:
    """Measure and print one row."""
    warm(store, workers)
    overhead = trained(store, tiny(fleets)) / fleets
    seconds = trained(store, race(steps, 0))
    print(f"{name:<12}{workers:>8}{1000 * overhead:>18.0f}{40 * steps / seconds:>24.0f}", flush=True)


def restart(home: Path) -> None:
    """Kill the scheduler and its workers in the middle of a race and start them anew."""
    url = f"sqlite:///{home / 'restart.db'}"
    machines, store = Machines(home, url, workers=2), Store(url, Limits(save=1.0))
    cluster = Cluster(store, machines.address)
    warm(store, 2)
    plain = trained(store, race(1000, 100))

    def again() -> None:
        machines.restart_scheduler()
        kill(machines.workers)
        for _worker in range(2):
            machines.start_worker()

    shaken = trained(store, race(1000, 200), again)
    print(f"a race of 1000 steps: {plain:.1f} s; with scheduler and workers killed and started anew: {shaken:.1f} s")
    cluster.close()
    store.close()
    machines.close()


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.cluster", description=__doc__)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4])
    parser.add_argument("--fleets", type=int, default=40)
    parser.add_argument("--steps", type=int, default=500)
    chosen = parser.parse_args(arguments)
    print(f"{'':<12}{'workers':>8}{'ms a tiny fleet':>18}{'run-steps a second':>24}")
    for workers in chosen.workers:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            home = Path(folder)
            pool = WorkerPool(f"sqlite:///{home / 'local.db'}", workers)
            line("processes", pool.store, workers, chosen.fleets, chosen.steps)
            pool.close()
            url = f"sqlite:///{home / 'cluster.db'}"
            machines, store = Machines(home, url, workers), Store(url)
            cluster = Cluster(store, machines.address)
            line("Dask", store, workers, chosen.fleets, chosen.steps)
            cluster.close()
            store.close()
            machines.close()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        restart(Path(folder))


if __name__ == "__main__":
    main()
