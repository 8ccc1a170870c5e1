"""What holds for every sharing strategy, also for one that is added tomorrow."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from experiments import runs, small
from torch import Tensor

from playground import catalog
from playground.backbones.mlp import MLP
from playground.diagram import Diagram
from playground.experiment import Experiment
from playground.knobs import knobs_of
from playground.sharing.base import Plan, Strategy
from playground.streams import Streams
from playground.training.events import Started
from playground.training.gradients import Reach
from playground.training.loop import Training
from playground.training.network import Network, count, diagram, draw

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
    assert {key for key, _knobs in VARIANTS} == set(catalog.strategies())


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
    frozen = sum(parameter[0].numel() for parameter in training.network.parameters() if not parameter.requires_grad)
    assert started.total == count([training.network])
    assert started.shared + sum(started.own.values()) + frozen == started.total
    assert started.shared + frozen == drawn.shared()
    assert started.own == {task: drawn.own(task) for task in TASKS}


@pytest.mark.parametrize("key", sorted(catalog.strategies()))
def test_strategies_take_any_backbone_depth(key: str) -> None:
    for depth in (1, 2, 4):
        backbone = MLP(depth=depth, width=3)
        strategy: Strategy = catalog.strategies()[key]()
        if strategy.problems(backbone, TASKS):
            continue
        trunk = strategy.build(Plan(backbone, INPUTS, TASKS, Streams([0, 1], "weights")))
        assert [feature.shape for feature in trunk(some_inputs(runs=2))] == [(2, 4, 3)] * 3


def losses(key: str, **knobs: object) -> np.ndarray:
    """[S, R, T] losses of a training of twenty steps, every step recorded."""
    training = Training(runs(experiment(key, knobs, steps=20), seeds=2), device="cpu")
    training.record_all = True
    return np.array([event.losses for event in training.events() if type(event).__name__ == "Measured"])


@pytest.mark.parametrize(
    ("key", "knobs"),
    [("hard", {"depth": 0}), ("soft_l2", {"strength": 0.0}), ("cross_stitch", {"own": 1.0, "frozen": True})],
)
def test_what_shares_nothing_is_separate_networks_step_for_step(key: str, knobs: dict[str, object]) -> None:
    np.testing.assert_allclose(losses(key, **knobs), losses("separate"), rtol=1e-5, atol=1e-6)


def test_what_shares_something_is_not() -> None:
    separate = losses("separate")
    for key, knobs in (("hard", {"depth": 1}), ("soft_l2", {"strength": 1.0}), ("cross_stitch", {"own": 0.9})):
        assert np.abs(losses(key, **knobs) - separate).max() > 1e-3, key
