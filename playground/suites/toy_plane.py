"""Patterns on a square: is a point inside? Two inputs, so that what each task has learned can be drawn as a picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.random_streams import stream
from playground.basics.words import N_
from playground.suites.base import Data, Part, Probe, Suite, Task, examples_knob, whole

PATTERNS = ("circle", "xor", "spiral", "half", "height")
"""The tasks in their order; the circle is the one that the others come to resemble."""

SHIFT = 0.15
"""How far from the middle the circle of every other task lies when all tasks are fully related."""

RADIUS = np.sqrt(2 / np.pi)
"""Radius of a circle that covers half of the square."""

HELD_OUT = 1000
"""Examples in each of validation and test, however many there are to train on."""

GRID = 41
"""Points along each side of the grid on which the page draws decisions."""

SHOWN = 200
"""Training examples that the page draws over the grid, at most."""

INSIDE = (N_("outside"), N_("inside"))


def circle(points: np.ndarray, centre: tuple[float, float] = (0.0, 0.0)) -> np.ndarray:
    """[N] score of points [N, 2]: positive inside a circle around `centre`."""
    return RADIUS**2 - np.square(points - np.array(centre)).sum(1)


def own_score(pattern: str, points: np.ndarray) -> np.ndarray:
    """[N] score of the task's own pattern at points [N, 2]: positive inside, negative outside, zero on the boundary."""
    x, y = points.T
    if pattern == "circle":
        return circle(points)
    if pattern == "xor":
        return x * y
    if pattern == "spiral":
        return np.sin(np.arctan2(y, x) - 2 * np.pi * np.hypot(x, y))
    if pattern == "half":
        return 0.8 * x + 0.6 * y
    return np.sin(np.pi * x) * np.cos(np.pi * y)


def common_score(pattern: str, points: np.ndarray) -> np.ndarray:
    """[N] score of the common pattern: the circle, and for every other task the circle moved by `SHIFT`, each its own way."""
    if pattern == "circle":
        return circle(points)
    angle = np.pi / 2 * PATTERNS.index(pattern)
    return circle(points, (SHIFT * np.cos(angle), SHIFT * np.sin(angle)))


def grid(side: int = GRID) -> np.ndarray:
    """[side², 2] points over the square, row by row: the second input goes from −1 to 1 over rows, the first over columns."""
    ticks = np.linspace(-1, 1, side)
    x, y = np.meshgrid(ticks, ticks)
    return np.stack([x.ravel(), y.ravel()], axis=1)


def score(pattern: str, points: np.ndarray, relatedness: float) -> np.ndarray:
    """[N] score that decides a task's labels: (1 − relatedness) · own + relatedness · common, each of size 1.

    Both scores are divided by their root mean square over the square first, so that the middle of the slider is halfway.
    """
    everywhere = grid()
    own = own_score(pattern, points) / np.sqrt(np.square(own_score(pattern, everywhere)).mean())
    common = common_score(pattern, points) / np.sqrt(np.square(common_score(pattern, everywhere)).mean())
    return (1 - relatedness) * own + relatedness * common


@dataclass(frozen=True)
class ToyPlane(Suite):
    """Four patterns and one landscape over the square [−1, 1]², on points drawn evenly by the seed.

    A task asks if its score at a point is positive; the score is a blend of the task's own pattern and of a circle that all
    tasks have in common but for a small shift. `height` is asked for the score itself, times `scale`. The patterns are the
    same for every seed; the seed draws points and noise. Noise is in the training labels alone: validation and test hold the
    truth.
    """

    key = "toy_plane"
    real = False
    fresh = True
    defaults = {"steps": 600, "batch": 64, "rate": 0.005}
    card = Card(
        title=N_("Toy plane"),
        idea=N_("Say of points on a square if they are inside a pattern: a circle, a checkerboard, a spiral, a half-plane."),
        formula=r"y_t = \left[(1-\rho)\, s_t(x) + \rho\, s_\text{circle}(x - \delta_t) > 0\right]",
        fails=N_("With two inputs and many examples, a small network learns each task alone; sharing shows with few labels."),
        notes=N_(
            "The height task is a regression: the blended score itself times the label scale. "
            "Noise is in the training labels alone; validation and test hold the truth."
        ),
    )

    relatedness: float = knob(
        0.0,
        low=0.0,
        high=1.0,
        relates=True,
        label=N_("Relatedness"),
        help=N_("At 0 every task has its own pattern; at 1 all of them are the same circle, moved a little."),
    )
    noise: float = knob(
        0.0,
        low=0.0,
        high=0.5,
        label=N_("Noise"),
        help=N_("The share of training labels that are flipped; the height gets normal noise of this size times its scale."),
    )
    examples: int = examples_knob(400, N_("How many points there are to train on."))
    scale: float = knob(
        1.0,
        low=0.01,
        high=100.0,
        log=True,
        label=N_("Label scale of the height"),
        help=N_("The height is multiplied by this number, and its loss by the square of it."),
    )

    def tasks(self) -> tuple[Task, ...]:
        return (
            Task("circle", N_("Circle"), "binary", classes=INSIDE),
            Task("xor", N_("Checkerboard"), "binary", classes=INSIDE),
            Task("spiral", N_("Spiral"), "binary", classes=INSIDE),
            Task("half", N_("Half-plane"), "binary", classes=INSIDE),
            Task("height", N_("Height"), "regression"),
        )

    def load(self, seed: int) -> Data:
        train = self._noisy(self._part(stream(seed, "train").uniform(-1, 1, (self.examples, 2))), seed)
        validation = self._part(stream(seed, "validation").uniform(-1, 1, (HELD_OUT, 2)))
        test = self._part(stream(seed, "test").uniform(-1, 1, (HELD_OUT, 2)))
        plane = self._part(grid())
        shown = train.take(np.arange(min(SHOWN, len(train))))
        return Data(train, validation, test, Probe(plane.inputs, "plane", (GRID, GRID), plane.targets, shown))

    def _part(self, points: np.ndarray) -> Part:
        """The points [N, 2] with their true labels."""
        scores = {pattern: score(pattern, points, self.relatedness) for pattern in PATTERNS}
        targets = {pattern: (values > 0).astype(np.int64) for pattern, values in scores.items()}
        targets["height"] = (self.scale * scores["height"]).astype(np.float32)
        return whole(points.astype(np.float32), targets)

    def _noisy(self, part: Part, seed: int) -> Part:
        """The part with a share `noise` of its labels flipped, and with noise of SD `noise` · `scale` on the height."""
        targets = {}
        for name, truth in part.targets.items():
            rng = stream(seed, "noise", name)
            if name == "height":
                error = self.noise * self.scale * rng.standard_normal(len(part))
                targets[name] = (truth + error).astype(np.float32)
            else:
                targets[name] = np.where(rng.random(len(part)) < self.noise, 1 - truth, truth)
        return Part(part.inputs, targets, part.known)
