"""Training as a generator of events: a fleet is its runs, and every knob does what it says."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from playground import catalog, train
from playground.basics.errors import Invalid
from playground.experiment import Experiment, Run
from playground.training import loop
from playground.training.loop import POINTS, VIEWS, Training
from playground.training.observing.events import (
    Changed,
    Event,
    Failed,
    Finished,
    Learned,
    Measured,
    Pictured,
    Scored,
    Started,
    Stepped,
    record_of,
)
from tests.experiments import runs, small, suited

METHODS = sorted(catalog.methods())


def of_kind(events: list[Event], kind: type) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def losses(events: list[Event]) -> Tensor:
    """[S, R, T] losses of the recorded steps."""
    return torch.tensor([event.losses for event in of_kind(events, Measured)])


def captured(training: Training) -> list[Tensor]:
    """The gradients along which the next step goes."""
    seen: list[Tensor] = []
    step = training.adam.step

    def spy(gradients: Sequence[Tensor], factor: float = 1.0, moving: Tensor | None = None) -> None:
        seen.extend(gradient.detach().clone() for gradient in gradients)
        step(gradients, factor, moving)

    training.adam.step = spy  # type: ignore[method-assign]  # a spy in its place
    training._take_step(True, True)
    training.adam.step = step  # type: ignore[method-assign]  # and back
    return seen


# --- a fleet is its runs -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("points", [200, 3])
def test_every_run_of_a_mixed_fleet_equals_the_same_run_alone(points: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """All methods, some rates, some missing labels, in one fleet. Sums in another order differ in the last bits, and
    training lets such differences grow; over fifteen steps they stay below a thousandth."""
    monkeypatch.setattr(loop, "POINTS", points)
    fleet = [
        Run(small(weighting=method, steps=15, rate=(0.001, 0.003)[place % 2], **labels), place % 3)
        for place, method in enumerate(METHODS)
        for labels in ({}, {"labels__parity": 60})[: 1 + place % 2]
    ]
    together = list(Training(fleet, device="cpu").events())
    assert not of_kind(together, Failed)
    for place, run in enumerate(fleet):
        alone = list(Training([run], device="cpu").events())
        for kind in (Measured, Scored):
            for one, other in zip(of_kind(together, kind), of_kind(alone, kind), strict=True):
                assert one.step == other.step
                for name in ("losses", "weights") if kind is Measured else ("losses",):
                    torch.testing.assert_close(
                        torch.tensor(getattr(one, name)[place]),
                        torch.tensor(getattr(other, name)[0]),
                        rtol=2e-3,
                        atol=2e-4,
                        equal_nan=True,
                        msg=lambda text, name=name, run=run, one=one: f"{run.experiment.weighting} {name} {one.step}: {text}",
                    )


def test_runs_with_one_seed_start_from_the_same_point() -> None:
    events = list(Training(runs(*(small(weighting=method, steps=10) for method in METHODS)), device="cpu").events())
    first = of_kind(events, Measured)[0].losses
    assert all(row == pytest.approx(first[0], rel=1e-5) for row in first)
    start = of_kind(events, Scored)[0].scores
    assert all(row == start[0] for row in start)


class Plain(nn.Module):
    """The same network out of ordinary modules, with the first weights of one run of a fleet."""

    def __init__(self, training: Training, run: int):
        super().__init__()
        trunk, heads = training.network.trunk, training.network.heads
        self.trunk = nn.Sequential(*(part for block in trunk.common for part in (self.linear(block.linear, run), nn.ReLU())))
        self.heads = nn.ModuleList(self.linear(head, run) for head in heads)

    @staticmethod
    def linear(layer: Any, run: int) -> nn.Linear:
        weight, bias = layer.weight.detach()[run], layer.bias.detach()[run, 0]
        own = nn.Linear(*weight.shape)
        with torch.no_grad():
            own.weight.copy_(weight.T)
            own.bias.copy_(bias)
        return own

    def losses(self, x: Tensor, targets: list[Tensor]) -> Tensor:
        features = self.trunk(x.flatten(1))
        digit, parity, large = (head(features) for head in self.heads)
        return torch.stack(
            [
                functional.cross_entropy(digit, targets[0]),
                functional.binary_cross_entropy_with_logits(parity.squeeze(-1), targets[1].float()),
                functional.binary_cross_entropy_with_logits(large.squeeze(-1), targets[2].float()),
            ]
        )


@pytest.mark.parametrize("points", [200, 7])
@pytest.mark.parametrize(("method", "weights"), [("equal", [1.0, 1, 1]), ("static", [0.5, 2, 1])])
def test_a_run_equals_a_plain_loop_in_pytorch(
    method: str, weights: list[float], points: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "POINTS", points)
    turned = {"weighting__weights": weights} if method == "static" else {}
    fleet = [
        Run(small(weighting=method, rate=rate, checkpoint="last", **turned), seed) for seed, rate in enumerate((0.003, 0.01))
    ]
    training = Training(fleet, device="cpu")
    plain = [Plain(training, run) for run in range(2)]
    optimizers = [torch.optim.Adam(net.parameters(), lr=run.experiment.rate) for net, run in zip(plain, fleet, strict=True)]
    data = Training(fleet, device="cpu").data
    for event in training.events():
        if isinstance(event, Measured):
            measured = torch.tensor(event.losses)
        if isinstance(event, Stepped):
            batch = data.next()
            for run, (net, optimizer) in enumerate(zip(plain, optimizers, strict=True)):
                found = net.losses(batch.inputs[run], [target[run] for target in batch.targets])
                optimizer.zero_grad()
                (torch.tensor(weights) * found).sum().backward()
                optimizer.step()
                if points == 200:
                    torch.testing.assert_close(measured[run], found.detach(), rtol=1e-4, atol=1e-4)
    inputs, targets = data.validation.rows(data.sources, torch.arange(50).expand(2, -1))
    for run, net in enumerate(plain):
        batch_losses = net.losses(inputs[run], [target[run] for target in targets]).detach()
        known = torch.ones(2, 50, 3, dtype=torch.bool)
        fleets = training.network.losses(training.network(inputs), targets, known)[run].detach()
        torch.testing.assert_close(fleets, batch_losses, rtol=1e-4, atol=1e-4)


# --- who is weighed ------------------------------------------------------------------------------------------------


def test_loss_methods_weigh_heads_and_gradient_methods_leave_them_alone() -> None:
    fleet = [
        Run(small(), 0),
        Run(small(weighting="static", weighting__weights=[0.5, 2, 0]), 0),
        Run(small(weighting="mgda"), 0),
    ]
    training = Training(fleet, device="cpu")
    heads = captured(training)[len(training.reach.parameters) :]
    for task, (weight, bias) in enumerate(zip(heads[::2], heads[1::2], strict=True)):
        factor = (0.5, 2.0, 0.0)[task]
        for part in (weight, bias):
            assert part[0].abs().sum() > 0
            torch.testing.assert_close(part[1], factor * part[0])
            torch.testing.assert_close(part[2], part[0])


def test_recorded_weights_are_those_that_multiplied_the_gradients() -> None:
    """With the weights that were told and gradients of equal weights' size, the step taken can be computed again."""
    training = Training(runs(*(small(weighting=method) for method in METHODS)), device="cpu")
    from playground.training.fleet.gradients import task_gradients

    batch = training.data.next()
    tasks = task_gradients(training.network, training.reach, batch)
    training.data.next = lambda: batch  # type: ignore[method-assign]  # the same batch once more
    measured: list[Measured] = []
    tell = training._measured
    training._measured = lambda *given: measured.append(tell(*given)) or measured[-1]  # type: ignore[method-assign, func-returns-value]  # a spy
    taken = captured(training)
    weights = torch.tensor(measured[0].weights)
    own = torch.where(training.by_gradient, 1.0, weights)
    for one, other in zip(taken, tasks.combine(weights, own), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-6)


