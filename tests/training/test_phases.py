"""What changes during a training: schedules, parameters that rest, the learning rate; and heads that write."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from playground import catalog
from playground.basics.errors import Invalid
from playground.basics.random_streams import Streams
from playground.experiment import Experiment
from playground.suites.base import Task
from playground.task_types.classes import Classes
from playground.training.loop import WARM_UP, Training, course
from playground.training.observing.events import Measured, Scored, Started
from tests.experiments import runs, small


def recorded(experiment: Experiment, seeds: int = 1) -> list[Measured]:
    """Every step of a training."""
    training = Training(runs(experiment, seeds=seeds), device="cpu")
    training.record_all = True
    return [event for event in training.events() if isinstance(event, Measured)]


# --- schedules -----------------------------------------------------------------------------------------------------


def test_an_alternating_step_learns_from_its_task_and_moves_no_other_head() -> None:
    training = Training(runs(small(schedule="alternate"), seeds=2), device="cpu")
    for _step in range(12):
        before = [[p.detach().clone() for p in head.parameters()] for head in training.network.heads]
        measured = training._take_step(True, True)
        assert measured is not None
        for run in range(2):
            known = [not math.isnan(loss) for loss in measured.losses[run]]
            assert sum(known) == 1
            assert measured.weights[run] == [float(one) for one in known]
            for task, head in enumerate(training.network.heads):
                moved = any(not torch.equal(p[run], b[run]) for p, b in zip(head.parameters(), before[task], strict=True))
                assert moved == known[task]
        assert measured.norms is None


def test_each_seed_alternates_by_itself_and_as_it_would_alone() -> None:
    experiment = small(schedule="alternate", steps=20)
    together, alone = recorded(experiment, seeds=2), recorded(experiment)
    one, other = (np.array([event.losses[run] for event in together]) for run in (0, 1))
    assert not np.array_equal(np.isnan(one), np.isnan(other))
    np.testing.assert_allclose(one, np.array([event.losses[0] for event in alone]), rtol=1e-4, atol=1e-5)


def test_a_whole_batch_is_drawn_from_the_task_whose_turn_it_is() -> None:
    training = Training(runs(small(schedule="alternate", labels__parity=5, labels__large=7)), device="cpu")
    for _step in range(10):
        batch = training.data.next()
        assert batch.active is not None
        assert torch.equal(batch.known.all(1), batch.active)


@pytest.mark.parametrize("weighting", ["equal", "static", "uncertainty", "gls", "mgda", "famo"])
def test_fine_tuning_goes_on_with_the_main_task_alone(weighting: str) -> None:
    changes: dict[str, Any] = {"weighting__weights": "2,3,4"} if weighting == "static" else {}
    events = recorded(
        small(weighting=weighting, schedule="pretrain_finetune", schedule__share=0.5, schedule__main=2, steps=20, **changes)
    )
    assert all(np.isfinite(event.losses).all() for event in events[:10])
    for event in events[10:]:
        assert event.weights[0] == [0.0, 1.0, 0.0]
        assert [math.isnan(loss) for loss in event.losses[0]] == [True, False, True]


def test_until_fine_tuning_begins_it_is_joint_training() -> None:
    joint, tuned = recorded(small(steps=20)), recorded(small(steps=20, schedule="pretrain_finetune", schedule__share=0.5))
    for one, other in zip(joint[:10], tuned[:10], strict=True):
        assert one.losses == other.losses


def test_there_is_nothing_to_weigh_where_a_step_learns_from_one_task() -> None:
    for key in catalog.methods():
        if key == "equal":
            assert small(weighting=key, schedule="alternate").schedule.name == "alternate"
        else:
            with pytest.raises(Invalid, match="equal weights"):
                small(weighting=key, schedule="alternate")


def test_the_baseline_trains_jointly() -> None:
    assert small(schedule="alternate").baseline().schedule.name == "joint"


# --- labels that are missing ------------------------------------------------------------------------------------------


def test_a_task_without_a_label_in_the_batch_is_weighed_as_it_was_last() -> None:
    """More than half of the scans are labelled for both tasks, so batches are common ones, and some of four hold no label."""
    experiment = small(tasks="digit,parity", labels__parity=600, batch=4, steps=120, weighting="log_loss", backbone__width=4)
    events = recorded(experiment)
    gone = [place for place, event in enumerate(events) if math.isnan(event.losses[0][1])]
    assert gone
    for place in gone:
        assert events[place].weights[0][1] == events[place - 1].weights[0][1]
        assert events[place].weights[0][0] == pytest.approx(1 / events[place].losses[0][0], rel=1e-5)


@pytest.mark.parametrize("weighting", sorted(catalog.methods()))
def test_no_method_stumbles_over_a_task_without_a_label(weighting: str) -> None:
    experiment = small(tasks="digit,parity", labels__parity=600, batch=4, steps=60, weighting=weighting, backbone__width=4)
    events = recorded(experiment)
    assert any(math.isnan(event.losses[0][1]) for event in events)
    weights = np.array([event.weights[0] for event in events])
    assert np.isfinite(weights).all()
    assert np.abs(weights).max() < 1e3


# --- parameters that rest -----------------------------------------------------------------------------------------


def resting(monkeypatch: pytest.MonkeyPatch, first: float, level: int) -> None:
    """Let block `level` of a hard-sharing trunk rest once `first` of the steps are taken."""
    from playground.sharing.hard import HardTrunk

    def rest(self: HardTrunk, share: float) -> tuple[nn.Parameter, ...]:
        return tuple(self.common[level].parameters()) if share >= first else ()

    monkeypatch.setattr(HardTrunk, "frozen_parameters", rest)


@pytest.mark.parametrize("weighting", ["equal", "mgda"])
def test_a_block_that_rests_does_not_move_and_the_others_do(monkeypatch: pytest.MonkeyPatch, weighting: str) -> None:
    resting(monkeypatch, 0.5, 0)
    training = Training(runs(small(weighting=weighting, steps=20), seeds=2), device="cpu")
    for _step in range(10):
        training._take_step(False, False)
    blocks = training.network.trunk.common
    first, second = (blocks[level].linear.weight.detach().clone() for level in (0, 1))  # type: ignore[index,union-attr]
    for _step in range(5):
        training._take_step(False, False)
    assert torch.equal(blocks[0].linear.weight, first)  # type: ignore[index,union-attr]
    assert not torch.equal(blocks[1].linear.weight, second)  # type: ignore[index,union-attr]


def test_what_rests_is_not_mediated_but_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = next(Training(runs(small()), device="cpu").events())
    resting(monkeypatch, 0.0, 0)
    training = Training(runs(small(weighting="mgda")), device="cpu")
    started = next(training.events())
    assert isinstance(started, Started)
    assert started == plain
    before = training.reach.count(True)
    training._take_step(False, False)
    block = sum(p[0].numel() for p in training.network.trunk.common[0].parameters())  # type: ignore[index,union-attr]
    assert training.reach.count(True) == before - block


def test_methods_rest_while_nothing_that_learns_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    from playground.sharing.hard import HardTrunk

    def all_of_it(self: HardTrunk, _share: float) -> tuple[nn.Parameter, ...]:
        return tuple(self.common.parameters())

    monkeypatch.setattr(HardTrunk, "frozen_parameters", all_of_it)
    for event in recorded(small(weighting="mgda", steps=10)):
        assert event.weights == [[1.0, 1.0, 1.0]]
        assert event.norms is None


# --- the learning rate -----------------------------------------------------------------------------------------------


def test_a_cosine_warms_up_and_falls_to_zero() -> None:
    factors = [course("cosine", step, 200) for step in range(200)]
    warm = round(WARM_UP * 200)
    assert factors[:warm] == pytest.approx([(step + 1) / warm for step in range(warm)])
    assert factors[warm] == 1.0
    assert all(later < before for before, later in zip(factors[warm:-1], factors[warm + 1 :], strict=True))
    assert 0 < factors[-1] < 1e-3
    assert {course("none", step, 200) for step in range(200)} == {1.0}


def test_the_first_step_of_a_cosine_is_a_small_one() -> None:
    def moved(decay: str) -> Tensor:
        training = Training(runs(small(decay=decay, steps=1000)), device="cpu")
        before = training.adam.values.clone()
        training._take_step(False, False)
        return training.adam.values - before

    torch.testing.assert_close(50 * moved("cosine"), moved("none"), rtol=1e-2, atol=1e-6)


@pytest.mark.parametrize("weighting", ["uncertainty", "imtl_l"])
def test_learned_scales_follow_the_rate_of_the_model(weighting: str) -> None:
    """Beside torch's Adam at the rate of each step, on the losses that the training told."""
    experiment = small(weighting=weighting, decay="cosine", rate=0.05, steps=60)
    events = recorded(experiment)
    scale = torch.zeros(3, requires_grad=True)
    adam = torch.optim.Adam([scale])
    moves = []
    for step, event in enumerate(events):
        losses = torch.tensor(event.losses[0])
        expected = (-scale if weighting == "uncertainty" else scale).exp()
        torch.testing.assert_close(torch.tensor(event.weights[0]), expected.detach(), rtol=1e-4, atol=1e-5)
        adam.param_groups[0]["lr"] = 0.05 * course("cosine", step, 60)
        adam.zero_grad()
        before = scale.detach().clone()
        ((expected * losses) + (0.5 * scale if weighting == "uncertainty" else -scale)).sum().backward()
        adam.step()
        moves.append(float((scale.detach() - before).abs().max()))
    assert moves[-1] < 0.01 * max(moves)


