from __future__ import annotations

import numpy as np
import pytest

from playground.suites.noisy_twins import OFFSETS, POINTS, SLOPES, NoisyTwins


def test_validation_test_and_probe_lie_on_the_lines() -> None:
    data = NoisyTwins().load(0)
    for part in (data.validation, data.test):
        for task in SLOPES:
            line = SLOPES[task] * part.inputs[:, 0] + OFFSETS[task]
            assert part.targets[task] == pytest.approx(line, abs=1e-5)
    for task in SLOPES:
        line = SLOPES[task] * data.probe.inputs[:, 0] + OFFSETS[task]
        assert data.probe.targets[task] == pytest.approx(line, abs=1e-5)


@pytest.mark.parametrize(("noise_a", "noise_b"), [(10.0, 1.0), (0.0, 5.0)])
def test_training_labels_have_the_noise_that_is_asked_for(noise_a: float, noise_b: float) -> None:
    train = NoisyTwins(noise_a=noise_a, noise_b=noise_b, examples=5000).load(0).train
    for task, size in {"a": noise_a, "b": noise_b}.items():
        error = train.targets[task] - (SLOPES[task] * train.inputs[:, 0] + OFFSETS[task])
        assert error.std() == pytest.approx(size, rel=0.05, abs=1e-5)
        assert error.mean() == pytest.approx(0, abs=0.06 * size + 1e-5)


def test_the_noises_of_the_two_lines_are_independent() -> None:
    noisy, plain = NoisyTwins(examples=5000).load(0).train, NoisyTwins(0.0, 0.0, examples=5000).load(0).train
    errors = [noisy.targets[task] - plain.targets[task] for task in SLOPES]
    assert abs(np.corrcoef(errors)[0, 1]) < 0.06


def test_more_noise_is_the_same_noise_enlarged() -> None:
    plain, one, two = (NoisyTwins(noise_a=size).load(0).train.targets["a"] for size in (0.0, 1.0, 2.0))
    assert two - plain == pytest.approx(2 * (one - plain), abs=1e-4)


def test_the_probe_is_a_line_with_training_examples_beside_it() -> None:
    data = NoisyTwins().load(0)
    assert data.probe.view == "line"
    assert data.probe.inputs.shape == (POINTS, 1)
    assert (np.diff(data.probe.inputs[:, 0]) > 0).all()
    assert data.probe.examples is not None
    assert np.array_equal(data.probe.examples.inputs, data.train.inputs)
    assert np.array_equal(data.probe.examples.targets["a"], data.train.targets["a"])
