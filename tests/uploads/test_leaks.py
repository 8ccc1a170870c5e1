"""Twelve kinds of leaks are named, and what is honest is left in peace."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import cross_val_predict
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from playground.suites.table import _split, _together
from playground.uploads import leaks
from playground.uploads.brought import Brought, bring
from playground.uploads.leaks import alike, score
from playground.uploads.reading.reader import read_bytes
from playground.uploads.table import Table, table_of

ROWS = 300
RNG = np.random.default_rng(11)
SIZE, WEIGHT = RNG.normal(10, 2, ROWS).round(3), RNG.normal(70, 9, ROWS).round(2)
SICK = np.where(SIZE + RNG.normal(0, 2, ROWS) > 10, "yes", "no")
PRICE = (3 * SIZE + 0.2 * WEIGHT + RNG.normal(0, 3, ROWS)).round(2)
HONEST = pd.DataFrame({"size": SIZE, "weight": WEIGHT, "sick": SICK, "price": PRICE})
SORTED = HONEST.sort_values(["sick", "price"]).reset_index(drop=True)
STAMPS = [str(stamp) for stamp in pd.date_range("2024-03-01 08:00", periods=ROWS, freq="37s")]


def brought(frame: pd.DataFrame | str, targets: list[str]) -> Brought:
    text = frame if isinstance(frame, str) else frame.to_csv(index=False)
    return bring(read_bytes(text.encode(), "a.csv"), targets=targets)


def left_out(found: Brought, title: str) -> bool:
    """Whether a column is left out with a reason."""
    (one,) = [one for one in found.columns if one.title == title]
    return one.role == "out" and bool(one.reason)


def asked(found: Brought, topic: str, column: str) -> bool:
    """Whether there is a question on a topic about a column, which one press answers."""
    questions = [one for one in found.questions if (one.topic, one.column) == (topic, column)]
    return bool(questions) and all(any(answer.option for answer in one.answers) for one in questions)


def r_names() -> bool:
    numbers = [str(151 + row if row < 150 else row - 149) for row in range(ROWS)]
    lines = SORTED.to_csv(index=False).splitlines()
    text = "\n".join([lines[0], *(f'"{number}",{line}' for number, line in zip(numbers, lines[1:], strict=True))])
    return left_out(brought(text, ["sick", "price"]), "row")


def patients() -> pd.DataFrame:
    who = RNG.permutation(np.repeat([f"p{n:03}" for n in range(60)], 5))
    return HONEST.assign(
        patient=who, sick=np.where(np.char.replace(who.astype(str), "p", "").astype(int) % 3 == 0, "yes", "no")
    )


KINDS: dict[str, Callable[[], bool]] = {
    "numbers of rows as R writes them": r_names,
    "Unnamed: 0": lambda: left_out(brought(SORTED.rename_axis("Unnamed: 0").reset_index(), ["sick"]), "Unnamed: 0"),
    "an index without a title": lambda: left_out(brought(SORTED.to_csv(), ["sick"]), "column 1"),
    "rowid in another order": lambda: left_out(brought(SORTED.assign(rowid=RNG.permutation(ROWS)), ["sick"]), "rowid"),
    "a sorted key with gaps": lambda: left_out(
        brought(SORTED.assign(entry=np.cumsum(RNG.integers(1, 6, ROWS))), ["sick"]), "entry"
    ),
    "numbers of seconds that order the file": lambda: left_out(
        brought(SORTED.assign(timestamp=1_700_000_000 + np.cumsum(RNG.integers(1, 99_999, ROWS))), ["sick"]), "timestamp"
    ),
    "time stamps that order the file": lambda: (
        asked(found := brought(SORTED.assign(stamp=STAMPS), ["sick"]), "leak", "stamp") and asked(found, "time", "stamp")
    ),
    "the target under another name": lambda: asked(
        brought(HONEST.assign(code=np.where(SICK == "yes", "A", "B")), ["sick"]), "leak", "code"
    ),
    "the target in another unit": lambda: asked(
        brought(HONEST.assign(dollars=(PRICE * 1.07).round(2)), ["price"]), "leak", "dollars"
    ),
    "the target with a little noise": lambda: asked(
        brought(HONEST.assign(later=(PRICE + RNG.normal(0, 0.1, ROWS)).round(2)), ["price"]), "leak", "later"
    ),
    "the number of which the target is a part": lambda: asked(
        brought(HONEST.assign(risk=np.where(PRICE > 44, "high", "low")), ["risk"]), "leak", "price"
    ),
    "what is known only afterwards": lambda: asked(
        brought(
            HONEST.assign(treated=np.where(SICK == "yes", SIZE.astype(str), "")),
            ["sick"],
        ),
        "leak",
        "treated",
    ),
    "whose rows all have the same label": lambda: (
        asked(found := brought(patients(), ["sick"]), "leak", "patient") and asked(found, "group", "patient")
    ),
    "a key that comes again": lambda: asked(
        brought(HONEST.assign(household=[f"h{row // 3}" for row in range(ROWS)]), ["price"]), "group", "household"
    ),
    "rows that are there twice": lambda: _never_parted(pd.concat([HONEST, HONEST.sample(100, random_state=0)])),
}
"""For each kind of leak whether it is named, or left out with a reason, or kept from mattering."""


def _never_parted(frame: pd.DataFrame) -> bool:
    """Whether rows that are the same always are in one part."""
    table = brought(frame, ["price"]).table
    known = {"price": table.labels("price")[1]}
    marks = np.array(alike(table))
    for seed in range(5):
        parts = [set(marks[rows]) for rows in _split(table, known, _together(table), seed)]
        if parts[0] & parts[1] or parts[0] & parts[2] or parts[1] & parts[2]:
            return False
    return len(set(marks)) < len(marks)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_leak_is_named(kind: str) -> None:
    assert KINDS[kind]()


def test_without_a_leak_nothing_is_named() -> None:
    for frame in (HONEST, SORTED):
        for targets in (["sick"], ["price"], ["sick", "price"]):
            assert not brought(frame, targets).questions
    assert alike(brought(HONEST, ["price"]).table) is None


def test_the_score_is_near_that_of_a_tree() -> None:
    """Neighbours in one column say about as much as a decision tree that reads it alone, cross-validated."""
    for noise in (0.0, 0.3, 1.0, 4.0):
        x = RNG.normal(size=800)
        y = np.sin(2 * x) + noise * RNG.normal(size=800)
        known = np.ones(800, bool)
        tree = cross_val_predict(DecisionTreeRegressor(min_samples_leaf=3), x[:, None], y, cv=5)
        explained = 1 - ((tree - y) ** 2).sum() / ((y - y.mean()) ** 2).sum()
        assert score(x, y[:, None], known, True) == pytest.approx(explained, abs=0.25)
        label = (y > 0).astype(int)
        guessed = cross_val_predict(DecisionTreeClassifier(min_samples_leaf=3), x[:, None], label, cv=5)
        better = 1 - (guessed != label).mean() / min(label.mean(), 1 - label.mean())
        assert score(x, np.eye(2)[label], known, True) == pytest.approx(better, abs=0.25)


def test_rows_agree_by_chance_where_cells_have_few_values() -> None:
    frame = pd.DataFrame({name: RNG.choice(["a", "b"], ROWS) for name in "uvw"})
    assert alike(brought(frame, ["u"]).table) is None


def test_looking_takes_rows_in_bounded_number(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    monkeypatch.setattr(leaks, "score", lambda places, *_rest, **_more: sizes.append(len(places)) or 0.0)
    table: Table = table_of(read_bytes(pd.concat([HONEST] * 30).to_csv(index=False).encode(), "a.csv")).learning(["price"])
    leaks.leaks(table)
    assert set(sizes) == {leaks.ROWS}
