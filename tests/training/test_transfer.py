"""Likeness of features against a slow reference, the effect of a step against that step taken by hand, and nothing moved."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from experiments import runs, small
from torch import Tensor

from playground import catalog
from playground.errors import Invalid
from playground.training import transfer
from playground.training.events import Learned, Measured
from playground.training.loop import Training


def chance(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def naive_cka(x: np.ndarray, y: np.ndarray) -> float:
    """The definition with loops over pairs of examples: how alike are the tables of their inner products?"""
    count = len(x)
    centre = np.eye(count) - np.full((count, count), 1 / count)
    tables = []
    for features in (x, y):
        table = np.array([[float(features[i] @ features[j]) for j in range(count)] for i in range(count)])
        tables.append(centre @ table @ centre)
    first, second = tables
    return float(np.trace(first @ second) / np.sqrt(np.trace(first @ first) * np.trace(second @ second)))


@pytest.mark.parametrize("examples", [30, 8], ids=["more examples than features", "more features than examples"])
def test_likeness_is_what_the_definition_gives(examples: int) -> None:
    first, second = chance(2, examples, 3, 4), chance(2, examples, 7, seed=1)
    second[..., :4] += first[:, :, 0]
    found = transfer.cka([first, second])
    for run in range(2):
        x, y = (one[run].flatten(1).double().numpy() for one in (first, second))
        assert float(found[run, 0, 1]) == pytest.approx(naive_cka(x, y), rel=1e-4)
    torch.testing.assert_close(found, found.transpose(1, 2))
    assert found.diagonal(dim1=1, dim2=2).numpy() == pytest.approx(np.ones((2, 2)), abs=1e-5)


@pytest.mark.parametrize("size", [1e-8, 1.0, 1e8])
def test_rotating_moving_and_scaling_features_changes_nothing(size: float) -> None:
    features = chance(1, 40, 6)
    rotation = torch.linalg.qr(chance(6, 6, seed=2)).Q
    moved = size * (features @ rotation + 3.0)
    assert float(transfer.cka([features, moved])[0, 0, 1]) == pytest.approx(1.0, abs=1e-3)
    stretched = features * torch.tensor([1, 1, 1, 1, 1, 100.0])
    assert float(transfer.cka([features, stretched])[0, 0, 1]) < 0.9, "stretching one direction is a change"


def test_unrelated_features_are_hardly_alike_and_constant_ones_cannot_be_told() -> None:
    assert float(transfer.cka([chance(1, 400, 4), chance(1, 400, 4, seed=1)])[0, 0, 1]) < 0.05
    alike = transfer.cka([chance(1, 20, 3), torch.ones(1, 20, 5)])
    assert alike[0, 0, 0] == pytest.approx(1.0)
    assert alike[0, 0, 1].isnan()
    assert alike[0, 1, 1].isnan()


@pytest.mark.parametrize("strategy", ["separate", "hard", "soft_l2", "cross_stitch"])
def test_every_block_of_every_task_is_looked_at(strategy: str) -> None:
    training = Training(runs(small(sharing=strategy), seeds=2))
    x = training.data.validation.inputs[training.data.sources][:, :12]
    trunk, tasks = training.network.trunk, training.experiment.tasks
    levels = transfer.features_by_level(trunk, tasks, x)
    # What a stitch mixed after the last block is more than that block gave.
    assert len(levels) == (3 if strategy == "cross_stitch" else 2)
    for level in levels:
        assert [feature.shape[:2] for feature in level] == [(2, 12)] * 3
    for feature, end in zip(levels[-1], trunk(x), strict=True):
        assert torch.equal(feature.flatten(2), end.detach().flatten(2))
    same = transfer.cka(levels[0])
    if strategy == "hard":
        assert same.numpy() == pytest.approx(np.ones((2, 3, 3)), abs=1e-4), "a common block sees alike for all"
    else:
        own = [tower[0](x) for tower in trunk.towers]
        assert all(torch.equal(feature, one.detach()) for feature, one in zip(levels[0], own, strict=True))
        assert float(same[:, 0, 1].max()) < 0.999


@pytest.mark.parametrize("strategy", sorted(catalog.strategies()))
@pytest.mark.parametrize("weighting", ["equal", "pcgrad"])
def test_measuring_changes_no_number(strategy: str, weighting: str) -> None:
    try:
        plain = small(sharing=strategy, weighting=weighting, steps=25)
    except Invalid:
        pytest.skip("these do not go together")
    told = [
        [event for event in Training(runs(one, seeds=2)).events() if isinstance(event, Measured)]
        for one in (plain, plain.set(measure=True))
    ]
    assert told[0] == told[1]


def test_what_is_measured_is_told_with_what_was_learned() -> None:
    events = Training(runs(small(sharing="cross_stitch", steps=25, measure=True), seeds=2)).events()
    told = [event.values for event in events if isinstance(event, Learned)]
    assert set(told[0]) == {"mix", "cka"}, "before the first step there is no batch to step along"
    assert set(told[-1]) == {"mix", "cka", "affinity"}
    assert np.shape(told[-1]["cka"]) == (2, 3, 3, 3)
    assert np.shape(told[-1]["affinity"]) == (2, 3, 3)
    alone = Training(runs(small(sharing="separate", steps=10, measure=True))).events()
    assert all(set(event.values) == {"cka"} for event in alone if isinstance(event, Learned)), "no step reaches another task"


def test_baselines_are_not_measured() -> None:
    assert small(measure=True).baseline() == small().baseline()


@pytest.mark.parametrize("labels", [0, 20])
def test_affinity_is_the_effect_of_a_step_taken_by_hand(labels: int) -> None:
    training = Training(runs(small(labels__parity=labels, rate=0.05), seeds=2))
    list(training.events())
    before = [parameter.detach().clone() for parameter in training.network.parameters()]
    found = transfer.affinity(training)
    network, batch = training.network, training.batch
    for parameter, value in zip(network.parameters(), before, strict=True):
        assert torch.equal(parameter, value), "nothing may have moved"
    shared = list(network.trunk.common.parameters())
    for first in range(3):
        start = training.losses_now(batch)
        losses = network.losses(network(batch.inputs), batch.targets, batch.known)
        steps = torch.autograd.grad(losses[:, first].sum(), shared)
        with torch.no_grad():
            for parameter, step in zip(shared, steps, strict=True):
                parameter -= 0.05 * step
            after = training.losses_now(batch)
            for parameter, step in zip(shared, steps, strict=True):
                parameter += 0.05 * step
        assert found[:, first].numpy() == pytest.approx((1 - after / start).numpy(), rel=1e-3, abs=1e-5)
    assert float(found.diagonal(dim1=1, dim2=2).min()) > 0, "a step on a task helps that task"
