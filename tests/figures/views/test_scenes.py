"""What is drawn over a scene is what the model says and what is true there, number for number."""

from __future__ import annotations

import base64
import io
import re
from typing import Any

import numpy as np
import pytest
from PIL import Image

from playground.figures.style import look_of
from playground.figures.views import scenes
from tests.figures import samples


def pixels(address: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))))


@pytest.fixture(scope="module")
def case() -> tuple[Any, ...]:
    return samples.scene_probe()


@pytest.fixture(scope="module")
def cards(case: tuple[Any, ...]) -> list[str]:
    probe, tasks, outputs = case
    markup = scenes.scenes(probe, tasks, look_of(tasks), outputs)
    return markup.split('<div class="card">')[1:]


def test_pictures_are_those_of_the_probe(case: tuple[Any, ...], cards: list[str]) -> None:
    probe = case[0]
    assert len(cards) == len(probe.inputs)
    for card, picture in zip(cards, probe.inputs, strict=True):
        address = re.search(r'<img alt="" src="([^"]+)"', card)
        assert address
        assert np.array_equal(pixels(address[1]), np.round(255 * np.moveaxis(picture, 0, -1)))


def frames(card: str, color: str, dashed: bool) -> list[list[float]]:
    """Boxes in a card: left, top, right, bottom as parts of the picture."""
    found = []
    for x, y, width, height, stroke, more in re.findall(
        r'<rect x="([-\d.]+)" y="([-\d.]+)" width="([-\d.]+)" height="([-\d.]+)" fill="none" stroke="(#\w+)"([^>]*)/>', card
    ):
        if stroke == color and ("dasharray" in more) == dashed:
            x, y, width, height = (float(value) / 200 for value in (x, y, width, height))
            found.append([x, y, x + width, y + height])
    return found


def test_boxes_stand_where_model_and_truth_have_them(case: tuple[Any, ...], cards: list[str]) -> None:
    probe, tasks, outputs = case
    color = look_of(tasks).color("objects")
    for place, card in enumerate(cards):
        said = [box for box in outputs["objects"][place] if box[0] >= 0]
        true = [box for box in probe.targets["objects"][place].tolist() if box[0] >= 0]
        for drawn, boxes in ((frames(card, color, False), said), (frames(card, scenes.OUTLINE, True), true)):
            assert len(drawn) == len(boxes) > 0
            for one, box in zip(drawn, boxes, strict=True):
                assert one == pytest.approx(box[1:5], abs=1e-3)
        signs = re.findall(r"<text [^>]+>(.)</text>", card)
        assert signs == [scenes.GLYPHS[int(box[0])] for box in said]


def tints(card: str, color: str) -> list[np.ndarray]:
    """How much of a colour shines through, from 0 to 1, for each square of that colour."""
    found = re.findall(rf'style="background:{color};mask-image:url\(([^)]+)\)', card)
    return [pixels(address)[:: scenes.ZOOM, :: scenes.ZOOM, 1] / 255 for address in found]


def test_masks_show_the_class_of_every_pixel(case: tuple[Any, ...], cards: list[str]) -> None:
    probe, tasks, outputs = case
    color = look_of(tasks).color("segments")
    for place, card in enumerate(cards):
        for shown, classes in zip(
            tints(card, color), (outputs["segments"][place], probe.targets["segments"][place]), strict=True
        ):
            classes = np.asarray(classes)
            levels = {int(label): set(shown[classes == label]) for label in np.unique(classes)}
            assert all(len(level) == 1 for level in levels.values())
            assert len(set.union(*levels.values())) == len(levels)
            assert levels[0] == {min(set.union(*levels.values()))}, "the ground should be faintest"


def test_depths_shine_the_more_the_nearer_they_are(case: tuple[Any, ...], cards: list[str]) -> None:
    probe, tasks, outputs = case
    color = look_of(tasks).color("depth")
    low, high = probe.targets["depth"].min(), probe.targets["depth"].max()
    for place, card in enumerate(cards):
        said, true = tints(card, color)
        expected = (high - np.asarray(outputs["depth"][place])) / (high - low)
        assert said == pytest.approx(np.clip(expected, 0, 1), abs=0.003)
        assert true == pytest.approx((high - probe.targets["depth"][place]) / (high - low), abs=0.003)


def test_the_words_are_those_of_the_numbers(case: tuple[Any, ...], cards: list[str]) -> None:
    probe, tasks, outputs = case
    words = scenes.scenes_text(probe, tasks, look_of(tasks), outputs)
    right = (np.asarray(outputs["segments"]) == probe.targets["segments"]).mean()
    for part in (
        "3 of 4 right",
        "found 6 of 7, wrong boxes: 1",
        f"{round(100 * right)} % of the pixels right",
        "off by 0.25 m",
    ):
        assert part in words
    assert [card.count("✓") for card in cards] == [1, 1, 1, 0]
    assert [card.count("✗") for card in cards] == [0, 0, 0, 1]


def test_an_object_named_twice_is_found_once() -> None:
    truth = np.array([[0, 0.0, 0.0, 0.5, 0.5], [-1] * 5])
    twice = np.array([[0, 0.0, 0.0, 0.5, 0.5, 0.9], [0, 0.0, 0.0, 0.5, 0.45, 0.8], [1, 0.0, 0.0, 0.5, 0.5, 0.7], [-1] * 6])
    assert scenes.matched(twice, truth) == (1, 3)
    assert scenes.matched(twice[3:], truth) == (0, 0)


def test_tasks_that_are_not_learned_are_not_drawn(case: tuple[Any, ...]) -> None:
    probe, tasks, outputs = case
    markup = scenes.scenes(probe, tasks[:1], look_of(tasks), {"kind": outputs["kind"]})
    assert "<rect" not in markup
    assert "mask-image" not in markup
    assert tasks[1].title not in markup
