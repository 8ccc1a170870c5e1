"""Two lines over the same input, one measured badly and one well: can a method find out which?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.random_streams import stream
from playground.basics.words import N_
from playground.suites.base import Data, Part, Probe, Suite, Task, examples_knob, whole

SLOPES = {"a": 2.0, "b": 3.0}
OFFSETS = {"a": 8.0, "b": 3.0}

HELD_OUT = 500
"""Examples in each of validation and test, however many there are to train on."""

REACH = 3.0
"""How far the line that the page draws goes to both sides, in standard deviations of the input."""

POINTS = 61
"""Points of that line."""

SHOWN = 200
"""Training examples that the page draws beside it, at most."""


@dataclass(frozen=True)
class NoisyTwins(Suite):
    """y_a = 2x + 8 + N(0, σ_a²) and y_b = 3x + 3 + N(0, σ_b²), with x ~ N(0, 1).

    The lines are the same for every seed; the seed draws inputs and noise. Noise is in the training labels alone: validation
    and test hold the truth, so that a score tells the distance from the line, while the training loss comes to rest near σ².

    Source: the example that Kendall, Gal and Cipolla published with their paper, CVPR 2018.
    """

    key = "noisy_twins"
    real = False
    fresh = True
    defaults = {"steps": 400, "batch": 32, "rate": 0.003}
    card = Card(
        title=N_("Noisy twins"),
        idea=N_("Two straight lines over one input; the labels of one are ten times as noisy as those of the other."),
        formula=r"y_k = a_k x + b_k + \varepsilon_k, \quad \varepsilon_k \sim N(0, \sigma_k^2)",
        paper="Kendall, Gal & Cipolla, CVPR 2018",
        link="https://openaccess.thecvf.com/content_cvpr_2018/html/Kendall_Multi-Task_Learning_Using_CVPR_2018_paper.html",
        fails=N_(
            "A network with much room learns the noise by heart; then it looks small to every method that reads the loss."
        ),
        notes=N_("Noise is in the training labels alone; validation and test hold the truth."),
    )

    noise_a: float = knob(
        10.0,
        low=0.0,
        high=30.0,
        label=N_("Noise of line A"),
        help=N_("Standard deviation of the noise on the labels of line A."),
    )
    noise_b: float = knob(
        1.0,
        low=0.0,
        high=30.0,
        label=N_("Noise of line B"),
        help=N_("Standard deviation of the noise on the labels of line B."),
    )
    examples: int = examples_knob(100, N_("How many points there are to train on."))

    def tasks(self) -> tuple[Task, ...]:
        return Task("a", N_("Line A"), "regression"), Task("b", N_("Line B"), "regression")

    def load(self, seed: int) -> Data:
        train = self._noisy(self._part(stream(seed, "train").standard_normal(self.examples)), seed)
        validation = self._part(stream(seed, "validation").standard_normal(HELD_OUT))
        test = self._part(stream(seed, "test").standard_normal(HELD_OUT))
        line = self._part(np.linspace(-REACH, REACH, POINTS))
        shown = train.take(np.arange(min(SHOWN, len(train))))
        return Data(train, validation, test, Probe(line.inputs, "line", targets=line.targets, examples=shown))

    def _part(self, x: np.ndarray) -> Part:
        """The inputs x [N] with their true labels."""
        targets = {task: (SLOPES[task] * x + OFFSETS[task]).astype(np.float32) for task in SLOPES}
        return whole(x[:, None].astype(np.float32), targets)

    def _noisy(self, part: Part, seed: int) -> Part:
        """The part with noise on its labels."""
        targets = {}
        for task, size in {"a": self.noise_a, "b": self.noise_b}.items():
            error = size * stream(seed, "noise", task).standard_normal(len(part))
            targets[task] = (part.targets[task] + error).astype(np.float32)
        return Part(part.inputs, targets, part.known)
