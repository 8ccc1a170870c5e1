"""Which step counts: the best one on validation, kept by a run in a fleet as by the run alone."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from playground import catalog
from playground.experiment import Experiment, Run
from playground.training.loop import Training
from playground.training.observing.checkpoints import Checkpoints
from playground.training.observing.evaluation import scored
from playground.training.observing.events import (
    Event,
    Failed,
    Finished,
    Kept,
    Learned,
    Measured,
    Pictured,
    Record,
    Scored,
    record_of,
)
from tests.experiments import runs, small, suited

FEW = {"suite": "diabetes", "labels.progression": 40, "steps": 200, "rate": 0.02, "backbone.width": 16, "batch": 16}
"""Few labels and small batches: single networks are best long before the end."""


def of_kind(events: list[Event], kind: type) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def told_of(fleet: list[Run]) -> list[list[Record]]:
    """What is told of each run of a fleet, but pictures, which only one run of an experiment has, and times."""
    events = list(Training(fleet, device="cpu").events())
    found = [[record_of(event, place, len(fleet)) for event in events] for place in range(len(fleet))]
    return [[one for one in records if one is not None and one["kind"] not in ("pictured", "finished")] for records in found]


def told(run: Run) -> list[Record]:
    """What is told of a run alone."""
    return told_of([run])[0]


def one(record: list[Record], kind: str, **wanted: Any) -> Record:
    """The only record of a kind."""
    (found,) = [one for one in record if one["kind"] == kind and wanted.items() <= one.items()]
    return found


# --- the rule ------------------------------------------------------------------------------------------------------


def kept(scores: list[list[float]], signs: list[float], apart: bool = False, patience: int = 0, **more: Any) -> list[int]:
    """The steps that one run keeps which has these scores [N, T] at steps 0, 1, …"""
    parameters = [torch.zeros(1, 2) for _task in signs]
    one = Checkpoints(parameters, range(len(signs)), np.array(signs), np.array([apart]), patience)
    losses = more.get("losses", [[1.0] * len(signs)] * len(scores))
    for step, (score, loss) in enumerate(zip(scores, losses, strict=True)):
        for parameter in parameters:
            parameter.fill_(step)
        one.look(step, torch.tensor([score]), torch.tensor([loss]))
    one.load()
    steps: list[int] = one.steps[0].tolist()
    assert [parameter[0].tolist() for parameter in parameters] == [[step, step] for step in steps]
    return steps


def test_a_run_keeps_the_step_with_the_best_mean_of_relative_scores() -> None:
    # The second task's error is a thousand times larger, and counts by its ratio: 10 % less of it outweighs 5 % of the first.
    assert kept([[50, 3000], [47.5, 2700], [52, 2999]], [1, -1]) == [1, 1]
    assert kept([[50, 3000], [44, 2700], [52, 2999]], [1, -1]) == [2, 2]
    # Tasks that learn apart keep a step each.
    assert kept([[50, 3000], [47.5, 2700], [52, 2999]], [1, -1], apart=True) == [2, 1]


def test_equal_scores_are_told_apart_by_the_loss_and_the_first_of_equal_steps_is_kept() -> None:
    assert kept([[50.0], [50.0], [50.0]], [1], losses=[[1.0], [0.8], [0.9]]) == [1]
    assert kept([[50.0], [60.0], [60.0]], [1], losses=[[1.0], [2.0], [2.0]]) == [1]
    # Each loss by the part of it that is left: 0.9 and 0.9 are less than 0.5 and 1.5, whatever their units.
    assert kept([[50.0, 50], [50, 50], [50, 50]], [1, 1], losses=[[1.0, 1000], [0.5, 1500], [0.9, 900]]) == [2, 2]


def test_what_is_no_number_is_never_better_and_what_cannot_be_said_does_not_decide() -> None:
    nan = math.nan
    assert kept([[50.0], [60.0], [nan]], [1], losses=[[1.0], [0.9], [nan]]) == [1]
    assert kept([[nan], [nan], [nan]], [1], losses=[[1.0], [0.5], [0.9]]) == [1]
    assert kept([[nan], [nan], [5.0]], [1], losses=[[math.inf], [math.inf], [0.9]]) == [2]
    # A task whose score is zero throughout leaves the choice to the other.
    assert kept([[0.0, 50], [0.0, 60], [0.0, 55]], [1, 1]) == [1, 1]


def test_out_of_patience_nothing_better_is_kept() -> None:
    scores = [[50.0], [60.0], [59.0], [58.0], [70.0]]
    assert kept(scores, [1]) == [4]
    assert kept(scores, [1], patience=3) == [4]
    assert kept(scores, [1], patience=2) == [1]
    # Tasks that learn apart have a patience each.
    assert kept([[50.0, 50], [60, 60], [59, 65], [58, 66], [70, 70]], [1, 1], apart=True, patience=2) == [1, 4]


# --- in a training -------------------------------------------------------------------------------------------------


def scores_on(training: Training, split: str) -> Tensor:
    return scored(training.network, getattr(training.data, split), training.data)[0]


@pytest.mark.parametrize("strategy", sorted(catalog.strategies()))
def test_every_strategy_keeps_a_step_and_is_tested_as_it_stood_there(strategy: str) -> None:
    """Step by step beside a training that keeps nothing: what is kept is what that one was at this step."""
    experiment = suited(strategy, steps=20, rate=0.05)
    assert experiment.checkpoint == "best"
    training = Training(runs(experiment, seeds=2), device="cpu")
    stood = {0: [parameter.detach().clone() for parameter in training.parameters]}
    events = []
    for event in training.events():
        events.append(event)
        if isinstance(event, Scored) and event.split == "validation":
            stood[event.step] = [parameter.detach().clone() for parameter in training.parameters]
    (told,) = of_kind(events, Kept)
    looks = {event.step: event.scores for event in of_kind(events, Scored) if event.split == "validation"}
    (tested,) = [event for event in of_kind(events, Scored) if event.split == "test"]
    # The network is left as what was kept: it gives the scores on validation of those steps and the reported ones on test.
    assert scores_on(training, "test").tolist() == tested.scores
    ends = scores_on(training, "validation").tolist()
    assert ends == [[looks[step][run][task] for task, step in enumerate(row)] for run, row in enumerate(told.steps)]
    # And its parameters are those of that step, to the last bit.
    apart = experiment.the_strategy.apart(experiment.the_backbone)
    assert apart or all(len(set(row)) == 1 for row in told.steps)
    for place, parameter in enumerate(training.parameters):
        owner = training.evaluation.checkpoints.owners[place] or 0  # type: ignore[union-attr]  # it keeps the best
        for run, row in enumerate(told.steps):
            assert torch.equal(parameter[run], stood[row[owner]][place][run])
    # By the rule, from what was told.
    for run, row in enumerate(told.steps):
        best = max(sum(math.log(max(score, 1e-30)) for score in scores[run]) for scores in looks.values())
        if not apart:
            assert sum(math.log(max(score, 1e-30)) for score in looks[row[0]][run]) == pytest.approx(best, abs=1e-4)


def test_the_last_step_counts_where_that_is_asked_for() -> None:
    training = Training(runs(small(checkpoint="last", rate=0.05), seeds=2), device="cpu")
    events = list(training.events())
    assert of_kind(events, Kept) == [Kept(30, [[30] * 3] * 2)]
    assert not any(event.kept for event in of_kind(events, Pictured) + of_kind(events, Learned))
    best = list(Training(runs(small(rate=0.05), seeds=2), device="cpu").events())
    assert of_kind(best, Measured) == of_kind(events, Measured), "what is kept should change nothing of the training"
    looks = ([one for one in of_kind(ones, Scored) if one.split == "validation"] for ones in (events, best))
    assert [one.scores for one in next(looks)] == [one.scores for one in next(looks)]


def test_single_networks_keep_a_step_a_task_and_the_same_one_as_alone() -> None:
    experiment = Experiment.from_flat({**FEW, "sharing": "separate"})
    steps = one(told(Run(experiment, 1)), "kept")["steps"]
    assert len(set(steps)) > 1
    assert min(steps) < 200
    # No shared block, and towers that nothing pulls together, are separate networks.
    for same in ({"sharing": "hard", "sharing.depth": 0}, {"sharing": "soft_l2", "sharing.strength": 0}):
        other = told(Run(Experiment.from_flat({**FEW, **same}), 1))
        assert one(other, "kept")["steps"] == steps
    pulled = told(Run(Experiment.from_flat({**FEW, "sharing": "soft_l2", "sharing.strength": 0.1}), 1))
    assert len(set(one(pulled, "kept")["steps"])) == 1, "towers that are held together are one network"


@pytest.mark.parametrize("patience", [0, 3])
def test_what_is_told_of_a_run_does_not_depend_on_its_fleet(patience: int) -> None:
    """Runs that share different numbers of blocks, none among them, which end at different steps where there is patience."""
    depths = [Experiment.from_flat({**FEW, "sharing.depth": depth, "patience": patience}) for depth in (0, 1, 2)]
    fleet = runs(*depths, seeds=2)
    ends = set()
    for run, among in zip(fleet, told_of(fleet), strict=True):
        alone = told(run)
        assert [(one["kind"], one["step"]) for one in alone] == [(one["kind"], one["step"]) for one in among]
        assert one(alone, "kept") == one(among, "kept")
        test, same = one(alone, "scored", split="test"), one(among, "scored", split="test")
        assert test["scores"] == pytest.approx(same["scores"], rel=1e-3)
        ends.add(test["step"])
    assert len(ends) > 1 if patience else ends == {200}


def test_a_fleet_ends_when_the_last_of_its_runs_is_out_of_patience() -> None:
    experiment = Experiment.from_flat({**FEW, "steps": 500, "patience": 2})
    events = list(Training(runs(experiment, seeds=3), device="cpu").events())
    ends = [event.step for event in of_kind(events, Kept)]
    assert of_kind(events, Finished)[0].step == max(ends) < 500
    assert sorted(run for event in of_kind(events, Kept) for run in event.about or [0, 1, 2]) == [0, 1, 2]
    # Every look after the last better one was one without a better one: the kept step lies two looks before the end.
    for event in of_kind(events, Kept):
        for run in event.about or [0, 1, 2]:
            assert {end - event.step for end in event.steps[run]} == {-2 * 20}


@pytest.mark.parametrize("patience", [0, 2])
def test_a_run_that_breaks_after_a_good_step_has_failed(patience: int) -> None:
    training = Training(runs(small(patience=patience), seeds=2), device="cpu")
    events = []
    for event in training.events():
        events.append(event)
        if getattr(event, "step", 0) == 8 and isinstance(event, Measured):
            with torch.no_grad():
                training.network.heads[0].weight[1] = math.nan
    assert [event.run for event in of_kind(events, Failed)] == [1]
    assert max(of_kind(events, Kept)[0].steps[1]) <= 8
    for run, sound in enumerate((math.isfinite, math.isnan)):
        told = [record_of(event, run, 2) for event in events if isinstance(event, Scored) and event.split == "test"]
        (tested,) = [record for record in told if record is not None]
        assert all(map(sound, tested["scores"]))


def test_a_run_that_breaks_after_its_end_has_the_scores_that_it_has_alone() -> None:
    """It ended, and is trained on only because others of its fleet are not at their end."""
    few = [Experiment.from_flat({**FEW, "sharing.depth": depth, "patience": 2}) for depth in (0, 2)]
    fleet = runs(*few, seeds=2)
    training = Training(fleet, device="cpu")
    events, harmed = [], list[int]()
    for event in training.events():
        events.append(event)
        if isinstance(event, Measured) and training.evaluation.ends and not harmed:
            harmed = list(training.evaluation.ends)
            with torch.no_grad():
                training.network.heads[0].weight[harmed] = math.nan
    assert harmed
    assert len(harmed) < len(fleet)
    assert not of_kind(events, Failed)
    for place in harmed:
        told = [record_of(event, place, len(fleet)) for event in events if isinstance(event, Scored) and event.split == "test"]
        (test,) = [record for record in told if record is not None]
        assert test["scores"] == pytest.approx(one(told_of([fleet[place]])[0], "scored", split="test")["scores"], rel=1e-3)


def test_pictures_and_what_was_learned_are_told_of_what_was_kept() -> None:
    experiment = small(sharing="cross_stitch", rate=0.3, weighting="equal")
    training = Training([Run(experiment, 0)], device="cpu")
    events = list(training.events())
    picture, learned = (of_kind(events, kind)[-1] for kind in (Pictured, Learned))
    assert picture.kept
    assert learned.kept
    (told,) = of_kind(events, Kept)
    at = told.steps[0][0]
    assert at < 30, "a large rate should be best before its end; else nothing is tested here"
    same = {kind: [one for one in of_kind(events, kind) if one.step == at and not one.kept] for kind in (Pictured, Learned)}
    assert same[Pictured][0].outputs == picture.outputs
    assert same[Learned][0].values == learned.values