def test_gradient_methods_take_a_pass_a_task_and_loss_methods_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "POINTS", 1)
    loss, gradient = (list(train([Run(small(weighting=method), 0)]))[-1] for method in ("equal", "pcgrad"))
    assert gradient == Finished(30, gradient.seconds, 3.0)  # type: ignore[union-attr]  # the last event
    # At the first and the last step gradients are looked at, with a pass a task; the method did not need them.
    assert loss.passes == 1  # type: ignore[union-attr]  # the last event


def test_looking_at_gradients_is_no_cost_of_a_method_that_sees_losses() -> None:
    four = small(tasks="digit,parity,large,loops")
    events = list(train([Run(four, 0)]))
    assert any(event.norms is not None for event in of_kind(events, Measured))
    assert of_kind(events, Finished)[0].passes == 1
    by_gradient = small(tasks="digit,parity,large,loops", weighting="mgda")
    assert of_kind(list(train([Run(by_gradient, 0)])), Finished)[0].passes == 4


# --- what is told --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suite", sorted(catalog.suites()))
def test_every_suite_trains_and_tells_plain_numbers(suite: str) -> None:
    experiment = Experiment.from_flat({"suite": suite, "steps": 10, "batch": 16, "backbone.width": 8})
    events = list(train(experiment, seeds=[4, 7]))
    assert isinstance(events[0], Started)
    assert isinstance(events[-1], Finished)
    assert not of_kind(events, Failed)
    tasks = len(experiment.tasks)
    for event in events:
        text = json.dumps(dataclasses.asdict(event))
        assert text
        for run in range(2):
            record = record_of(event, run, 2)
            assert json.loads(json.dumps(record)) == record or "NaN" in json.dumps(record)
    for event in of_kind(events, Measured):
        assert torch.tensor(event.losses).shape == torch.tensor(event.weights).shape == (2, tasks)
        assert torch.tensor(event.cosines).shape == (2, tasks, tasks)
        assert torch.tensor(event.losses).isfinite().all()
    assert [event.split for event in of_kind(events, Scored)][-2:] == ["validation", "test"]
    assert {event.run for event in of_kind(events, Pictured)} == {0}
    probe = experiment.the_suite.load(4).probe
    for event in of_kind(events, Pictured):
        assert set(event.outputs) == set(experiment.tasks)
        assert all(len(values) == len(probe.inputs) for values in event.outputs.values())


