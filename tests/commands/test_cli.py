"""The command line: what it writes, and what it says to a person who mistyped."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from playground import catalog, public_names
from playground.__main__ import main
from playground.basics.files import UNREAD
from playground.presets import presets
from tests.experiments import small

ROOT = Path(__file__).parents[2]
SHORT = small(steps=12, tasks="digit,parity")


@pytest.fixture
def short(tmp_path: Path) -> Path:
    """A file with a tiny experiment."""
    path = tmp_path / "short.toml"
    path.write_text(public_names.to_toml(SHORT), encoding="utf-8")
    return path


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def trained(out: Path, *arguments: object) -> dict[str, Any]:
    """What a training writes as JSON."""
    assert run("train", *arguments, "--out", out) == 0
    return json.loads(out.read_text(encoding="utf-8"), parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))


def test_the_list_names_everything(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list") == 0
    words = capsys.readouterr().out.split()
    for entries in (presets(), catalog.suites(), catalog.backbones(), catalog.strategies(), catalog.methods()):
        assert set(entries) <= set(words)
    assert "temperature" in words


def test_json_holds_runs_baselines_and_history(short: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = trained(tmp_path / "out.json", short, "--seeds", 2)
    assert found["experiment"] == json.loads(json.dumps(SHORT.to_dict()))
    assert [run["seed"] for run in found["runs"]] == [0, 1]
    assert [run["seed"] for run in found["baseline"]["runs"]] == [0, 1]
    assert set(found["runs"][0]["test"]) == {"digit", "parity"}
    assert {row["step"] for row in found["history"]} == set(range(1, 13))
    assert len(found["history"]) == 2 * 2 * 12
    assert found["metrics"]["digit"]["higher_is_better"] is True
    gains = [row["gain"] for row in found["gains"] if row["seed"] == 1]
    assert set(found["delta_m"]["by_seed"]) == {"0", "1"}
    assert set(found["delta_m"]) >= {"mean", "low", "high", "verdict", "deviation", "by_seed"}
    told = [gain for gain in gains if gain is not None]
    assert found["delta_m"]["by_seed"]["1"] == (pytest.approx(sum(told) / len(told)) if told else None)
    assert set(found["differences"]) <= {"digit", "parity"}
    text = capsys.readouterr().out
    assert "Δm" in text
    assert "Which digit" in text
    assert "single task" in text


def test_csv_holds_a_row_for_every_step_and_task(short: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert run("train", short, "--seed", 3, "--out", out) == 0
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert list(rows[0]) == ["seed", "step", "task", "loss", "weight", "norm", "share"]
    assert {row["seed"] for row in rows} == {"3"}
    assert len(rows) == 12 * 2
    assert all(float(row["loss"]) > 0 for row in rows)


def test_seeds_are_counted_and_a_seed_is_named(short: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    assert [run["seed"] for run in trained(out, short)["runs"]] == [0]
    many, one = trained(out, short, "--seeds", 3), trained(out, short, "--seed", 2)
    assert [run["seed"] for run in many["runs"]] == [0, 1, 2]
    assert [run["seed"] for run in one["runs"]] == [2]
    assert one["runs"][0]["test"] == many["runs"][2]["test"]


def test_fields_can_be_set(short: Path, tmp_path: Path) -> None:
    changes = ["sharing.depth=1", "weighting=static", "weighting.weights=1,2", "labels.parity=50", "rate=1e-2", "sweep=true"]
    arguments = [word for change in changes for word in ("--set", change)]
    found = trained(tmp_path / "out.json", short, *arguments)
    experiment = found["experiment"]
    assert experiment["sharing"] == {"name": "hard", "depth": 1}
    assert experiment["weighting"] == {"name": "static", "weights": [1.0, 2.0]}
    assert experiment["labels"] == {"parity": 50}
    assert experiment["sweep"] is True
    assert found["rate"] in [pytest.approx(0.01 * factor) for factor in (1 / 3, 1, 3)]
    assert all(row["weight"] in (1.0, 2.0) for row in found["history"])
    assert len(found["runs"]) == 1


def test_choices_can_be_set_with_their_knobs(short: Path, tmp_path: Path) -> None:
    changes = ["backbone=mlp,width=8,depth=1", "sharing=hard,depth=1", "weighting=static,weights=1,2", "suite=digits"]
    arguments = [word for change in changes for word in ("--set", change)]
    experiment = trained(tmp_path / "out.json", short, *arguments)["experiment"]
    assert experiment["weighting"] == {"name": "static", "weights": [1.0, 2.0]}
    assert experiment["sharing"] == {"name": "hard", "depth": 1}
    assert (experiment["backbone"]["width"], experiment["backbone"]["depth"]) == (8, 1)


def test_files_of_every_kind_are_read(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    plain, preset = tmp_path / "plain.json", tmp_path / "preset.toml"
    plain.write_text(json.dumps(SHORT.to_dict()), encoding="utf-8")
    preset.write_text('title = "A"\nwatch = "B."\nwhy = "C."\nseeds = 2\n' + public_names.to_toml(SHORT), encoding="utf-8")
    assert len(trained(out, plain)["runs"]) == 1
    assert len(trained(out, preset)["runs"]) == 2
    # What was written can be trained again.
    again = trained(tmp_path / "again.json", out)
    assert again["experiment"] == json.loads(out.read_text(encoding="utf-8"))["experiment"]


def test_a_preset_is_trained_by_its_name(tmp_path: Path) -> None:
    key = next(iter(presets()))
    changes = ["--set", "steps=10", "--set", "batch=8", "--seed", "0"]
    found = trained(tmp_path / "out.json", key, *changes)
    assert found["experiment"]["suite"]["name"] == presets()[key].experiment.suite.name
    assert found["experiment"]["steps"] == 10


BAD = {
    "unknown preset": (["train", "digts_few_labels"], "PRESET_OR_FILE"),
    "no file": (["train", "none.toml"], "PRESET_OR_FILE"),
    "no json": (["train", "none.json"], "file"),
    "no sign": (["train", "SHORT", "--set", "steps"], "--set"),
    "unknown field": (["train", "SHORT", "--set", "stepps=20"], "stepps"),
    "unknown knob": (["train", "SHORT", "--set", "sharing.dept=1"], "sharing.dept"),
    "unknown method": (["train", "SHORT", "--set", "weighting=pcgrd"], "weighting"),
    "no knob": (["train", "SHORT", "--set", "weighting=gradnorm,3"], "name,knob=value"),
    "no knob of it": (["transfer", "SHORT", "--set", "weighting=gradnorm,beta=3"], "weighting.beta"),
    "bad knob": (["sweep", "SHORT", "--set", "weighting=gradnorm,alpha=30"], "weighting.alpha"),
    "bad number": (["train", "SHORT", "--set", "steps=many"], "steps"),
    "empty value": (["train", "SHORT", "--set", "steps="], "steps"),
    "empty name": (["train", "SHORT", "--set", "=5"], "``"),
    "too deep": (["train", "SHORT", "--set", "sharing.depth=5"], "sharing.depth"),
    "nothing to mediate": (["train", "SHORT", "--set", "sharing=separate", "--set", "weighting=pcgrad"], "weighting"),
    "no seeds": (["train", "SHORT", "--seeds", "0"], "--seeds"),
    "too many seeds": (["train", "SHORT", "--seeds", "1000"], "--seeds"),
    "seeds in words": (["train", "SHORT", "--seeds", "two"], "--seeds"),
    "a negative seed": (["train", "SHORT", "--seed=-1"], "--seed"),
    "half a seed": (["train", "SHORT", "--seed", "1.5"], "--seed"),
    "no suffix": (["train", "SHORT", "--out", "out"], "--out"),
    "wrong suffix": (["train", "SHORT", "--out", "out.txt"], "--out"),
    "no folder": (["train", "SHORT", "--out", "none/out.json"], "--out"),
    "a folder": (["train", "SHORT", "--out", "folder.json"], "--out"),
    "no text": (["train", "binary.toml"], "file"),
    "no table": (["train", "list.json"], "experiment"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_answered_with_a_sentence_and_exit_code_2(
    case: str, short: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(short.parent)
    Path("folder.json").mkdir()
    Path("binary.toml").write_bytes(b"\xff\xfe\x00")
    Path("list.json").write_text("[1]")
    before = sorted(path.name for path in Path().iterdir())
    arguments, where = BAD[case]
    assert run(*(short if word == "SHORT" else word for word in arguments)) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert where in told.err
    assert "Found" in told.err
    # Nothing is left behind by a command that did nothing.
    assert sorted(path.name for path in Path().iterdir()) == before


def test_several_mistakes_are_said_at_once(short: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("train", short, "--set", "steps=0", "--set", "weighting=pcgrd", "--set", "colour=blue") == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 3
    assert "`pcgrad`" in told


def test_a_bad_experiment_leaves_no_file(short: Path, tmp_path: Path) -> None:
    assert run("train", short, "--set", "steps=0", "--out", tmp_path / "out.json") == 2
    assert not (tmp_path / "out.json").exists()


@pytest.mark.parametrize(
    "arguments", [[], ["trian"], ["train"], ["train", "x", "--seed", "1", "--seeds", "2"], ["list", "--x"]]
)
def test_a_command_that_makes_no_sense_ends_with_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_it_is_a_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "playground", "train", "nothing"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [["list"], ["--help"]])
def test_whoever_reads_only_the_beginning_is_told_nothing_of_it(arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "playground", *arguments], cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, check=False
        )
    finally:
        os.close(writing)
    assert done.stderr == b""
    assert done.returncode in (0, UNREAD), "argparse is silent by itself where what it writes is not kept back"


def test_a_sweep_writes_a_row_for_every_strategy_value_task_and_seed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changes = ["--set", "steps=10", "--set", "backbone.width=4", "--set", "backbone.depth=1", "--set", "sharing.depth=1"]
    asked = ["sweep", "functions_same", *changes, "--over", "depth", "--sharing", "hard,depth=1", "--sharing", "soft_l2"]
    for name in ("out.csv", "out.json"):
        assert run(*asked, "--seeds", 2, "--out", tmp_path / name) == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8"))))
    assert len(rows) == 2 * 2 * 2 * 2
    found = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [one["sharing"]["name"] for one in found["experiments"]] == ["hard", "soft_l2"]
    assert len(found["rows"]) == len(rows)
    assert "1 hard" in capsys.readouterr().out
    assert run(*asked, "--over", "nothing") == 2
    assert "depth, relatedness, size" in capsys.readouterr().err


def test_transfer_is_measured_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["transfer", "functions_same", "--set", "steps=10", "--sharing", "hard", "--sharing", "separate", "--seed", 1]
    for name in ("out.csv", "out.json"):
        assert run(*asked, "--out", tmp_path / name) == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8"))))
    assert {row["measure"] for row in rows if row["sharing"] == "hard"} == {"cka", "untrained", "twins", "affinity"}
    assert {row["measure"] for row in rows if row["sharing"] == "separate"} == {"cka", "untrained", "twins"}
    found = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert sum(len(one["rows"]) for one in found) == len(rows)
    assert "linear CKA" in capsys.readouterr().out


TABLE = "Größe;Stadt;Preis;verfügbar\n" + "".join(
    f"{row},5;{'Köln' if row % 3 else 'Bonn'};{2 * row},25;{'ja' if row % 2 else 'nein'}\n" for row in range(60)
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A file as a German spreadsheet writes it."""
    path = tmp_path / "table.csv"
    path.write_bytes(TABLE.encode("cp1252"))
    return path


