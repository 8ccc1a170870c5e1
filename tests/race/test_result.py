"""What comes out of a small race: paired, chosen on validation, reported on test, and the same again from its export."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from playground import catalog
from playground.__main__ import main
from playground.experiment import Experiment, Run
from playground.figures.race import more, page
from playground.figures.race import race as figures
from playground.race import report
from playground.race.plan import FIXED, SINGLE, TUNED, Race
from playground.race.result import Result, beyond, result_of
from playground.race.train import KEPT, train
from playground.runs.results.headless import train_all
from playground.runs.results.history import History
from playground.training.loop import Training

BASE = Experiment.from_dict({"suite": "toy_plane", "steps": 20, "batch": 16})
RACE = Race.of(BASE.set(tasks=BASE.tasks[:2]), "pcgrad,dwa", (), "0.003,0.03", 3, 3)


@pytest.fixture(scope="module")
def histories() -> list[History]:
    return list(train_all(RACE.runs, kinds=KEPT).values())


@pytest.fixture(scope="module")
def result(histories: list[History]) -> Result:
    return result_of(RACE, histories)


def test_two_fleets_of_different_methods_share_data_seeds_and_batches() -> None:
    """Of the race's own runs: the first losses, at the first batch and before any step, are the same number for number."""
    by_kind = {one.key: one.configurations[0] for one in RACE.entrants if one.kind != SINGLE}
    first = {}
    for key, one in by_kind.items():
        runs = [Run(one, seed) for seed in range(RACE.seeds)]
        training = Training(runs)
        measured = next(event for event in training.events() if hasattr(event, "losses") and hasattr(event, "weights"))
        first[key] = np.array(measured.losses)
    fleets = {one.fleet() for one in by_kind.values()}
    assert len(fleets) > 1, "methods that need gradients train apart"
    equal = first.pop("equal")
    assert len(np.unique(equal)) == equal.size, "seeds differ"
    for found in first.values():
        np.testing.assert_array_equal(found, equal)


def test_each_chose_on_validation_and_is_told_on_test(result: Result, histories: list[History]) -> None:
    by_run = {one.run: one for one in histories}
    pcgrad = result.standings["pcgrad"]
    for task, scores in pcgrad.scores.items():
        for seed, score in scores.items():
            assert score == by_run[Run(pcgrad.chosen, seed)].scores("test")[task]
    single = next(one for one in RACE.entrants if one.kind == SINGLE)
    for task in RACE.experiment.tasks:
        means = {
            one.rate: np.mean([by_run[Run(one, seed)].scores("validation")[task] for seed in range(3)])
            for one in single.configurations
        }
        assert result.standings[SINGLE].rates[task] == max(means, key=lambda rate: means[rate])
    tuned = result.standings["static"]
    assert tuned.entrant.kind == TUNED
    assert tuned.tried == 3 * 2
    assert any(tuned.chosen == result.standings[one.key].chosen for one in RACE.entrants if one.kind == FIXED)


def test_a_seed_counts_once_all_have_come_through_it(histories: list[History]) -> None:
    first = [one for one in histories if one.run.seed == 0]
    partial = result_of(RACE, [*first, *(one for one in histories if one.run.seed == 1)][:-1])
    assert partial.seeds == (0,)
    assert not partial.complete
    single = [one for one in first if one.experiment.sharing.name == "separate"]
    assert list(result_of(RACE, single).standings) == [SINGLE]
    assert result_of(RACE, []).standings == {}
    assert "No entrant" in report.sentence(result_of(RACE, []))


def test_the_json_has_what_was_promised(result: Result) -> None:
    told = json.loads(json.dumps(report.to_dict(result), allow_nan=False))
    assert result.complete
    assert told["configurations"] == len(RACE.configurations)
    assert told["seeds"] == [0, 1, 2]
    assert {"torch", "numpy", "code"} <= set(told["versions"])
    assert {one["name"] for one in told["entrants"]} == {one.key for one in RACE.entrants}
    for one in told["entrants"]:
        assert set(one["delta_m"]) == {"mean", "low", "high"}
        assert list(one["tasks"]) == list(result.tasks)
        assert isinstance(one["best"], bool)
        assert {"passes", "milliseconds", "parameters"} == set(one["cost"])
        assert (one["weights"] is not None) == (one["kind"] in (FIXED, TUNED))
    assert Race.from_dict(told["race"]) == RACE


def test_the_leader_is_among_the_best_and_intervals_hold_the_mean(result: Result) -> None:
    assert result.best is not None
    assert result.best.leader in result.members
    assert set(result.best.members) <= result.members
    for one in result.delta_m.values():
        assert not one.known or one.low <= one.mean <= one.high
    assert sum(result.chances.values()) == pytest.approx(1)


