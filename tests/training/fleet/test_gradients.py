"""Task gradients, Gramian and combination beside a slow loop over runs and tasks."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from playground import catalog
from playground.experiment import Experiment
from playground.training.fleet.batches import Batch
from playground.training.fleet.gradients import Reach, TaskGradients, parameters_of, task_gradients
from playground.training.loop import Training
from tests.experiments import runs, suited

STRATEGIES = sorted(catalog.strategies())


def begin(strategy: str, **changes: object) -> tuple[Training, Batch]:
    """A fleet of three runs, moved away from its first weights, with a batch in which labels are missing."""
    depth = {"sharing__depth": 1} if strategy == "hard" else {}
    fleet = runs(suited(strategy, **{**depth, **changes}), seeds=3)
    training = Training(fleet, device="cpu")
    for _step in range(3):
        training._take_step(False, False)
    batch = training.data.next()
    known = torch.rand(batch.known.shape, generator=torch.Generator().manual_seed(0)) < 0.7
    return training, Batch(batch.inputs, batch.targets, known)


def naive(training: Training, batch: Batch) -> tuple[list[list[list[Tensor]]], Tensor]:
    """For each run and task the gradient on every parameter of the network, one autograd call each; and the losses."""
    network = training.network
    parameters = parameters_of(network)
    losses = network.losses(network(batch.inputs), batch.targets, batch.known)
    found = [
        [
            [
                torch.zeros_like(parameter[run]) if gradient is None else gradient[run]
                for parameter, gradient in zip(
                    parameters,
                    torch.autograd.grad(losses[run, task], parameters, retain_graph=True, allow_unused=True),
                    strict=True,
                )
            ]
            for task in range(losses.shape[1])
        ]
        for run in range(losses.shape[0])
    ]
    return found, losses.detach()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_losses_are_means_over_the_rows_that_are_known(strategy: str) -> None:
    training, batch = begin(strategy)
    network = training.network
    outputs = network(batch.inputs)
    losses = network.losses(outputs, batch.targets, batch.known)
    for run in range(3):
        for task, kind in enumerate(network.kinds):
            rows = batch.known[run, :, task]
            each = kind.loss(outputs[task][run : run + 1, rows], batch.targets[task][run : run + 1, rows])
            torch.testing.assert_close(losses[run, task], each.mean())


def test_a_task_without_a_row_has_a_loss_of_zero_and_no_gradient() -> None:
    training, batch = begin("hard")
    batch.known[1, :, 2] = False
    tasks = task_gradients(training.network, training.reach, batch)
    assert tasks.losses[1, 2] == 0
    assert tasks.gramian()[1, 2].abs().sum() == 0
    assert all(part[1].abs().sum() == 0 for part in tasks.heads[2])
    assert tasks.gramian()[1, 0, 0] > 0


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_gramian_and_combination_equal_a_loop(strategy: str) -> None:
    training, batch = begin(strategy)
    tasks = task_gradients(training.network, training.reach, batch)
    found, losses = naive(training, batch)
    torch.testing.assert_close(tasks.losses, losses)

    count, number = len(training.reach.parameters), losses.shape[1]
    shared = [place for place, reached in enumerate(training.reach.tasks) if len(reached) > 1]
    gramian = torch.zeros(3, number, number)
    for run in range(3):
        for i in range(number):
            for j in range(number):
                gramian[run, i, j] = sum(float((found[run][i][p] * found[run][j][p]).sum()) for p in shared)
    torch.testing.assert_close(tasks.gramian(), gramian, rtol=1e-4, atol=1e-6)

    generator = torch.Generator().manual_seed(1)
    weights, own = torch.randn(3, number, generator=generator), torch.rand(3, number, generator=generator)
    combined = tasks.combine(weights, own)
    assert [part.shape for part in combined] == [parameter.shape for parameter in parameters_of(training.network)]
    for place, part in enumerate(combined):
        factors = weights if place in shared else own
        for run in range(3):
            expected = sum(factors[run, task] * found[run][task][place] for task in range(number))
            torch.testing.assert_close(part[run], expected, rtol=1e-4, atol=1e-6)
    assert len(combined) - count == sum(len(list(head.parameters())) for head in training.network.heads)


def test_groups_of_tasks_that_share_in_part() -> None:
    """Parameters that only two of three tasks reach count for those two alone."""
    generator = torch.Generator().manual_seed(0)
    parameters = tuple(torch.nn.Parameter(torch.zeros(2, *shape)) for shape in ((3,), (2, 2), (4,), (1,)))
    reach = Reach(parameters, ((0, 2), (0, 1, 2), (1,), ()), (False,) * 4)
    assert reach.shares
    assert reach.groups == {(0, 2): [0], (0, 1, 2): [1], (1,): [2]}
    assert (reach.count(True), reach.count(False, 1), reach.count(False, 0)) == (7, 4, 0)
    first, all_three, second = (torch.randn(2, *size, generator=generator) for size in ((2, 3), (3, 4), (1, 4)))
    tasks = TaskGradients(reach, torch.zeros(2, 3), {(0, 2): first, (0, 1, 2): all_three, (1,): second}, [[], [], []])
    expected = torch.einsum("rip,rjp->rij", all_three, all_three)
    expected[:, [0, 2], 0] += torch.einsum("rip,rp->ri", first, first[:, 0])
    expected[:, [0, 2], 2] += torch.einsum("rip,rp->ri", first, first[:, 1])
    torch.testing.assert_close(tasks.gramian(), expected)
    weights, own = torch.tensor([[1.0, 2, 3], [4, 5, 6]]), torch.tensor([[7.0, 8, 9], [10, 11, 12]])
    combined = tasks.combine(weights, own)
    torch.testing.assert_close(combined[0], weights[:, [0]] * first[:, 0] + weights[:, [2]] * first[:, 1])
    torch.testing.assert_close(combined[1].flatten(1), torch.einsum("rt,rtp->rp", weights, all_three))
    torch.testing.assert_close(combined[2], own[:, [1]] * second[:, 0])
    torch.testing.assert_close(combined[3], torch.zeros(2, 1))


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_is_reached_does_not_depend_on_the_example(strategy: str) -> None:
    training, batch = begin(strategy)
    for row in (0, 5):
        again = Reach.of(training.network, batch.inputs[:, row : row + 1])
        assert again.tasks == training.reach.tasks


def test_a_single_task_shares_nothing() -> None:
    experiment = Experiment.from_flat({"suite": "digits", "tasks": "parity", "sharing.depth": 2})
    training = Training(runs(experiment), device="cpu")
    assert not training.reach.shares
    assert training.reach.count(True) == 0


def test_inner_products_are_exact_to_a_millionth_in_large_networks() -> None:
    """Gradients of a million numbers, 10⁶ times apart in length: rounding is a small part of n_i n_j for every pair."""
    random = torch.Generator().manual_seed(0)
    rows = torch.randn(1, 4, 1_000_000, generator=random) + torch.randn(1, 1, 1_000_000, generator=random)
    rows *= torch.logspace(0, -6, 4)[:, None]
    found = TaskGradients(Reach((), (), ()), torch.zeros(1, 4), {(0, 1, 2, 3): rows}, []).gramian().double()
    exact = rows[0].double() @ rows[0].double().T
    lengths = exact.diagonal().sqrt()
    assert ((found[0] - exact) / lengths / lengths[:, None]).abs().max() < 1e-6
