from __future__ import annotations

import numpy as np
import pytest

from playground.suites.scale_clash import COMMON, OWN, ScaleClash


def test_the_functions_are_those_of_the_formula() -> None:
    suite = ScaleClash(inputs=30, outputs=7, scale_a=2.0, scale_b=50.0)
    test, maps = suite.load(3).test, suite.maps(3)
    for task, scale in {"a": 2.0, "b": 50.0}.items():
        assert test.targets[task].shape == (len(test), 7)
        assert test.targets[task] == pytest.approx(scale * np.tanh(test.inputs @ maps[task]), rel=1e-4, abs=1e-4)


def test_the_tasks_have_most_in_common_but_not_all() -> None:
    maps = ScaleClash().maps(0)
    correlation = np.corrcoef(maps["a"].ravel(), maps["b"].ravel())[0, 1]
    assert correlation == pytest.approx(COMMON / (COMMON + OWN), abs=0.02)


@pytest.mark.parametrize("inputs", [2, 20, 250])
def test_tanh_bends_but_does_not_saturate(inputs: int) -> None:
    """Averaged over seeds and outputs, the argument of tanh has standard deviation 1, however many inputs there are."""
    suite = ScaleClash(inputs=inputs, outputs=200, scale_b=1.0)
    sizes = [np.arctanh(np.clip(suite.load(seed).test.targets["b"], -0.999999, 0.999999)).std() for seed in range(3)]
    assert np.mean(sizes) == pytest.approx(1, abs=0.1)


def test_scale_multiplies_one_task_and_nothing_else() -> None:
    plain, large = ScaleClash(scale_b=1.0).load(0), ScaleClash(scale_b=100.0).load(0)
    np.testing.assert_allclose(large.train.targets["b"], 100 * plain.train.targets["b"], rtol=1e-4)
    assert np.array_equal(large.train.targets["a"], plain.train.targets["a"])
    assert np.array_equal(large.train.inputs, plain.train.inputs)


def test_heads_know_how_many_outputs_there_are() -> None:
    suite = ScaleClash(outputs=9)
    assert [task.outputs for task in suite.tasks()] == [9, 9]
    assert ScaleClash(outputs=1).load(0).train.targets["a"].ndim == 1


def test_more_examples_keep_the_first_ones() -> None:
    few, many = ScaleClash(examples=100).load(0).train, ScaleClash(examples=300).load(0).train
    assert np.array_equal(few.inputs, many.inputs[:100])
    np.testing.assert_allclose(few.targets["a"], many.targets["a"][:100], atol=1e-6)
