"""``python -m playground export`` writes files that work, and says what it cannot write before it begins."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from playground import public_names
from playground.__main__ import main
from playground.basics.settings import database_url
from playground.experiment import Run
from playground.export.code.bundle import NEEDED, requirements
from playground.export.command import FRAMEWORKS
from playground.runs.store.store import Store
from tests.experiments import small

SMALL = ["--set", "steps=20", "--set", "backbone.width=4"]


def test_a_preset_becomes_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "digits_few_labels", *SMALL, "--out", str(tmp_path / "new")]) == 0
    names = {path.name for path in (tmp_path / "new").iterdir()}
    assert names == {"train.py", "data.npz", "start.npz", "experiment.toml", "requirements.txt", "README.md"}
    assert "train.py" in capsys.readouterr().out
    assert len((tmp_path / "new" / "README.md").read_text().splitlines()) == 5


def test_a_notebook_and_a_model_on_request(tmp_path: Path) -> None:
    assert main(["export", "digits_few_labels", *SMALL, "--notebook", "--model", "--out", str(tmp_path)]) == 0
    assert json.loads((tmp_path / "train.ipynb").read_text())["nbformat"] == 4
    assert json.loads((tmp_path / "model.json").read_text())["seed"] == 0
    assert (tmp_path / "model.safetensors").stat().st_size > 1000


def test_a_run_of_the_store_and_a_file_become_the_same_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In each framework, as a script and as a notebook."""
    monkeypatch.setenv("PLAYGROUND_DATABASE", f"sqlite:///{tmp_path}/a.db")
    (number,) = Store(database_url()).submit([Run(small(steps=20, weighting="dwa"), 3)], "ann").runs
    for framework in FRAMEWORKS:
        for form in ([], ["--notebook"]):
            said = ["--framework", framework, *form, "--out"]
            here, there = (tmp_path / "".join([framework, *form, name]) for name in ("run", "file"))
            assert main(["export", str(number), *said, str(here)]) == 0
            assert main(["export", str(here / "experiment.toml"), "--seed", "3", *said, str(there)]) == 0
            files = {path.name: path.read_bytes() for path in here.iterdir()}
            assert files == {path.name: path.read_bytes() for path in there.iterdir()}
            assert ("import keras" in files["train.ipynb" if form else "train.py"].decode()) == (framework == "tensorflow")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["scenes_one_trunk", "--framework", "tensorflow"], "short script can learn"),
        (["999999999"], "number of a run"),
        (["digits_few_labels", "--model", "--framework", "tensorflow"], "--framework pytorch"),
        (["digits_few_labels", "--out", "/dev/null/x"], "can be written into"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    arguments: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLAYGROUND_DATABASE", f"sqlite:///{tmp_path}/a.db")
    out = [] if "--out" in arguments else ["--out", str(tmp_path)]
    assert main(["export", *arguments, *out]) == 2
    assert words in capsys.readouterr().err


def test_requirements_have_bounds_and_only_what_is_used() -> None:
    assert all(">=" in line and "<" in line for lines in NEEDED.values() for line in lines)
    assert "scipy" in requirements("pytorch", "from scipy.optimize import nnls")
    assert "scipy" not in requirements("pytorch", "import numpy")
    assert ["jupyterlab" in requirements("pytorch", "", notebook) for notebook in (True, False)] == [True, False]


def test_an_entrant_of_a_race_is_exported_at_the_rate_that_it_chose(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "race.json"
    tiny = {"suite": "related_functions", "suite.examples": 60, "backbone.width": 4, "steps": 20, "batch": 8}
    changes = [part for name, value in tiny.items() for part in ("--set", f"{name}={value}")]
    race = ["--methods", "pcgrad", "--rates", "0.01,0.03", "--weights", "0", "--seeds", "1", "--out", str(file)]
    main(["race", "functions_same", *changes, *race])
    told = json.loads(file.read_text())
    (rate,) = (one["rate"] for one in told["entrants"] if one["name"] == "pcgrad")
    assert main(["export", str(file), "--entrant", "pcgrad", "--out", str(tmp_path / "new")]) == 0
    found = public_names.read_file(tmp_path / "new" / "experiment.toml")
    assert (found.weighting.name, found.rate) == ("pcgrad", rate)
    capsys.readouterr()
    assert main(["export", str(file), "--entrant", "pcgrat", "--out", str(tmp_path)]) == 2
    assert "pcgrad" in capsys.readouterr().err
    for content in ("[]", "{", '{"entrants": [{}], "race": 3, "seeds": ["x"]}'):
        file.write_text(content)
        assert main(["export", str(file), "--entrant", "pcgrad", "--out", str(tmp_path)]) == 2
        assert "race that was kept" in capsys.readouterr().err
