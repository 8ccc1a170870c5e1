"""Files that somebody adds, for tests: one small whole entry of each sort, and a folder of their own to put them in."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playground import catalog, presets
from playground.ui import pages

METHOD = '''
"""The task whose loss is greatest counts twice."""

from dataclasses import dataclass

import torch
from torch import Tensor

from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.weighting.base import Signals, Weighting
from playground.basics.words import N_


@dataclass
class Loudest(Weighting):
    """w = 1, and a chosen number for the greatest loss."""

    key = "loudest"
    signal = "loss"
    card = Card(N_("Loudest twice"), N_("The greatest loss counts more."), r"w_k = c", fails=N_("Noise is loud."))

    factor: float = knob(2.0, low=1.0, high=9.0, label=N_("Factor"), help=N_("How often the greatest loss counts."))

    def weigh(self, signals: Signals) -> Tensor:
        greatest = signals.losses == signals.losses.max(1, keepdim=True).values
        return torch.where(greatest, self.factor, self.ones())
'''

STRATEGY = '''
"""All blocks in common."""

from dataclasses import dataclass

from torch import Tensor

from playground.basics.cards import Card
from playground.sharing.base import TrunkSpec, Strategy, Trunk, Wiring, chain
from playground.basics.words import N_


class OneTrunk(Trunk):
    def __init__(self, plan: TrunkSpec):
        super().__init__()
        self.plan = plan
        self.common = plan.tower("shared")

    def forward(self, x: Tensor) -> list[Tensor]:
        return [self.common(x)] * len(self.plan.tasks)

    def wiring(self) -> Wiring:
        nodes = chain(self.plan, "shared", self.common)
        return Wiring(tuple(nodes), (nodes[-1].name,) * len(self.plan.tasks))


@dataclass(frozen=True)
class One(Strategy):
    """One network for all tasks."""

    key = "one_trunk"
    family = "hard"
    card = Card(N_("One trunk"), N_("All tasks share all."), r"y_t = h_t(f(x))", fails=N_("Tasks that differ fight."))

    def build(self, plan: TrunkSpec) -> OneTrunk:
        return OneTrunk(plan)
'''

SUITE = '''
"""Signs and sizes of two numbers."""

from dataclasses import dataclass

import numpy as np

from playground.basics.cards import Card
from playground.basics.random_streams import stream
from playground.suites.base import Data, Part, Probe, Suite, Task, whole
from playground.basics.words import N_


@dataclass(frozen=True)
class Signs(Suite):
    """Two tasks on two numbers."""

    key = "signs"
    real = False
    fresh = True
    card = Card(N_("Signs"), N_("Tell the sign of a sum, and a product."))

    def tasks(self) -> tuple[Task, ...]:
        return Task("sign", N_("Sign"), "binary", ("minus", "plus")), Task("product", N_("Product"), "regression")

    def load(self, seed: int) -> Data:
        train, validation, test = (self._part(seed, name) for name in ("train", "validation", "test"))
        return Data(train, validation, test, Probe(test.inputs[:9], "rows", targets=test.take(np.arange(9)).targets))

    def _part(self, seed: int, name: str) -> Part:
        x = stream(seed, name).standard_normal((60, 2)).astype(np.float32)
        return whole(x, {"sign": (x.sum(1) > 0).astype(np.int64), "product": x.prod(1)})
'''

KIND = '''
"""Numbers whose absolute error counts."""

from torch import Tensor

from playground.task_types.base import Kind, mean_over
from playground.suites.base import Task
from playground.basics.words import N_


class Absolute(Kind):
    """One output, absolute error."""

    key = "absolute"
    family = "regression"
    loss_name = N_("absolute error")
    loss_unit = "unit"
    metric = N_("mean absolute error")
    higher_is_better = False

    def width(self, task: Task) -> int:
        return 1

    def loss(self, output: Tensor, target: Tensor) -> Tensor:
        return (output.squeeze(-1) - target).abs()

    def score(self, output: Tensor, target: Tensor, known: Tensor) -> Tensor:
        return mean_over(self.loss(output, target), known)

    def show(self, output: Tensor) -> Tensor:
        return output.detach()
'''

SCHEDULE = '''
"""Two halves: all tasks, then the first one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from playground.basics.cards import Card
from playground.task_sampling.base import Schedule
from playground.basics.words import N_


@dataclass(frozen=True)
class Halves(Schedule):
    """All tasks for half of the steps."""

    key = "halves"
    card = Card(N_("Two halves"), N_("First all tasks, then the first one."))

    def active(self, steps: int, sizes: Sequence[int], rng: np.random.Generator) -> np.ndarray:
        found = np.ones((steps, len(sizes)), bool)
        found[steps // 2 :, 1:] = False
        return found
'''

PRESET = """
title = "Signs together"
watch = "Two curves."
why = "They have inputs in common."
seeds = 2

[experiment]
steps = 20
batch = 8
suite = { name = "toy_plane" }
"""

PAGE = '''
"""A page of one sentence."""

import streamlit as st

from playground.ui import frame
from playground.basics.words import N_

TITLE, ICON, PLACE = N_("Hello"), ":material/waving_hand:", 9

frame.need()
st.markdown("Hello from a new file.")
'''

FILES = {
    "playground/weighting/loudest.py": METHOD,
    "playground/sharing/one_trunk.py": STRATEGY,
    "playground/suites/signs.py": SUITE,
    "playground/task_types/absolute.py": KIND,
    "playground/task_sampling/halves.py": SCHEDULE,
    "presets/signs_together.toml": PRESET,
    "pages/hello.py": PAGE,
}
"""One whole file of each sort, by its path in the program."""


@contextmanager
def added(folder: Path, files: dict[str, str]) -> Iterator[None]:
    """The program as if these files, by their paths in it, were there too; they lie in `folder`, and nothing else moves."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text.lstrip(), encoding="utf-8")
    packages = {
        f"playground.{name}": importlib.import_module(f"playground.{name}") for name in (*catalog.BASES, "figures.views")
    }
    homes = {name: list(package.__path__) for name, package in packages.items()}
    folders = presets.FOLDER, pages.FOLDER
    try:
        for name, package in packages.items():
            package.__path__ = [*homes[name], str(folder / name.replace(".", "/"))]
        presets.FOLDER, pages.FOLDER = (_both(folder, one) for one in folders)  # type: ignore[assignment]  # all that is asked of it
        forget()
        yield
    finally:
        for name, package in packages.items():
            package.__path__ = homes[name]
        presets.FOLDER, pages.FOLDER = folders
        for path in files:
            if path.endswith(".py"):
                dotted = path.removesuffix(".py").replace("/", ".")
                sys.modules.pop(dotted, None)
                parent, _dot, name = dotted.rpartition(".")
                vars(sys.modules.get(parent, catalog)).pop(name, None)
        forget()


def forget() -> None:
    """Read the catalogue, presets and pages anew when they are next asked for."""
    catalog._entries.cache_clear()
    catalog._left_out.clear()
    presets.presets.cache_clear()
    pages._read.cache_clear()


class _both:  # noqa: N801 - stands for a function
    """A folder of the program, and one of the same name beside it."""

    def __init__(self, folder: Path, own: Path):
        self.folders = own, folder / own.name

    def glob(self, pattern: str) -> list[Path]:
        """The files of both."""
        return [path for folder in self.folders for path in folder.glob(pattern)]
