"""Records as tables."""

from __future__ import annotations

import math
from typing import Any

import pytest
from experiments import small

from playground.experiment import Run
from playground.runs.history import History, cosines, curves, scores, shares

TWO = small(tasks="digit,parity")


def measured(step: int, norms: list[float] | None = None, **changed: Any) -> dict[str, Any]:
    cosine = None if norms is None else [[1.0, -0.5], [-0.5, 1.0]]
    record = {"kind": "measured", "step": step, "losses": [2.0, 0.7], "weights": [1.0, 3.0], "norms": norms, "cosines": cosine}
    return record | changed


def scored(step: int, split: str, *values: float) -> dict[str, Any]:
    return {"kind": "scored", "step": step, "split": split, "scores": list(values), "losses": [0.1, 0.2]}


HISTORY = History(
    Run(TWO, 7),
    records=[
        scored(0, "validation", 10, 50),
        measured(1, [3.0, 1.0]),
        measured(2),
        scored(2, "validation", 20, 60),
        scored(2, "test", 21, 61),
    ],
)


def test_records_are_found_by_kind() -> None:
    assert [record["step"] for record in HISTORY.of_kind("measured")] == [1, 2]
    assert HISTORY.last("measured") == measured(2)
    assert HISTORY.last("failed") is None
    assert HISTORY.step == 2
    assert History(Run(TWO, 0)).step == 0
    assert HISTORY.tasks == ("digit", "parity")


def test_scores_are_the_newest_up_to_a_step() -> None:
    assert HISTORY.scores("validation") == {"digit": 20, "parity": 60}
    assert HISTORY.scores("validation", step=1) == {"digit": 10, "parity": 50}
    assert HISTORY.scores("test", step=1) == {}
    assert HISTORY.scores("test") == {"digit": 21, "parity": 61}


def test_curves_have_a_row_for_every_task() -> None:
    table = curves([HISTORY, History(Run(TWO, 8), records=[measured(1)])])
    assert list(table.columns) == ["seed", "step", "task", "loss", "weight", "norm", "share"]
    assert table["seed"].tolist() == [7] * 4 + [8] * 2
    assert table["task"].tolist() == ["digit", "parity"] * 3
    assert table["share"].tolist()[:2] == [0.5, 0.5]
    assert table["norm"].isna().tolist() == [False, False, True, True, True, True]
    assert curves([]).empty


def test_shares_are_parts_of_the_update() -> None:
    assert shares([1, 3], [3, 1]) == [0.5, 0.5]
    assert shares([1, -1], [1, 3]) == [0.25, -0.75]
    assert shares([0, 0], [1, 3]) == [0, 0]
    assert shares([1, 1], None) == [None, None]


def test_cosines_have_a_row_for_every_pair() -> None:
    table = cosines([HISTORY])
    assert table.to_dict("records") == [{"seed": 7, "step": 1, "first": "digit", "second": "parity", "cosine": -0.5}]
    three = History(
        Run(small(), 0), records=[measured(1, losses=[1.0] * 3, cosines=[[1, 0.1, 0.2], [0.1, 1, 0.3], [0.2, 0.3, 1]])]
    )
    assert cosines([three])["cosine"].tolist() == [0.1, 0.2, 0.3]
    assert list(cosines([]).columns) == ["seed", "step", "first", "second", "cosine"]


def test_scores_have_a_row_for_every_split_and_task() -> None:
    table = scores([HISTORY])
    assert len(table) == 6
    assert table[(table["split"] == "test") & (table["task"] == "parity")]["score"].tolist() == [61]


def test_numbers_that_are_none_stay_in_the_table() -> None:
    table = curves([History(Run(TWO, 0), records=[measured(1, losses=[math.nan, 1.0])])])
    assert table["loss"].isna().tolist() == [True, False]
    assert table["loss"].iloc[1] == pytest.approx(1.0)
