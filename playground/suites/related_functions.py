"""Two functions whose likeness is a slider: how much one task can lend to another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.random_streams import stream
from playground.basics.words import N_
from playground.suites.base import Data, Part, Probe, Suite, Task, examples_knob, whole

HELD_OUT = 1000
"""Examples in each of validation and test, however many there are to train on."""

SHOWN = 100
"""Test examples on which the page draws predicted against true values."""


@dataclass(frozen=True)
class FunctionFamily:
    """The functions of one seed: directions w [2, d] of length 1, and for m sines their factors a [m] and shifts b [m]."""

    w: np.ndarray
    a: np.ndarray
    b: np.ndarray

    def values(self, inputs: np.ndarray) -> np.ndarray:
        """[N, 2] both functions at inputs [N, d], without noise."""
        z = inputs @ self.w.T
        return z + np.sin(z[..., None] * self.a + self.b).sum(-1)


@dataclass(frozen=True)
class RelatedFunctions(Suite):
    """y_k = w_k·x + Σ_i sin(a_i w_k·x + b_i) + noise for two tasks, with x ~ N(0, I) and cos(w_1, w_2) = p.

    Both tasks have the same a and b, so only the directions in which they look differ. The seed draws directions, a ~
    U(1, 3), b ~ U(0, 2π), examples and noise. Noise is in the training labels alone: validation and test hold the truth.

    Source: Ma et al., KDD 2018, section 3.2, here with directions of length 1 and with a and b drawn in our own way.
    """

    key = "related_functions"
    real = False
    fresh = True
    defaults = {"steps": 600, "batch": 64, "rate": 0.005}
    card = Card(
        title=N_("Related functions"),
        idea=N_("Two functions of the same inputs, each along its own direction; the angle between the two is a slider."),
        formula=r"y_k = w_k^\top x + \sum_{i=1}^{m} \sin(a_i\, w_k^\top x + b_i) + \varepsilon, \quad \cos(w_1, w_2) = p",
        paper="Ma et al., KDD 2018",
        link="https://doi.org/10.1145/3219819.3220007",
        fails=N_("With many examples of both tasks neither needs the other, and a shared network can only cost."),
        notes=N_(
            "At p = −1 the tasks look along the same line from opposite ends: they share the direction, but not the sines. "
            "Noise is in the training labels alone; validation and test hold the truth."
        ),
    )

    p: float = knob(
        1.0,
        low=-1.0,
        high=1.0,
        relates=True,
        label=N_("Relatedness p"),
        help=N_("The cosine between the directions of the two tasks; 0 makes them unrelated, 1 makes them equal."),
    )
    d: int = knob(10, low=2, high=100, shapes=True, label=N_("Inputs"), help=N_("How many numbers one example has."))
    components: int = knob(
        1, low=0, high=10, label=N_("Sines"), help=N_("How many sines are added to each function; 0 leaves a line.")
    )
    noise: float = knob(
        0.1, low=0.0, high=2.0, label=N_("Noise"), help=N_("Standard deviation of the noise on the training labels.")
    )
    examples: int = examples_knob(600, N_("How many examples there are to train on."), high=10_000)

    def tasks(self) -> tuple[Task, ...]:
        return Task("a", N_("Function A"), "regression"), Task("b", N_("Function B"), "regression")

    def load(self, seed: int) -> Data:
        world = self.world(seed)
        train = self._part(world, seed, "train", self.examples, self.noise)
        validation = self._part(world, seed, "validation", HELD_OUT)
        test = self._part(world, seed, "test", HELD_OUT)
        shown = test.take(np.arange(SHOWN))
        return Data(train, validation, test, Probe(shown.inputs, "rows", targets=shown.targets))

    def world(self, seed: int) -> FunctionFamily:
        """The functions of one seed: w_1 = u_1 and w_2 = p u_1 + √(1 − p²) u_2, where u_1 and u_2 are orthogonal."""
        u = np.linalg.qr(stream(seed, "directions").standard_normal((self.d, 2))).Q
        w = np.stack([u[:, 0], self.p * u[:, 0] + np.sqrt(1 - self.p**2) * u[:, 1]])
        # Drawn one by one, so that a further sine leaves the first ones as they are.
        a, b = stream(seed, "sines").uniform((1, 0), (3, 2 * np.pi), (self.components, 2)).T
        return FunctionFamily(w, a, b)

    def _part(self, world: FunctionFamily, seed: int, name: str, count: int, noise: float = 0.0) -> Part:
        """`count` examples of the split `name`."""
        inputs = stream(seed, name).standard_normal((count, self.d))
        values = world.values(inputs) + noise * stream(seed, name, "noise").standard_normal((count, 2))
        return whole(inputs.astype(np.float32), {"a": values[:, 0].astype(np.float32), "b": values[:, 1].astype(np.float32)})
