"""What trained networks are used for: predictions for new rows of a table, and which columns each task leans on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

import numpy as np
import pandas as pd

from playground import metrics
from playground.basics.errors import Invalid, Problem
from playground.basics.words import _
from playground.experiment import Experiment
from playground.measures import measure
from playground.suites.base import Part, Task
from playground.suites.table import YourTable
from playground.training.trained import Progress, Trained
from playground.uploads import further
from playground.uploads.reading.reader import Sheet

REPEATS = 5
"""Times that each column is shuffled."""


def table_of(experiment: Experiment) -> YourTable:
    """The table that an experiment learns from. Raises Invalid for one that learns from none."""
    suite = experiment.the_suite
    if not isinstance(suite, YourTable):
        raise Invalid([Problem("suite", _("should be a table, for which there can be new rows"), experiment.suite.name)])
    return suite


def predictions(
    experiment: Experiment, seeds: Sequence[int], sheet: Sheet, progress: Progress | None = None
) -> tuple[pd.DataFrame, list[str]]:
    """What networks say of the rows of a sheet, a row each, and sentences about cells unlike all that they learned from.

    The networks of all seeds are asked, and their mean counts: of a number with the deviation between them, of classes the
    chances, of which the largest (of ordered classes the middle) is the answer. Raises Invalid where a column is lacking.
    """
    suite = table_of(experiment)
    cells = further.cells_of(suite.the_table, sheet)
    trained = Trained(experiment, seeds, progress)
    said = trained.say(np.stack([suite.further(seed, cells) for seed in seeds]))
    fine = [place for place, seed in enumerate(seeds) if seed not in trained.failed]
    if not fine:
        raise Invalid([Problem("run", _("should have a seed that did not fail"), ", ".join(map(str, trained.failed)))])
    columns: dict[str, object] = {}
    for task in trained.tasks:
        columns |= _columns(task, said[task.name][fine])
    rows = sorted(set.union(*(set(suite.train_rows(seed).tolist()) for seed in seeds)))
    return pd.DataFrame(columns), further.strange(suite.the_table, np.array(rows), cells)


def _columns(task: Task, said: np.ndarray) -> dict[str, object]:
    """The columns about one task; said: [R, N] or [R, N, C]."""
    mean = said.mean(0)
    if mean.ndim == 1:
        return {task.title: mean, f"{task.title} ±": said.std(0, ddof=1) if len(said) > 1 else np.nan}
    places = (mean.cumsum(1) < 0.5).sum(1).clip(0, mean.shape[1] - 1) if task.kind == "ordinal" else mean.argmax(1)
    chances = {f"{task.title} = {name}": mean[:, place] for place, name in enumerate(task.classes)}
    return {task.title: [task.classes[place] for place in places], **chances}


def importance(experiment: Experiment, seeds: Sequence[int], progress: Progress | None = None) -> pd.DataFrame:
    """How much worse each task is scored on test where a column is shuffled: one row a task and column, by size.

    Columns: task, metric, column, loss (in the unit of the metric, mean over seeds), deviation (between seeds). It is the
    permutation importance of Breiman (Machine Learning 2001) as scikit-learn computes it, of whole columns of the table.
    """
    suite = table_of(experiment)
    trained = Trained(experiment, seeds, progress)
    titles, rows = [column.title for column in suite.the_table.inputs], []
    by_seed = [_lost(trained, suite, place) for place in range(len(seeds))]
    for task in trained.tasks:
        found = np.array([lost[task.name] for lost in by_seed])
        mean, spread = found.mean(0), found.std(0, ddof=1) if len(found) > 1 else np.full(len(titles), np.nan)
        order = np.argsort(-mean)
        rows += [(task.title, measure(task).title, titles[place], mean[place], spread[place]) for place in order]
    return pd.DataFrame(rows, columns=["task", "metric", "column", "loss", "deviation"])


def _lost(trained: Trained, suite: YourTable, place: int) -> dict[str, np.ndarray]:
    """For each task what the network of one seed loses by each column that is shuffled."""
    from sklearn.inspection import permutation_importance

    seed, runs = trained.seeds[place], len(trained.seeds)
    test = suite.load(seed).test
    spans = [slice(*pair) for pair in pairwise([0, *accumulate(suite.widths(seed))])]

    def scores(_model: object, numbers: np.ndarray, _truth: np.ndarray) -> dict[str, float]:
        """How good each task is, more being better, where column c of example i is that of example numbers[i, c]."""
        inputs = np.concatenate([test.inputs[numbers[:, one], span] for one, span in enumerate(spans)], axis=1)
        said = trained.say(np.stack([inputs] * runs))
        return {task.name: _score(task, said[task.name][place], test) for task in trained.tasks}

    numbers = np.tile(np.arange(len(test))[:, None], (1, len(spans)))
    found = permutation_importance(
        _Nothing(), numbers, np.zeros(len(test)), scoring=scores, n_repeats=REPEATS, random_state=seed
    )
    return {name: one.importances_mean for name, one in found.items()}


def _score(task: Task, said: np.ndarray, test: Part) -> float:
    """The metric of a task on test, with the sign that makes more better."""
    known = test.known[task.name]
    found = metrics.value(metrics.chosen(task), said[known], test.targets[task.name][known])
    return found if measure(task).higher_is_better else -found


class _Nothing:
    """scikit-learn asks for an estimator; the score knows what to do."""

    def fit(self, _inputs: np.ndarray, _targets: np.ndarray) -> _Nothing:
        """Nothing to learn."""
        return self
