"""Likeness of features against a slow reference, the effect of a step against that step taken by hand, and nothing moved."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from playground import catalog
from playground.basics.errors import Invalid
from playground.training.loop import Training
from playground.training.observing import affinity as transfer
from playground.training.observing.events import Learned, Measured
from tests.experiments import runs, small


def chance(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def naive_hsic(first: np.ndarray, second: np.ndarray) -> float:
    """Song et al. 2012, equation 5, term by term, on tables of inner products whose diagonals are set to zero."""
    count = len(first)
    tables = []
    for features in (first, second):
        table = features @ features.T
        np.fill_diagonal(table, 0)
        tables.append(table)
    k, other = tables
    whole = k.sum() * other.sum() / ((count - 1) * (count - 2))
    rows = 2 / (count - 2) * (k.sum(0) @ other.sum(0))
    return float((np.trace(k @ other) + whole - rows) / (count * (count - 3)))


def naive_cka(x: np.ndarray, y: np.ndarray) -> float:
    """The definition, with nothing centred beforehand."""
    return naive_hsic(x, y) / np.sqrt(naive_hsic(x, x) * naive_hsic(y, y))


@pytest.mark.parametrize("examples", [30, 8, 4], ids=["more examples than features", "less examples", "as few as can be"])
def test_likeness_is_what_the_definition_gives(examples: int) -> None:
    first, second = chance(2, examples, 3, 4) + 1.5, chance(2, examples, 7, seed=1)
    second[..., :4] += first[:, :, 0]
    found = transfer.cka([first, second])
    for run in range(2):
        x, y = (one[run].flatten(1).double().numpy() for one in (first, second))
        assert float(found[run, 0, 1]) == pytest.approx(naive_cka(x, y), rel=1e-4, abs=1e-6)
    torch.testing.assert_close(found, found.transpose(1, 2))
    assert found.diagonal(dim1=1, dim2=2).numpy() == pytest.approx(np.ones((2, 2)), abs=1e-5)


@pytest.mark.parametrize("features", [16, 256, 1024])
def test_independent_features_are_not_alike_however_many_there_are(features: int) -> None:
    """The usual estimate reads 0.06, 0.5 and 0.8 here."""
    pairs = transfer.cka([chance(30, 256, features), chance(30, 256, features, seed=1)])[:, 0, 1].double()
    assert abs(float(pairs.mean())) < 4 * float(pairs.std()) / 30**0.5 + 1e-4
    assert float(pairs.abs().max()) < 0.05
    assert float(pairs.min()) < 0 < float(pairs.max()), "what is right on average lies on both sides"


def test_a_common_part_is_told_without_bias() -> None:
    """Features that share one direction of variance s² beside unit noise in F: known from the covariances alone."""
    size, share = 400, 3.0
    common = chance(20, 256, 1, seed=2)
    first, second = (chance(20, 256, size, seed=seed) for seed in (3, 4))
    for one in (first, second):
        one[..., :1] = share * common
    # HSIC of linear kernels is the squared length of the covariance: s⁴ between the two, s⁴ + F − 1 within each.
    expected = share**4 / (share**4 + size - 1)
    found = transfer.cka([first, second])[:, 0, 1]
    assert float(found.mean()) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("size", [1e-8, 1.0, 1e8])
def test_rotating_moving_and_scaling_features_changes_nothing(size: float) -> None:
    features = chance(1, 40, 6)
    rotation = torch.linalg.qr(chance(6, 6, seed=2)).Q
    moved = size * (features @ rotation + 3.0)
    assert float(transfer.cka([features, moved])[0, 0, 1]) == pytest.approx(1.0, abs=1e-3)
    stretched = features * torch.tensor([1, 1, 1, 1, 1, 100.0])
    assert float(transfer.cka([features, stretched])[0, 0, 1]) < 0.9, "stretching one direction is a change"


def test_constant_features_and_three_examples_cannot_be_told() -> None:
    alike = transfer.cka([chance(1, 20, 3), torch.full((1, 20, 5), 0.1)])
    assert alike[0, 0, 0] == pytest.approx(1.0)
    assert alike[0, 0, 1].isnan()
    assert alike[0, 1, 1].isnan()
    assert transfer.cka([chance(1, 3, 5), chance(1, 3, 5, seed=1)]).isnan().all()


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
    told = [event.values for event in alone if isinstance(event, Learned)]
    assert all(set(values) == {"cka", "twins"} for values in told), "no step reaches another task"
    assert np.shape(told[-1]["twins"]) == (1, 2, 3)


def test_baselines_are_measured_where_the_run_is() -> None:
    assert small(measure=True).baseline() == small().baseline().set(measure=True)


def test_two_networks_of_one_task_differ_in_their_first_weights_alone() -> None:
    training = Training(runs(small(sharing="separate", measure=True), seeds=2))
    twin = training.twin()
    assert twin.data.train is training.data.train, "large data are not copied"
    mine, others = [list(one.network.parameters()) for one in (training, twin)]
    assert any(not torch.equal(one, other) for one, other in zip(mine, others, strict=True))
    for _step in range(70):
        one, other = training.data.next(), twin.data.next()
        assert torch.equal(one.inputs, other.inputs)
        assert torch.equal(one.known, other.known)


def test_two_networks_of_one_task_are_trained_like_any_other() -> None:
    """Trained at once or as the probe does it, and alone or in a fleet, the second networks learn the same."""
    told = [
        [
            event.values["twins"]
            for event in Training(runs(small(sharing="separate", measure=True), seeds=count)).events()
            if isinstance(event, Learned)
        ]
        for count in (1, 2)
    ]
    assert np.array(told[0])[:, 0] == pytest.approx(np.array(told[1])[:, 0], abs=1e-3)
    training = Training(runs(small(sharing="separate", measure=True)))
    twin = training.twin()
    list(training.events())
    twin.advance(training.steps)
    x, _there = transfer.compared(training)
    names = training.experiment.tasks
    first, second = (transfer.features_by_level(one.network.trunk, names, x) for one in (training, twin))
    by_hand = [
        [naive_cka(*(level[task][0].double().numpy() for level in pair)) for task in range(3)]
        for pair in zip(first, second, strict=True)
    ]
    assert told[0][-1][0] == pytest.approx(np.array(by_hand), abs=1e-3)
    # What both learned makes them more alike than they were at the start.
    assert np.mean(told[0][-1]) > np.mean(told[0][0])


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
