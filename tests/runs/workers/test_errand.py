"""Errands in a process of their own: done in order, bounded in time, and told with what was said."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from playground.experiment import Experiment, Setting
from playground.runs.workers import errand as errands
from playground.runs.workers.errand import Errand, Runner, errand, model_of

CODE = """
import json, os, sys, time
kind, result, _out, out, *rest = sys.argv[1:]
told = json.load(open(result))
if kind == "sleep":
    time.sleep(600)
if kind == "fail":
    print("nothing of it", file=sys.stderr)
    sys.exit(2)
if kind == "export":
    os.makedirs(out)
    open(os.path.join(out, "train.py"), "w").write("not asked for")
    open(os.path.join(out, "model.json"), "w").write(" ".join(rest))
    sys.exit(0)
rows = open(rest[1]).read() if rest else ""
print("strange", file=sys.stderr)
open(out, "w").write(f"{told['runs'][0]['seed']},{told['setting']['rate']},{rows}")
"""


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    script = tmp_path / "done.py"
    script.write_text(CODE)
    return Runner((sys.executable, str(script)), longest=4.0)


def done(runner: Runner, kind: str, name: str = "", data: bytes = b"") -> Errand:
    return waited(runner, errand(kind, Experiment.from_flat({"suite": "wine"}), Setting(0.1, 0.0), [7], name, data))


def waited(runner: Runner, one: Errand) -> Errand:
    assert runner.ask(one)
    for _try in range(600):
        if one.status != "waiting":
            return one
        time.sleep(0.05)
    pytest.fail("still waiting")


def test_what_comes_out_and_what_is_said_is_kept(runner: Runner) -> None:
    one = done(runner, "predict", "../../etc/rows.csv", b"a,b")
    assert (one.status, one.found, one.said, one.data) == ("done", "7,0.1,a,b", "strange", b"")


def test_a_failure_and_one_that_takes_too_long_do_not_hold_up_the_next(runner: Runner) -> None:
    assert done(runner, "fail").said == "nothing of it"
    assert done(runner, "sleep").status == "failed"
    assert done(runner, "importance").status == "done"


def test_a_model_comes_as_files_up_to_a_size(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = Experiment.from_flat({"suite": "wine"})
    one = waited(runner, model_of(experiment, 3, onnx=True))
    assert (one.status, one.files) == ("done", {"model.json": b"--seed 3 --model --onnx"})
    monkeypatch.setattr(errands, "LARGEST", 3)
    large = waited(runner, model_of(experiment, 3))
    assert (large.status, large.files) == ("failed", {})
    assert "MB" in large.said
