"""What a method's own arithmetic costs: microseconds of processor time per run and step, beside TorchJD's own call.

    python -m tests.benchmarks.methods

prints the table for one run and for a fleet of 40, with 2, 3 and 8 tasks, on one thread; `--write` also writes it into
docs/methods.md, and the numbers into playground/weighting/speed.json, where the Methods page reads them. Gradients are not
part of it: they cost backward passes, the same for every method that sees them. What these passes take is measured beside,
in a fleet of 40 small networks, so that one can see whether a method's own arithmetic matters.

The entrants take turns, so that whatever else the machine does hits all of them alike, and of several turns the median
counts. A ratio is taken within a turn, and then its median.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import Any

import torch
from torch import Tensor

from playground import catalog
from playground.basics.random_streams import Streams
from playground.experiment import Experiment, Run
from playground.training.fleet.gradients import task_gradients
from playground.training.loop import Training
from playground.weighting.base import FleetSetup, Signals

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "methods.md"
DATA = ROOT / "playground" / "weighting" / "speed.json"
COMMAND = "python -m tests.benchmarks.methods --write"

RUNS = (1, 40)
TASKS = (2, 3, 8)
FEW = 10
"""Different Gramians that every entrant is given by turns: solvers take more steps on some than on others."""

PASSES = "passes"
"""Stands in the place of a method for the passes through the network; its columns are "forward" and "all" of them."""

Step = Callable[[int], object]
"""What is timed: one step, given its number."""


def gradients(count: int, tasks: int) -> Tensor:
    """[FEW, count, T, 12] task gradients with a part in common, for or against it."""
    random = torch.Generator().manual_seed(tasks)
    side = torch.rand(FEW, count, tasks, 1, generator=random) * 2 - 1
    common = torch.randn(FEW, count, 1, 12, generator=random)
    return torch.randn(FEW, count, tasks, 12, generator=random) + 1.5 * side * common


def ours(key: str, runs: int, tasks: int) -> Step:
    """One step of a method for R runs, in the dtype of training; what it learns after the step is part of it."""
    method = catalog.methods()[key]()
    method.begin(FleetSetup(("regression",) * tasks, Streams(range(runs), "benchmark"), torch.full((runs,), 1e-3)))
    rows = gradients(runs, tasks)
    losses = 0.1 + 2 * torch.rand(FEW, runs, tasks, generator=torch.Generator().manual_seed(0))
    gramians = rows @ rows.transpose(-2, -1) if method.signal == "gramian" else None

    def step(number: int) -> None:
        place = number % FEW
        method.weigh(Signals(losses[place], None if gramians is None else gramians[place], number, number // 20))
        if method.sees_after:
            method.after_step(0.9 * losses[place])

    return step


def passes(tasks: int) -> dict[str, Step]:
    """The passes of a step of a fleet of 40 through three shared layers of 64 units with batches of 64 examples.

    "forward": to the losses of all tasks. "all": that, and back to the gradient of every task.
    """
    names = ",".join(task.name for task in catalog.suites()["road"]().tasks()[:tasks])
    layers = {"backbone": "mlp", "backbone.depth": 3, "backbone.width": 64, "sharing": "hard", "sharing.depth": 3}
    experiment = Experiment.from_flat({"suite": "road", "tasks": names, "weighting": "mgda", "batch": 64, **layers})
    with torch.enable_grad():  # to see who reaches which parameter
        training = Training([Run(experiment, seed) for seed in range(RUNS[-1])], device="cpu")
    assert training.reach.shares
    network, batch = training.network, training.data.next()

    def forward(number: int) -> None:
        with torch.enable_grad():
            network.losses(network(batch.inputs, batch.targets), batch.targets, batch.known)

    def both(number: int) -> None:
        with torch.enable_grad():
            task_gradients(network, training.reach, batch)

    return {"forward": forward, "all": both}


def theirs(key: str, tasks: int) -> Step | None:
    """One call of TorchJD's weighting on one Gramian; None where it has none.

    ConFIG and Nash-MTL have no call on a Gramian there: they get the smallest matrix that has this Gramian, [T, T].
    """
    from torchjd import aggregation

    calls: dict[str, Callable[[], Any]] = {
        "aligned": lambda: aggregation.AlignedMTLWeighting(),
        "cagrad": lambda: aggregation.CAGradWeighting(c=0.5),
        "config": lambda: aggregation.ConFIG(),
        "dualproj": lambda: aggregation.DualProjWeighting(),
        "fairgrad": lambda: aggregation.FairGradWeighting(alpha=1.0),
        "gradvac": lambda: aggregation.GradVacWeighting(),
        "imtl_g": lambda: aggregation.IMTLGWeighting(),
        "mgda": lambda: aggregation.MGDAWeighting(),
        "nash": lambda: aggregation.NashMTL(tasks),
        "pcgrad": lambda: aggregation.PCGradWeighting(),
        "upgrad": lambda: aggregation.UPGradWeighting(),
    }
    if key not in calls:
        return None
    call = calls[key]()
    rows = gradients(1, tasks).squeeze(1)
    given = rows @ rows.transpose(-2, -1)
    if key in ("config", "nash"):
        given = torch.linalg.cholesky(given)

    def step(number: int) -> None:
        with warnings.catch_warnings():  # the solvers of some say that they are slow
            warnings.simplefilter("ignore")
            call(given[number % FEW])

    return step


def entrants(keys: Iterable[str], tasks: Iterable[int]) -> dict[tuple[str, int, str], tuple[Step, int]]:
    """For each method, number of tasks and column of the table, a step and how many runs it serves; the passes as well."""
    found: dict[tuple[str, int, str], tuple[Step, int]] = {}
    for count in tasks:
        found |= {(PASSES, count, column): (step, RUNS[-1]) for column, step in passes(count).items()}
    for key in keys:
        for count in tasks:
            for runs in RUNS:
                found[key, count, str(runs)] = ours(key, runs, count), runs
            if (call := theirs(key, count)) is not None:
                found[key, count, "torchjd"] = call, 1
    return found


def timed(step: Step, calls: int) -> float:
    """Microseconds of processor time of one call, the mean over `calls` of them after one that is not counted.

    Time of the thread and not of the clock: the machine may be busy with other things.
    """
    step(0)
    begun = time.thread_time()
    for number in range(1, calls + 1):
        step(number)
    return 1e6 * (time.thread_time() - begun) / calls


def race(steps: dict[Any, tuple[Step, int]], calls: int, repeats: int) -> dict[Any, list[float]]:
    """Microseconds per run and step of every entrant in every turn; the entrants take turns."""
    times: dict[Any, list[float]] = defaultdict(list)
    for _turn in range(repeats):
        for name, (step, runs) in steps.items():
            times[name].append(timed(step, calls) / runs)
    return times


def measure(keys: Iterable[str], tasks: Iterable[int], calls: int, repeats: int) -> dict[str, dict[str, dict[str, float]]]:
    """For each method and number of tasks: microseconds "1", "40", "torchjd", and "ratio", TorchJD's over those of 40.

    For `PASSES`: "forward", and "backward" beyond that.
    """
    times = race(entrants(keys, tasks), calls, repeats)
    result: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for (key, count, column), turns in times.items():
        if column == "all":
            forward = times[PASSES, count, "forward"]
            result[PASSES][str(count)]["backward"] = round(median(a - b for a, b in zip(turns, forward, strict=True)), 2)
            continue
        result[key][str(count)][column] = round(median(turns), 2)
        if column == "torchjd":
            fleet = times[key, count, str(RUNS[-1])]
            result[key][str(count)]["ratio"] = round(median(a / b for a, b in zip(turns, fleet, strict=True)), 1)
    return {key: dict(rows) for key, rows in result.items()}


def cell(values: dict[str, float], column: str) -> str:
    """One number of the table; "–" where there is none."""
    if column not in values:
        return "–"
    return f"{values[column]:.0f}" if values[column] >= 100 else f"{values[column]:.1f}"


def table(measured: dict[str, dict[str, dict[str, float]]]) -> str:
    """The numbers as a Markdown table, one row a method."""
    counts = list(measured[PASSES])
    columns = [(count, name) for count in counts for name in (*map(str, RUNS), "torchjd", "ratio")]
    words = {"torchjd": "TorchJD", "ratio": f"TorchJD / R={RUNS[-1]}", **{str(runs): f"R={runs}" for runs in RUNS}}
    lines = ["| method | signal | " + " | ".join(f"T={count} {words[name]}" for count, name in columns) + " |"]
    lines += ["|---|---|" + "--:|" * len(columns)]
    for key, rows in measured.items():
        if key == PASSES:
            continue
        signal = catalog.methods()[key].signal
        lines.append(f"| `{key}` | {signal} | " + " | ".join(cell(rows[count], name) for count, name in columns) + " |")
    return "\n".join(lines)


def document(measured: dict[str, dict[str, dict[str, float]]]) -> str:
    """The text of docs/methods.md."""
    return f"""# What the methods' arithmetic costs

