"""What tasks are scored by: metrics that a person may choose, computed by scikit-learn and scipy.

Every kind of task has a metric of its own, computed for a whole fleet at once (`playground/task_types`). For tasks with one
answer an example there are more, on probabilities or numbers as `Kind.show` gives them. Where more is better they are in
percent; errors of numbers are in the unit of the target. A metric that the labels do not define, as one of two classes where
only one is there, is NaN.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from playground.basics.words import N_

if TYPE_CHECKING:  # the command line starts without numpy
    import numpy as np

    from playground.suites.base import Task


@dataclass(frozen=True)
class Metric:
    """One of them.

    title: marked with `N_`. unit: "%", "nats", "classes"; "target" for that of the target, "" for a pure number.
    value: of what was said [N] numbers or [N, C] probabilities, and what is true [N].
    """

    title: str
    unit: str
    higher_is_better: bool
    value: Callable[[np.ndarray, np.ndarray], float]


def _accuracy(said: np.ndarray, true: np.ndarray) -> float:
    from sklearn.metrics import accuracy_score

    return 100 * float(accuracy_score(true, said.argmax(1)))


def _balanced(said: np.ndarray, true: np.ndarray) -> float:
    """The mean over the classes that are there of the share of their examples that are told."""
    from sklearn.metrics import recall_score

    there = sorted(set(true.tolist()))
    return 100 * float(recall_score(true, said.argmax(1), labels=there, average="macro", zero_division=0.0))


def _f1(said: np.ndarray, true: np.ndarray) -> float:
    """The mean of the F1 of all classes that are there or said."""
    from sklearn.metrics import f1_score

    return 100 * float(f1_score(true, said.argmax(1), average="macro", zero_division=0.0))


def _log_loss(said: np.ndarray, true: np.ndarray) -> float:
    from sklearn.metrics import log_loss

    said = said.clip(1e-7, 1.0)
    return float(log_loss(true, said / said.sum(1, keepdims=True), labels=range(said.shape[1])))


def _each_class(score: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Callable[[np.ndarray, np.ndarray], float]:
    """A score of one class against the rest: of the second of two classes, the mean over all that are there of several.

    score: of marks [N, K] and chances [N, K], for each class which examples are of it and how likely they were said to be, [K].
    """

    def value(said: np.ndarray, true: np.ndarray) -> float:
        import numpy as np

        classes = np.array([1]) if said.shape[1] == 2 else np.unique(true)
        marks = true[:, None] == classes
        there = marks.any(0) & ~marks.all(0)
        return 100 * float(score(marks[:, there], said[:, classes[there]]).mean()) if there.any() else math.nan

    return value


def _auc(marks: np.ndarray, said: np.ndarray) -> np.ndarray:
    """How often an example of a class stands above one of the rest, ties by half, which ranks tell (Mann & Whitney 1947).

    From ranks, for all classes at once: class by class scikit-learn's functions took a third of the time of a whole race.
    """
    from scipy.stats import rankdata

    many = marks.sum(0)
    above = (rankdata(said, axis=0) * marks).sum(0) - many * (many + 1) / 2
    found: np.ndarray = above / (many * (len(marks) - many))
    return found


def _average_precision(marks: np.ndarray, said: np.ndarray) -> np.ndarray:
    """The mean over a class's examples of its share among all that are said to be as likely or more; from ranks, too."""
    import numpy as np
    from scipy.stats import rankdata

    among = rankdata(np.where(marks, -said, np.inf), method="max", axis=0) / rankdata(-said, method="max", axis=0)
    found: np.ndarray = np.where(marks, among, 0.0).sum(0) / marks.sum(0)
    return found


def _rmse(said: np.ndarray, true: np.ndarray) -> float:
    from sklearn.metrics import root_mean_squared_error

    return float(root_mean_squared_error(true, said))


def _mae(said: np.ndarray, true: np.ndarray) -> float:
    from sklearn.metrics import mean_absolute_error

    return float(mean_absolute_error(true, said))


def _r2(said: np.ndarray, true: np.ndarray) -> float:
    from sklearn.metrics import r2_score

    return 100 * float(r2_score(true, said)) if len(set(true.tolist())) > 1 else math.nan


def _rank(said: np.ndarray, true: np.ndarray) -> float:
    """Spearman's; of what is said equally everywhere it is 0, as it tells nothing."""
    from scipy.stats import spearmanr

    if len(set(true.tolist())) < 2:
        return math.nan
    return 100 * float(spearmanr(said, true).statistic) if said.min() < said.max() else 0.0


def _median_distance(said: np.ndarray, true: np.ndarray) -> float:
    """Mean distance in classes between the median of the probabilities and the truth."""
    from sklearn.metrics import mean_absolute_error

    return float(mean_absolute_error(true, (said.cumsum(1) < 0.5).sum(1).clip(0, said.shape[1] - 1)))


METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        "accuracy": Metric(N_("accuracy"), "%", True, _accuracy),
        "balanced_accuracy": Metric(N_("balanced accuracy"), "%", True, _balanced),
        "macro_f1": Metric(N_("macro F1"), "%", True, _f1),
        "auc": Metric(N_("area under the ROC curve"), "%", True, _each_class(_auc)),
        "average_precision": Metric(N_("average precision"), "%", True, _each_class(_average_precision)),
        "log_loss": Metric(N_("log loss"), "nats", False, _log_loss),
        "rmse": Metric(N_("root mean squared error"), "target", False, _rmse),
        "mae": Metric(N_("mean absolute error"), "target", False, _mae),
        "r2": Metric(N_("R², explained variance"), "%", True, _r2),
        "rank": Metric(N_("rank correlation"), "%", True, _rank),
        "distance": Metric(N_("mean absolute error in classes"), "classes", False, _median_distance),
    }
)
"""All of them, by key."""

_OF_CLASSES = ("accuracy", "balanced_accuracy", "macro_f1", "auc", "average_precision", "log_loss")
OFFERED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "regression": ("rmse", "mae", "r2", "rank"),
        "binary": _OF_CLASSES,
        "classes": _OF_CLASSES,
        "ordinal": ("distance", *_OF_CLASSES),
    }
)
"""For kinds of tasks the metrics that fit; the first is the kind's own."""


def offered(task: Task) -> tuple[str, ...]:
    """The keys of the metrics that a task can be scored by, its kind's own first; () where there is that one only."""
    return OFFERED.get(task.kind, ()) if task.outputs == 1 else ()


def chosen(task: Task) -> str:
    """The key of what a task is scored by; "" where its kind has one metric only."""
    return task.metric or next(iter(offered(task)), "")


def all_of(task: Task, said: np.ndarray, true: np.ndarray) -> dict[str, float]:
    """Every metric that fits a task: said [N], [N, 1] or [N, C], true [N], where labels are known and in the target's unit."""
    return {key: value(key, said, true) for key in offered(task)}


def value(key: str, said: np.ndarray, true: np.ndarray) -> float:
    """One metric; NaN without labels, or where what was said is no number."""
    import numpy as np

    said = said[:, 0] if said.ndim == 2 and said.shape[1] == 1 else said
    if not len(true) or not np.isfinite(said).all():
        return math.nan
    return METRICS[key].value(said.astype(float), true)
