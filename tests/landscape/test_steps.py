"""The arrow lab's numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from playground.basics.errors import Invalid
from playground.catalog import methods
from playground.landscape import steps
from playground.landscape.steps import HURT, Sketch
from playground.weigh import weigh_once

SKETCHES = [
    Sketch(),
    Sketch(((0.0, 1.0), (90.0, 2.0)), (0.5, 3.0)),
    Sketch(((0.0, 1.0), (175.0, 2.0)), (0.5, 3.0)),
    Sketch(((0.0, 1.0), (110.0, 1.2), (-120.0, 0.9)), (1.0, 2.0, 3.0)),
    Sketch(((10.0, 3.0), (60.0, 0.5), (-170.0, 1.0)), (1.0, 2.0, 3.0)),
]
every_sketch = pytest.mark.parametrize("sketch", SKETCHES)


@every_sketch
def test_every_method_is_there_and_is_what_weigh_once_says(sketch: Sketch) -> None:
    found = steps.steps(sketch)
    assert list(found) == list(methods())
    angles = [(math.radians(angle), length) for angle, length in sketch.arrows]
    gramian = np.array([[n * m * math.cos(a - b) for b, m in angles] for a, n in angles])
    for key, one in found.items():
        weights = weigh_once(key, np.array(sketch.losses), gramian)
        np.testing.assert_allclose(one.weights, weights, rtol=1e-5, atol=1e-7, err_msg=key)
        np.testing.assert_allclose(one.slopes, gramian @ weights, rtol=1e-5, atol=1e-7, err_msg=key)
        assert one.length == pytest.approx(math.sqrt(max(weights @ gramian @ weights, 0)), rel=1e-5, abs=1e-4)


def test_who_is_helped_and_who_is_hurt() -> None:
    # Along the sum of (3, 0) and (−1, 1), which is (2, 1), the second loss rises: (−1)·2 + 1·1 < 0.
    sketch = Sketch(((0.0, 3.0), (135.0, 1.41)))
    assert steps.step("equal", sketch).effects == ("helped", "hurt")
    assert steps.step("mgda", sketch).effects == ("helped", "helped")
    opposed = Sketch(((0.0, 1.0), (180.0, 1.0)))
    assert steps.step("equal", opposed).effects == ("left", "left")
    # Where the hull holds the origin, the shortest mean is no step at all.
    assert steps.step("mgda", SKETCHES[3]).effects == ("left", "left", "left")


@every_sketch
def test_the_shortest_point_of_the_hull_is_the_direction_of_mgda(sketch: Sketch) -> None:
    nearest = steps.shortest(sketch.gradients)
    np.testing.assert_allclose(nearest, steps.step("mgda", sketch).direction, atol=1e-4)


def test_the_shortest_point_by_hand() -> None:
    np.testing.assert_allclose(steps.shortest(np.array([[1.0, 1.0], [1.0, -1.0]])), [1, 0])
    np.testing.assert_allclose(steps.shortest(np.array([[1.0, 0.0], [3.0, 1.0]])), [1, 0])
    np.testing.assert_allclose(steps.shortest(np.array([[2.0, 0.0], [-1.0, 1.0], [-1.0, -1.0]])), [0, 0])
    np.testing.assert_allclose(steps.shortest(np.array([[1.0, 1.0], [1.0, 1.0]])), [1, 1])


@every_sketch
def test_a_sketch_survives_an_address(sketch: Sketch) -> None:
    assert steps.read(sketch.to_query()) == sketch


@pytest.mark.parametrize(
    "values",
    [
        {"arrows": "1,2"},
        {"arrows": "1,2;3"},
        {"arrows": "1,2;3,4"},
        {"arrows": "200,2;3,1"},
        {"arrows": "nan,2;3,1"},
        {"losses": "1"},
        {"losses": "1,-1"},
        {"losses": "1,x"},
        {"arrows": "1,1;" * 500},
    ],
)
def test_a_bad_address_is_one_sentence(values: dict[str, str]) -> None:
    with pytest.raises(Invalid) as caught:
        steps.read(values)
    assert len(caught.value.problems) == 1


def test_a_task_more_and_a_task_less() -> None:
    three = steps.with_tasks(Sketch(), 3)
    assert len(three.arrows) == len(three.losses) == 3
    assert steps.with_tasks(three, 2) == Sketch()


def test_zero_gradients_are_no_error() -> None:
    found = steps.steps(Sketch(((0.0, 0.0), (90.0, 0.0))))
    assert list(found) == list(methods())
    assert all(np.isfinite(one.direction).all() for one in found.values())


def test_the_first_sight_is_a_conflict_in_which_equal_weights_hurt_and_others_mend_it() -> None:
    sketch = Sketch()
    ((pair, cosine),) = sketch.cosines().items()
    assert pair == (0, 1)
    assert cosine == pytest.approx(np.cos(np.radians(130)))
    found = steps.steps(sketch)
    assert HURT in found["equal"].effects
    mending = [key for key, one in found.items() if HURT not in one.effects]
    assert {"mgda", "pcgrad", "cagrad", "nash"} <= set(mending)
    assert Sketch(((0.0, 0.0), (90.0, 1.0))).cosines() == {}
