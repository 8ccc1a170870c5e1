"""How long a race takes through the page's own workers: ``python -m tests.benchmarks.race_page``.

All methods with three rates, ten fixed weightings and five seeds on `two_digits`, 500 steps, as the Race page drives it: the
store, its workers, a look a second. It prints when the first point could be drawn, when all was over, what a look cost, and how
that compares with the same list through single loops with TorchJD, of which a sample is timed afterwards.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from playground.experiment import Experiment
from playground.race.course import Course
from playground.race.plan import Race
from playground.runs.store.store import Store
from playground.runs.workers.pool import WorkerPool

EVERY = 1.0
"""Seconds between two looks of the page."""

LEARNED = ("left", "right")


def race(methods: str, seeds: int, steps: int, weights: int) -> Race:
    """The race that is timed."""
    values = {"suite": "two_digits", "tasks": list(LEARNED), "steps": steps}
    return Race.of(Experiment.from_dict(values), methods, rates=(0.001, 0.003, 0.01), weights=weights, seeds=seeds)


def drive(course: Course) -> dict[str, float]:
    """Race as the page does: seconds to the first point and to the end, and of a look."""
    begun, looks, first = time.monotonic(), [], float("nan")
    course.begin("page")
    while True:
        looked = time.monotonic()
        now = course.look("page")
        looks.append(time.monotonic() - looked)
        if first != first and any(one.last("scored") for one in now.going):
            first = time.monotonic() - begun
        if now.over:
            return {"first": first, "all": time.monotonic() - begun, "look": median(looks), "longest": max(looks)}
        # Until there is something to see the page waits less, as everywhere.
        time.sleep(max(0.05, (EVERY if first == first else 0.2) - looks[-1]))


def loops(steps: int, methods: Sequence[str]) -> float:
    """Milliseconds a run and step of single loops through TorchJD, of a sample of methods, on one thread."""
    import torch

    from tests.benchmarks import race as single

    torch.set_num_threads(1)
    return sum(single.loop(single.JacobianLoop, method).time(steps) for method in methods) / len(methods)


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(prog="python -m tests.benchmarks.race_page", description=__doc__)
    options.add_argument("--methods", default="all")
    options.add_argument("--seeds", type=int, default=5)
    options.add_argument("--steps", type=int, default=500)
    options.add_argument("--weights", type=int, default=10)
    options.add_argument("--workers", type=int, help="as many as there are cores where left out")
    options.add_argument("--sample", type=int, default=200, help="steps of the TorchJD loops; 0 leaves them out")
    chosen = options.parse_args()
    asked = race(chosen.methods, chosen.seeds, chosen.steps, chosen.weights)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'race.db'}"
        store, pool = Store(url), WorkerPool(url, chosen.workers)
        try:
            time.sleep(10)  # a server has loaded its workers long before somebody races
            found = drive(Course(store, asked))
        finally:
            pool.close()
            store.close()
    cores = len(pool.places)
    each = 1000 * found["all"] * cores / asked.size / chosen.steps
    print(f"{len(asked.entrants)} entrants, {asked.size} runs of {chosen.steps} steps on {cores} workers")
    print(f"first point after {found['first']:.1f} s, all after {found['all']:.1f} s")
    print(f"a look took {found['look']:.2f} s, the longest {found['longest']:.2f} s")
    print(f"{each:.3f} ms of a core a run and step, everything included")
    if chosen.sample:
        single = loops(chosen.sample, ("equal", "random", "mgda", "pcgrad"))
        print(f"single TorchJD loops (digits, three tasks, a sample): {single:.3f} ms, {single / each:.1f} times as much")


if __name__ == "__main__":
    main()
