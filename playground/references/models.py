"""Three ordinary models of scikit-learn for every task of an experiment, with the splits, inputs and labels of its runs.

constant: what costs least without looking: the mean of a number, the shares of the classes.
linear: ridge or logistic regression. boosting: gradient boosting of trees over histograms, ended early by validation.

The penalty of ridge regression is chosen by leave-one-out, that of logistic regression on validation. No model sees the test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np

from playground import metrics
from playground.basics.words import N_
from playground.experiment import Choice, Experiment
from playground.suites.base import Part, Task, keep_labels

MODELS: Mapping[str, str] = MappingProxyType(
    {"constant": N_("guessing"), "linear": N_("linear model"), "boosting": N_("gradient boosting")}
)
"""Their titles, marked with `N_`."""

PENALTIES = (0.01, 0.1, 1.0, 10.0)
"""Inverse penalties of logistic regression that are tried."""

TREES, SEVERAL = 300, 10
"""Trees that boosting may take; with more than so many classes a third of them, as each class has trees of its own."""

References = dict[str, dict[str, dict[str, dict[str, float]]]]
"""For "validation" and "test", each model and each task the value of each metric, by key."""

Predict = Callable[[np.ndarray], np.ndarray]
"""Of inputs [N, F] numbers [N] or probabilities [N, C]."""


def applies(experiment: Experiment) -> bool:
    """Whether these models can learn it: rows of a table, and each task has one answer for a row."""
    return experiment.the_suite.tabular and all(metrics.offered(task) for task in experiment.the_tasks)


def references(experiment: Experiment, seed: int) -> References:
    """What the models come to with the data and the labels of one seed; computed once in a process."""
    return _references(*question(experiment, seed))


Question = tuple[Choice, tuple[str, ...], tuple[tuple[str, int], ...], int]


def question(experiment: Experiment, seed: int) -> Question:
    """What an answer depends on. However networks read numbers, these models read them as they are, standardised."""
    knobs = {**experiment.suite.knobs, **({"numbers": "standard"} if "numbers" in experiment.suite.knobs else {})}
    return Choice(experiment.suite.name, knobs), experiment.tasks, tuple(experiment.labels.items()), seed


@lru_cache(maxsize=1000)
def _references(suite: Choice, tasks: tuple[str, ...], labels: tuple[tuple[str, int], ...], seed: int) -> References:
    from threadpoolctl import threadpool_limits

    experiment = Experiment.from_dict(
        {"suite": {"name": suite.name, **suite.knobs}, "tasks": list(tasks), "labels": dict(labels), "backbone": "mlp"}
    )
    data = experiment.the_suite.load(seed)
    train = keep_labels(data.train, experiment.labels, seed)
    parts = {"validation": data.validation, "test": data.test}
    found: References = {split: {name: {} for name in MODELS} for split in parts}
    with threadpool_limits(limits=1):
        for task in experiment.the_tasks:
            for name, predict in fitted(task, train, data.validation, seed).items():
                for split, part in parts.items():
                    inputs, targets = _labelled(task, part)
                    found[split][name][task.name] = metrics.all_of(task, predict(inputs), targets)
    return found


def fitted(task: Task, train: Part, validation: Part, seed: int) -> dict[str, Predict]:
    """The three models of one task, learned."""
    learned, chosen = _labelled(task, train), _labelled(task, validation)
    if task.kind == "regression":
        return _numbers(*learned, *chosen, seed)
    return _classes(max(2, len(task.classes)), *learned, *chosen, seed)


def _labelled(task: Task, part: Part) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and targets of the examples whose label is known."""
    known = part.known[task.name]
    return part.inputs[known], part.targets[task.name][known].reshape(known.sum())


def _numbers(inputs: np.ndarray, targets: np.ndarray, others: np.ndarray, truth: np.ndarray, seed: int) -> dict[str, Predict]:
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.linear_model import RidgeCV

    mean, deviation = float(targets.mean(dtype=float)), float(targets.std(dtype=float)) or 1.0
    scaled, held = (targets - mean) / deviation, (truth - mean) / deviation
    models = {
        "linear": RidgeCV(np.logspace(-2, 5, 15)).fit(inputs, scaled),
        "boosting": HistGradientBoostingRegressor(**_boosting(len(targets), seed)).fit(inputs, scaled, **_held(others, held)),
    }
    said: dict[str, Predict] = {"constant": lambda rows: np.full(len(rows), mean)}
    for name, model in models.items():
        said[name] = lambda rows, model=model: model.predict(rows) * deviation + mean  # type: ignore[misc]
    return said


def _classes(
    count: int, inputs: np.ndarray, targets: np.ndarray, others: np.ndarray, truth: np.ndarray, seed: int
) -> dict[str, Predict]:
    from sklearn.ensemble import HistGradientBoostingClassifier

    shares = np.bincount(targets, minlength=count) / len(targets)
    said: dict[str, Predict] = {"constant": lambda rows: np.tile(shares, (len(rows), 1))}
    if len(np.unique(targets)) < 2:
        return dict.fromkeys(MODELS, said["constant"])
    # What no training example shows, nothing can be chosen by.
    seen = np.isin(truth, targets)
    others, truth = others[seen], truth[seen]
    trees = TREES if count <= SEVERAL else TREES // 3
    models = {
        "linear": _logistic(inputs, targets, others, truth),
        "boosting": HistGradientBoostingClassifier(**_boosting(len(targets), seed, trees)).fit(
            inputs, targets, **_held(others, truth)
        ),
    }

    def chances(model: Any, rows: np.ndarray) -> np.ndarray:
        """[N, C], zero for classes that no training example has."""
        found = np.zeros((len(rows), count))
        found[:, model.classes_] = model.predict_proba(rows)
        return found

    for name, model in models.items():
        said[name] = lambda rows, model=model: chances(model, rows)  # type: ignore[misc]
    return said


def _logistic(inputs: np.ndarray, targets: np.ndarray, others: np.ndarray, truth: np.ndarray) -> Any:
    """Logistic regression with the penalty that is best on validation."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import log_loss

    with warnings.catch_warnings():
        # One that needs more steps than these is judged as it stands.
        warnings.simplefilter("ignore", ConvergenceWarning)
        models = [LogisticRegression(C=penalty, max_iter=300).fit(inputs, targets) for penalty in PENALTIES]
    if not len(truth):
        return models[PENALTIES.index(1.0)]
    return min(models, key=lambda one: log_loss(truth, one.predict_proba(others), labels=one.classes_))


def _boosting(rows: int, seed: int, trees: int = TREES) -> dict[str, Any]:
    """Settings of boosting; leaves that suit few rows."""
    return {
        "max_iter": trees,
        "learning_rate": 0.1 if rows > 1000 else 0.05,
        "min_samples_leaf": int(np.clip(rows // 20, 2, 20)),
        "early_stopping": True,
        "n_iter_no_change": 20,
        "random_state": seed,
    }


def _held(inputs: np.ndarray, targets: np.ndarray) -> dict[str, np.ndarray]:
    """The examples by which boosting ends."""
    return {"X_val": inputs, "y_val": targets} if len(targets) else {}
