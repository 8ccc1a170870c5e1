"""What is said of transfer without a page is what the runs recorded."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from playground.experiment import Experiment, Run
from playground.runs.results import history, sweeps
from playground.runs.results.affinity import measure
from playground.runs.results.headless import train_all

FUNCTIONS = Experiment.from_flat(
    {"suite": "related_functions", "suite.examples": 60, "backbone.width": 4, "steps": 30, "batch": 8}
)
LEARNED = FUNCTIONS.set(steps=150, rate=0.02, **{"suite.examples": 300, "backbone.width": 8})


def test_equal_functions_are_seen_alike_and_unrelated_ones_are_not() -> None:
    alike, unlike = (
        measure(sweeps.beside(LEARNED.set(**{"suite.p": p}), ["separate"]), [0, 1, 2])[0].table() for p in (1.0, 0.0)
    )
    pick = [table[(table["first"] == "a") & (table["second"] == "b")]["mean"].mean() for table in (alike, unlike)]
    assert pick[0] > pick[1] + 0.1


def test_the_table_is_what_was_recorded() -> None:
    (found,) = measure([FUNCTIONS], [0, 1])
    runs = train_all([Run(FUNCTIONS.set(measure=True), seed) for seed in (0, 1)])
    cka = [one.of_kind("learned")[-1]["values"]["cka"] for one in runs.values()]
    effect = [
        [record["values"].get("affinity") for record in one.of_kind("learned") if not record.get("kept")]
        for one in runs.values()
    ]
    assert found.cka == pytest.approx(np.array(cka), rel=1e-4)
    by_hand = [np.nanmean(np.array([table for table in one if table is not None], float), axis=0) for one in effect]
    assert found.affinity == pytest.approx(np.array(by_hand), rel=1e-3, abs=1e-6)
    row = found.table().query("measure == 'affinity' and first == 'a' and second == 'b'").iloc[0]
    assert row["mean"] == pytest.approx(np.mean([one[0, 1] for one in by_hand]), rel=1e-3, abs=1e-6)
    assert row["count"] == 2
    first = [one.of_kind("learned")[0]["values"]["cka"] for one in runs.values()]
    assert found.untrained == pytest.approx(np.array(first), rel=1e-4)
    singles = train_all([Run(FUNCTIONS.baseline().set(measure=True), seed) for seed in (0, 1)])
    twins = [one.of_kind("learned")[-1]["values"]["twins"] for one in singles.values()]
    assert found.twins == pytest.approx(np.array(twins), rel=1e-3, abs=1e-4)
    own = found.table().query("measure == 'twins' and level == 2 and first == 'b'")
    assert own["second"].tolist() == ["b"]
    assert own["mean"].tolist() == pytest.approx([np.mean([one[1][1] for one in twins])], rel=1e-3)
    assert len(found.to_dict()["rows"]) == 2 * 4 + 2 * 4 + 2 * 2 + 4
    json.dumps(found.to_dict(), allow_nan=False)
    assert "debiased linear CKA" in found.summary()
    assert "before the first step" in found.summary()
    assert "two networks of one task" in found.summary()


def test_without_anything_shared_no_effect_is_told() -> None:
    (found,) = measure(sweeps.beside(FUNCTIONS, ["separate"]), [0])
    assert found.affinity.size == 0
    assert "Nothing is shared" in found.summary()


def test_a_mean_leaves_out_what_is_no_number() -> None:
    assert history.mean(np.array([[1.0, math.nan], [3.0, math.nan]])).tolist() == [2.0, pytest.approx(math.nan, nan_ok=True)]
