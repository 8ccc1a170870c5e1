"""The benchmark of methods runs, writes what pages read, and a fleet is far ahead of TorchJD's calls one by one."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from playground.catalog import methods
from tests.benchmarks import methods as benchmark


def test_the_committed_numbers_are_those_of_the_document() -> None:
    """A method added since says "not measured yet" on its page; one taken away should leave the table."""
    data = json.loads(benchmark.DATA.read_text(encoding="utf-8"))
    assert data["command"] == benchmark.COMMAND
    assert set(data["microseconds"]) <= {*methods(), benchmark.PASSES}
    assert benchmark.TABLE.read_text(encoding="utf-8") == benchmark.document(data["microseconds"])
    for key, rows in data["microseconds"].items():
        assert list(rows) == [str(count) for count in benchmark.TASKS]
        wanted = {"forward", "backward"} if key == benchmark.PASSES else {str(runs) for runs in benchmark.RUNS}
        for values in rows.values():
            assert wanted <= set(values)


def test_in_the_committed_numbers_methods_cost_a_tenth_of_torchjd_and_less_than_their_passes() -> None:
    """For fleets of 40 and three tasks, as promised; whoever makes a method slower finds out when writing them anew."""
    numbers = json.loads(benchmark.DATA.read_text(encoding="utf-8"))["microseconds"]
    passes = numbers.pop(benchmark.PASSES)
    seen = {key: rows["3"] for key, rows in numbers.items() if benchmark.sees_gradients(key)}
    assert {key for key, values in seen.items() if values.get("ratio", 10) < 10} == set()
    assert {key for key in seen for count in passes if numbers[key][count]["40"] > passes[count]["backward"]} == set()


def test_a_fleet_is_several_times_cheaper_per_run_than_torchjd() -> None:
    """Five times at least, ten in the table; the best of several turns counts on both sides."""
    keys = [key for key in methods() if benchmark.theirs(key, 3) is not None]
    assert {"mgda", "pcgrad", "imtl_g", "cagrad", "nash", "upgrad", "dualproj"} <= set(keys)
    times = benchmark.race(benchmark.entrants(keys, [3]), calls=5, repeats=4)
    slow = {key for key in keys if min(times[key, 3, "torchjd"]) < 5 * min(times[key, 3, "40"])}
    assert slow == set()
    passes = min(times[benchmark.PASSES, 3, "all"]) - min(times[benchmark.PASSES, 3, "forward"])
    assert {key for key in keys if min(times[key, 3, "40"]) > passes} == set()


def test_what_torchjd_cannot_do_has_no_number() -> None:
    assert benchmark.theirs("dwa", 2) is None
    assert benchmark.cell({"1": 3.14159, "40": 271.8}, "torchjd") == "–"
    assert benchmark.cell({"1": 3.14159, "40": 271.8}, "1") == "3.1"
    assert benchmark.cell({"1": 3.14159, "40": 271.8}, "40") == "272"


def test_table_and_data_are_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(benchmark, "TABLE", tmp_path / "methods.md")
    monkeypatch.setattr(benchmark, "DATA", tmp_path / "speed.json")
    monkeypatch.setattr(sys, "argv", ["methods", "--repeats", "1", "--calls", "1", "--write"])
    benchmark.main()
    written = (tmp_path / "methods.md").read_text(encoding="utf-8")
    assert benchmark.COMMAND in written
    data = json.loads((tmp_path / "speed.json").read_text(encoding="utf-8"))
    assert set(data["microseconds"]) == {*methods(), benchmark.PASSES}
    assert capsys.readouterr().out.strip() in written


def test_a_few_methods_can_be_chosen(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["methods", "--repeats", "1", "--calls", "1", "--tasks", "2", "--methods", "equal", "mgda"]
    monkeypatch.setattr(sys, "argv", arguments)
    benchmark.main()
    lines = capsys.readouterr().out.split("\n\n")[1].splitlines()
    assert [line.split("|")[1].strip() for line in lines] == ["method", "---", "`equal`", "`mgda`"]
