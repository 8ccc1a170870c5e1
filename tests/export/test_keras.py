"""Scripts in TensorFlow start as the run does and give its losses, in a process of an interpreter that has TensorFlow.

`PLAYGROUND_TENSORFLOW` names such an interpreter, where this one has none.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground import catalog
from playground.basics.errors import Invalid
from playground.basics.settings import TENSORFLOW
from playground.experiment import Experiment
from playground.export.code import start
from playground.export.code.choice import OF_KERAS, Export, obstacle
from playground.export.code.script import script
from tests.experiments import suited
from tests.export import bench

CLOSE = 1e-3
METHODS = ("equal", "static", "uncertainty", "dwa", "gradnorm", "pcgrad", "mgda", "cagrad", "nash", "famo")
RUNNER = """
import contextlib, io, json, os, runpy, sys
for folder in sys.argv[1:]:
    with contextlib.redirect_stdout(io.StringIO()):
        train = runpy.run_path(os.path.join(folder, "train.py"), run_name="exported")["train"]
        _model, scores, history = train()
    print(json.dumps([scores, history]))
"""
OTHERS = {
    "a table of one's own": {"suite": "table", "tasks": "", "backbone.dropout": 0.2},
    "a table": {"suite": "wine", "tasks": "", "sharing": "mmoe"},
    "few labels": {"labels.parity": 12, "labels.large": 12},
    "fine-tuned": {"schedule": "pretrain_finetune", "weighting": "pcgrad"},
    "cosine": {"decay": "cosine", "weighting": "uncertainty"},
    "convolutions": {"backbone": "cnn", "sharing": "mmoe", "weighting": "pcgrad"},
    "scenes": {"suite": "scenes", "tasks": "kind", "backbone": "resnet"},
    "sentences": {"suite": "sentences", "tasks": "topic,entities", "backbone": "transformer", "sharing": "adapters"},
    "sentences apart": {"suite": "sentences", "tasks": "topic,entities", "backbone": "transformer", "sharing": "separate"},
    "words with gates": {"suite": "sentences", "tasks": "topic,entities", "backbone": "transformer", "sharing": "mmoe"},
    "dropout in changes": {"suite": "table", "tasks": "", "backbone.dropout": 0.2, "sharing": "lora"},
    "changed words": {"suite": "sentences", "tasks": "topic,entities", "backbone": "transformer", "sharing": "lora"},
    "changed convolutions": {"suite": "scenes", "tasks": "kind", "backbone": "resnet", "sharing": "lora", "sharing.alone": 0.0},
}
DATA = {
    "table": {"suite": "wine", "tasks": "", "backbone": "mlp"},
    "numbers as words": {"suite": "wine", "tasks": "", "backbone": "transformer"},
    "digits": {"backbone": "cnn"},
    "two digits": {"suite": "two_digits", "backbone": "resnet", "tasks": ""},
    "rows as words": {"backbone": "transformer"},
    "scenes": {"suite": "scenes", "suite.pictures": 200, "tasks": "kind", "backbone": "resnet"},
    "sentences": {"suite": "sentences", "suite.sentences": 200, "tasks": "topic,entities", "backbone": "transformer"},
}
"""What TensorFlow is offered for, with one backbone each."""


def interpreter() -> str:
    """An interpreter with TensorFlow; skips the test where there is none."""
    found = TENSORFLOW.value or (sys.executable if importlib.util.find_spec("tensorflow") else "")
    if not found:
        pytest.skip("needs TensorFlow: PLAYGROUND_TENSORFLOW=/path/to/python of an environment with tensorflow-cpu")
    return found


def run_all(folders: list[Path]) -> list[tuple[dict[str, float], list[list[float]]]]:
    """Scores and losses of the scripts in these folders, run one after the other in one process, as loading takes seconds."""
    command = [interpreter(), "-c", RUNNER, *map(str, folders)]
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=quiet, timeout=1200)
    assert done.returncode == 0, done.stderr[-3000:]
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]  # type: ignore[misc]


def agree(experiments: dict[str, Experiment], folder: Path) -> None:
    """Asserts that the scripts of all experiments give the losses and scores of the program's own runs."""
    interpreter()
    for name, experiment in experiments.items():
        (folder / name).mkdir()
        bench.written(folder / name, experiment, framework="tensorflow")
    told = run_all([folder / name for name in experiments])
    for (name, experiment), (scores, history) in zip(experiments.items(), told, strict=True):
        with bench.one_thread():
            losses, tested = bench.run_here(experiment)
        seen = ~np.isnan(np.array(losses))
        np.testing.assert_allclose(np.array(history)[seen], np.array(losses)[seen], atol=CLOSE, rtol=CLOSE, err_msg=name)
        assert scores == pytest.approx(tested, abs=0.6, rel=1e-2), name


