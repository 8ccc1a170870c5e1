"""Networks beside ordinary models: spreads, differences paired by seed, and sentences where a network loses."""

from __future__ import annotations

import math

from playground.experiment import Experiment, Run
from playground.references.models import MODELS, References
from playground.runs.results.beside import RUN, SINGLE, Beside
from playground.runs.results.comparison import compare
from playground.runs.results.history import History
from playground.statistics.differences import CLOSE, GAINS, LOSES

WINE = Experiment.from_flat({"suite": "wine", "tasks": "cultivar,alcohol"})


def history(experiment: Experiment, seed: int, *scores: float) -> History:
    looks = [(0, "validation", [30.0, 1.0]), (10, "validation", [80.0, 0.6]), (10, "test", list(scores))]
    records = [
        {"kind": "scored", "step": step, "split": split, "scores": values, "losses": [1.0, 1.0]}
        for step, split, values in looks
    ]
    return History(Run(experiment, seed), "finished", records)


def models(seed: int, linear: float) -> References:
    values = {"constant": (40.0, 1.0), "linear": (90.0, linear), "boosting": (80.0, 0.7)}
    one = {
        model: {"cultivar": {"accuracy": accuracy + 0.1 * seed}, "alcohol": {"rmse": error + 0.001 * seed}}
        for model, (accuracy, error) in values.items()
    }
    return {"test": one, "validation": one}


def beside(seeds: int = 5, known: int = 5) -> Beside:
    runs = [history(WINE, seed, 80.2 + 0.1 * (seed % 2), 1.5 + 0.01 * (seed % 3)) for seed in range(seeds)]
    alone = [history(WINE.baseline(), seed, 85 + 0.1 * (seed % 3), 0.5 + 0.003 * (seed % 2)) for seed in range(seeds)]
    return Beside(compare(runs, alone), {seed: models(seed, 0.9) for seed in range(known)})


def test_who_gains_and_loses_is_told_by_seed() -> None:
    found = beside().differences
    assert found[SINGLE, "linear", "cultivar"].verdict == LOSES
    assert found[SINGLE, "linear", "alcohol"].verdict == GAINS
    assert found[RUN, "boosting", "cultivar"].verdict == CLOSE
    assert found[RUN, "constant", "alcohol"].verdict == LOSES


def test_losing_is_said_worst_first_and_nothing_else_is() -> None:
    said = beside().losses()
    assert len(said) == 3
    assert [one.split(" on ")[0] for one in said] == [
        "The network loses to linear model",
        "The single-task network loses to linear model",
        "The network loses to guessing",
    ]


def test_plain_values_and_seeds_that_are_not_known_yet() -> None:
    found = beside(known=2)
    plain = found.to_dict()
    assert set(plain) == set(MODELS)
    assert plain["linear"]["cultivar"]["mean"] == 90.05
    assert math.isclose(plain["linear"]["cultivar"]["sd"] or 0, 0.1 / math.sqrt(2))
    assert found.differences[RUN, "linear", "cultivar"].count == 2
    assert Beside(found.comparison, {}).to_dict() == {}
    assert Beside(found.comparison, {}).losses() == []
