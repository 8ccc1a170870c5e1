"""What is known to make small networks work on tables, each help by itself: ``python -m tests.benchmarks.table_helps``.

On the ten tables by which defaults are chosen (`tests.benchmarks.corpus`), one single-task network for every target and seed as
it is by default, and again with one thing changed. What the program offers is changed by its own settings and trained in its
fleets. What it does not offer is tried in a plain loop of torch beside the same loop without it: a vector that is learned for
each category (Guo & Berkhahn 2016), and the mean answer of five networks that differ in their first weights (Lakshminarayanan
et al. 2017).

A difference is in points of a score in percent, or in hundredths of the error of guessing; more is better. Intervals are over
targets, as each target is one case of what somebody may bring.
"""

from __future__ import annotations

import argparse
import itertools
import math
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from playground import catalog, metrics
from playground.experiment import Experiment, Run
from playground.measures import measure
from playground.references.models import references
from playground.runs.results.comparison import compare
from playground.runs.results.headless import train_all
from playground.statistics.differences import GAINS, LOSES, Difference, paired
from playground.suites.base import Data, Part, Task
from playground.suites.table import YourTable
from tests.benchmarks.corpus import SOURCES, Source

NETWORKS = 5
"""Networks whose answers are averaged."""
LOOKS = 25

SETTINGS: Mapping[str, Mapping[str, str]] = {
    "no dropout (0.2)": {"backbone.dropout": "0"},
    "no weight decay (0.1)": {"weight_decay": "0"},
    "weight decay chosen on validation, of three": {"strengths": "true"},
    "the last step, not the one of the least validation loss": {"checkpoint": "last"},
    "heads begin at random, not at the best guess": {"heads": "random"},
    "the rate falls along a cosine": {"decay": "cosine"},
    "numbers in quartiles, far ones squeezed": {"suite.numbers": "robust"},
    "numbers as ranks": {"suite.numbers": "ranked"},
    "numbers cut into eight pieces": {"suite.numbers": "piecewise"},
    "32 units a layer (64)": {"backbone.width": "32"},
    "128 units a layer": {"backbone.width": "128"},
}
"""By what is said of it, what is changed of a table's defaults; in brackets what the default is."""

SIZED = "units by the size: 2 √rows, as a power of two"

Scores = dict[tuple[str, str], list[float]]
"""For a table and a target one score a seed: in points, more is better."""


def by_size(rows: int) -> str:
    """So many units for so many rows, from 16 to 256."""
    return str(min(max(2 ** round(math.log2(2 * math.sqrt(rows))), 16), 256))


def points(experiment: Experiment, task: Task, seed: int, score: float) -> float:
    """A score in points, so that more is better: as it is in percent, or in hundredths of the error of guessing, negative."""
    if measure(task).higher_is_better:
        return score
    return -100 * score / references(experiment, seed)["test"]["constant"][task.name][metrics.chosen(task)]


def in_fleets(source: Source, seeds: int, changes: Mapping[str, str]) -> Scores:
    """The single-task networks of a table as the program trains them."""
    key, budget, _rows = source.lent()
    told: dict[str, Any] = {"suite": "table", "suite.table": key, **budget, **changes}
    experiment = Experiment.from_flat(told)
    runs = [Run(one, seed) for one in experiment.baselines() for seed in range(seeds)]
    found: Scores = {}
    trained = train_all(list(dict.fromkeys(runs)))
    singles = [trained[run] for run in runs]
    table = compare(singles, singles).table.sort_values("seed")
    for task in experiment.the_tasks:
        own = table[table["task"] == task.name]["baseline"].tolist()
        found[source.name, task.name] = [points(experiment, task, seed, score) for seed, score in enumerate(own)]
    return found


# --- a plain loop ------------------------------------------------------------------------------------------------------


