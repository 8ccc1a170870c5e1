from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.utils import Bunch

from playground.suites.olivetti import EACH, PEOPLE, Olivetti, halved
from tests import frames


def test_four_pixels_become_one() -> None:
    picture = np.array([[[1.0, 3.0, 0.0, 0.0], [5.0, 7.0, 0.0, 8.0]]])
    assert halved(picture).tolist() == [[[4.0, 2.0]]]


def test_faces_are_made_smaller(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    images = np.random.default_rng(0).random((400, 64, 64)).astype(np.float32)
    found = Bunch(images=images, target=np.repeat(np.arange(40), 10))
    monkeypatch.setattr("sklearn.datasets.fetch_olivetti_faces", lambda **given: found)
    faces = Olivetti().download(tmp_path)["faces"]
    assert faces.shape == (400, 32, 32)
    assert faces[7, 3, 5] == pytest.approx(images[7, 6:8, 10:12].mean())
    found["target"] = found["target"][::-1]
    with pytest.raises(ValueError, match="ten in a row"):
        Olivetti().download(tmp_path)


@pytest.mark.parametrize("seed", [0, 1])
def test_of_every_person_six_two_and_two(seed: int) -> None:
    rows = Olivetti().rows(seed)
    assert sorted(np.concatenate(rows)) == list(range(400))
    for part, count in zip(rows, (6, 2, 2), strict=True):
        assert np.bincount(part // EACH).tolist() == [count] * PEOPLE
    # In random order, so that the first pictures shown are not all of one person.
    assert len(set(rows[2][:24] // EACH)) > 10


def test_halves_belong_together_and_a_mirrored_face_is_mirrored_in_both() -> None:
    suite = Olivetti()
    train = suite.load(3).train
    original = frames.faces()["faces"][suite.rows(3)[0]]
    for face, upper, lower, mirrored in zip(
        original, train.inputs, train.targets["lower"], train.targets["mirrored"], strict=True
    ):
        turned = face[:, ::-1] if mirrored else face
        assert np.array_equal(upper[0], turned[:16])
        assert lower.reshape(8, 16) == pytest.approx(halved(turned[None, 16:])[0], abs=1e-6)
    assert np.array_equal(train.targets["person"], suite.rows(3)[0] // EACH)
    assert 0.35 < train.targets["mirrored"].mean() < 0.65
