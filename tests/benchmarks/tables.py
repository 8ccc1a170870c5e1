"""Networks on public tables beside guessing, a linear model and gradient boosting: ``python -m tests.benchmarks.tables``.

For every target the score of each on test, mean ± standard deviation over seeds, and what may be said of the single-task
network: *reaches* a model unless the 95 % interval of their paired difference lies below zero
(`playground.statistics.differences`; splits of one table are redrawn, so intervals are wide). As that is generous, the mean
alone is counted too: near a model is who is at most 0.02 standard deviations, or one point, behind.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from playground.experiment import Experiment, Run
from playground.measures import measure
from playground.references.models import MODELS, references
from playground.runs.results.comparison import Spread, compare
from playground.runs.results.headless import train_all
from playground.statistics.differences import LOSES, paired
from tests.benchmarks.corpus import SOURCES, Source
from tests.documents import put

DOCUMENT = Path(__file__).parents[2] / "docs" / "your-own-table.md"
NEAR = {True: 1.0, False: 0.02}
"""How far behind a model is near it: points of a score in percent, or parts of the error of guessing."""
SCORES = ("constant", "linear", "boosting", "single", "multi")


@dataclass(frozen=True)
class Row:
    """One target. scores: for each of `SCORES` one number a seed."""

    source: Source
    rows: int
    task: str
    title: str
    unit: str
    higher: bool
    scores: Mapping[str, Sequence[float]]

    def behind(self, model: str, whose: str = "single") -> list[float]:
        """By seed, how far a network is ahead of a model: in points, or in parts of the error of guessing."""
        scale = 1.0 if self.higher else fmean(self.scores["constant"])
        sign = 1 if self.higher else -1
        return [sign * (a - b) / scale for a, b in zip(self.scores[whose], self.scores[model], strict=True)]

    def reaches(self, model: str, whose: str = "single") -> bool:
        """Whether it is not behind beyond the interval; a number a seed that is missing counts as behind."""
        found = self.behind(model, whose)
        return all(map(math.isfinite, found)) and paired(found, 1 / 3).verdict != LOSES

    def near(self, model: str, whose: str = "single") -> bool:
        """Whether its mean is about as good."""
        behind, share = fmean(self.behind(model, whose)), NEAR[self.higher]
        return behind >= -(share / 2 if model == "constant" else share)


def rows_of(source: Source, seeds: int, changes: Mapping[str, str], alone: bool = False) -> list[Row]:
    """What came out for a table. alone: without the multi-task network."""
    key, budget, count = source.lent()
    experiment = Experiment.from_flat({"suite": "table", "suite.table": key, **budget, **changes})
    own = [] if alone else [Run(one, seed) for one in experiment.trainings() for seed in range(seeds)]
    against = [Run(one, seed) for one in experiment.baselines() for seed in range(seeds)]
    found = train_all(list(dict.fromkeys([*own, *against])))
    singles = [found[run] for run in against]
    comparison = compare([found[run] for run in own] or singles, singles)
    models = [references(experiment, seed)["test"] for seed in range(seeds)]
    rows = []
    for task in experiment.the_tasks:
        table = comparison.table[comparison.table["task"] == task.name].sort_values("seed")
        scores = {name: [one[name][task.name][_key(task)] for one in models] for name in MODELS}
        scores |= {"single": table["baseline"].tolist(), "multi": table["score"].tolist()}
        told = measure(task)
        rows.append(
            Row(source, count, task.name, f"{told.title} ({task.unit or told.unit or '1'})", told.unit, told[2], scores)
        )
    return rows


def _key(task: object) -> str:
    from playground import metrics
    from playground.suites.base import Task

    assert isinstance(task, Task)
    return metrics.chosen(task)


def text(rows: Sequence[Row]) -> str:
    """The table, as Markdown, and what it comes to."""
    lines = [
        "| table | rows | target | metric | guessing | linear | boosting | single-task | multi-task |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        cells = []
        for name in SCORES:
            digits = max(1, 3 - math.ceil(math.log10(max(1e-9, abs(fmean(row.scores[name]))))))
            cells.append(Spread.of(row.scores[name]).text(min(digits, 5)))
        for place, name in ((1, "linear"), (2, "boosting"), (0, "constant")):
            marks = {"linear": "↓", "boosting": "↓", "constant": "‼"}
            for number, whose in ((3, "single"), (4, "multi")):
                if not row.reaches(name, whose):
                    cells[number] += f" {marks[name]}{'LBG'[place - 1]}"
        star = "" if row.source.tuned else "*"
        lines.append(f"| {row.source.name}{star} | {row.rows} | {row.task} | {row.title} | " + " | ".join(cells) + " |")
    return "\n".join([*lines, "", *summary(rows)])


def summary(rows: Sequence[Row]) -> list[str]:
    """How many targets reach what."""
    lines = []
    for words, some in (("all", rows), ("only reported", [row for row in rows if not row.source.tuned])):
        if not some:
            continue
        for whose in ("single", "multi"):
            told = [
                f"{model} {sum(row.reaches(model, whose) for row in some)} (mean near or better: "
                f"{sum(row.near(model, whose) for row in some)})"
                for model in MODELS
            ]
            lines.append(f"- {whose}-task, {len(some)} targets ({words}): reaches " + "; ".join(told))
    return lines


def read(path: Path) -> list[Row]:
    """What ``--out`` wrote."""
    by_name = {source.name: source for source in SOURCES}
    return [Row(**{**plain, "source": by_name[plain["source"]]}) for plain in json.loads(path.read_text())]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", default="", help="names of tables, with commas")
    parser.add_argument("--tune", action="store_true", help="only the tables by which defaults are chosen")
    parser.add_argument(
        "--alone", action="store_true", help="without the multi-task network, which is then told as the single one"
    )
    parser.add_argument("--set", action="append", default=[], dest="changes", metavar="NAME=VALUE")
    parser.add_argument("--write", action="store_true", help="put it into docs/your-own-table.md")
    parser.add_argument("--out", type=Path, help="write the scores of every seed as JSON, after each table")
    parser.add_argument("--read", type=Path, nargs="*", default=[], help="such files, instead of training anything")
    options = parser.parse_args(arguments)
    wanted = [one for one in SOURCES if not options.only or one.name in options.only.split(",")] if not options.read else []
    wanted = [one for one in wanted if one.tuned or not options.tune]
    changes = dict(change.split("=", 1) for change in options.changes)
    rows, begun = [row for path in options.read for row in read(path)], time.monotonic()
    for source in wanted:
        rows += rows_of(source, options.seeds, changes, options.alone)
        print(f"{source.name}: {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
        if options.out:
            options.out.write_text(json.dumps([{**vars(row), "source": row.source.name} for row in rows], indent=1))
    found = text(rows)
    print(found)
    if options.write:
        put(DOCUMENT, "tables", f"{found}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