Written by `{COMMAND}`; run it again when a method changes.

Microseconds of processor time per run and step that a method takes to turn losses and Gramian into weights, in one process
on one thread: alone (R=1), in a fleet of {RUNS[-1]} (R={RUNS[-1]}), and TorchJD's own call on one Gramian. The last column of
each number of tasks says how many times as long TorchJD's call takes as one run of the fleet. All entrants take turns, and
of their turns the median counts.

"–": TorchJD has no such call on gradients. Its CAGrad and Nash-MTL call cvxpy, its dual projection and UPGrad quadprog, its
FairGrad scipy. Nash-MTL and ConFIG, which have no call on a Gramian there, are given a square matrix with this Gramian. On a
busy machine all of them take longer, so compare numbers of one table, not of two.

Passes are not part of it. Methods that see losses only need one backward pass a step; methods that see gradients need one
for each task. What they take, for a run of a fleet of {RUNS[-1]} small networks (three shared layers of 64 units, batches of 64
examples of 32 numbers) in the same process by turns with the rest:

{passes_table(measured)}

{table(measured)}
"""


def passes_table(measured: dict[str, dict[str, dict[str, float]]]) -> str:
    """The passes as a Markdown table, beside the slowest method that looks at gradients."""
    lines = ["| tasks | forward | backward, all tasks | slowest method on gradients |", "|--:|--:|--:|--:|"]
    for count, values in measured[PASSES].items():
        chosen = {key: rows[count][str(RUNS[-1])] for key, rows in measured.items() if key != PASSES and sees_gradients(key)}
        slowest = max(chosen, key=chosen.__getitem__, default=None)
        last = "–" if slowest is None else f"{chosen[slowest]:.1f} (`{slowest}`)"
        lines.append(f"| {count} | {values['forward']:.0f} | {values['backward']:.0f} | {last} |")
    return "\n".join(lines)


def sees_gradients(key: str) -> bool:
    """Whether a method goes with a backward pass for each task."""
    return catalog.methods()[key].signal == "gramian"


def main() -> None:
    """Print the table, and write it where asked to."""
    options = argparse.ArgumentParser(prog="python -m tests.benchmarks.methods", description=__doc__)
    options.add_argument("--repeats", type=int, default=15, help="turns of every entrant; the median counts")
    options.add_argument("--calls", type=int, default=20, help="steps of a turn")
    options.add_argument("--tasks", type=int, nargs="+", default=TASKS, help="numbers of tasks")
    options.add_argument("--methods", nargs="+", default=list(catalog.methods()), choices=list(catalog.methods()))
    options.add_argument("--write", action="store_true", help=f"also write {TABLE.name} and {DATA.name}; takes all methods")
    chosen = options.parse_args()
    torch.set_num_threads(1)
    keys = list(catalog.methods()) if chosen.write else chosen.methods
    with torch.no_grad():
        measured = measure(keys, TASKS if chosen.write else chosen.tasks, chosen.calls, chosen.repeats)
    print(f"{passes_table(measured)}\n\n{table(measured)}")
    if chosen.write:
        TABLE.write_text(document(measured), encoding="utf-8")
        DATA.write_text(json.dumps({"command": COMMAND, "microseconds": measured}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
