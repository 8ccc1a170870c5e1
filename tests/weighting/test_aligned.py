"""Aligned-MTL: gradients made orthogonal, and torchjd's weights times the number of tasks."""

from __future__ import annotations

import pytest
import torch
from gramians import TASKS, gram, nasty, once, random_gramians, rows
from torchjd.aggregation import AlignedMTLWeighting


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
