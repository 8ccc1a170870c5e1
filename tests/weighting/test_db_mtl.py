"""DB-MTL on gradients themselves."""

from __future__ import annotations

import pytest
import torch

from tests.weighting.gramians import TASKS, gram, once, rows, some_losses


@pytest.mark.parametrize("tasks", TASKS)
def test_it_stretches_the_gradients_of_the_log_losses_to_the_longest(tasks: int) -> None:
    gradients, losses = rows(50, tasks), some_losses(50, tasks)
    weights = once("db_mtl", gram(gradients), losses)
    for run in range(50):
        logs = [gradients[run, i] / losses[run, i] for i in range(tasks)]
        longest = max(float(log.norm()) for log in logs)
        for i in range(tasks):
            torch.testing.assert_close(weights[run, i] * gradients[run, i], logs[i] * longest / logs[i].norm())


def test_a_task_without_gradient_has_no_weight() -> None:
    gradients = rows(1, 3)
    gradients[0, 1] = 0
    assert once("db_mtl", gram(gradients))[0, 1] == 0
