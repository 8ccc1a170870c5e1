"""Training without a page, to a result that can be written down."""

from __future__ import annotations

import csv
import io
import json
import math

import pytest
from experiments import runs, small

from playground.experiment import Run
from playground.runs import headless
from playground.runs.headless import train_all, train_with_baselines
from playground.runs.history import History

TINY = small(tasks="digit,parity", steps=10)


def plain(values: object) -> object:
    """`values` through strict JSON and back."""
    return json.loads(json.dumps(values, allow_nan=False))


def test_a_result_holds_runs_and_baselines_of_the_same_seeds() -> None:
    told: list[tuple[int, int]] = []
    result = train_with_baselines(TINY, [0, 4], lambda done, total: told.append((done, total)))
    assert [one.run for one in result.runs] == [Run(TINY, 0), Run(TINY, 4)]
    assert [one.run for one in result.baselines] == [Run(TINY.baseline(), 0), Run(TINY.baseline(), 4)]
    assert [one.status for one in result.runs] == ["finished"] * 2
    assert told[-1] == (40, 40)
    assert told == sorted(told)
    values = result.to_dict()
    assert plain(values) == values
    assert values["delta_m"]["mean"] == pytest.approx(result.comparison.delta_m().mean)
    assert set(values["metrics"]) == {"digit", "parity"}
    rows = list(csv.DictReader(io.StringIO(result.metrics_csv())))
    assert len(rows) == 2 * 10 * 2
    text = result.summary()
    assert "Δm" in text
    assert "nan" not in text


def test_a_run_that_is_its_own_baseline_is_trained_once() -> None:
    separate = TINY.baseline()
    result = train_with_baselines(separate, [0])
    assert result.runs[0] is result.baselines[0]
    assert result.comparison.delta_m().mean == 0


def test_a_sweep_trains_three_rates_and_tells_of_one() -> None:
    result = train_with_baselines(TINY.set(sweep=True), [0, 1])
    assert len(result.runs) == len(result.baselines) == 6
    assert len(result.chosen()) == 2
    assert {one.experiment.rate for one in result.chosen()} == {result.comparison.rate}
    values = result.to_dict()
    assert len(values["runs"]) == 2
    assert len(values["baseline"]["runs"]) == 6
    assert set(values["baseline"]["rates"]) == {"digit", "parity"}


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
    result = train_with_baselines(TINY, [0, 1])
    assert [one.status for one in result.runs] == ["finished", "failed"]
    assert [one.status for one in result.baselines] == ["finished"] * 2
    assert result.runs[1].last("failed")["step"] == 6  # type: ignore[index]  # it is there: the run has failed
    values = result.to_dict()
    assert plain(values) == values
    assert values["runs"][1]["test"] == {"digit": None, "parity": None}
    assert values["delta_m"]["by_seed"]["1"] is None
    assert result.comparison.delta_m().count == 1


def test_an_empty_result_can_be_written() -> None:
    result = headless.Result(TINY, [History(Run(TINY, 0))], [])
    assert plain(result.to_dict())["delta_m"]["mean"] is None  # type: ignore[index]  # a dict
    assert "No result yet." in result.summary()
