"""Metrics that can be chosen: what they are by hand, where they are undefined, and which is taken without a word."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from playground import catalog, metrics, public_names
from playground.basics.errors import Invalid
from playground.experiment import Experiment
from playground.measures import label, measure
from playground.suites.base import Task
from playground.suites.table import suited
from tests.experiments import from_link, to_link

TRUE = np.array([0, 0, 0, 1])
SAID = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.3, 0.7]])


def test_two_classes_by_hand() -> None:
    found = metrics.all_of(Task("a", "a", "binary", classes=("no", "yes")), SAID, TRUE)
    assert found["accuracy"] == 75
    assert found["balanced_accuracy"] == pytest.approx((200 / 3 + 100) / 2)
    assert found["macro_f1"] == pytest.approx(100 * (4 / 5 + 2 / 3) / 2)
    assert found["auc"] == pytest.approx(200 / 3)
    assert found["average_precision"] == pytest.approx(50)
    assert found["log_loss"] == pytest.approx(-np.log([0.9, 0.6, 0.2, 0.7]).mean())


@pytest.mark.parametrize("classes", [2, 3, 9])
@pytest.mark.parametrize("tied", [False, True])
def test_ranks_tell_what_scikit_learn_does_class_by_class(classes: int, tied: bool) -> None:
    rng = np.random.default_rng(classes)
    for rows in (2, 5, 40, 300):
        said = rng.dirichlet(np.ones(classes), rows).astype(np.float32)
        said, true = said.round(1) if tied else said, rng.integers(0, classes, rows)
        for key, score in (("auc", roc_auc_score), ("average_precision", average_precision_score)):
            marks = {one: true == one for one in ([1] if classes == 2 else range(classes))}
            known = [score(mark, said[:, one]) for one, mark in marks.items() if mark.any() and not mark.all()]
            wanted = 100 * np.mean(known) if known else math.nan
            assert metrics.value(key, said, true) == pytest.approx(wanted, abs=1e-10, nan_ok=True)


def test_numbers_by_hand() -> None:
    said, true = np.array([[1.0], [2.0], [6.0]]), np.array([1.0, 3.0, 5.0])
    found = metrics.all_of(Task("a", "a", "regression"), said, true)
    assert found == pytest.approx({"rmse": math.sqrt(2 / 3), "mae": 2 / 3, "r2": 100 * (1 - 2 / 8), "rank": 100})


def test_always_saying_no_is_no_good_score_where_yes_is_rare() -> None:
    true = np.array([0] * 97 + [1] * 3)
    task = Task("a", "a", "binary", classes=("no", "yes"), metric=suited("binary", true))
    never = np.tile([0.97, 0.03], (100, 1))
    assert metrics.all_of(task, never, true)["accuracy"] == 97
    assert task.metric == "auc"
    assert metrics.value(metrics.chosen(task), never, true) == 50


def test_what_the_labels_do_not_define_is_no_number() -> None:
    for key in ("auc", "average_precision"):
        assert math.isnan(metrics.value(key, SAID[:3], TRUE[:3]))
    assert math.isnan(metrics.value("r2", np.array([1.0, 2.0]), np.array([1.0, 1.0])))
    assert math.isnan(metrics.value("rmse", np.array([]), np.array([])))
    assert math.isnan(metrics.value("accuracy", np.full((2, 2), np.nan), np.array([0, 1])))


def test_a_perfect_answer_is_the_best_of_each_metric() -> None:
    true = np.array([0, 1, 2, 2, 1])
    for kind, said in (("classes", np.eye(3)[true]), ("ordinal", np.eye(3)[true]), ("regression", true.astype(float))):
        task = Task("a", "a", kind, classes=("a", "b", "c") if kind != "regression" else ())
        for key, found in metrics.all_of(task, said, true).items():
            best = 100 if metrics.METRICS[key].higher_is_better else 0
            assert found == pytest.approx(best, abs=1e-4), key


def test_each_kind_s_own_metric_is_the_first_of_its_list() -> None:
    for key, offered in metrics.OFFERED.items():
        kind, own = catalog.kinds()[key], metrics.METRICS[offered[0]]
        assert (kind.metric, kind.higher_is_better) == (own.title, own.higher_is_better)


def test_a_metric_is_chosen_as_any_other_choice_and_its_own_is_no_choice() -> None:
    plain = Experiment.from_flat({"suite": "wine"})
    chosen = plain.set(**{"metrics.alcohol": "mae", "metrics.cultivar": "accuracy"})
    assert dict(chosen.metrics) == {"alcohol": "mae"}
    assert from_link(to_link(chosen)) == chosen == public_names.read_toml(public_names.to_toml(chosen))
    assert plain.set(**{"metrics.alcohol": "rmse"}) == plain
    assert chosen.set(suite="digits").metrics == {}
    task = next(task for task in chosen.the_tasks if task.name == "alcohol")
    assert (measure(task).title, label(task)) == ("mean absolute error", "mean absolute error (SD)")
    for wrong in ({"metrics.alcohol": "auc"}, {"metrics.nothing": "mae"}):
        with pytest.raises(Invalid):
            plain.set(**wrong)
