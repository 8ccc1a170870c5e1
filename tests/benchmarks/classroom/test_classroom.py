"""A short class in which things break and nothing is lost; longer ones by hand: `python -m tests.benchmarks.classroom`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import update

from playground.experiment import Experiment, Run
from playground.runs.database.tables import runs
from playground.runs.store.store import Store
from tests.benchmarks.classroom.books import Books, Fault, Taken, judge
from tests.benchmarks.classroom.student import TINY

ROOT = Path(__file__).parents[3]
KEPT = ("lost", "doubled", "forgotten", "silent", "broken")
"""What has to be empty at the end of a class."""


def test_what_is_lost_or_trained_twice_is_noticed(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'runs.db'}")
    code = store.open_class()
    store.guess(code, "question", "ann", "3")
    run = Run(Experiment.from_flat({name: value for name, value in TINY.items() if name != "seeds"}), 0)
    asked = [store.submit([run], "ann", fresh=True).runs[0] for _twice in range(2)]
    books = Books(asked={*asked, 999})
    waits = judge(store, books, code, grace=0.0)
    assert waits.lost == {asked[0]: "queued", asked[1]: "queued", 999: "gone"}
    with store.engine.begin() as connection:
        connection.execute(update(runs).values(status="finished"))
    over = judge(store, books, code, grace=0.0)
    assert (over.lost, over.doubled, over.answers) == ({999: "gone"}, [f"{run.key}: 2 runs"], 1)
    store.close()


def test_times_around_a_fault_are_kept_apart() -> None:
    books = Books(faults=[Fault("the disk is full", 100.0, 110.0)])
    books.taken = [Taken("play", at, 1.0) for at in (50.0, 99.5, 105.0, 115.0, 130.0)]
    assert (len(books.seconds(["play"])), len(books.seconds(["play"], calm=False))) == (2, 3)


@pytest.mark.slow
def test_a_class_loses_nothing_though_things_break() -> None:
    """What it takes to answer is not judged here, as nobody knows what else the machine does."""
    plan = ["--seconds", "30", "--visitors", "8", "--haste", "2", "--json"]
    command = [sys.executable, "-m", "tests.benchmarks.classroom", *plan]
    told = subprocess.run(command, capture_output=True, text=True, timeout=500, check=False, cwd=ROOT)
    assert told.stdout, told.stderr
    found = json.loads(told.stdout)
    assert {name: found[name] for name in KEPT} == {name: type(found[name])() for name in KEPT}
    assert found["predictions"]["kept"] >= found["predictions"]["taken"]
    assert found["runs"] > 0
    assert len(found["faults"]) >= 2