@pytest.mark.parametrize("steps", [10, 199, 200, 201, 390])
def test_about_two_hundred_steps_are_recorded_the_last_among_them(steps: int) -> None:
    experiment = small(suite="noisy_twins", tasks="a,b", steps=steps, backbone__width=2)
    events = list(train(experiment))
    measured = [event.step for event in of_kind(events, Measured)]
    assert measured[0] == 1
    assert measured[-1] == steps
    assert measured == sorted(set(measured))
    assert min(steps, POINTS / 2) <= len(measured) <= POINTS + 2
    assert len(set(map(int.__sub__, measured[2:-1], measured[1:-2]))) <= 1
    assert [event.step for event in of_kind(events, Stepped)] == list(range(1, steps + 1))
    looks = [event.step for event in of_kind(events, Scored) if event.split == "validation"]
    assert looks[0] == 0
    assert looks[-1] == steps
    assert len(looks) <= 2 * VIEWS + 1


def test_every_step_is_recorded_on_demand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "POINTS", 3)
    training = Training(runs(small()), device="cpu")
    steps = []
    for event in training.events():
        if isinstance(event, Measured):
            steps.append(event.step)
        if isinstance(event, Stepped) and event.step == 12:
            training.record_all = True
    assert steps == [1, 10, *range(13, 31)]


def test_cosines_and_norms_belong_to_the_gradients() -> None:
    training = Training(runs(small(), seeds=2), device="cpu")
    from playground.training.fleet.gradients import task_gradients

    batch = training.data.next()
    gramian = task_gradients(training.network, training.reach, batch).gramian()
    training.data.next = lambda: batch  # type: ignore[method-assign]  # the same batch once more
    measured = training._take_step(True, True)
    assert measured is not None
    lengths = torch.tensor(measured.norms)
    torch.testing.assert_close(lengths**2, gramian.diagonal(dim1=1, dim2=2), rtol=1e-4, atol=1e-7)
    cosines = torch.tensor(measured.cosines)
    torch.testing.assert_close(cosines * lengths[:, :, None] * lengths[:, None], gramian, rtol=1e-3, atol=1e-6)


def test_a_task_without_a_row_has_no_loss_to_tell() -> None:
    training = Training(runs(small()), device="cpu")
    batch = training.data.next()
    batch.known[..., 1] = False
    training.data.next = lambda: batch  # type: ignore[method-assign]  # a batch without the second task
    measured = training._take_step(True, True)
    assert measured is not None
    assert math.isnan(measured.losses[0][1])
    assert math.isfinite(measured.losses[0][0])
    assert not of_kind(list(training._drain_events()), Failed)


