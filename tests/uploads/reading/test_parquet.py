"""Parquet files become the same text cells as a CSV file."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as arrow
import pytest
from pyarrow import parquet

from playground.basics.errors import Invalid
from playground.uploads.reading.reader import read_bytes
from playground.uploads.reading.sampling import TooMany
from playground.uploads.table import table_of


def saved(table: arrow.Table, **options: object) -> bytes:
    out = io.BytesIO()
    parquet.write_table(table, out, **options)
    return out.getvalue()


def test_every_plain_type_is_read_without_loss() -> None:
    columns = {
        "whole": arrow.array([2**62 + row for row in range(30)]),
        "float": arrow.array([row / 3 for row in range(30)]),
        "short": arrow.array(np.array([row / 10 for row in range(30)], np.float32)),
        "money": arrow.array([Decimal(f"{row}.10") for row in range(30)]),
        "flag": arrow.array([row % 2 == 0 for row in range(30)]),
        "day": arrow.array([date(2024, 1, 1 + row % 28) for row in range(30)]),
        "when": arrow.array([datetime(2024, 1, 1, row % 24, tzinfo=UTC) for row in range(30)], arrow.timestamp("ns", "UTC")),
        "word": arrow.array(["a", "b", None] * 10).dictionary_encode(),
        "tags": arrow.array([["x", "y"], ["y"], [], ["z", "x"], ["z"], ["x"]] * 5),
        "gap": arrow.array([float("nan"), None, 1.0] * 10),
    }
    sheet = read_bytes(saved(arrow.table(columns)), "a.parquet")
    assert [column[1] for column in sheet.columns] == [
        str(2**62 + 1),
        repr(1 / 3),
        "0.1",
        "1.10",
        "false",
        "2024-01-02",
        "2024-01-01 01:00:00+00:00",
        "b",
        "y",
        "",
    ]
    assert sheet.columns[-1][:3] == ("", "", "1")
    kinds = {column.name: column.kind for column in table_of(sheet).columns}
    assert (kinds["when"], kinds["day"], kinds["flag"], kinds["tags"]) == ("date", "date", "answer", "labels")


def test_row_names_of_pandas_are_a_column_without_a_title() -> None:
    frame = pd.DataFrame({"a": range(30), "b": range(30)}, index=[f"r{row}" for row in range(30)])
    out = io.BytesIO()
    frame.to_parquet(out)
    assert read_bytes(out.getvalue()).titles == ("a", "b", "column 3")


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (arrow.table({"a": [{"b": 1}] * 30, "c": range(30)}), "`a` should hold numbers, words, times, or lists of words"),
        (arrow.table({"a": [b"x"] * 30, "c": range(30)}), "write the file without it. Found `binary`"),
        (arrow.table({f"c{n}": [1] * 30 for n in range(201)}), "`columns` should be at most 200; write fewer. Found `201`"),
        (arrow.table({"a": range(5), "c": range(5)}), "`rows` should be at least 20. Found `5`"),
        (arrow.table({"a": ["x" * 10_001] * 30, "c": range(30)}), "at most 10000 characters"),
        (arrow.table({"a": ["\a"] * 30, "c": range(30)}), "without control characters"),
    ],
)
def test_what_is_no_plain_table_gets_one_sentence(table: arrow.Table, words: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_bytes(saved(table))
    assert words in str(caught.value)


def test_a_small_file_of_very_many_rows_is_counted_and_not_kept() -> None:
    data = saved(arrow.table({"a": np.zeros(2_000_000, np.int8), "b": np.zeros(2_000_000, np.int8)}))
    assert len(data) < 20_000
    with pytest.raises(TooMany) as caught:
        read_bytes(data)
    assert (caught.value.found, caught.value.most) == (2_000_000, 50_000)


@pytest.mark.parametrize("cut", [10, 100, -20])
def test_half_a_file_gets_one_sentence(cut: int) -> None:
    data = saved(arrow.table({"a": range(100), "b": range(100)}))
    with pytest.raises(Invalid, match="should be a Parquet file that can be read"):
        read_bytes(data[:cut])
