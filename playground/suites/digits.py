"""Scans of handwritten digits, and four questions about each of them. Real data: 1,797 scans that scikit-learn brings along."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from playground.basics.cards import Card
from playground.basics.random_streams import stream
from playground.basics.words import N_
from playground.suites.base import Data, Probe, Suite, Task, split_rows, whole

IMAGE_SIDE = 8
"""Rows and columns of a scan."""

SHOWN = 24
"""Test scans on which the page shows predictions."""

LOOPS = np.array([1, 0, 0, 0, 0, 0, 1, 0, 2, 1])
"""Closed loops of the digits 0 … 9 by convention: 0, 6 and 9 have one, 8 has two; a 4 counts as open."""

DIGIT = Task("digit", N_("Which digit"), "classes", classes=tuple("0123456789"))
PARITY = Task("parity", N_("Odd or even"), "binary", classes=(N_("even"), N_("odd")))
LARGE = Task("large", N_("Five or more"), "binary", classes=(N_("0 to 4"), N_("5 to 9")))
LOOP = Task("loops", N_("Closed loops"), "classes", classes=(N_("no loop"), N_("one loop"), N_("two loops")))


@cache
def scans() -> tuple[np.ndarray, np.ndarray]:
    """Every scan [1797, 64], float32 from 0 (paper) to 1 (ink), and its digit [1797], int64. Treat both as read-only."""
    # Imported here because scikit-learn takes a second or two to load, and the catalogue imports every suite.
    from sklearn.datasets import load_digits

    values, digits = load_digits(return_X_y=True)
    inputs, labels = (values / 16).astype(np.float32), digits.astype(np.int64)
    inputs.flags.writeable = labels.flags.writeable = False
    return inputs, labels


def labels_of(digits: np.ndarray) -> dict[str, np.ndarray]:
    """For each task the int64 labels [N] of the digits [N]."""
    return {
        DIGIT.name: digits,
        PARITY.name: digits % 2,
        LARGE.name: (digits >= 5).astype(np.int64),
        LOOP.name: LOOPS[digits].astype(np.int64),
    }


@dataclass(frozen=True)
class Digits(Suite):
    """Four questions about one scan. The seed draws which scans are trained on (60 %), chosen by (20 %) and tested on (20 %).

    Source: Alpaydin & Kaynak, UCI machine learning repository 1998, its test set of 13 writers.
    """

    key = "digits"
    real = True
    fresh = False
    gives = "pictures"
    defaults = {"steps": 500, "batch": 64, "rate": 0.003}
    card = Card(
        title=N_("Digits"),
        idea=N_(
            "Say of a scanned digit which one it is, if it is odd, if it is five or more, and how many closed loops it has."
        ),
        paper="Alpaydin & Kaynak, UCI 1998",
        link="https://doi.org/10.24432/C50P49",
        fails=N_("Where every task has its label on every scan, sharing changes little: no task lacks what another one knows."),
        notes=N_(
            "Scans of 8 × 8 pixels, scaled to 0 … 1; the labels of three tasks follow from the digit. "
            "Loops by convention: 0, 6 and 9 have one, 8 has two, and 4 counts as open."
        ),
    )

    def tasks(self) -> tuple[Task, ...]:
        return DIGIT, PARITY, LARGE, LOOP

    def load(self, seed: int) -> Data:
        inputs, digits = scans()
        parts = whole(inputs.reshape(-1, 1, IMAGE_SIDE, IMAGE_SIDE), labels_of(digits))
        train, validation, test = (parts.take(rows) for rows in split_rows(len(parts), stream(seed, "split")))
        shown = test.take(np.arange(SHOWN))
        return Data(train, validation, test, Probe(shown.inputs, "pictures", (IMAGE_SIDE, IMAGE_SIDE), shown.targets))