@pytest.mark.parametrize("strategy", sorted(catalog.strategies()))
def test_every_strategy_trains_and_says_what_it_learned(strategy: str) -> None:
    experiment = suited(strategy, steps=10)
    events = list(train(experiment, seeds=2))
    assert not of_kind(events, Failed)
    for event in of_kind(events, Learned):
        assert all(len(value) == 2 for value in event.values.values())
    first, last = (of_kind(events, Scored)[place] for place in (0, -2))
    assert sum(map(sum, last.losses)) < sum(map(sum, first.losses))
    assert (of_kind(events, Measured)[0].norms is None) == (events[0].shared == 0)  # type: ignore[union-attr]  # Started


# --- turning knobs while it runs -----------------------------------------------------------------------------------


def driven(training: Training, at: int, act: Any) -> Iterator[Event]:
    """The events of a training, with `act` done after the step `at`."""
    for event in training.events():
        yield event
        if isinstance(event, Stepped) and event.step == at:
            act()


def test_a_new_rate_holds_for_the_runs_named_from_the_next_step_on() -> None:
    fleet = runs(small(), seeds=2)
    plain = losses(list(Training(fleet, device="cpu").events()))
    training = Training(fleet, device="cpu")
    events = list(driven(training, 10, lambda: training.set_rate(0.05, [1])))
    turned = losses(events)
    assert of_kind(events, Changed) == [Changed(10, [1], {"rate": 0.05})]
    assert torch.equal(turned[:, 0], plain[:, 0])
    assert torch.equal(turned[:11, 1], plain[:11, 1])
    assert not torch.equal(turned[12, 1], plain[12, 1])
    assert training.rates.tolist() == pytest.approx([0.003, 0.05])


def test_methods_that_learn_at_the_rate_of_the_model_hear_of_a_new_one() -> None:
    training = Training([Run(small(), 0), Run(small(weighting="uncertainty"), 0)], device="cpu")
    training.set_rate(0.05)
    for group in training.groups:
        assert group.method.setting.rates.tolist() == pytest.approx([0.05])


def test_new_weights_reach_the_runs_with_weights_by_hand() -> None:
    fleet = [Run(small(), 0), Run(small(weighting="static"), 0), Run(small(weighting="static"), 1)]
    training = Training(fleet, device="cpu")
    events = list(driven(training, 5, lambda: training.set_weights([3, 0, 1], [1])))
    # Both runs have the same method with the same knobs, so they turn together, and both are told.
    assert of_kind(events, Changed) == [Changed(5, [1, 2], {"weights": [3, 0, 1]})]
    weights = [event.weights for event in of_kind(events, Measured)]
    assert weights[4] == [[1, 1, 1]] * 3
    assert weights[5] == [[1, 1, 1], [3, 0, 1], [3, 0, 1]]
    silent = Training(fleet, device="cpu")
    assert not of_kind(list(driven(silent, 5, lambda: silent.set_weights([3, 0, 1], [0]))), Changed)


def test_stop_ends_with_the_scores_of_what_was_learned() -> None:
    training = Training(runs(small()), device="cpu")
    events = list(driven(training, 5, training.stop))
    assert isinstance(events[-1], Finished)
    assert events[-1].step == 5
    assert [event.step for event in of_kind(events, Scored) if event.split == "test"] == [5]
    assert of_kind(events, Stepped)[-1] == Stepped(5, 30)


