"""Two scans of digits in one picture: read the left one, read the right one, add them up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.random_streams import stream
from playground.basics.words import N_
from playground.suites.base import Data, Part, Probe, Suite, Task, examples_knob, split_rows, whole
from playground.suites.digits import IMAGE_SIDE, SHOWN, scans

WIDTH = 2 * IMAGE_SIDE
"""Columns of a picture: two scans fit beside each other."""

HELD_OUT = 1000
"""Pictures in each of validation and test, however many there are to train on."""

SPLITS = ("train", "validation", "test")

DIGITS = tuple("0123456789")


def sources(seed: int) -> dict[str, np.ndarray]:
    """For each split the rows of the scans that its pictures are made of. No scan serves two splits."""
    rows = split_rows(len(scans()[0]), stream(seed, "split"))
    return dict(zip(SPLITS, rows, strict=True))


def compose(left: np.ndarray, right: np.ndarray, overlap: int) -> np.ndarray:
    """[N, 1, 8, 16] pictures of scans left and right, each [N, 64]; where they overlap, the darker ink counts.

    The picture keeps its size: both scans move towards the middle, until they have `overlap` columns in common.
    """
    picture = np.zeros((len(left), IMAGE_SIDE, WIDTH), np.float32)
    start = overlap // 2
    end = WIDTH - (overlap - start)
    picture[:, :, start : start + IMAGE_SIDE] = left.reshape(-1, IMAGE_SIDE, IMAGE_SIDE)
    picture[:, :, end - IMAGE_SIDE : end] = np.maximum(
        picture[:, :, end - IMAGE_SIDE : end], right.reshape(-1, IMAGE_SIDE, IMAGE_SIDE)
    )
    return picture[:, None]


@dataclass(frozen=True)
class TwoDigits(Suite):
    """Pictures of 8 × 16 pixels, 0 (paper) to 1 (ink), each made of two scans that the seed draws from one split.

    The sum is a task of 19 classes and not a regression: what it needs from the picture is which digits stand there, and
    all three losses are then of one kind and one size, so that what is seen is a conflict of tasks, not of units.

    Source of the idea: MultiMNIST, Sabour et al., NeurIPS 2017; as two tasks, Sener & Koltun, NeurIPS 2018.
    """

    key = "two_digits"
    real = True
    fresh = False
    gives = "pictures"
    defaults = {"steps": 1000, "batch": 64, "rate": 0.003}
    card = Card(
        title=N_("Two digits"),
        idea=N_("Two handwritten digits in one picture: read the left one, read the right one, and say what they add up to."),
        paper="Sener & Koltun, NeurIPS 2018",
        link="https://proceedings.neurips.cc/paper/2018/hash/432aca3a1e345e339f35a30c8f65edce-Abstract.html",
        fails=N_(
            "Left and right look at different pixels, so that a narrow shared network has to divide its units between them."
        ),
        notes=N_(
            "Made of the 1,797 real scans that scikit-learn brings along, instead of MNIST; a scan serves one split only. "
            "The scans move sideways, not also downwards, and the sum is a third task."
        ),
    )

    overlap: int = knob(
        2,
        low=0,
        high=6,
        unit=N_("columns"),
        label=N_("Overlap"),
        help=N_("How many of its 8 columns a scan has in common with the other one."),
    )
    examples: int = examples_knob(2000, N_("How many pictures there are to train on."), low=100)

    def tasks(self) -> tuple[Task, ...]:
        return (
            Task("left", N_("Left digit"), "classes", classes=DIGITS),
            Task("right", N_("Right digit"), "classes", classes=DIGITS),
            Task("sum", N_("Sum of both"), "classes", classes=tuple(str(number) for number in range(19))),
        )

    def load(self, seed: int) -> Data:
        rows = sources(seed)
        train = self._part(seed, "train", rows["train"], self.examples)
        validation = self._part(seed, "validation", rows["validation"], HELD_OUT)
        test = self._part(seed, "test", rows["test"], HELD_OUT)
        shown = test.take(np.arange(SHOWN))
        return Data(train, validation, test, Probe(shown.inputs, "pictures", (IMAGE_SIDE, WIDTH), shown.targets))

    def _part(self, seed: int, name: str, rows: np.ndarray, count: int) -> Part:
        """`count` pictures of pairs drawn from the scans `rows`."""
        inputs, digits = scans()
        # Pairs are drawn one by one, so that more pictures are the same ones and some further ones.
        left, right = rows[stream(seed, "pairs", name).integers(len(rows), size=(count, 2))].T
        answers = {"left": digits[left], "right": digits[right], "sum": digits[left] + digits[right]}
        return whole(compose(inputs[left], inputs[right], self.overlap), answers)
