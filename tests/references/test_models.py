"""Guessing, linear models and boosting: on the examples of the runs, and as good as they should be."""

from __future__ import annotations

import numpy as np
import pytest

from playground.experiment import Experiment
from playground.references.models import MODELS, applies, fitted, references
from playground.suites.base import Part, Task


def part(inputs: np.ndarray, targets: np.ndarray, known: np.ndarray | None = None) -> Part:
    return Part(inputs.astype(np.float32), {"a": targets}, {"a": np.ones(len(inputs), bool) if known is None else known})


def test_each_model_finds_what_it_can_find() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(600, 3))
    task = Task("a", "a", "regression", natural=True)
    line, bend = 1e6 + 50 * x[:, 0], 100.0 * (x[:, 0] * x[:, 1] > 0)
    errors = {}
    for name, y in (("line", line), ("bend", bend)):
        models = fitted(task, part(x[:300], y[:300]), part(x[300:400], y[300:400]), 0)
        errors[name] = {model: float(np.std(predict(x[400:]) - y[400:])) / y[400:].std() for model, predict in models.items()}
    assert errors["line"]["linear"] < 0.01 < errors["line"]["boosting"] < 0.3 < errors["line"]["constant"]
    assert errors["bend"]["boosting"] < 0.6 < 0.9 < errors["bend"]["linear"]
    assert errors["bend"]["constant"] == pytest.approx(1)


def test_a_class_without_a_training_example_has_no_chance_and_breaks_nothing() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(90, 2)), rng.integers(0, 2, 90)
    y[60:] = 2
    task = Task("a", "a", "classes", classes=("a", "b", "c"))
    for predict in fitted(task, part(x[:60], y[:60]), part(x[50:70], y[50:70]), 0).values():
        said = predict(x)
        assert said.shape == (90, 3)
        assert not said[:, 2].any()
    alone = fitted(task, part(x[60:], y[60:]), part(x[60:], y[60:]), 0)
    assert all(predict(x)[:, 2].all() for predict in alone.values())


def test_hidden_labels_are_not_learned_from() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(80, 2)), rng.normal(size=80)
    known = np.arange(80) < 40
    garbled = np.where(known, y, 1e6)
    task = Task("a", "a", "regression")
    one, other = (fitted(task, part(x, labels, known), part(x, y), 0) for labels in (y, garbled))
    assert all(np.array_equal(one[model](x), other[model](x)) for model in MODELS)


def test_they_stand_beside_tables_and_are_the_same_every_time() -> None:
    assert not applies(Experiment.from_flat({"suite": "digits"}))
    wine = Experiment.from_flat({"suite": "wine", "tasks": "alcohol,cultivar"})
    assert applies(wine)
    found = references(wine, 0)
    assert found is references(wine.set(rate=0.1, weighting="dwa"), 0)
    assert set(found) == {"validation", "test"}
    test = found["test"]
    assert test["constant"]["cultivar"]["auc"] == 50
    assert test["linear"]["cultivar"]["accuracy"] > test["constant"]["cultivar"]["accuracy"]
    few = wine.set(**{"labels.alcohol": 10})
    assert references(few, 0)["test"]["linear"]["alcohol"] != test["linear"]["alcohol"]
