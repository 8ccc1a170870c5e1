"""Where the time of a fleet goes: matrix products, which no arrangement of the program makes faster, and all else.

    python -m tests.benchmarks.parts

trains forty mixed runs as `tests.benchmarks.race` does, and prints milliseconds per run and step of each kind of operation of
PyTorch, and what would have to be saved for the whole to be ten times as fast as TorchJD's loops, timed in the same process.
Operations are timed by torch's profiler; the whole is timed without it, as looking takes time, too.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Mapping

import torch
from torch.profiler import ProfilerActivity, profile

from playground.training.observing.events import Stepped
from tests.benchmarks.race import METHODS, STEPS, Entrant, JacobianLoop, experiment, fleet, loop

KINDS = {
    "matrix products": ("bmm", "baddbmm", "mm", "addmm"),
    "Adam": ("lerp", "addcdiv", "addcmul", "sqrt"),
    "activations and losses": ("relu", "threshold", "log_softmax", "logsigmoid", "gather", "logaddexp", "where", "clamp_min"),
    "copies": ("copy", "cat", "index", "stack", "fill", "zero", "clone", "empty"),
}
"""Beginnings of the operations' names that count to a kind; the first kind that fits."""
REST = "sums, products, views and all else"


def kind_of(operation: str) -> str:
    """The kind of an operation of PyTorch, as "aten::bmm"."""
    name = operation.removeprefix("aten::").removeprefix("_")
    return next((kind for kind, starts in KINDS.items() if name.startswith(starts)), REST)


def fleets_of(runs: int) -> list[Entrant]:
    """Mixed runs in fleets, as the program itself puts them together."""
    together: dict[str, list[str]] = defaultdict(list)
    for place in range(runs):
        method = METHODS[place % len(METHODS)]
        together[experiment(method).fleet()].append(method)
    return [fleet(members) for members in together.values()]


def looked_at(entrant: Entrant, steps: int) -> Mapping[str, float]:
    """Milliseconds of a training's first steps that each kind of operation took by itself, calls of others left out."""
    taken: dict[str, float] = defaultdict(float)
    events = entrant.fresh()
    with profile(activities=[ProfilerActivity.CPU]) as seen:
        for event in events:
            if isinstance(event, Stepped) and event.step == steps:
                break
    for one in seen.key_averages():
        taken[kind_of(one.key)] += one.self_cpu_time_total / 1000
    return taken


def main() -> None:
    """Train, look, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.parts", description=__doc__)
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--steps", type=int, default=60, help="that are looked at; an operation's record takes memory")
    parser.add_argument("--turns", type=int, default=3, help="of the timings; the least counts")
    options = parser.parse_args()
    torch.set_num_threads(1)
    entrants, runs, steps = fleets_of(options.runs), options.runs, STEPS - 1
    whole, single = float("inf"), float("inf")
    for _turn in range(options.turns):
        whole = min(whole, sum(one.time(steps) * one.runs for one in entrants) / runs)
        single = min(single, sum(loop(JacobianLoop, method).time(200) for method in METHODS) / len(METHODS))
    taken: dict[str, float] = defaultdict(float)
    for one in entrants:
        for kind, time in looked_at(one, options.steps).items():
            taken[kind] += time / options.steps / runs
    products = taken["matrix products"]
    print("milliseconds per run and step")
    for kind in (*KINDS, REST):
        print(f"{kind:36}{taken[kind]:8.4f}{taken[kind] / whole:8.0%} of the whole")
    print(f"{'the whole, without looking':36}{whole:8.4f}")
    print(f"{'TorchJD, single loops':36}{single:8.4f}{single / whole:8.1f} times as much")
    saved = (whole - single / 10) / (whole - products)
    print(f"For ten times, {saved:.0%} of all that is no matrix product would have to be saved.")


if __name__ == "__main__":
    main()