def test_a_table_of_ones_own_is_trained(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.json"
    found = trained(out, "--data", table, "--targets", "Preis,verfügbar", "--split-by", "Größe", "--set", "steps=12")
    assert found["experiment"]["suite"]["name"] == "table"
    assert set(found["runs"][0]["test"]) == {"preis", "verfugbar"}
    printed = capsys.readouterr()
    assert "verfügbar" in printed.out
    # What was done with the file is said before anything is learned.
    assert "Read as Western European" in printed.err
    assert "split by: Größe (number); its cells are numbers." in printed.err
    # What was written is trained again with the same file, and a preset lends its settings to it.
    again = trained(tmp_path / "again.json", out, "--data", table, "--targets", "Preis,verfügbar", "--split-by", "Größe")
    assert again["runs"] == found["runs"]
    preset = trained(tmp_path / "preset.json", "digits_few_labels", "--data", table, "--targets", "preis", "--set", "steps=10")
    assert preset["experiment"]["suite"] == found["experiment"]["suite"] | {"table": preset["experiment"]["suite"]["table"]}
    assert preset["experiment"]["labels"] == {}


@pytest.mark.parametrize(("score", "code"), [(0.5, 0), (math.nan, 1)])
def test_the_exit_code_says_whether_anything_was_learned(score: float, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    class Told:
        comparison = SimpleNamespace(table=pd.DataFrame({"score": [score]}))

        def summary(self) -> str:
            return ""

    monkeypatch.setattr("playground.runs.results.headless.train_with_baselines", lambda *_: Told())
    assert main(["train", "digits_few_labels"]) == code


BAD_TABLES = {
    "no file": (["--data", "none.csv", "--targets", "a"], "file"),
    "a folder": (["--data", ".", "--targets", "a"], "file"),
    "an archive": (["--data", "zip.csv", "--targets", "a"], "file"),
    "two gigabytes": (["--data", "huge.csv", "--targets", "a"], "file"),
    "no targets": (["--data", "table.csv"], "--targets"),
    "no such target": (["--data", "table.csv", "--targets", "Prais"], "--targets"),
    "no such type": (["--data", "table.csv", "--targets", "Preis", "--types", "Stadt=town"], "Stadt"),
    "no sign": (["--data", "table.csv", "--targets", "Preis", "--types", "Stadt"], "--types"),
    "few groups": (["--data", "table.csv", "--targets", "Preis", "--split-by", "Stadt"], "Stadt"),
    "no encoding": (["--data", "table.csv", "--targets", "Preis", "--encoding", "klingon"], "encoding"),
    "no such role": (["--data", "table.csv", "--targets", "Preis", "--column", "Stadt=town"], "--column"),
    "a word of no column": (["--data", "table.csv", "--targets", "Preis", "--missing", "Stade=Köln"], "--missing"),
    "no line": (["--data", "table.csv", "--targets", "Preis", "--header", "first"], "--header"),
    "a type that no cell has": (["--data", "table.csv", "--targets", "Preis", "--column", "Stadt=date"], "Stadt"),
    "words of nothing": (["digits_few_labels", "--missing", "Preis=-1"], "--missing"),
    "targets of nothing": (["digits_few_labels", "--targets", "Preis"], "--targets"),
}


@pytest.mark.parametrize("case", BAD_TABLES)
def test_a_bad_table_is_answered_with_a_sentence(
    case: str, table: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(table.parent)
    Path("zip.csv").write_bytes(b"PK\x03\x04" + bytes(50))
    with Path("huge.csv").open("wb") as file:
        file.truncate(2 * 2**30)
    before = sorted(path.name for path in Path().iterdir())
    arguments, where = BAD_TABLES[case]
    assert run("train", *arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert where in told.err
    assert "Found" in told.err
    assert sorted(path.name for path in Path().iterdir()) == before


def test_a_sheet_a_sample_and_two_files_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second, many = (tmp_path / name for name in ("a.csv", "b.csv", "many.csv"))
    first.write_text("size,price\n" + "".join(f"{row}.5,{row * 7 % 31}.25\n" for row in range(60)))
    second.write_text("size,sold\n" + "".join(f"{row}.5,{'yes' if row % 2 else 'no'}\n" for row in range(40)))
    many.write_text("size,price\n" + "".join(f"{row}.5,{row % 997}.25\n" for row in range(50_001)))
    found = trained(
        tmp_path / "out.json", "--data", first, "--data", second, "--targets", "price,sold", "--set", "steps=10", "--seed", 0
    )
    assert set(found["runs"][0]["test"]) == {"price", "sold"}
    assert "Rows: a.csv 60, b.csv 40. Each table is split by itself." in capsys.readouterr().err
    asked = ["train", "--data", many, "--targets", "price", "--set", "steps=10"]
    assert run(*asked) == 2
    assert "Found `50,001`" in capsys.readouterr().err
    assert run(*asked, "--sample") == 0
    assert "50,000 rows of 50,001 are taken, drawn by a seed." in capsys.readouterr().err
    for more, words in (
        (["--sample", "x"], "--sample"),
        (["--sheet", "one"], "should go with an Excel workbook"),
        (["--sheet", "one", "--sheet", "two"], "should be given once for all files, or once for each of 1"),
        (["--data", many] * 4, "should be given at most 4 times"),
    ):
        assert run(*asked, *more) == 2
        assert words in capsys.readouterr().err


def test_a_table_of_sixty_four_targets_is_trained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "wide.csv"
    titles = ["size", *(f"t{n}" for n in range(64))]
    rows = ([f"{row}.5", *(str((row * n) % 71 < 30) for n in range(3, 67))] for row in range(80))
    path.write_text("\n".join(",".join(cells) for cells in [titles, *rows]))
    asked = ["train", "--data", path, "--targets", ",".join(titles[1:]), "--set", "steps=10", "--seed", 0]
    assert run(*asked) == 0
    assert "t63" in capsys.readouterr().out
