"""What holds for every sharing strategy, also for one that is added tomorrow."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from playground import catalog
from playground.backbones.base import Backbone
from playground.backbones.cnn import CNN
from playground.backbones.mlp import MLP
from playground.backbones.resnet import ResNet
from playground.backbones.transformer import Transformer
from playground.basics.diagram import Diagram
from playground.basics.knobs import knobs_of
from playground.basics.random_streams import Streams
from playground.experiment import Experiment
from playground.sharing.base import Strategy, Trunk, TrunkSpec
from playground.training.fleet.gradients import Reach, grad
from playground.training.fleet.network import Network, count, diagram, draw
from playground.training.loop import Training
from playground.training.observing.events import Started
from tests.experiments import runs, small

TASKS = ("digit", "parity", "large")
INPUTS = (8, 8)


def variants() -> list[tuple[str, dict[str, object]]]:
    """Every strategy as it is by default, and with each knob turned to its ends, as far as the result is valid."""
    found: list[tuple[str, dict[str, object]]] = []
    for key, entry in catalog.strategies().items():
        turned: list[dict[str, object]] = [{}]
        for name, knob in knobs_of(entry).items():
            ends: tuple[object, ...] = knob.choices or (knob.low, knob.high)
            if isinstance(knob.default, bool):
                ends = (False, True)
            turned += [{name: type(knob.default)(end)} for end in ends]
        found += [(key, knobs) for knobs in turned if not entry(**knobs).problems(MLP(depth=3, width=5), TASKS)]
    return found


VARIANTS = variants()


def experiment(key: str, knobs: dict[str, object], **changes: object) -> Experiment:
    """Three layers of five units under a strategy."""
    named = {f"sharing__{name}": value for name, value in knobs.items()}
    if key == "hard":
        named = {"sharing__depth": 2, **named}
    return small(sharing=key, backbone__depth=3, backbone__width=5, **named, **changes)


def network(key: str, knobs: dict[str, object], seeds: tuple[int, ...] = (0, 1, 2)) -> Network:
    return Network(experiment(key, knobs), seeds, INPUTS)


def some_inputs(count: int = 4, runs: int = 3) -> Tensor:
    return torch.randn(runs, count, *INPUTS, generator=torch.Generator().manual_seed(0))


def test_every_strategy_has_a_variant() -> None:
    """But for those that say that a multilayer perceptron is nothing for them."""
    refused = {key for key, entry in catalog.strategies().items() if entry().problems(MLP(), TASKS)}
    assert {key for key, _knobs in VARIANTS} == set(catalog.strategies()) - refused
    assert refused <= {"prompt"}


@pytest.mark.parametrize(("key", "knobs"), VARIANTS)
def test_features_have_the_shape_that_heads_expect(key: str, knobs: dict[str, object]) -> None:
    features = network(key, knobs).trunk(some_inputs())
    assert len(features) == 3
    for feature in features:
        assert feature.shape == (3, 4, 5)
        assert feature.isfinite().all()


@pytest.mark.parametrize(("key", "knobs"), VARIANTS)
def test_runs_do_not_touch_each_other(key: str, knobs: dict[str, object]) -> None:
    one = network(key, knobs)
    inputs = some_inputs().requires_grad_()
    total = sum(feature[1].sum() for feature in one.trunk(inputs))
    if (penalty := one.trunk.penalty()) is not None:
        assert penalty.shape == (3,)
        total = total + penalty[1]
    parameters = [parameter for parameter in one.trunk.parameters() if parameter.requires_grad]
    found = torch.autograd.grad(total, [inputs, *parameters], allow_unused=True)  # type: ignore[arg-type]  # sum of tensors
    for gradient in found:
        if gradient is not None:
            assert gradient[0].abs().sum() == gradient[2].abs().sum() == 0
    for name, values in one.trunk.learned().items():
        assert len(values) == 3, name
        assert not values.requires_grad, name


@pytest.mark.parametrize(("key", "knobs"), VARIANTS)
def test_a_run_depends_on_its_own_seed_alone(key: str, knobs: dict[str, object]) -> None:
    together, alone = network(key, knobs, (4, 7)), network(key, knobs, (7,))
    for one, other in zip(together.parameters(), alone.parameters(), strict=True):
        assert torch.equal(one[1], other[0])
    seeds = [[parameter[run].flatten() for parameter in together.heads.parameters()] for run in (0, 1)]
    assert not torch.equal(torch.cat(seeds[0]), torch.cat(seeds[1]))


@pytest.mark.parametrize(("key", "knobs"), VARIANTS)
def test_the_diagram_says_who_reaches_what(key: str, knobs: dict[str, object]) -> None:
    """For every box: the tasks that its wiring leads to are the tasks whose gradient arrives at its parameters."""
    one = network(key, knobs)
    reach = Reach.of(one, some_inputs(1))
    names = [task.name for task in one.tasks]
    reached = {
        id(parameter): {names[task] for task in tasks} for parameter, tasks in zip(reach.parameters, reach.tasks, strict=True)
    }
    drawn = {box.name: box for box in diagram(one).boxes}
    seen: list[int] = []
    for node in one.trunk.wiring().nodes:
        for module in node.modules:
            for parameter in module.parameters():
                seen.append(id(parameter))
                if parameter.requires_grad:
                    assert set(drawn[node.name].tasks) == reached[id(parameter)], node.name
    # Every parameter of the trunk stands in exactly one box.
    assert sorted(seen) == sorted(id(parameter) for parameter in one.trunk.parameters())


@pytest.mark.parametrize(("key", "knobs"), VARIANTS)
def test_strategies_know_whether_they_share(key: str, knobs: dict[str, object]) -> None:
    one = network(key, knobs)
    strategy = experiment(key, knobs).the_strategy
    if strategy.shares(MLP(depth=3, width=5)):
        assert Reach.of(one, some_inputs(1)).shares


@pytest.mark.parametrize(("key", "knobs"), VARIANTS)
def test_boxes_are_in_order_and_count_every_parameter(key: str, knobs: dict[str, object]) -> None:
    one = network(key, knobs)
    boxes = diagram(one).boxes
    columns = {box.name: box.column for box in boxes}
    assert len(columns) == len(boxes)
    for box in boxes:
        assert all(columns[read] < box.column for read in box.reads), box.name
        assert box.title
    assert sum(box.parameters for box in boxes) == count([one.trunk, *one.heads])
    for task in one.tasks:
        head = next(box for box in boxes if box.name == f"head.{task.name}")
        assert head.tasks == (task.name,)
        assert head.parameters == 5 * one.kinds[one.tasks.index(task)].width(task) + one.kinds[one.tasks.index(task)].width(
            task
        )


@pytest.mark.parametrize(("key", "knobs"), VARIANTS)
def test_the_diagram_is_plain_data(key: str, knobs: dict[str, object]) -> None:
    drawn = draw(experiment(key, knobs))
    assert Diagram.from_dict(drawn.to_dict()) == drawn
    assert drawn.tasks == TASKS


@pytest.mark.parametrize(("key", "knobs"), VARIANTS)
def test_training_counts_what_the_diagram_counts(key: str, knobs: dict[str, object]) -> None:
    training = Training(runs(experiment(key, knobs)), device="cpu")
    started = next(training.events())
    assert isinstance(started, Started)
    drawn = diagram(training.network)
    # What is frozen is drawn in its box, but nobody learns it.
    drawn_frozen = {node.name: count(node.modules) - learning(node.modules) for node in training.network.trunk.wiring().nodes}
    frozen = {
        tasks: sum(drawn_frozen.get(box.name, 0) for box in drawn.boxes if box.tasks == tasks)
        for tasks in {box.tasks for box in drawn.boxes}
    }
    assert started.total == count([training.network])
    assert started.shared + sum(started.own.values()) + sum(frozen.values()) == started.total
    assert started.shared + sum(number for tasks, number in frozen.items() if len(tasks) > 1) == drawn.shared()
    assert {task: own + frozen.get((task,), 0) for task, own in started.own.items()} == {
        task: drawn.own(task) for task in TASKS
    }


def learning(modules: Sequence[nn.Module]) -> int:
    """Parameters of one run that are not frozen."""
    return sum(p[0].numel() for module in modules for p in module.parameters() if p.requires_grad)


@pytest.mark.parametrize("key", sorted(catalog.strategies()))
def test_strategies_take_any_backbone_depth(key: str) -> None:
    for depth in (1, 2, 4):
        backbone = MLP(depth=depth, width=3)
        strategy: Strategy = catalog.strategies()[key]()
        if strategy.problems(backbone, TASKS):
            continue
        trunk = strategy.build(TrunkSpec(backbone, INPUTS, TASKS, Streams([0, 1], "weights")))
        assert [feature.shape for feature in trunk(some_inputs(runs=2))] == [(2, 4, 3)] * 3


def losses(key: str, steps: int = 20, **knobs: object) -> np.ndarray:
    """[S, R, T] losses of a training of a few steps, every step recorded."""
    training = Training(runs(experiment(key, knobs, steps=steps), seeds=2), device="cpu")
    training.record_all = True
    return np.array([event.losses for event in training.events() if type(event).__name__ == "Measured"])


READS: dict[str, tuple[Backbone, tuple[int, ...]]] = {
    "cnn": (CNN(width=6), (1, 8, 8)),
    "resnet": (ResNet(depth=2, width=6), (1, 8, 8)),
    "transformer, words": (Transformer(depth=2, width=8, heads=2, vocabulary=7), (5,)),
    "transformer, numbers": (Transformer(depth=2, width=8, heads=2), (4,)),
}
"""Backbones whose features are pictures and sequences, and the shape of an example."""


def plan_of(backbone: Backbone, shape: tuple[int, ...], seeds: tuple[int, ...] = (3, 4)) -> TrunkSpec:
    return TrunkSpec(backbone, shape, TASKS, Streams(seeds, "weights"), ("classes",) * 3, (4, 3, 2))


def stir(trunk: Trunk) -> None:
    """Parameters that are not those of the start, where some are zero."""
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in trunk.parameters():
            parameter += 0.1 * torch.randn(parameter.shape, generator=generator)


def examples(backbone: Backbone, shape: tuple[int, ...], runs: int = 2) -> Tensor:
    """[R, 3, …] examples; words are followed by padding in two of them."""
    generator = torch.Generator().manual_seed(0)
    if not getattr(backbone, "vocabulary", 0):
        return torch.randn(runs, 3, *shape, generator=generator)
    words = torch.randint(1, 7, (runs, 3, *shape), generator=generator)
    words[:, 1, 2:] = words[:, 2, 4:] = 0
    return words


@pytest.mark.parametrize("reads", READS)
@pytest.mark.parametrize("key", sorted(catalog.strategies()))
def test_strategies_take_pictures_and_sequences(key: str, reads: str) -> None:
    backbone, shape = READS[reads]
    strategy: Strategy = catalog.strategies()[key]()
    if strategy.problems(backbone, TASKS):
        pytest.skip("does not take it, and says so")
    trunk = strategy.build(plan_of(backbone, shape))
    stir(trunk)
    x = examples(backbone, shape)
    features = trunk(x)
    if trunk.head(0) is None:
        assert [feature.shape for feature in features] == [(2, 3, *backbone.sizes(shape)[-1])] * 3
    if trunk.head(0) is None and x.dtype == torch.int64:
        for feature in features:
            there = (feature != 0).any(-1)
            assert torch.equal(there, x != 0), "padding stays zero, and nothing else becomes it"
    # No run touches another one.
    total = sum(feature[0].square().sum() for feature in features)
    parameters = list(trunk.parameters())
    found = torch.autograd.grad(total, parameters, allow_unused=True, retain_graph=True)  # type: ignore[arg-type]  # sum of tensors
    assert all(gradient is None or not gradient[1].any() for gradient in found)
    # The boxes say who reaches what.
    wiring = trunk.wiring()
    users = [wiring.upstream(number) for number in range(3)]
    reached = {id(parameter): set[str]() for parameter in parameters}
    for task, feature in zip(TASKS, features, strict=True):
        for parameter, gradient in zip(parameters, grad(feature.sum(), parameters, keep=True), strict=True):
            if gradient is not None:
                reached[id(parameter)].add(task)
    for node in wiring.nodes:
        reads_it = {task for task, names in zip(TASKS, users, strict=True) if node.name in names}
        assert all(reached[id(p)] == reads_it for module in node.modules for p in module.parameters()), node.name


@pytest.mark.parametrize("reads", READS)
@pytest.mark.parametrize("key", sorted(catalog.strategies()))
def test_a_run_in_a_fleet_is_the_run_alone_for_pictures_and_sequences(key: str, reads: str) -> None:
    backbone, shape = READS[reads]
    strategy: Strategy = catalog.strategies()[key]()
    if strategy.problems(backbone, TASKS):
        pytest.skip("does not take it, and says so")
    x = examples(backbone, shape)
    together = strategy.build(plan_of(backbone, shape, (3, 4)))(x)
    alone = strategy.build(plan_of(backbone, shape, (4,)))(x[1:])
    for one, other in zip(together, alone, strict=True):
        torch.testing.assert_close(one[1], other[0], rtol=1e-4, atol=1e-4)


NOTHING_SHARED: list[tuple[str, dict[str, object]]] = [
    ("hard", {"depth": 0}),
    ("soft_l2", {"strength": 0.0}),
    ("soft_trace", {"strength": 0.0}),
    ("cross_stitch", {"own": 1.0, "frozen": True}),
    ("sluice", {"own": 1.0, "skip": 0.0, "orthogonality": 0.0, "frozen": True}),
    ("ple", {"shared": 0, "own": 1}),
]


@pytest.mark.parametrize(("key", "knobs"), NOTHING_SHARED)
def test_what_shares_nothing_is_separate_networks_step_for_step(key: str, knobs: dict[str, object]) -> None:
    np.testing.assert_allclose(losses(key, **knobs), losses("separate"), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("reads", READS)
def test_what_shares_nothing_gives_the_features_of_separate_networks(reads: str) -> None:
    backbone, shape = READS[reads]
    plan, x = plan_of(backbone, shape), examples(backbone, shape)
    expected = catalog.strategies()["separate"]().build(plan)(x)
    for key, knobs in NOTHING_SHARED:
        for one, other in zip(catalog.strategies()[key](**knobs).build(plan)(x), expected, strict=True):
            torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


def test_what_shares_something_is_not() -> None:
    separate = losses("separate", 10)
    for key, entry in catalog.strategies().items():
        if key != "separate" and not entry().problems(MLP(), TASKS):
            knobs = {"depth": 1} if key == "hard" else {"strength": 1.0} if "strength" in knobs_of(entry) else {}
            assert np.abs(losses(key, 10, **knobs) - separate).max() > 1e-3, key


def test_one_common_expert_is_hard_sharing_step_for_step() -> None:
    np.testing.assert_allclose(losses("mmoe", experts=1), losses("hard", depth=3), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("key", ["adapters", "lora"])
def test_what_starts_at_zero_starts_as_hard_sharing(key: str) -> None:
    ours, hard = losses(key, alone=0.0), losses("hard", depth=3)
    np.testing.assert_allclose(ours[0], hard[0], rtol=1e-5, atol=1e-6)
    assert np.abs(ours[-1] - hard[-1]).max() > 1e-3
