"""The command line of the races."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from playground.landscape.__main__ import main
from playground.landscape.plan import read
from playground.landscape.race import track_of


def test_a_race_prints_its_table_and_writes_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--setting", "bowls", "--methods", "equal,mgda", "--starts", "2,1", "--steps", "20"]
    assert main([*arguments, "--out", str(tmp_path / "race.json")]) == 0
    assert "| MGDA |" in capsys.readouterr().out
    written = json.loads((tmp_path / "race.json").read_text())
    plan = read(written["plan"])
    assert plan.starts == ((2.0, 1.0),)
    assert track_of(plan, [written["track"]]).steps[-1] == 20
    assert main([*arguments, "--out", str(tmp_path / "race.md")]) == 0
    assert (tmp_path / "race.md").read_text().count("\n| ") == 4


@pytest.mark.parametrize(
    "arguments",
    [
        ["--setting", "papr"],
        ["--methods", "nope"],
        ["--starts", "99,99"],
        ["--steps", "-3"],
        ["--out", "race.pdf"],
        ["--out", "/nowhere/race.md"],
    ],
)
def test_what_one_can_mend_is_one_sentence(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1


def test_the_document_can_be_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--recorded"]) == 0
    assert "CAGrad's paper" in capsys.readouterr().out
