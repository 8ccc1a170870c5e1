"""One sentence about a run."""

from __future__ import annotations

import pandas as pd
import pytest
from experiments import small

from playground.experiment import Run
from playground.runs.comparison import compare
from playground.runs.history import History
from playground.runs.summary import sentence

DIGITS = small(tasks="digit,parity")
NONE = pd.DataFrame(columns=["seed", "step", "first", "second", "cosine"])


def scored(run: Run, *values: float) -> History:
    records = [
        {"kind": "scored", "step": 1, "split": split, "scores": list(values), "losses": []} for split in ("validation", "test")
    ]
    return History(run, records=records)


def said(cosines: pd.DataFrame, *gains: tuple[float, float]) -> str:
    runs = [scored(Run(DIGITS, seed), 100 + first, 100 + second) for seed, (first, second) in enumerate(gains)]
    baselines = [scored(Run(DIGITS.baseline(), seed), 100, 100) for seed in range(len(gains))]
    return sentence(compare(runs, baselines), cosines)


def angles(*values: float, second: str = "parity") -> pd.DataFrame:
    return pd.DataFrame({"first": "digit", "second": second, "cosine": list(values)})


def test_gains_and_losses_are_said_with_their_spread() -> None:
    assert said(NONE, (3, -1), (5, -1), (4, -1)) == "Which digit gains 4.0 ± 1.0 %, Odd or even loses 1.0 ± 0.0 %."


def test_few_seeds_are_owned_up_to() -> None:
    assert said(NONE, (3, -1)) == "Which digit gains 3.0 %, Odd or even loses 1.0 %; 1 seed only, so no spread."
    assert "2 seeds only" in said(NONE, (3, -1), (3, -1))
    assert "only" not in said(NONE, (3, -1), (3, -1), (3, -1))


def test_conflict_is_said_in_percent() -> None:
    assert "point apart in 25 % of the steps" in said(angles(-0.1, 0.2, 0.3, 0.0), (3, -1))
    both = pd.concat([angles(-0.1, 0.2), angles(0.1, 0.2, second="large")])
    assert "0 to 50 %" in said(both, (3, -1))


def test_without_numbers_there_is_no_result() -> None:
    assert sentence(compare([History(Run(DIGITS, 0))], []), NONE) == "No result yet."


@pytest.mark.parametrize("gains", [(3.0, -1.0), (0.0, 0.0), (-5.0, 2.0)])
def test_it_is_a_sentence(gains: tuple[float, float]) -> None:
    text = said(angles(0.1), gains)
    assert text[0].isupper()
    assert text.endswith(".")
    assert "\n" not in text
