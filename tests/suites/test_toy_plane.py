from __future__ import annotations

import itertools

import numpy as np
import pytest

from playground.suites.toy_plane import GRID, PATTERNS, SHIFT, SHOWN, ToyPlane, circle, grid, own_score, score

DECISIONS = PATTERNS[:-1]


def agreement(first: np.ndarray, second: np.ndarray) -> float:
    """Share of points on which two label arrays agree."""
    return float(np.mean(first == second))


def test_own_patterns() -> None:
    points = np.array([[0.0, 0.0], [0.9, 0.9], [-0.9, 0.9], [-0.5, -0.5]])
    assert (own_score("circle", points) > 0).tolist() == [True, False, False, True]
    assert (own_score("xor", points) > 0).tolist() == [False, True, False, True]
    assert (own_score("half", points) > 0).tolist() == [False, True, False, False]


def test_the_spiral_crosses_a_ray_several_times() -> None:
    ray = np.linspace(0.05, 0.95, 400)
    for angle in np.linspace(0, 2 * np.pi, 9):
        points = np.stack([ray * np.cos(angle), ray * np.sin(angle)], axis=1)
        crossings = np.abs(np.diff(own_score("spiral", points) > 0)).sum()
        assert 1 <= crossings <= 2


@pytest.mark.parametrize("pattern", DECISIONS)
@pytest.mark.parametrize("relatedness", [0.0, 0.5, 1.0])
def test_both_classes_cover_much_of_the_square(pattern: str, relatedness: float) -> None:
    inside = score(pattern, grid(), relatedness) > 0
    assert 0.35 < inside.mean() < 0.65


def test_scores_have_size_one_and_at_full_relatedness_are_circles_around_shifted_centres() -> None:
    points = grid()
    for pattern in PATTERNS:
        for relatedness in (0.0, 1.0):
            assert np.square(score(pattern, points, relatedness)).mean() == pytest.approx(1)
    centres = {"xor": (0, SHIFT), "spiral": (-SHIFT, 0), "half": (0, -SHIFT), "height": (SHIFT, 0)}
    for pattern, centre in centres.items():
        expected = circle(points, centre)
        assert score(pattern, points, 1.0) == pytest.approx(expected / np.sqrt(np.square(expected).mean()))


def test_the_circle_does_not_depend_on_relatedness() -> None:
    for relatedness in (0.0, 0.3, 1.0):
        assert score("circle", grid(), relatedness) == pytest.approx(score("circle", grid(), 0.0))


def test_tasks_come_closer_to_the_circle_as_relatedness_grows() -> None:
    steps = [ToyPlane(relatedness=value).load(0).test.targets for value in (0.0, 0.25, 0.5, 0.75, 1.0)]
    for pattern in DECISIONS[1:]:
        shares = [agreement(targets["circle"], targets[pattern]) for targets in steps]
        # The shift grows on the way too, so that the last step may lead a little away again.
        assert all(after > before for before, after in itertools.pairwise(shares[:-1]))
        assert shares[0] < 0.6
        # Changed a little, not the same task.
        assert 0.85 < shares[-1] < 1


def test_noise_flips_its_share_of_training_labels_and_nothing_else() -> None:
    plain, noisy = ToyPlane(examples=5000).load(0), ToyPlane(examples=5000, noise=0.2).load(0)
    for pattern in DECISIONS:
        assert 1 - agreement(plain.train.targets[pattern], noisy.train.targets[pattern]) == pytest.approx(0.2, abs=0.03)
        assert np.array_equal(plain.test.targets[pattern], noisy.test.targets[pattern])
        assert np.array_equal(plain.validation.targets[pattern], noisy.validation.targets[pattern])
    error = noisy.train.targets["height"] - plain.train.targets["height"]
    assert error.std() == pytest.approx(0.2, rel=0.1)
    assert np.array_equal(plain.test.targets["height"], noisy.test.targets["height"])


def test_noise_of_two_tasks_falls_on_different_examples() -> None:
    plain, noisy = ToyPlane(examples=5000).load(0).train, ToyPlane(examples=5000, noise=0.2).load(0).train
    flipped = [plain.targets[pattern] != noisy.targets[pattern] for pattern in DECISIONS]
    for first, second in itertools.combinations(flipped, 2):
        assert np.mean(first & second) == pytest.approx(0.04, abs=0.015)


def test_scale_multiplies_the_height_and_nothing_else() -> None:
    plain, large = ToyPlane(noise=0.1).load(0), ToyPlane(noise=0.1, scale=100.0).load(0)
    assert large.train.targets["height"] == pytest.approx(100 * plain.train.targets["height"], rel=1e-5)
    assert large.probe.targets["height"] == pytest.approx(100 * plain.probe.targets["height"], rel=1e-5)
    for pattern in DECISIONS:
        assert np.array_equal(plain.train.targets[pattern], large.train.targets[pattern])


def test_the_probe_is_a_grid_with_training_examples_over_it() -> None:
    data = ToyPlane(noise=0.3).load(0)
    picture = data.probe.inputs.reshape(GRID, GRID, 2)
    assert picture[0, 0].tolist() == [-1, -1]
    assert picture[0, -1].tolist() == [1, -1]
    assert picture[-1, 0].tolist() == [-1, 1]
    assert data.probe.examples is not None
    assert len(data.probe.examples) == SHOWN
    assert np.array_equal(data.probe.examples.inputs, data.train.inputs[:SHOWN])
    assert np.array_equal(data.probe.examples.targets["circle"], data.train.targets["circle"][:SHOWN])
    few = ToyPlane(examples=20).load(0).probe.examples
    assert few is not None
    assert len(few) == 20
    # The grid holds the truth, whatever the noise.
    assert np.array_equal(data.probe.targets["circle"], (circle(grid()) > 0).astype(np.int64))


def test_more_examples_keep_the_first_ones() -> None:
    few, many = ToyPlane(examples=100, noise=0.2).load(0).train, ToyPlane(examples=300, noise=0.2).load(0).train
    assert np.array_equal(few.inputs, many.inputs[:100])
    for pattern in PATTERNS:
        assert np.array_equal(few.targets[pattern], many.targets[pattern][:100])
