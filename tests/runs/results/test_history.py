"""Records as tables."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from playground.experiment import Run
from playground.runs.results.history import (
    WORST,
    History,
    conditions,
    conflict,
    cosines,
    costs,
    curves,
    kept_steps,
    kept_values,
    learned,
    scores,
    shares,
)
from tests.experiments import small

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


def test_scores_without_a_step_are_of_what_was_kept() -> None:
    looks = [scored(step, "validation", digit, parity) for step, digit, parity in ((0, 10, 50), (4, 30, 55), (8, 20, 60))]
    end = [scored(8, "test", 29, 54), {"kind": "kept", "step": 8, "steps": [4, 4]}]
    one = History(Run(TWO, 7), records=[*looks, *end])
    assert one.kept == {"digit": 4, "parity": 4}
    assert one.scores("validation") == {"digit": 30, "parity": 55}
    assert one.scores("validation", step=8) == {"digit": 20, "parity": 60}
    assert one.scores("test") == {"digit": 29, "parity": 54}
    apart = History(Run(TWO, 8), records=[*looks, {"kind": "kept", "step": 8, "steps": [4, 8]}])
    assert apart.scores("validation") == {"digit": 30, "parity": 60}
    assert kept_steps([one, apart, HISTORY]) == {"digit": [4, 4], "parity": [4, 8]}
    assert HISTORY.kept == {}


def test_what_was_learned_in_the_end_is_of_what_was_kept() -> None:
    course = [{"kind": "learned", "step": step, "values": {"mix": [step]}} for step in (0, 5, 10)]
    end = {"kind": "learned", "step": 10, "values": {"mix": [5]}, "kept": True}
    going, done = History(Run(TWO, 0), records=course), History(Run(TWO, 1), records=[*course, end])
    assert learned([going, done], "mix")[1][:, :, 0].tolist() == [[0, 5, 10], [0, 5, 10]]
    assert kept_values([going, done], "mix").tolist() == [[10], [5]]
    assert kept_values([going, done], "gate").tolist() == []


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


def test_conflict_is_the_share_of_opposed_pairs_so_far() -> None:
    def three(step: int, *above: float) -> dict[str, Any]:
        a, b, c = above
        return measured(step, [1.0] * 3, losses=[1.0] * 3, cosines=[[1, a, b], [a, 1, c], [b, c, 1]])

    history = History(Run(small(), 4), records=[three(1, -0.1, 0.2, 0.3), measured(2), three(3, -0.1, -0.2, 0.0)])
    table = conflict([history])
    assert list(table.columns) == ["seed", "step", "conflict", "condition"]
    assert table["seed"].tolist() == [4, 4]
    assert table["step"].tolist() == [1, 3]
    assert table["conflict"].tolist() == pytest.approx([1 / 3, 3 / 6])
    assert conflict([]).empty
    assert conflict([History(Run(small(tasks="digit"), 0), records=[measured(1, [1.0], cosines=[[1.0]])])]).empty


@pytest.mark.parametrize("scale", [1e-25, 1.0, 1e25])
def test_the_condition_number_is_that_of_the_gramian(scale: float) -> None:
    rng = np.random.default_rng(0)
    for tasks in (2, 3, 6):
        gradients = rng.normal(size=(tasks, 20)) * rng.uniform(0.1, 3, size=(tasks, 1))
        norms = np.linalg.norm(gradients, axis=1)
        cosines = gradients @ gradients.T / np.outer(norms, norms)
        assert condition(scale * norms, cosines) == pytest.approx(np.linalg.cond(gradients @ gradients.T), rel=1e-6)


def condition(norms: Any, cosines: Any) -> float:
    """The condition number of one Gramian."""
    return float(conditions(np.array(norms, float)[None], np.array(cosines, float)[None])[0])


def test_the_condition_number_has_its_ends() -> None:
    assert condition([1, 1, 1], np.eye(3)) == pytest.approx(1)
    assert condition([1, 2], np.eye(2)) == pytest.approx(4)
    assert condition([1, 1], [[1, -1], [-1, 1]]) == pytest.approx(WORST)
    assert condition([1, 0, 2], [[1, 0, 0.5], [0, 0, 0], [0.5, 0, 1]]) == pytest.approx(condition([1, 2], [[1, 0.5], [0.5, 1]]))
    assert condition([1, math.nan, 2], np.eye(3)) == pytest.approx(4)
    assert math.isnan(condition([0, 1], np.eye(2)))
    assert math.isnan(condition([0, 0], np.eye(2)))


def test_costs_have_a_row_for_every_finished_run() -> None:
    finished = {"kind": "finished", "step": 200, "seconds": 0.1, "fleet": 5, "passes": 2.5}
    table = costs([History(Run(TWO, 3), records=[measured(1), finished]), HISTORY])
    assert table.to_dict("records") == [{"seed": 3, "passes": 2.5, "milliseconds": 0.5, "fleet": 5}]
    assert costs([HISTORY]).empty


def test_scores_have_a_row_for_every_split_and_task() -> None:
    table = scores([HISTORY])
    assert len(table) == 6
    assert table[(table["split"] == "test") & (table["task"] == "parity")]["score"].tolist() == [61]


def test_numbers_that_are_none_stay_in_the_table() -> None:
    table = curves([History(Run(TWO, 0), records=[measured(1, losses=[math.nan, 1.0])])])
    assert table["loss"].isna().tolist() == [True, False]
    assert table["loss"].iloc[1] == pytest.approx(1.0)


def test_what_was_learned_is_read_at_the_steps_that_all_runs_have() -> None:
    def one(seed: int, steps: list[int]) -> History:
        records = [{"kind": "learned", "step": step, "values": {"mix": [[seed, step]]}} for step in steps]
        return History(Run(small(), seed), records=[{"kind": "measured", "step": 1}, *records])

    steps, values = learned([one(0, [0, 5, 10]), one(1, [0, 5]), one(2, [])], "mix")
    assert steps.tolist() == [0, 5]
    assert values.tolist() == [[[[0, 0]], [[0, 5]]], [[[1, 0]], [[1, 5]]]]
    nothing = learned([one(0, [0])], "gate")
    assert [part.size for part in nothing] == [0, 0]
