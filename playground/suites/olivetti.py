"""Faces of forty people: whose upper half is it, is it mirrored, and what does the lower half look like? Real data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from playground.basics.cards import Card
from playground.basics.random_streams import stream
from playground.basics.words import N_
from playground.suites.base import Data, Probe, Task, whole
from playground.suites.fetched import Fetched

PEOPLE, EACH = 40, 10
"""How many people there are, and how many photographs of each of them."""

SPLIT = (6, 2, 2)
"""Photographs of each person to train on, to choose by and to test on."""

IMAGE_SIDE = 32
"""Rows and columns of a photograph here: the source has 64, of which four pixels become one."""

HALF = IMAGE_SIDE // 2
"""Rows of each half."""

LOWER = (HALF // 2, HALF)
"""Rows and columns of the lower half as a target: again four pixels become one."""

SHOWN = 24
"""Test photographs on which the page shows predictions."""


def halved(pictures: np.ndarray) -> np.ndarray:
    """[N, rows, columns] pictures with four pixels made one, their mean: [N, rows / 2, columns / 2]."""
    count, rows, columns = pictures.shape
    return pictures.reshape(count, rows // 2, 2, columns // 2, 2).mean((2, 4))


@dataclass(frozen=True)
class Olivetti(Fetched):
    """400 photographs of 40 people, of which the network sees the upper half, 16 × 32 pixels from 0 (black) to 1.

    Whose it is stands in the source. Every second photograph, drawn by the seed, is mirrored, and that is asked too; and the
    lower half at 8 × 16 pixels is 128 numbers to tell. The seed draws which six photographs of each person are trained on,
    which two chosen by and which two tested on.

    Source: Samaria and Harter, WACV 1994, as `sklearn.datasets.fetch_olivetti_faces` has it. To tell one half from the other
    is the example of scikit-learn's "face completion".
    """

    key = "olivetti"
    real = True
    fresh = False
    gives = "pictures"
    defaults = {"steps": 500, "batch": 32, "rate": 0.001}
    card = Card(
        title=N_("Olivetti faces"),
        idea=N_(
            "See the upper half of a face: say whose it is, if the photograph is mirrored, and what the lower half looks like."
        ),
        paper="Samaria & Harter, WACV 1994",
        link="https://doi.org/10.1109/ACV.1994.341300",
        fails=N_(
            "With six photographs of each person the network soon knows them by heart; faces it never saw are all strangers."
        ),
        notes=N_(
            "The photographs are made smaller, to 32 × 32 pixels; the seed draws which of them are mirrored. "
            "The lower half is asked as 8 × 16 grey values from 0 to 1. Has to be downloaded once."
        ),
    )

    def tasks(self) -> tuple[Task, ...]:
        return (
            Task("person", N_("Whose face"), "classes", classes=tuple(str(number + 1) for number in range(PEOPLE))),
            Task("mirrored", N_("Mirrored"), "binary", classes=(N_("as taken"), N_("mirrored"))),
            Task("lower", N_("Lower half"), "regression", outputs=LOWER[0] * LOWER[1]),
        )

    def download(self, home: Path) -> dict[str, np.ndarray]:
        """faces [400, 32, 32] from 0 to 1, the ten of each person in a row."""
        from sklearn.datasets import fetch_olivetti_faces

        found = fetch_olivetti_faces(data_home=str(home), n_retries=1)
        if not np.array_equal(found.target, np.repeat(np.arange(PEOPLE), EACH)):
            raise ValueError("the faces are not ten in a row of each of 40 people")
        return {"faces": halved(np.asarray(found.images, np.float32))}

    def load(self, seed: int) -> Data:
        faces = self.arrays()["faces"]
        mirrored = stream(seed, "mirrored").random(len(faces)) < 0.5
        faces = np.where(mirrored[:, None, None], faces[:, :, ::-1], faces)
        targets: dict[str, np.ndarray] = {
            "person": np.repeat(np.arange(PEOPLE), EACH),
            "mirrored": mirrored.astype(np.int64),
            "lower": halved(faces[:, HALF:]).reshape(len(faces), -1).astype(np.float32),
        }
        parts = whole(faces[:, None, :HALF].astype(np.float32), targets)
        train, validation, test = (parts.take(rows) for rows in self.rows(seed))
        shown = test.take(np.arange(SHOWN))
        return Data(train, validation, test, Probe(shown.inputs, "faces", targets=shown.targets))

    def rows(self, seed: int) -> tuple[np.ndarray, ...]:
        """Rows to train on, to choose by and to test on, in random order: of every person six, two and two."""
        rng = stream(seed, "split")
        order = np.stack([person * EACH + rng.permutation(EACH) for person in range(PEOPLE)])
        return tuple(rng.permutation(columns.ravel()) for columns in np.split(order, np.cumsum(SPLIT)[:-1], axis=1))