class Vectors(nn.Module):
    """Reads each of some spans of a row, a category's places, through a vector that is learned for each of them."""

    def __init__(self, inputs: int, spans: Sequence[tuple[int, int]]):
        super().__init__()
        self.spans = spans
        self.tables = nn.ModuleList(nn.Linear(end - begin, min(16, (end - begin + 1) // 2), bias=False) for begin, end in spans)
        inside = {place for begin, end in spans for place in range(begin, end)}
        self.rest = [place for place in range(inputs) if place not in inside]
        self.width = len(self.rest) + sum(one.out_features for one in self.tables)

    def forward(self, x: Tensor) -> Tensor:
        """[B, F] to [B, width]."""
        return torch.cat(
            [x[:, self.rest], *(one(x[:, begin:end]) for one, (begin, end) in zip(self.tables, self.spans, strict=True))], 1
        )


def spans_of(suite: YourTable, seed: int) -> list[tuple[int, int]]:
    """Where each category of more than two begins and ends among the inputs."""
    widths = suite.widths(seed)
    begins = np.concatenate([[0], np.cumsum(widths)]).tolist()
    return [
        (begin, begin + width)
        for begin, width, column in zip(begins, widths, suite.the_table.inputs, strict=False)
        if column.kind == "category" and width > 2
    ]


def network(inputs: int, outputs: int, experiment: Experiment, spans: Sequence[tuple[int, int]]) -> nn.Sequential:
    """As the program's: layers with rectifiers and dropout, and a head; weights by Kaiming's rule, biases at zero."""
    knobs, first = experiment.backbone.knobs, Vectors(inputs, spans) if spans else None
    sizes = [first.width if first else inputs, *[int(knobs["width"])] * int(knobs["depth"])]
    layers: list[nn.Module] = [first] if first else []
    for into, out in itertools.pairwise(sizes):
        linear = nn.Linear(into, out)
        nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
        nn.init.zeros_(linear.bias)
        layers += [linear, nn.ReLU(), nn.Dropout(float(knobs["dropout"]))]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], outputs))


def labelled(task: Task, part: Part) -> tuple[Tensor, np.ndarray]:
    """Inputs and targets of the rows whose label is known."""
    known = part.known[task.name]
    return torch.from_numpy(part.inputs[known]), part.targets[task.name][known].reshape(known.sum())


def learned(
    experiment: Experiment, task: Task, data: Data, spans: Sequence[tuple[int, int]], seed: int
) -> Callable[[Tensor], np.ndarray]:
    """A network of one task trained by torch's own AdamW, as it was at the least loss on validation: rows to what it says."""
    torch.manual_seed(seed)
    kind = catalog.kinds()[task.kind]()
    (x, y), (others, truth) = labelled(task, data.train), labelled(task, data.validation)
    number = task.kind == "regression"
    mean, deviation = (float(y.mean(dtype=float)), float(y.std(dtype=float)) or 1.0) if number else (0.0, 1.0)

    def true_of(targets: np.ndarray) -> Tensor:
        if number:
            return torch.from_numpy((targets - mean) / deviation).float()[None]
        return torch.from_numpy(targets.astype(np.int64))[None]

    own, held = true_of(y), true_of(truth)
    model = network(x.shape[1], kind.width(task), experiment, spans)
    head = model[-1]
    assert isinstance(head, nn.Linear)
    guess_best(head, task, y)
    optimizer = torch.optim.AdamW(model.parameters(), lr=experiment.rate, weight_decay=experiment.weight_decay)
    looks = set(np.linspace(0, experiment.steps, LOOKS + 1).round().astype(int).tolist())
    least, best = math.inf, model.state_dict()
    order = torch.randperm(len(x))
    for step in range(experiment.steps + 1):
        if step in looks:
            model.eval()
            with torch.no_grad():
                loss = float(kind.loss(model(others)[None], held).mean())
            if loss < least:
                least, best = loss, {name: value.clone() for name, value in model.state_dict().items()}
            model.train()
        if len(order) < min(experiment.batch, len(x)):
            order = torch.cat([order, torch.randperm(len(x))])
        rows, order = order[: experiment.batch], order[experiment.batch :]
        optimizer.zero_grad()
        kind.loss(model(x[rows])[None], own[:, rows]).mean().backward()
        optimizer.step()
    model.load_state_dict(best)
    model.eval()

    @torch.no_grad()
    def said(rows: Tensor) -> np.ndarray:
        answer = kind.show(model(rows)[None])[0].double().numpy()
        return answer * deviation + mean if number else answer

    return said


