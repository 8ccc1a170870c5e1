"""A scan line across a road, as a camera on a car would see it: where to steer, and seven facts about the road."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.random_streams import stream
from playground.basics.words import N_
from playground.suites.base import Data, Part, Probe, Suite, Task, examples_knob, whole

PIXELS = 32
"""Pixels of a scan line; its ends are at −1 and 1."""

FINE = 8
"""Points at which the light is looked up in each pixel; a pixel is their mean, so edges between two pixels show."""

TWO_LANES = 0.7
"""Share of roads with two lanes. Well above a half: facts about the centre line are unknown on the others."""

LINE = 0.1
"""Width of a centre line, between one pixel and two."""

CONTRAST = 0.2
"""By how much the verges are brighter than the road, and so is the centre line, at least."""

DARKEST, BRIGHTEST = 0.1, 0.5
"""Between which the brightness of roads lies; that of verges and lines goes up to 1."""

SHADE = 0.5
"""What a shadow leaves of the light."""

HELD_OUT = 1000
"""Scan lines in each of validation and test, however many there are to train on."""

SHOWN = 100
"""Test scan lines on which the page draws predicted against true values."""


@dataclass(frozen=True)
class Roads:
    """N roads: places from −1 (left end of the scan line) to 1, brightness from 0 to 1, each [N].

    two: bool, whether a road has two lanes; middle and line are those of its centre line, NaN on a road of one lane.
    """

    two: np.ndarray
    left: np.ndarray
    right: np.ndarray
    middle: np.ndarray
    road: np.ndarray
    verge: np.ndarray
    line: np.ndarray

    @property
    def steering(self) -> np.ndarray:
        """[N] the place to steer to: the middle of the road, or of its right lane where it has two."""
        return (np.where(self.two, self.middle, self.left) + self.right) / 2


def roads(count: int, rng: np.random.Generator) -> Roads:
    """`count` roads, drawn one by one, so that more of them are the same ones and some further ones.

    Centre ~ U(−0.35, 0.35), width ~ U(0.5, 1.1), so both edges lie on the scan line, a pixel from its ends at least. The
    centre line lies up to a tenth of the width off the centre.
    """
    u = rng.random((count, 7)).T
    centre, width = 0.7 * u[1] - 0.35, 0.5 + 0.6 * u[2]
    two, middle = u[0] < TWO_LANES, centre + 0.2 * width * (u[5] - 0.5)
    road = DARKEST + (BRIGHTEST - DARKEST) * u[3]
    verge, line = (road + CONTRAST + (1 - CONTRAST - road) * draw for draw in (u[4], u[6]))
    unknown = np.where(two, 0, np.nan)
    return Roads(two, centre - width / 2, centre + width / 2, middle + unknown, road, verge, line + unknown)


def scan_lines(seen: Roads) -> np.ndarray:
    """[N, 32] the light of each pixel: road between the edges, verge beyond, the centre line over the road."""
    ticks = (np.arange(PIXELS * FINE) + 0.5) / (PIXELS * FINE) * 2 - 1
    light = np.where((ticks > seen.left[:, None]) & (ticks < seen.right[:, None]), seen.road[:, None], seen.verge[:, None])
    # A comparison with NaN is false: a road of one lane has no line.
    light = np.where(np.abs(ticks - seen.middle[:, None]) < LINE / 2, seen.line[:, None], light)
    return light.reshape(-1, PIXELS, FINE).mean(-1)


def shadows(count: int, rng: np.random.Generator) -> np.ndarray:
    """[N, 32] what one shadow leaves of the light on each scan line: `SHADE` on 2 to 8 pixels anywhere, 1 elsewhere."""
    u = rng.random((count, 2)).T
    size = 2 + np.floor(7 * u[0])
    start = np.floor(u[1] * (PIXELS - size + 1))
    pixel = np.arange(PIXELS)
    return np.where((pixel >= start[:, None]) & (pixel < (start + size)[:, None]), SHADE, 1.0)


@dataclass(frozen=True)
class Road(Suite):
    """Scan lines of 32 pixels across made roads; the main task is the place to steer to, the others say what lies there.

    Two facts, place and brightness of the centre line, are unknown where a road has one lane. The seed draws roads, shadows
    and the noise of the camera, which all three splits have: what is asked is to see through it.

    Source of the idea: 1D-ALVINN in Caruana, Multitask Learning, Machine Learning 1997. Its eighth fact, the middle of the
    road, is the mean of the two edges and is left out; the generator here is our own.
    """

    key = "road"
    real = False
    fresh = True
    defaults = {"steps": 600, "batch": 64, "rate": 0.003}
    card = Card(
        title=N_("Road"),
        idea=N_("Tell from one scan line across a road where to steer, and seven facts about the road that explain it."),
        formula=r"\text{steer} = \tfrac12 (\text{right} + \text{left}), \quad \tfrac12 (\text{right} + \text{middle})"
        r"\ \text{on two lanes}",
        paper="Caruana, Machine Learning 1997",
        link="https://doi.org/10.1023/A:1007379606734",
        fails=N_(
            "With thousands of labelled scan lines steering alone finds the edges by itself, and needs no one to name them."
        ),
        notes=N_(
            "Places go from −1 at the left end of the scan line to 1 at its right end, brightness from 0 to 1. "
            "Place and brightness of the centre line are unknown on roads of one lane."
        ),
    )

    noise: float = knob(
        0.05, low=0.0, high=0.5, label=N_("Noise"), help=N_("Standard deviation of the noise on the brightness of a pixel.")
    )
    shadows: int = knob(
        1, low=0, high=4, label=N_("Shadows"), help=N_("How many shadows lie over each scan line; a shadow halves the light.")
    )
    examples: int = examples_knob(300, N_("How many scan lines there are to train on."), low=50)

    def tasks(self) -> tuple[Task, ...]:
        return (
            Task("steering", N_("Where to steer"), "regression"),
            Task("lanes", N_("One lane or two"), "binary", classes=(N_("one lane"), N_("two lanes"))),
            Task("left", N_("Left edge"), "regression"),
            Task("right", N_("Right edge"), "regression"),
            Task("middle", N_("Centre line"), "regression"),
            Task("road", N_("Brightness of the road"), "regression"),
            Task("verge", N_("Brightness of the verge"), "regression"),
            Task("line", N_("Brightness of the line"), "regression"),
        )

    def load(self, seed: int) -> Data:
        train = self._part(seed, "train", self.examples)
        validation = self._part(seed, "validation", HELD_OUT)
        test = self._part(seed, "test", HELD_OUT)
        shown = test.take(np.arange(SHOWN))
        # A picture should not show a centre line where there is none.
        truth = {name: _or_nan(values, shown.known[name]) for name, values in shown.targets.items()}
        return Data(train, validation, test, Probe(shown.inputs, "rows", targets=truth))

    def _part(self, seed: int, name: str, count: int) -> Part:
        """`count` scan lines of the split `name`."""
        seen = roads(count, stream(seed, name))
        light = scan_lines(seen)
        for number in range(self.shadows):
            light *= shadows(count, stream(seed, name, "shadow", number))
        light += self.noise * stream(seed, name, "noise").standard_normal(light.shape)
        numbers = {
            "steering": seen.steering,
            "left": seen.left,
            "right": seen.right,
            "middle": seen.middle,
            "road": seen.road,
            "verge": seen.verge,
            "line": seen.line,
        }
        targets = {fact: values.astype(np.float32) for fact, values in numbers.items()}
        answers = {"lanes": seen.two.astype(np.int64)} | targets
        return whole(light.astype(np.float32), {task.name: answers[task.name] for task in self.tasks()})


def _or_nan(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """`values` [N] with NaN for numbers that are not known."""
    return np.where(known, values, np.float32(np.nan)) if values.dtype.kind == "f" else values
