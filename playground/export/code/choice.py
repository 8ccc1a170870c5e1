"""What is exported: an experiment with a seed, for a framework, and why some combinations are left out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from playground import catalog, metrics
from playground.basics.errors import Invalid, Problem, unknown
from playground.basics.words import _
from playground.experiment import Experiment, Run
from playground.export.code.templates import LAYERS, beside, told_in
from playground.suites.base import Data, Task

OF_KERAS = ("separate", "hard", "soft_l2", "cross_stitch", "mmoe", "adapters", "lora")


@dataclass(frozen=True)
class Export:
    """One export.

    framework: "pytorch" or "tensorflow". notebook: code for a notebook, whose last cell trains.
    """

    experiment: Experiment
    seed: int = 0
    framework: str = "pytorch"
    notebook: bool = False

    def check(self) -> Export:
        """Itself; raises Invalid where it cannot be exported."""
        if self.framework not in LAYERS:
            raise Invalid([unknown("--framework", self.framework, list(LAYERS))])
        if sentence := obstacle(self.experiment, self.framework):
            raise Invalid([Problem("export", sentence, self.framework)])
        return self

    @property
    def run(self) -> Run:
        return Run(self.experiment, self.seed)

    @cached_property
    def data(self) -> Data:
        """The data of its seed."""
        return self.experiment.the_suite.load(self.seed)


def asked(task: Task) -> str:
    """The key of the metric that a task is scored by where that is not its kind's own; "" where it is."""
    return "" if task.metric in metrics.offered(task)[:1] else task.metric


def obstacle(experiment: Experiment, framework: str) -> str | None:
    """Why an experiment cannot be exported to a framework, as the rest of a sentence about it; None if it can.

    Asked for before anything is made; it loads no data.
    """
    layers = LAYERS[framework]
    entries: dict[str, tuple[Any, str]] = {
        "backbone": (type(experiment.the_backbone), layers),
        "sharing": (type(experiment.the_strategy), layers),
        "weighting": (catalog.methods()[experiment.weighting.name], "numpy"),
    }
    lacking = [entry for entry, suffix in entries.values() if beside(entry, suffix) is None]
    kinds = [catalog.kinds()[task.kind] for task in experiment.the_tasks]
    without = [_(task.title) for task, kind in zip(experiment.the_tasks, kinds, strict=True) if not told_in(kind, layers)]
    names = {"pytorch": "PyTorch", "tensorflow": "TensorFlow"}
    if lacking:
        should = _("should be of something that has a template for {framework}, which these have not: {names}")
        return should.format(framework=names[framework], names=_(", ").join(_(one.card.title) for one in lacking))
    if without:
        should = _("should be of tasks whose answers a short script can learn, which leaves out for {framework}: {tasks}")
        return should.format(framework=names[framework], tasks=_(", ").join(without))
    return None
