"""Columns as numbers, compared with pandas and scikit-learn where they say the same."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from playground.uploads import example
from playground.uploads.columns.widths import CATEGORIES, WORDS, width
from playground.uploads.features import features
from playground.uploads.reading.reader import read_bytes
from playground.uploads.table import Table, table_of

TRAIN = np.arange(0, 300, 2)


def table_of_columns(kinds: dict[str, str] | None = None, **columns: list[str]) -> Table:
    """A table with a target `y` behind these columns."""
    rows = len(next(iter(columns.values())))
    frame = pd.DataFrame(columns | {"y": [f"{row * 7 % 31}.5" for row in range(rows)]})
    table = table_of(read_bytes(frame.to_csv(index=False).encode(), "a.csv"))
    return table.typed(kinds or {}).learning(["y"])


def test_numbers_are_standardised_as_scikit_learn_does() -> None:
    raw = np.random.default_rng(0).normal(5, 3, 300).round(4)
    found = features(table_of_columns(a=[str(value) for value in raw]), TRAIN)
    expected = StandardScaler().fit(raw[TRAIN, None]).transform(raw[:, None])
    assert found == pytest.approx(expected, abs=1e-5)


def test_gaps_are_zeros_with_a_mark() -> None:
    cells = [f"{row % 13}.5" for row in range(300)]
    cells[4] = cells[5] = "NA"
    found = features(table_of_columns(a=cells), TRAIN)
    assert found.shape == (300, 2)
    assert found[[4, 5]].tolist() == [[0, 1], [0, 1]]
    assert found[:, 1].sum() == 2
    known = np.delete(TRAIN, 2)
    assert found[known, 0].mean() == pytest.approx(0, abs=1e-6)
    assert found[known, 0].std() == pytest.approx(1, abs=1e-5)


def test_other_rows_do_not_move_the_scale() -> None:
    cells = [f"{row % 13}.5" for row in range(300)]
    before = features(table_of_columns(a=cells), TRAIN)
    cells[1] = "999999.5"
    after = features(table_of_columns(a=cells), TRAIN)
    assert np.array_equal(np.delete(before, 1, 0), np.delete(after, 1, 0))
    assert after[1, 0] == 10, "cut, so that it does not outshout all else"


def test_few_categories_are_one_hot_as_scikit_learn_does() -> None:
    cells = [["red", "green", "blue"][row % 3] for row in range(300)]
    cells[7] = "green"
    found = features(table_of_columns(a=cells), TRAIN)
    expected = OneHotEncoder(sparse_output=False).fit_transform(np.array(cells)[:, None])
    assert found.shape == expected.shape
    assert {column.tobytes() for column in found.T} == {column.astype(np.float32).tobytes() for column in expected.T}


def test_rare_and_unseen_categories_share_a_place() -> None:
    cells = [f"c{row % 10}" if row % 2 == 0 else f"rare{row}" for row in range(300)]
    table = table_of_columns({"a": "category"}, a=cells)
    found = features(table, TRAIN)
    assert found.shape == (300, CATEGORIES + 1)
    assert (found.sum(1) == 1).all()
    # None of the rare ones is in the training rows: all are in the last place.
    assert found[1::2, -1].all()
    assert not found[0::2, -1].any()


@pytest.mark.parametrize("hours", [False, True])
def test_times_are_circles_weekdays_and_days_since_the_first_as_pandas_counts(hours: bool) -> None:
    days = pd.date_range("2023-05-01", periods=300, freq="31h" if hours else "D")
    shuffled = days[np.random.default_rng(0).permutation(300)]
    found = features(table_of_columns(a=[str(day) if hours else str(day.date()) for day in shuffled]), TRAIN)
    hour = 2 * np.pi * (shuffled - shuffled.normalize()).total_seconds().to_numpy() / 86400
    year = 2 * np.pi * (shuffled.day_of_year.to_numpy() - 1) / 365.25
    raw = np.stack(
        [
            *([np.sin(hour), np.cos(hour)] if hours else []),
            np.sin(year),
            np.cos(year),
            *(shuffled.day_of_week.to_numpy() == day for day in range(7)),
            (shuffled - days[0]).total_seconds().to_numpy() / 86400,
        ],
        1,
    )
    expected = StandardScaler().fit(raw[TRAIN]).transform(raw)
    assert found == pytest.approx(expected, abs=1e-5)


def test_answers_are_signs() -> None:
    cells = ["yes" if row % 3 else "no" for row in range(300)]
    cells[0] = "?"
    found = features(table_of_columns(a=cells), TRAIN)
    assert found[:4].tolist() == [[0, 1], [1, 0], [1, 0], [-1, 0]]


def test_texts_that_share_words_are_near() -> None:
    topics = ["the cat sat on the mat number {}", "stock prices fell by {} percent today", "天气很好出去玩{}", ""]
    cells = [topics[row % 4].format(row) or "NA" for row in range(300)]
    found = features(table_of_columns({"a": "text"}, a=cells), TRAIN)
    assert found.shape == (300, WORDS)
    near, far = found[0] @ found[4], found[0] @ found[1]
    assert near > 2 * abs(far)
    assert not found[3].any(), "a gap has no words"
    lengths = np.linalg.norm(found[[0, 1, 2]], axis=1)
    assert lengths == pytest.approx(lengths[0])


def test_words_of_other_rows_do_not_change_a_row() -> None:
    cells = [f"one two word{row}" for row in range(300)]
    before = features(table_of_columns({"a": "text"}, a=cells), TRAIN)
    cells[1] = "entirely different things are said here"
    after = features(table_of_columns({"a": "text"}, a=cells), TRAIN)
    assert np.array_equal(np.delete(before, 1, 0), np.delete(after, 1, 0))


@pytest.mark.parametrize("rows", [[0], [1, 3, 5], list(range(100))])
def test_the_width_is_that_of_the_table_whatever_is_trained_on(rows: list[int]) -> None:
    table = example.table()
    found = features(table, np.array(rows))
    assert found.shape == (len(table), width(table.inputs, table.time))
    assert found.dtype == np.float32
    assert np.isfinite(found).all()
    assert np.abs(found).max() <= 10


def test_the_place_of_a_row_in_the_file_is_not_read() -> None:
    days = [str(day.date()) for day in pd.date_range("2023-05-01", periods=300)]
    table = table_of_columns(a=days)
    # Days in the order of the file tell which rows are neighbours; the weekday and the season do not.
    assert features(table, TRAIN).shape == (300, 9)
    # Where the last rows are the test, they tell how far the past is away.
    y = table.learning(["y"], time="a")
    assert features(y, TRAIN).shape == (300, 10)
