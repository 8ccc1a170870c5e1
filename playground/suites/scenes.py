"""Pictures of a few shapes in fog, and four questions that computer vision asks: what, where, which pixels, how far away."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.random_streams import stream
from playground.basics.words import N_
from playground.suites import shapes
from playground.suites.base import Data, Part, Probe, Suite, Task, whole
from playground.suites.shapes import FAR, IMAGE_SIDE, SHAPES, DrawnPictures

VALIDATION, TEST = 200, 1000
"""Pictures that are held out."""

SHOWN = 8
"""Test pictures on which the page shows predictions."""

SIZE = {"height": IMAGE_SIDE, "width": IMAGE_SIDE}

KIND = Task("kind", N_("What dominates"), "classes", classes=SHAPES)
OBJECTS = Task("objects", N_("Objects"), "boxes", classes=SHAPES, settings=SIZE)
SEGMENTS = Task("segments", N_("Segments"), "mask", classes=(N_("ground"), *SHAPES), settings=SIZE)
DEPTH = Task("depth", N_("Depth"), "depth", unit="m", settings={**SIZE, "middle": FAR - 0.5})


@lru_cache(maxsize=24)
def drawn(seed: int, name: str, count: int) -> DrawnPictures:
    """The pictures of one split. Kept, as drawing them takes longer than all else before the first step; read-only."""
    return shapes.draw(stream(seed, "scenes", name), count)


def part(scenes: DrawnPictures) -> Part:
    """Pictures as a network takes them, with the answers to all four questions."""
    answers = {
        KIND.name: scenes.dominant(),
        OBJECTS.name: scenes.boxes(),
        SEGMENTS.name: scenes.segments(),
        DEPTH.name: scenes.depth,
    }
    return whole((scenes.pictures / np.float32(255)).astype(np.float32), answers)


@dataclass(frozen=True)
class Scenes(Suite):
    """Pictures of 32 × 32 pixels in colour with one to three shapes each, made by the seed.

    The tasks are those of computer vision: image classification, detection, segmentation, and depth as a third task beside
    segmentation, as in Kendall et al. One trunk with a head for class, box and mask is the plan of Mask R-CNN.
    """

    key = "scenes"
    real = False
    fresh = True
    gives = "pictures"
    backbone = "resnet"
    defaults = {"steps": 600, "batch": 32, "rate": 0.01, "decay": "cosine", "sharing.depth": 5}
    card = Card(
        title=N_("Scenes"),
        idea=N_("Say of a picture what dominates it, where its objects are, what every pixel shows and how far away it is."),
        paper="He et al., ICCV 2017; Kendall et al., CVPR 2018",
        link="https://arxiv.org/abs/1703.06870",
        fails=N_(
            "Which pixels are what already says where objects are: with many pictures the tasks have little left to teach."
        ),
        notes=N_(
            "Shapes of any colour on textured grounds; near ones are larger and hide others, and fog takes the colour of what "
            "is far away. At least 60 % of every shape is seen, and the largest has a quarter more pixels than the next one."
        ),
    )

    pictures: int = knob(
        2000,
        low=100,
        high=6000,
        log=True,
        shapes=True,
        label=N_("Training pictures"),
        help=N_("How many pictures there are to train on."),
    )

    def tasks(self) -> tuple[Task, ...]:
        return KIND, OBJECTS, SEGMENTS, DEPTH

    def load(self, seed: int) -> Data:
        train = part(drawn(seed, "train", self.pictures))
        validation, test = part(drawn(seed, "validation", VALIDATION)), part(drawn(seed, "test", TEST))
        shown = test.take(np.arange(SHOWN))
        return Data(train, validation, test, Probe(shown.inputs, "scenes", (IMAGE_SIDE, IMAGE_SIDE), shown.targets))
