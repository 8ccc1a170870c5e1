"""Completed faces: what is drawn is what was said, below the half that was given."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

from playground.figures.style import look_of
from playground.figures.views.faces import GAP, faces, whole_face
from playground.suites.olivetti import HALF, IMAGE_SIDE, Olivetti
from tests.figures import samples


def test_a_lower_half_is_made_as_large_as_the_upper_one() -> None:
    face = whole_face(np.zeros((2, 4)), np.array([0.25, 0.5]))
    assert face.tolist() == [[0] * 4] * 2 + [[0.25, 0.25, 0.5, 0.5]] * 2
    assert whole_face(np.zeros((2, 2)), np.arange(4.0)).tolist() == [[0, 0], [0, 0], [0, 1], [2, 3]]


def test_the_picture_shows_the_completed_face_beside_the_true_one() -> None:
    probe, tasks, outputs = samples.face_probe()
    markup = faces(probe, tasks, look_of(tasks), outputs)
    address = markup.split('src="')[1].partition('"')[0]
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2])))) / 255
    assert pixels.shape == (IMAGE_SIDE, 2 * IMAGE_SIDE + GAP)
    completed, true = pixels[:, :IMAGE_SIDE], pixels[:, -IMAGE_SIDE:]
    assert np.array_equal(completed[:HALF], true[:HALF])
    assert completed[:HALF] == pytest.approx(probe.inputs[0, 0], abs=0.01)
    said = np.asarray(outputs["lower"][0]).reshape(HALF // 2, HALF)
    assert completed[HALF::2, ::2] == pytest.approx(said, abs=0.01)
    assert true[HALF::2, ::2] == pytest.approx(probe.targets["lower"][0].reshape(HALF // 2, HALF), abs=0.01)


def test_who_it_is_has_a_mark() -> None:
    probe, tasks, outputs = samples.face_probe()
    markup = faces(probe, tasks, look_of(tasks), outputs)
    assert markup.count("✓") == 3
    assert markup.count("✗") == 1
    assert "1 of 2 right" in markup
    assert "typical error 0.1" in markup


def test_without_the_lower_half_the_upper_one_stands_alone() -> None:
    probe, tasks, outputs = samples.face_probe()
    markup = faces(probe, tasks[:1], look_of(tasks), outputs)
    assert markup.count("<img") == len(probe.inputs) == 2


def test_the_suite_asks_for_this_view() -> None:
    assert Olivetti().load(0).probe.view == "faces"