@torch.no_grad()
def guess_best(head: nn.Linear, task: Task, targets: np.ndarray) -> None:
    """Let a head begin at what costs least without looking."""
    head.weight.zero_()
    head.bias.zero_()
    if task.kind in ("binary", "classes"):
        counts = np.bincount(targets, minlength=max(2, len(task.classes))) + 1
        logs = np.log(counts / counts.sum())
        head.bias.copy_(torch.tensor([logs[1] - logs[0]] if task.kind == "binary" else logs))


def in_a_loop(source: Source, seeds: int) -> dict[str, Scores]:
    """The same networks in a plain loop, and with what the program does not offer."""
    key, budget, _rows = source.lent()
    experiment = Experiment.from_flat({"suite": "table", "suite.table": key, **budget})
    suite = experiment.the_suite
    assert isinstance(suite, YourTable)
    found: dict[str, Scores] = {"plain": {}, "vectors": {}, "mean": {}}
    for seed in range(seeds):
        data, spans = suite.load(seed), spans_of(suite, seed)
        for task in experiment.the_tasks:
            rows, true = labelled(task, data.test)

            def score(answer: np.ndarray, task: Task = task, true: np.ndarray = true, seed: int = seed) -> float:
                return points(experiment, task, seed, metrics.value(metrics.chosen(task), answer, true))

            answers = [learned(experiment, task, data, (), 1000 * seed + one)(rows) for one in range(NETWORKS)]
            vectors = learned(experiment, task, data, spans, 1000 * seed)(rows) if spans else answers[0]
            each = {"plain": answers[0], "vectors": vectors, "mean": np.mean(answers, axis=0)}
            for name, answer in each.items():
                found[name].setdefault((source.name, task.name), []).append(score(answer))
    return found


# --- what came out -----------------------------------------------------------------------------------------------------


def told(name: str, changed: Scores, base: Scores) -> str:
    """A line of the table: what a change did over all targets, and on how many it can be told."""
    if not changed:
        return f"| {name} | 0 | – | – | – |"
    by_target = [[a - b for a, b in zip(changed[key], base[key], strict=True)] for key in changed]
    verdicts = [paired(one, 1 / 3).verdict for one in by_target]
    over: Difference = paired([fmean(one) for one in by_target])
    return (
        f"| {name} | {len(by_target)} | {over.mean:+.2f} [{over.low:+.2f}, {over.high:+.2f}] | {verdicts.count(GAINS)} | "
        f"{verdicts.count(LOSES)} |"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", default="", help="names of tables, with commas")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    sources = [one for one in SOURCES if one.tuned and (not options.only or one.name in options.only.split(","))]
    begun, base = time.monotonic(), Scores()
    by_setting: dict[str, Scores] = {name: {} for name in (*SETTINGS, SIZED)}
    by_loop: dict[str, Scores] = {name: {} for name in ("plain", "vectors", "mean")}
    for source in sources:
        rows = source.lent()[2]
        base |= in_fleets(source, options.seeds, {})
        for name, changes in {**SETTINGS, SIZED: {"backbone.width": by_size(rows)}}.items():
            by_setting[name] |= in_fleets(source, options.seeds, changes)
        for name, scores in in_a_loop(source, options.seeds).items():
            by_loop[name] |= scores
        print(f"{source.name}: {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    with_categories = {key: one for key, one in by_loop["vectors"].items() if one != by_loop["plain"][key]}
    lines = [
        "| changed | targets | mean difference, points | gains | loses |",
        "|---|---|---|---|---|",
        *(told(name, scores, base) for name, scores in by_setting.items()),
        told("a plain loop of torch in the place of a fleet", by_loop["plain"], base),
        told("a vector learned for each category, beside the plain loop", with_categories, by_loop["plain"]),
        told(f"mean answer of {NETWORKS} networks, beside the plain loop", by_loop["mean"], by_loop["plain"]),
    ]
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
