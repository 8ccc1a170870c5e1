"""A fleet beside the optimizer of torch, whose gradients are None where nothing reaches a parameter in a step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import Tensor

from playground import catalog
from playground.experiment import Run
from playground.training.fleet.gradients import parameters_of
from playground.training.loop import Training
from tests.experiments import small, suited

STEPS = 24
TINY = {"batch": 8, "backbone__width": 8, "steps": STEPS, "rate": 0.003}


def ways() -> Iterator[Any]:
    """Every strategy where tasks take turns, and every schedule where parameters of the trunk rest or are pulled."""
    for strategy in sorted(catalog.strategies()):
        yield strategy, "alternate", {}
    for strategy in ("adapters", "lora"):
        yield strategy, "alternate", {"sharing__alone": 0.0}
    for strategy in ("separate", "soft_l2", "adapters", "lora"):
        for schedule in ("joint", "pretrain_finetune"):
            yield strategy, schedule, {}
    # Penalties that are means over the batch, in fleets of which only one run sees two batches in a step.
    yield "dselect_k", "pretrain_finetune", {"sharing__by_example": True, "sharing__entropy": 1.0}
    yield "sluice", "pretrain_finetune", {"sharing__orthogonality": 1.0}


def by_hand(run: Run) -> Iterator[list[tuple[Tensor, Tensor]]]:
    """The parameters after every step of one run alone, with torch's own autograd and optimizer; and where they are noise."""
    training = Training([run], device="cpu")
    network, data = training.network, training.data
    parameters = parameters_of(network)
    optimizer = torch.optim.Adam(parameters, lr=run.experiment.rate)
    for step in range(run.experiment.steps):
        resting = {id(one) for one in network.trunk.frozen_parameters(step / run.experiment.steps)}
        for parameter in parameters:
            parameter.requires_grad_(id(parameter) not in resting)
        batch = data.next()
        active = range(len(network.tasks)) if batch.active is None else batch.active[0].nonzero().flatten().tolist()
        features = network.trunk(batch.inputs)
        parts = [network.trunk.penalty()]
        for task in active:
            # Of the tasks of this step alone: through a sum over all, the others would get gradients of zero.
            losses = network.kinds[task].loss(network.heads[task](features[task]), batch.targets[task])[0]
            parts.append(losses[batch.known[0, :, task]].mean())
        optimizer.zero_grad(set_to_none=True)
        sum(part.sum() for part in parts if part is not None).backward()  # type: ignore[union-attr]  # a tensor
        optimizer.step()
        yield [(one.detach()[0].clone(), _noisy(optimizer, one)[0]) for one in parameters]


def _noisy(optimizer: torch.optim.Adam, parameter: Tensor) -> Tensor:
    """Where a gradient is all but zero, as that of an attention's keys' biases is: Adam makes steps of its rounding."""
    square = optimizer.state[parameter].get("exp_avg_sq")
    return torch.zeros_like(parameter, dtype=torch.bool) if square is None else (square > 0) & (square < 1e-15)


def agree(fleet: list[Run]) -> None:
    """Every run of a fleet moves as it does by hand; what has no gradient there stays to the last bit."""
    training = Training(fleet, device="cpu")
    hands = [by_hand(run) for run in fleet]
    before = [parameter.detach().clone() for parameter in training.parameters]
    for step in range(STEPS):
        training._take_step(False, step % 5 == 0)
        for place, hand in enumerate(hands):
            for number, (parameter, (expected, noisy)) in enumerate(zip(training.parameters, next(hand), strict=True)):
                found = torch.where(noisy, expected, parameter.detach()[place])
                text = f"{fleet[place].experiment.sharing} {fleet[place].experiment.schedule} {step} {place} {number}"
                torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4, msg=lambda m, text=text: f"{text}: {m}")
    assert any(not torch.equal(one, parameter.detach()) for one, parameter in zip(before, training.parameters, strict=True))


@pytest.mark.parametrize(("strategy", "schedule", "knobs"), list(ways()))
def test_a_fleet_moves_as_with_torchs_own_optimizer(strategy: str, schedule: str, knobs: dict[str, Any]) -> None:
    experiment = suited(strategy, schedule=schedule, **TINY, **knobs)
    few = experiment.set(**{f"labels.{experiment.tasks[1]}": 40})
    agree([Run(experiment, 0), Run(experiment, 1), Run(few, 1)])


def test_runs_that_are_pulled_and_runs_that_are_not_train_in_one_fleet() -> None:
    """In a run of strength 0 the tower of a resting task rests; in the others the penalty moves it."""
    pulled, loose = (small(sharing="soft_l2", sharing__strength=one, schedule="alternate", **TINY) for one in (2.0, 0.0))
    agree([Run(pulled, 0), Run(loose, 0), Run(loose, 1)])


def test_runs_of_different_depths_that_take_turns_train_in_one_fleet() -> None:
    deep, shallow = (small(sharing__depth=depth, schedule="alternate", **TINY) for depth in (2, 0))
    fleet = [Run(deep, 0), Run(shallow, 0), Run(shallow, 1)]
    together, alone = Training(fleet, device="cpu"), [Training([run], device="cpu") for run in fleet]
    for one in (together, *alone):
        for _step in range(STEPS):
            one._take_step(False, False)
    batch = together.data.next()
    found = torch.cat([one.losses_now(one.data.next()) for one in alone])
    torch.testing.assert_close(together.losses_now(batch), found, rtol=1e-3, atol=1e-4)


def test_separate_networks_that_take_turns_learn_as_each_would_alone() -> None:
    """An optimizer for each task, which knows of its own steps only."""
    run = Run(small(sharing="separate", schedule="alternate", **TINY), 0)
    training, copy = Training([run], device="cpu"), Training([run], device="cpu")
    network = copy.network
    own = [
        [*network.trunk.towers[task].parameters(), *network.heads[task].parameters()]  # type: ignore[index,union-attr]  # towers
        for task in range(3)
    ]
    optimizers = [torch.optim.Adam(parameters, lr=run.experiment.rate) for parameters in own]
    turns = [0, 0, 0]
    for _step in range(STEPS):
        training._take_step(False, False)
        batch = copy.data.next()
        assert batch.active is not None
        (task,) = batch.active[0].nonzero().flatten().tolist()
        turns[task] += 1
        optimizers[task].zero_grad()
        network.losses(network(batch.inputs), batch.targets, batch.known)[0, task].backward()
        optimizers[task].step()
        for mine, other in zip(training.parameters, parameters_of(network), strict=True):
            torch.testing.assert_close(mine, other, rtol=1e-4, atol=1e-5)
    assert min(turns) > 3
