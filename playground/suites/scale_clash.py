"""Two nearly equal tasks, one of them measured in numbers a hundred times as large."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.random_streams import stream
from playground.basics.words import N_
from playground.suites.base import Data, Part, Probe, Suite, Task, examples_knob, whole

COMMON, OWN = 10.0, 3.5
"""Variances of the entries of B, which both tasks have in common, and of ε_i, which is each task's own."""

HELD_OUT = 500
"""Examples in each of validation and test, however many there are to train on."""

SHOWN = 20
"""Test examples on which the page draws predicted against true values; each of them has many values."""


@dataclass(frozen=True)
class ScaleClash(Suite):
    """y_i = σ_i tanh((B + ε_i) x / c) for two tasks, with x ~ N(0, I), B ~ N(0, 10), ε_i ~ N(0, 3.5), c = √(13.5 · inputs).

    In the paper there is no c. With inputs of variance 1 the argument of tanh would have a
    standard deviation near 60, so that every output is −σ_i or σ_i; c brings it to 1, where tanh bends but does not
    saturate. 10 and 3.5 are read as variances; some implementations read them as standard deviations. The paper has two and
    ten tasks and a network of four layers of 100 units; here there are two tasks. The seed draws B, ε and x. There is no noise.

    Source: Chen et al., ICML 2018.
    """

    key = "scale_clash"
    real = False
    fresh = True
    defaults = {"steps": 1000, "batch": 64, "rate": 0.003}
    card = Card(
        title=N_("Scale clash"),
        idea=N_("Two tasks that differ little, but one is measured in numbers a hundred times as large as the other."),
        formula=r"y_i = \sigma_i \tanh\left((B + \epsilon_i)\, x / c\right)",
        paper="Chen et al., ICML 2018",
        link="https://proceedings.mlr.press/v80/chen18a.html",
        fails=N_("Dividing every target by its size beforehand would do: no method is needed where the scale is known."),
        notes=N_(
            "Here c gives the argument of tanh a standard deviation of 1; without it, outputs are nearly −σ or σ. "
            "Compare errors as shares of σ: as raw numbers they differ by that factor from the start."
        ),
    )

    scale_a: float = knob(
        1.0,
        low=0.01,
        high=100.0,
        log=True,
        label=N_("Scale of task A"),
        help=N_("The targets of task A are multiplied by this σ."),
    )
    scale_b: float = knob(
        100.0,
        low=0.01,
        high=100.0,
        log=True,
        label=N_("Scale of task B"),
        help=N_("The targets of task B are multiplied by this σ."),
    )
    inputs: int = knob(250, low=2, high=500, shapes=True, label=N_("Inputs"), help=N_("How many numbers one example has."))
    outputs: int = knob(
        100, low=1, high=200, shapes=True, label=N_("Outputs"), help=N_("How many numbers each task has to give.")
    )
    examples: int = examples_knob(2000, N_("How many examples there are to train on."))

    def tasks(self) -> tuple[Task, ...]:
        return (
            Task("a", N_("Task A"), "regression", outputs=self.outputs),
            Task("b", N_("Task B"), "regression", outputs=self.outputs),
        )

    def load(self, seed: int) -> Data:
        train = self._part(seed, "train", self.examples)
        validation = self._part(seed, "validation", HELD_OUT)
        test = self._part(seed, "test", HELD_OUT)
        shown = test.take(np.arange(SHOWN))
        return Data(train, validation, test, Probe(shown.inputs, "rows", targets=shown.targets))

    def maps(self, seed: int) -> dict[str, np.ndarray]:
        """For each task (B + ε_i) / c, [inputs, outputs]."""
        shape = self.inputs, self.outputs
        common = np.sqrt(COMMON) * stream(seed, "common").standard_normal(shape)
        c = np.sqrt((COMMON + OWN) * self.inputs)
        return {task: (common + np.sqrt(OWN) * stream(seed, "own", task).standard_normal(shape)) / c for task in ("a", "b")}

    def _part(self, seed: int, name: str, count: int) -> Part:
        """`count` examples of the split `name`."""
        x = stream(seed, name).standard_normal((count, self.inputs))
        scales = {"a": self.scale_a, "b": self.scale_b}
        # One output is a plain number: [N], not [N, 1].
        shape = (count, self.outputs) if self.outputs > 1 else (count,)
        targets = {task: scales[task] * np.tanh(x @ matrix).reshape(shape) for task, matrix in self.maps(seed).items()}
        return whole(x.astype(np.float32), {task: values.astype(np.float32) for task, values in targets.items()})