def fake(gains: dict[str, list[list[float]]], result: Result) -> Result:
    """The result with other gains: for each entrant [T][seeds]."""
    from dataclasses import replace

    standings = {
        key: replace(
            one,
            gains={task: dict(enumerate(gains[key][place])) for place, task in enumerate(result.tasks)},
            delta=dict(enumerate(np.mean(gains[key], 0).tolist())),
        )
        for key, one in result.standings.items()
    }
    return Result(result.race, standings, result.seeds, {})


def test_beyond_the_front_are_those_that_no_fixed_weights_reach(result: Result) -> None:
    noise = np.random.default_rng(0)
    curve = iter([(-10.0, 0.0), (-4.0, -4.0), (0.0, -10.0)])
    gains = {}
    for key, one in result.standings.items():
        place = next(curve) if one.entrant.kind == FIXED else {"pcgrad": (2.0, 2.0), SINGLE: (0.0, 0.0)}.get(key, (-5.0, -5.0))
        gains[key] = [[value + 0.01 * noise.normal() for _seed in result.seeds] for value in place]
    found = beyond(fake(gains, result))
    assert list(found) == ["pcgrad"]
    assert found["pcgrad"] == pytest.approx(6.0, abs=0.1), "the middle of the curve comes nearest"
    gains["pcgrad"] = [[value + 30 * noise.normal() for _seed in result.seeds] for value in (2.0, 2.0)]
    assert beyond(fake(gains, result)) == {}, "not by more than luck"


def test_every_figure_is_a_figure_and_has_words(result: Result) -> None:
    import plotly.graph_objects as go

    first, second = RACE.experiment.the_tasks
    for figure, words in page.pictures(result):
        go.Figure(figure.to_dict())
        assert words.strip()
        assert figure.layout.title.text
    trail = figures.Trail("pcgrad", [1.0, 2.0], [1.0, 2.0])
    assert any(trace.uid == "trail-pcgrad" for trace in figures.front(result, first, second, [trail]).data)
    empty = result_of(RACE, [])
    assert figures.front(empty, first, second).layout.annotations
    assert more.parallel(result).data[0].type == "parcoords"


def test_a_report_is_one_file_that_fetches_nothing(result: Result) -> None:
    text = page.written(result)
    outside = text.replace("</script>", "<script>").split("<script>")[0::2]
    assert not any("src=" in part or "href=" in part for part in outside)
    assert report.sentence(result) in text.replace("&#x27;", "'")


def test_a_race_is_repeated_from_its_export(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = ["--set", "steps=10", "--methods", "dwa", "--weights", "2", "--seeds", "2", "--rates", "0.01"]
    first, second, rows = tmp_path / "a.json", tmp_path / "b.json", tmp_path / "c.csv"
    assert main(["race", "toy_plane_related", *base, "--out", str(first)]) in (0, 1)
    assert main(["race", str(first), "--out", str(second)]) in (0, 1)
    a, b = (json.loads(path.read_text()) for path in (first, second))
    assert a["rows"] == b["rows"]
    assert a["key"] == b["key"]
    assert main(["race", str(first), "--seeds", "1", "--out", str(rows)]) in (0, 1)
    assert rows.read_text().startswith("entrant,kind,rate,seed,task,score,gain,delta_m")
    capsys.readouterr()
    assert main(["race", "toy_plane_related", "--methods", "pcgard"]) == 2
    assert "pcgrad" in capsys.readouterr().err


def test_one_seed_tells_nothing() -> None:
    result = train(RACE.smaller(1))
    assert "One seed tells nothing" in report.sentence(result)
    assert all(not one.known for one in result.delta_m.values())
    assert all(not math.isnan(one.mean) or not one.plain.count for one in result.delta_m.values())


def test_a_method_that_breaks_fails_alone(monkeypatch: pytest.MonkeyPatch, result: Result) -> None:
    dwa = catalog.methods()["dwa"]
    monkeypatch.setattr(dwa, "weigh", lambda self, signals: signals.losses[0])
    told: list[tuple[int, int]] = []
    found = train_all(RACE.runs, lambda done, total: told.append((done, total)), KEPT, apart=True)
    broken = [one for run, one in found.items() if run.experiment.weighting.name == "dwa"]
    assert broken
    assert all(one.status == "failed" and not one.records and "dwa" in one.message for one in broken)
    assert {one.status for one in found.values() if one not in broken} == {"finished"}
    again = result_of(RACE, list(found.values()))
    assert not any(again.standings["dwa"].scores.values())
    assert again.standings["pcgrad"].scores == result.standings["pcgrad"].scores
    assert again.missing == {}
    assert f"Dynamic weight average broke in {len(broken)} of {len(broken)} runs. {broken[0].message}" in report.text(again)
    assert all(done <= total for done, total in told)
    assert told[-1][0] == told[-1][1], "what broke is not waited for"