def pairs(strategies: tuple[str, ...], methods: tuple[str, ...]) -> dict[str, Experiment]:
    """Every strategy with every method, as far as the two go together."""
    found = {}
    for strategy in strategies:
        for method in methods:
            try:
                found[f"{strategy}-{method}"] = suited(strategy, weighting=method, steps=50)
            except Invalid:
                continue
    return found


def other(changes: dict[str, Any]) -> Experiment:
    """An experiment of another sort, small and short."""
    backbone = {"backbone": "mlp", "backbone.depth": 2, "backbone.width": 8}
    suite = {"suite": "digits", "batch": 16, "steps": 50, "sharing": "hard"}
    return Experiment.from_flat({"tasks": "digit,parity,large", **backbone, **suite, **changes})


def each_of_all() -> dict[str, Experiment]:
    """Every strategy on all sorts of data; what mixes networks does not go with the one task of the scenes."""
    sorts = [(key, name) for key in OF_KERAS for name in DATA if (key, name) != ("cross_stitch", "scenes")]
    return {f"{key} on {name}": other({**DATA[name], "sharing": key}) for key, name in sorts}


def test_what_is_offered_is_what_was_promised() -> None:
    assert [key for key in catalog.strategies() if obstacle(suited(key), "tensorflow") is None] == sorted(OF_KERAS)
    assert [name for name, changes in OTHERS.items() if obstacle(other(changes), "tensorflow")] == []
    assert [name for name, one in each_of_all().items() if obstacle(one, "tensorflow")] == []


def test_scripts_are_formatted_and_clean(tmp_path: Path) -> None:
    found = pairs(OF_KERAS, ("equal", "famo", "cagrad")) | {name: other(changes) for name, changes in OTHERS.items()}
    for name, experiment in found.items():
        if experiment.the_suite.key in ("digits", "wine"):
            export = Export(experiment, framework="tensorflow")
            (tmp_path / f"{name.replace(' ', '_')}.py").write_text(script(export, start.rows_of(export)), encoding="utf-8")
    pyproject = Path(__file__).parents[2] / "pyproject.toml"
    for command in (["check"], ["format", "--diff"]):
        ruff = [sys.executable, "-m", "ruff", *command, "-q", "--no-cache", "--config", str(pyproject), str(tmp_path)]
        done = subprocess.run(ruff, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_sample_agrees(tmp_path: Path) -> None:
    agree(pairs(("hard",), ("equal", "nash")) | pairs(("adapters",), ("uncertainty",)), tmp_path)


@pytest.mark.slow
@pytest.mark.exhaustive
@pytest.mark.parametrize("strategy", OF_KERAS)
def test_every_pair_agrees(strategy: str, tmp_path: Path) -> None:
    agree(pairs((strategy,), METHODS), tmp_path)


@pytest.mark.slow
@pytest.mark.exhaustive
@pytest.mark.parametrize("data", DATA)
def test_every_strategy_agrees_on_all_sorts_of_data(data: str, tmp_path: Path) -> None:
    agree({name: one for name, one in each_of_all().items() if name.endswith(f" on {data}")}, tmp_path)


@pytest.mark.slow
@pytest.mark.exhaustive
def test_every_sort_agrees(tmp_path: Path) -> None:
    agree({name: other(changes) for name, changes in OTHERS.items()}, tmp_path)