# --- heads that write one symbol after the other ---------------------------------------------------------------------


class Writer(nn.Module):
    """Its answer is the true one while it learns, and the first class when it is on its own."""

    teacher_forced = True

    def __init__(self, streams: Streams):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(len(streams.seeds), 1, 1))

    def forward(self, x: Tensor, target: Tensor | None) -> Tensor:
        said = torch.zeros(x.shape[:2], dtype=torch.int64) if target is None else target
        return (self.scale + 0 * x.sum((1, 2), keepdim=True)) * nn.functional.one_hot(said, 10).to(x.dtype) * 20


def test_heads_that_write_see_the_truth_while_they_learn_and_not_when_they_are_scored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def head(self: Classes, features: tuple[int, ...], task: Task, streams: Streams) -> nn.Module:
        return Writer(streams)

    monkeypatch.setattr(Classes, "head", head)
    training = Training(runs(small(tasks="digit,parity", steps=10), seeds=2), device="cpu")
    events: Sequence[Any] = list(training.events())
    measured = [event for event in events if isinstance(event, Measured)]
    assert max(row[0] for event in measured for row in event.losses) < 1e-3
    final = next(event for event in events if isinstance(event, Scored) and event.split == "test")
    zeros = 100 * (training.data.test.targets[0] == 0).float().mean(1)
    assert [row[0] for row in final.scores] == pytest.approx(zeros.tolist(), rel=1e-4)
    assert max(row[0] for row in final.losses) < 1e-3
