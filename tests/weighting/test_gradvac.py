"""GradVac on gradients themselves over several steps, and torchjd's as a second opinion."""

from __future__ import annotations

import math

import pytest
import torch
from torchjd.aggregation import GradVacWeighting

from playground.basics.random_streams import Streams
from playground.weighting.base import permutations
from tests.weighting.gramians import TASKS, begun, gram, nasty, once, random_gramians, rows, train


@pytest.mark.parametrize("tasks", TASKS)
@pytest.mark.parametrize("beta", [0.0, 0.2, 0.5])
def test_it_equals_torchjd_in_the_given_order(tasks: int, beta: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "randperm", torch.arange)
    gramians = random_gramians(10 * 20, tasks).view(10, 20, tasks, tasks)
    weights = train(begun("gradvac", tasks, range(20), order="given", beta=beta), torch.ones(11, 20, tasks).double(), gramians)
    for run in range(20):
        reference = GradVacWeighting(beta=beta)
        theirs = torch.stack([reference(gramian) for gramian in gramians[:, run]])
        torch.testing.assert_close(weights[:, run], theirs, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("tasks", [2, 3, 5])
def test_it_turns_gradients_to_their_usual_cosine_in_the_order_drawn(tasks: int) -> None:
    steps, runs, beta = 5, 8, 0.3
    gradients = rows(steps * runs, tasks).view(steps, runs, tasks, -1)
    losses = torch.ones(steps + 1, runs, tasks).double()
    weights = train(begun("gradvac", tasks, range(runs), beta=beta), losses, gram(gradients))
    streams, usual = Streams(range(runs), "test"), torch.zeros(runs, tasks, tasks).double()
    for step in range(steps):
        orders = permutations(streams, tasks)
        for run in range(runs):
            total = torch.zeros_like(gradients[step, run, 0])
            for i in range(tasks):
                mine = gradients[step, run, i].clone()
                for j in orders[run, i].tolist():
                    if j == i:
                        continue
                    other, aim = gradients[step, run, j], float(usual[run, i, j])
                    cosine = float(mine @ other / mine.norm() / other.norm())
                    if cosine < aim:
                        across = math.sqrt(1 - aim**2)
                        part = (aim * math.sqrt(1 - cosine**2) - cosine * across) / across
                        mine = mine + part * mine.norm() / other.norm() * other
                        assert float(mine @ other / mine.norm() / other.norm()) == pytest.approx(aim, abs=1e-9)
                    usual[run, i, j] = (1 - beta) * aim + beta * cosine
                total += mine
            torch.testing.assert_close(weights[step, run] @ gradients[step, run], total)


@pytest.mark.parametrize("tasks", TASKS)
def test_the_first_step_is_pcgrad(tasks: int) -> None:
    gramians = torch.cat([random_gramians(100, tasks), torch.stack(list(nasty(tasks).values()))])
    step, surgery = (once(key, gramians, order="given") for key in ("gradvac", "pcgrad"))
    lengths = torch.diagonal(gramians, dim1=-2, dim2=-1).sqrt()
    torch.testing.assert_close(step * lengths, surgery * lengths, rtol=1e-6, atol=1e-6)
