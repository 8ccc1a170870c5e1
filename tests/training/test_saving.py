"""A training that is saved between two steps and taken up elsewhere yields what it would have anyway, to the last bit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
import torch

from playground import catalog
from playground.basics.errors import Invalid
from playground.experiment import Experiment, Run
from playground.training import packing, saving
from playground.training.loop import Training
from playground.training.observing.events import Changed, Event, Failed, Finished, Kept, Stepped
from playground.training.packing import Packed
from tests.experiments import runs, small, suited

Act = Callable[[Training], None]


def nothing(_training: Training) -> None:
    """Nobody turns a knob."""


def until(events: Iterator[Event], step: int) -> list[Event]:
    """What is told up to the end of a step."""
    found: list[Event] = []
    for event in events:
        found.append(event)
        if isinstance(event, Stepped) and event.step == step:
            break
    return found


def told(events: Sequence[Event]) -> list[str]:
    """All that is told, to the last digit, but for the time that it took."""
    return [repr(replace(event, seconds=0.0) if isinstance(event, Finished) else event) for event in events]


def agree(fleet: Sequence[Run], first: int, second: int, act: Act = nothing) -> list[Event]:
    """Trains once from beginning to end, and once saved after two steps and taken up each time; all that is told.

    act: what is done to both after the first of these steps, before it is saved.
    """
    whole = Training(fleet, device="cpu")
    going = whole.events()
    before = until(going, first)
    act(whole)
    packed = saving.save(whole)
    after = list(going)

    one = Training(fleet, device="cpu")
    saving.take_up(one, packed)
    events = one.events()
    between = until(events, second)
    if one.step < second:  # it ended before that, as all were out of patience
        assert told(between) == told(after)
        return [*before, *after]
    other = Training(fleet, device="cpu")
    saving.take_up(other, saving.save(one))
    rest = list(other.events())
    assert told([*between, *rest]) == told(after)
    assert torch.equal(other.adam.values, whole.adam.values)
    assert saving.save(other).numbers == saving.save(whole).numbers
    return [*before, *after]


FEW = ("equal", "gradnorm", "random", "uncertainty")
"""Methods without and with a memory, one that draws, one that sees gradients."""


def by_methods(experiment: Experiment, methods: Sequence[str] = FEW) -> list[Run]:
    """One run of each method, so that a fleet holds the state of all of them."""
    given = {"name": "static", "weights": [1.0 + place for place in range(len(experiment.tasks))]}
    chosen = [{"name": key} if key != "static" else given for key in methods]
    found = []
    for one in chosen:
        with suppress(Invalid):  # a method that has nothing to weigh here
            found.append(Run(Experiment.from_dict({**experiment.to_dict(), "weighting": one}), 3))
    return found


@pytest.mark.parametrize("strategy", sorted(catalog.strategies()))
def test_every_strategy(strategy: str) -> None:
    agree(by_methods(suited(strategy, steps=10)), 5, 8)


def test_every_method() -> None:
    agree(by_methods(small(steps=10), sorted(catalog.methods())), 5, 8)


@pytest.mark.parametrize("schedule", sorted(catalog.schedules()))
def test_every_schedule(schedule: str) -> None:
    agree(by_methods(small(schedule=schedule, steps=70)), 30, 66)  # batches are drawn for 64 steps at once


@pytest.mark.parametrize("strategy", ["adapters", "lora"])
def test_parameters_that_rest_for_a_part_of_the_training(strategy: str) -> None:
    agree(runs(suited(strategy, steps=20, sharing__alone=0.5), seeds=2), 7, 14)
    agree(runs(suited(strategy, steps=20, sharing__alone=0.5), seeds=2), 10, 11)


@pytest.mark.parametrize("checkpoint", ["best", "loss", "last"])
def test_dropout_few_labels_decay_and_whatever_step_is_kept(checkpoint: str) -> None:
    changes = {
        "backbone__dropout": 0.3,
        "labels__parity": 20,
        "decay": "cosine",
        "weight_decay": 0.01,
        "checkpoint": checkpoint,
    }
    agree(runs(small(**changes, weighting="random"), small(**changes, weighting="pcgrad"), seeds=2), 13, 22)


def test_knobs_turned_in_flight_come_along_with_what_is_told_of_them() -> None:
    def turn(training: Training) -> None:
        training.set_rate(0.2, [1, 2])
        training.set_weights([3.0, 2.0, 1.0], [0])

    fleet = runs(small(weighting="static"), small(weighting="gradnorm"), seeds=2)
    told_of = agree(fleet, 10, 20, turn)
    assert sum(isinstance(event, Changed) for event in told_of) == 2


def test_members_that_broke_stay_broken() -> None:
    def break_one(training: Training) -> None:
        with torch.no_grad():
            training.parameters[0][1] = torch.nan

    told_of = agree(runs(small(weighting="gradnorm"), seeds=3), 15, 20, break_one)
    assert [event.run for event in told_of if isinstance(event, Failed)] == [1]


def test_members_out_of_patience_say_no_more() -> None:
    fleet = [*runs(small(patience=2, rate=1.0), seeds=2), *runs(small(patience=2, rate=0.001), seeds=2)]
    told_of = agree(fleet, 15, 25)
    assert any(isinstance(event, Kept) and event.step < 15 for event in told_of)


def test_a_twin_comes_along() -> None:
    fleet = runs(small(sharing="separate", measure=True, steps=20), seeds=2)
    agree(fleet, 7, 13)


# --- what is read is data ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def packed() -> Packed:
    training = Training(runs(small(weighting="random"), seeds=2), device="cpu")
    until(training.events(), 3)
    return saving.save(training)


def fresh(**changes: object) -> Training:
    return Training(runs(small(**{"weighting": "random", **changes}), seeds=2), device="cpu")


def test_what_is_damaged_is_refused(packed: Packed) -> None:
    place = len(packed.numbers) // 2
    flipped = packed.numbers[:place] + bytes([packed.numbers[place] ^ 1]) + packed.numbers[place + 1 :]
    for bad in (
        replace(packed, numbers=flipped),
        replace(packed, text=packed.text[:-9]),
        Packed.of(packed.text, packed.numbers[:-8]),
        Packed.of("[" * 100_000, packed.numbers),
        Packed.of(packed.text.replace('"counts"', '"count"'), packed.numbers),
        Packed.of(packed.text.replace('"looked"', '"__class__"').replace('"_asked"', '"weigh"'), packed.numbers),
        Packed.of("null", packed.numbers),
    ):
        with pytest.raises(Invalid, match="saved state"):
            saving.take_up(fresh(), bad)


@pytest.mark.parametrize("other", [{"backbone__width": 9}, {"weighting": "gradnorm"}, {"tasks": "digit,parity"}])
def test_the_state_of_other_runs_is_refused(packed: Packed, other: dict[str, object]) -> None:
    with pytest.raises(Invalid, match="saved state"):
        saving.take_up(fresh(**other), packed)


def test_what_cannot_be_written_is_said_at_once() -> None:
    for value in (object(), {1, 2}, lambda: None, np.float32):
        with pytest.raises(Invalid, match="numbers, tensors and streams"):
            packing.pack([value])
