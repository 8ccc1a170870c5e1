"""Training without a page, to a result that can be written down."""

from __future__ import annotations

import csv
import io
import json
import math
import re

import pytest

from playground.experiment import Experiment, Run
from playground.runs.results import headless
from playground.runs.results.comparison import higher_is_better
from playground.runs.results.headless import train_all, train_with_baselines
from playground.runs.results.history import History
from playground.statistics.differences import CLOSE
from tests.experiments import runs, small

TINY = small(tasks="digit,parity", steps=10)
LONGER = small(tasks="digit,parity", steps=40, rate=0.02)


def plain(values: object) -> object:
    """`values` through strict JSON and back."""
    return json.loads(json.dumps(values, allow_nan=False))


def test_a_result_holds_runs_and_baselines_of_the_same_seeds() -> None:
    told: list[tuple[int, int]] = []
    result = train_with_baselines(LONGER, [0, 4], lambda done, total: told.append((done, total)))
    assert [one.run for one in result.runs] == [Run(LONGER, 0), Run(LONGER, 4)]
    assert [one.run for one in result.baselines] == [Run(LONGER.baseline(), 0), Run(LONGER.baseline(), 4)]
    assert [one.status for one in result.runs] == ["finished"] * 2
    assert told[-1] == (160, 160)
    assert told == sorted(told)
    values = result.to_dict()
    assert plain(values) == values
    assert values["delta_m"]["mean"] == pytest.approx(result.comparison.delta_m().mean)
    assert set(values["differences"]) == {"digit", "parity"}
    assert {"low", "high", "verdict"} <= set(values["delta_m"])
    assert set(values["metrics"]) == {"digit", "parity"}
    rows = list(csv.DictReader(io.StringIO(result.metrics_csv())))
    assert len(rows) == 2 * 40 * 2
    text = result.summary()
    assert "Δm" in text
    assert "nan" not in text


def test_a_run_that_is_its_own_baseline_is_trained_once_and_neither_gains_nor_loses() -> None:
    separate = LONGER.baseline()
    result = train_with_baselines(separate, [0, 1])
    assert result.runs[0] is result.baselines[0]
    assert result.comparison.delta_m().mean == 0
    assert {one.verdict for one in result.comparison.differences.values()} == {CLOSE}
    assert result.summary().count("is exactly as its baseline") == 2
    assert not re.search("gains|loses", result.summary())


def test_a_sweep_trains_three_rates_and_tells_of_one() -> None:
    result = train_with_baselines(TINY.set(sweep=True), [0, 1])
    assert len(result.runs) == len(result.baselines) == 6
    assert len(result.chosen()) == 2
    assert {one.experiment.rate for one in result.chosen()} == {result.comparison.rate}
    values = result.to_dict()
    assert len(values["runs"]) == 2
    assert len(values["baseline"]["runs"]) == 6
    assert set(values["baseline"]["rates"]) == {"digit", "parity"}


def test_a_sweep_chooses_rates_and_steps_on_validation_for_run_and_baselines_alike() -> None:
    """Forty labels of one task: at nine times the lowest rate, networks are best long before their end."""
    turned = {"steps": 100, "rate": 0.01, "backbone.width": 8, "batch": 16, "sweep": True}
    few = Experiment.from_flat({"suite": "diabetes", "labels.progression": 40, **turned})
    result = train_with_baselines(few, [0, 1])
    values = plain(result.to_dict())
    for told in (*values["runs"], *values["baseline"]["runs"]):
        assert set(told["kept"]) == set(few.tasks)
    steps = {step for told in values["baseline"]["runs"] for step in told["kept"].values()}
    assert len(steps) > 1
    assert min(steps) < 100
    for task in few.the_tasks:
        # Each task's baselines by rate: what they kept on validation decides, and the test scores of that are reported.
        by_rate: dict[float, list[float]] = {}
        for one in result.baselines:
            looks = [record for record in one.of_kind("scored") if record["split"] == "validation"]
            (kept,) = [look for look in looks if look["step"] == one.kept[task.name]]
            place = few.tasks.index(task.name)
            by_rate.setdefault(one.experiment.rate, []).append(kept["scores"][place])
            assert one.scores("validation")[task.name] == kept["scores"][place]
            metric = [look["scores"][place] for look in looks]
            best = max(metric) if higher_is_better(task) else min(metric)
            assert kept["scores"][place] == pytest.approx(best, rel=1e-5)
        sign = 1 if higher_is_better(task) else -1
        rate = max(by_rate, key=lambda rate: sign * sum(by_rate[rate]))
        assert result.comparison.baseline_rates[task.name] == rate
        table = result.comparison.table
        rows = table[table["task"] == task.name]
        ends = {one.run.seed: one.last("scored") for one in result.baselines if one.experiment.rate == rate}
        for seed, against in zip(rows["seed"], rows["baseline"], strict=True):
            end = ends[seed]
            assert end is not None
            assert end["split"] == "test"
            assert against == end["scores"][few.tasks.index(task.name)]


def test_runs_of_any_shapes_are_trained_each_with_its_own_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headless, "MOST", 2)
    mixed = runs(TINY, TINY.set(weighting="dwa"), small(steps=11), TINY.baseline(), seeds=2)
    histories = train_all(mixed)
    assert list(histories) == mixed
    for run, history in histories.items():
        assert history.run == run
        assert history.step == run.experiment.steps
        assert history.records[0]["kind"] == "started"
        assert history.records[-1]["kind"] == "finished"
        assert len(history.scores("test")) == len(run.experiment.tasks)
        assert history.last("finished")["fleet"] <= 2  # type: ignore[index]  # it is there, see above


def test_a_broken_run_is_marked_and_written_without_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(headless.Training):
        def _take_step(self, record: bool, diagnose: bool) -> object:  # type: ignore[override]  # the same, with harm done
            if self.step == 5 and self.experiment.sharing.name == "hard":
                self.network.heads[0].weight.data[1] = math.nan
            return super()._take_step(record, diagnose)

    monkeypatch.setattr(headless, "Training", Broken)
    result = train_with_baselines(LONGER, [0, 1])
    assert [one.status for one in result.runs] == ["finished", "failed"]
    assert [one.status for one in result.baselines] == ["finished"] * 2
    assert result.runs[1].last("failed")["step"] == 6  # type: ignore[index]  # it is there: the run has failed
    values = result.to_dict()
    assert plain(values) == values
    assert values["runs"][1]["test"] == {"digit": None, "parity": None}
    assert values["delta_m"]["by_seed"]["1"] is None
    assert result.comparison.delta_m().count == 1
    assert result.comparison.delta_m().failed == (1,)
    assert values["delta_m"]["verdict"] == "untold"
    assert "without seed 1" in result.summary()


def test_an_empty_result_can_be_written() -> None:
    result = headless.Result(TINY, [History(Run(TINY, 0))], [])
    assert plain(result.to_dict())["delta_m"]["mean"] is None  # type: ignore[index]  # a dict
    assert "No result yet." in result.summary()
