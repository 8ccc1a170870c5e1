"""The race itself runs, and a fleet is far ahead of loops; by how much exactly, `python -m tests.benchmarks.race` says."""

from __future__ import annotations

import sys
from statistics import median

import pytest

from playground import catalog
from playground.training.observing.events import Stepped
from tests.benchmarks import race

METHODS = [method for method in race.METHODS if method in catalog.methods()]


@pytest.mark.parametrize("kind", [race.plain, race.JacobianLoop])
@pytest.mark.parametrize("method", METHODS)
def test_every_loop_learns(kind: type, method: str) -> None:
    training = kind(0, method)
    for event in training.events():
        assert isinstance(event, Stepped)
        if event.step == 60:
            break
    training.look()
    assert sum(training.told[-1]) > sum(training.told[0]) + 0.3


def test_the_plain_loop_has_as_many_parameters_as_the_fleet() -> None:
    training = race.Training([race.Run(race.experiment("equal"), 0)], device="cpu")
    assert sum(p.numel() for p in training.parameters) == sum(p.numel() for p in race.Net().parameters())


def test_mixed_runs_in_fleets_are_several_times_faster_than_loops() -> None:
    """Two and a half times at least; it is about five. The best of several turns counts on both sides, so that a busy
    machine does not decide."""
    together, loops = race.mixed(METHODS, runs=40, steps=12, repeats=3)
    assert min(loops) > 2.5 * min(together)


def test_a_ratio_is_taken_within_a_turn() -> None:
    assert race.ratio([2, 40, 6], [1, 10, 2]) == median([2, 4, 3])


def test_what_the_best_step_costs_is_printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(race, "STEPS", 20)
    monkeypatch.setattr(sys, "argv", ["race", "--repeats", "1", "--methods", "equal", "--checkpoints"])
    race.main()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines[2:]] == [["equal", "1"], ["equal", "8"], ["equal", "40"]]


def test_the_table_is_printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["race", "--repeats", "1", "--steps", "2", "--methods", "equal", "mgda"]
    monkeypatch.setattr(sys, "argv", arguments)
    race.main()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[2:4]] == ["equal", "mgda"]
    assert "mixed runs" in lines[4]
