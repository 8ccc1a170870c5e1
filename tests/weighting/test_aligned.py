"""Aligned-MTL: gradients made orthogonal, and torchjd's weights times the number of tasks."""

from __future__ import annotations

import pytest
import torch
from torchjd.aggregation import AlignedMTLWeighting

from playground.experiment import Experiment
from playground.training.loop import train
from playground.training.observing.events import Measured
from tests.weighting.gramians import TASKS, gram, nasty, once, random_gramians, rows


@pytest.mark.parametrize("tasks", TASKS)
@pytest.mark.parametrize("scale", ["min", "median", "rmse"])
def test_it_is_torchjds_times_the_number_of_tasks(tasks: int, scale: str) -> None:
    clear = ("zero", "equal", "parallel", "one zero", "all zero but one", "orthogonal", "all huge", "all tiny")
    gramians = torch.cat([random_gramians(200, tasks), *(nasty(tasks)[name][None] for name in clear[1:])])
    theirs = torch.stack([AlignedMTLWeighting(scale_mode=scale)(gramian) for gramian in gramians])
    torch.testing.assert_close(once("aligned", gramians, scale=scale), tasks * theirs, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("tasks", TASKS)
def test_the_step_is_the_sum_of_orthogonal_vectors_of_one_length(tasks: int) -> None:
    gradients = rows(50, tasks)
    step = (once("aligned", gram(gradients)).unsqueeze(1) @ gradients).squeeze(1)
    left, lengths, right = torch.linalg.svd(gradients, full_matrices=False)
    aligned = lengths.amin(-1)[:, None, None] * (left @ right)
    torch.testing.assert_close(step, aligned.sum(1), rtol=1e-6, atol=1e-9)


def test_orthogonal_gradients_of_one_length_stay_as_they_are() -> None:
    torch.testing.assert_close(once("aligned", 7 * torch.eye(4).double()[None]), torch.ones(1, 4).double())


@pytest.mark.parametrize("tasks", [2, 3, 8])
@pytest.mark.parametrize("ratio", [350.0, 400.0, 2e3, 1e4, 1e6])
def test_a_short_gradient_at_right_angles_keeps_its_say(tasks: int, ratio: float) -> None:
    """In float32, as trained: every gradient is cut to the length of the shortest, w_i = min n / n_i."""
    lengths = ratio ** -torch.linspace(0, 1, tasks)
    gramian = torch.diag(lengths.square())[None]
    torch.testing.assert_close(once("aligned", gramian), (lengths[-1] / lengths)[None], rtol=1e-5, atol=0)


def test_parallel_gradients_of_very_different_length_are_one_direction() -> None:
    """The only principal direction is Σ n_i u, as long as √Σ n_i²; w = n Σ n / Σ n²."""
    lengths = torch.tensor([1.0, 1e-3, 1e-6])
    gramian = torch.outer(lengths, lengths)[None]
    expected = lengths * lengths.sum() / lengths.square().sum()
    torch.testing.assert_close(once("aligned", gramian)[0], expected, rtol=1e-4, atol=0)


def test_where_scales_clash_both_tasks_pull_equally_hard_all_the_way() -> None:
    """Gradients here are up to 1,000 times apart. They are nearly at right angles, so each is cut to the shorter one."""
    small = {"suite.inputs": 10, "suite.outputs": 5, "suite.examples": 200, "steps": 150}
    experiment = Experiment.from_flat({"suite": "scale_clash", "weighting": "aligned", **small})
    steps = [event for event in train(experiment) if isinstance(event, Measured)]
    lengths = torch.tensor([step.norms[0] for step in steps])
    weights = torch.tensor([step.weights[0] for step in steps])
    ratios = lengths[:, 1] / lengths[:, 0]
    assert ratios.max() > 500
    torch.testing.assert_close(weights[:, 0], torch.ones(len(steps)), rtol=0, atol=0.02)
    assert (weights * lengths)[:, 1].mean() / (weights * lengths)[:, 0].mean() == pytest.approx(1, abs=0.1)
