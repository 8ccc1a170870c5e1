from __future__ import annotations

import numpy as np
import pytest

from playground.suites.related_functions import SHOWN, RelatedFunctions


@pytest.mark.parametrize("p", [-1.0, -0.4, 0.0, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("d", [2, 10])
def test_the_cosine_between_the_directions_is_p(p: float, d: int) -> None:
    w = RelatedFunctions(p=p, d=d).world(3).w
    assert w.shape == (2, d)
    assert np.linalg.norm(w, axis=1) == pytest.approx([1, 1])
    assert w[0] @ w[1] == pytest.approx(p, abs=1e-12)


def test_the_functions_are_those_of_the_formula() -> None:
    suite = RelatedFunctions(p=0.3, components=3)
    world, test = suite.world(5), suite.load(5).test
    for task, w in zip("ab", world.w, strict=True):
        for x, y in zip(test.inputs[:20], test.targets[task][:20], strict=True):
            z = float(w @ x)
            expected = z + sum(np.sin(a * z + b) for a, b in zip(world.a, world.b, strict=True))
            assert y == pytest.approx(expected, abs=1e-4)


def test_at_p_one_the_tasks_differ_only_by_noise() -> None:
    data = RelatedFunctions(p=1.0, noise=0.5, examples=5000).load(0)
    assert data.test.targets["a"] == pytest.approx(data.test.targets["b"], abs=1e-5)
    difference = data.train.targets["a"] - data.train.targets["b"]
    assert difference.std() == pytest.approx(0.5 * np.sqrt(2), rel=0.05)


def test_the_first_task_does_not_depend_on_p() -> None:
    near, far = RelatedFunctions(p=0.9).load(0), RelatedFunctions(p=-0.2).load(0)
    assert np.array_equal(near.train.targets["a"], far.train.targets["a"])
    assert np.array_equal(near.train.inputs, far.train.inputs)
    assert not np.array_equal(near.train.targets["b"], far.train.targets["b"])


def test_without_sines_a_function_is_a_line() -> None:
    suite = RelatedFunctions(components=0)
    test = suite.load(0).test
    assert test.targets["a"] == pytest.approx(test.inputs @ suite.world(0).w[0], abs=1e-5)


def test_a_further_sine_leaves_the_others_as_they_are() -> None:
    two, three = RelatedFunctions(components=2).world(0), RelatedFunctions(components=3).world(0)
    assert np.array_equal(two.a, three.a[:2])
    assert np.array_equal(two.b, three.b[:2])
    assert np.array_equal(two.w, three.w)


def test_noise_is_in_training_labels_alone() -> None:
    plain, noisy = RelatedFunctions(noise=0.0).load(0), RelatedFunctions(noise=1.0).load(0)
    assert np.array_equal(plain.test.targets["b"], noisy.test.targets["b"])
    assert np.array_equal(plain.validation.targets["b"], noisy.validation.targets["b"])
    assert (noisy.train.targets["b"] - plain.train.targets["b"]).std() == pytest.approx(1, rel=0.15)


def test_more_examples_keep_the_first_ones() -> None:
    few, many = RelatedFunctions(examples=100).load(0).train, RelatedFunctions(examples=300).load(0).train
    assert np.array_equal(few.inputs, many.inputs[:100])
    assert np.array_equal(few.targets["a"], many.targets["a"][:100])


def test_the_probe_is_rows_of_the_test_part() -> None:
    data = RelatedFunctions().load(0)
    assert data.probe.view == "rows"
    assert np.array_equal(data.probe.inputs, data.test.inputs[:SHOWN])
    assert np.array_equal(data.probe.targets["b"], data.test.targets["b"][:SHOWN])