# --- runs that break -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("harm", [math.nan, math.inf, 1e38])
@pytest.mark.parametrize(
    "methods", [["equal", "dwa", "uncertainty"], ["pcgrad", "mgda", "gradnorm"], ["equal", "pcgrad", "dwa"]]
)
def test_a_broken_run_is_told_and_leaves_the_others_bit_for_bit(harm: float, methods: list[str]) -> None:
    fleet = [Run(small(weighting=method, steps=20), seed) for method in methods for seed in (0, 1)]

    def hurt(training: Training) -> None:
        with torch.no_grad():
            training.network.heads[0].weight[2] = harm

    well = Training(fleet, device="cpu")
    ill = Training(fleet, device="cpu")
    fine = list(well.events())
    events = list(driven(ill, 8, lambda: hurt(ill)))
    (failed,) = of_kind(events, Failed)
    assert (failed.step, failed.run) == (9, 2)
    assert "9" in failed.reason
    others = [0, 1, 3, 4, 5]
    for one, other in zip(of_kind(fine, Measured), of_kind(events, Measured), strict=True):
        for place in others:
            assert one.losses[place] == other.losses[place]
            assert one.weights[place] == other.weights[place]
            assert one.norms[place] == other.norms[place]
        if other.step >= 9:
            assert other.weights[2] == [0, 0, 0]
    for one, other in zip(of_kind(fine, Scored), of_kind(events, Scored), strict=True):
        assert [one.scores[place] for place in others] == [other.scores[place] for place in others]
        assert not other.step > 9 or all(map(math.isnan, other.scores[2]))
    for one, other in zip(well.parameters, ill.parameters, strict=True):
        assert torch.equal(one[others], other[others])


def test_too_large_a_rate_ends_in_failure_or_finite_numbers() -> None:
    experiment = Experiment.from_flat(
        {"suite": "scale_clash", "rate": 1.0, "steps": 60, "backbone.depth": 6, "sharing.depth": 6}
    )
    events = list(train(experiment, seeds=2))
    gone = {event.run: event.step for event in of_kind(events, Failed)}
    for event in of_kind(events, Measured):
        for run, row in enumerate(event.losses):
            assert all(map(math.isfinite, row)) or gone[run] <= event.step


# --- what does not fit ---------------------------------------------------------------------------------------------


def test_runs_of_different_shapes_do_not_form_a_fleet() -> None:
    with pytest.raises(Invalid) as caught:
        Training([Run(small(), 0), Run(small(steps=31), 0)])
    assert caught.value.problems[0].where == "runs"


def test_seeds_are_a_number_or_a_list() -> None:
    experiment = small(steps=10)
    by_number, by_list = (losses(list(train(experiment, seeds))) for seeds in (2, [0, 1]))
    assert by_number.shape[1] == 2
    assert torch.equal(by_number, by_list)


@pytest.mark.parametrize(
    ("strategy", "knob", "values"), [("hard", "depth", [0, 1, 2]), ("soft_l2", "strength", [0.0, 0.01, 1.0])]
)
def test_runs_of_a_mixed_fleet_learn_what_they_learn_alone(strategy: str, knob: str, values: list[float]) -> None:
    ones = [small(sharing=strategy, **{f"sharing__{knob}": value}, steps=25) for value in values]
    assert len({one.fleet() for one in ones}) == 1
    runs_of_all = runs(*ones, seeds=2)
    together = _records(runs_of_all)
    for mine, run in zip(together, runs_of_all, strict=True):
        (alone,) = _records([run])
        for one, other in zip(mine, alone, strict=True):
            assert one.keys() == other.keys()
            for name in one.keys() - {"seconds", "fleet", "passes"}:
                assert _alike(one[name], other[name]), (run, one["kind"], name)


def _alike(one: Any, other: Any) -> bool:
    """Whether two values of a record are the same, numbers up to rounding."""
    if isinstance(one, list) and isinstance(other, list):
        return bool(torch.allclose(torch.tensor(one), torch.tensor(other), rtol=1e-3, atol=1e-4, equal_nan=True))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_alike(value, other[name]) for name, value in one.items())
    if isinstance(one, float) and isinstance(other, float):
        return bool(math.isclose(one, other, rel_tol=1e-3, abs_tol=1e-4) or (math.isnan(one) and math.isnan(other)))
    return bool(one == other)


def _records(fleet: list[Run]) -> list[list[dict[str, Any]]]:
    """Everything that is told of each run of a fleet, but the pictures, which only one run of an experiment has."""
    told: list[list[dict[str, Any]]] = [[] for _run in fleet]
    for event in Training(fleet).events():
        for place, records in enumerate(told):
            record = record_of(event, place, len(fleet))
            if record is not None and record["kind"] not in ("pictured", "learned"):
                records.append(record)
    return told


def test_wide_networks_and_measured_ones_are_not_mixed() -> None:
    for more in ({"backbone__width": 64}, {"measure": True}):
        ones = [small(sharing__depth=depth, **more) for depth in (1, 2)]
        assert len({one.fleet() for one in ones}) == 2
