"""More rows than are taken: counted, and drawn by a seed where one agrees."""

from __future__ import annotations

import numpy as np
import pytest

from playground.uploads.reading import sampling
from playground.uploads.reading.limits import LIMITS
from playground.uploads.reading.reader import read_bytes
from playground.uploads.reading.sampling import TooMany, kept, most_rows

MANY = LIMITS.rows + 3940


def test_the_true_number_is_said_and_what_to_do() -> None:
    data = b"a,b\n" + b"".join(b"%d,x\n" % row for row in range(MANY))
    with pytest.raises(TooMany) as caught:
        read_bytes(data)
    assert str(caught.value) == (
        "`rows` should be at most 50,000; draw that many by a seed: with one press on the page, with --sample on the command "
        "line. Found `53,940`."
    )
    sheet = read_bytes(data, seed=3)
    assert (len(sheet), sheet.found) == (LIMITS.rows, MANY)
    numbers = np.array(sheet.columns[0], int)
    assert (np.diff(numbers) > 0).all()
    assert sheet.columns == read_bytes(data, seed=3).columns != read_bytes(data, seed=4).columns
    # Nothing is drawn where all may be taken.
    assert read_bytes(data[:100_004], seed=3).columns == read_bytes(data[:100_004]).columns


def test_wide_tables_may_have_fewer_rows() -> None:
    assert most_rows(20) == LIMITS.rows
    assert most_rows(200) == LIMITS.cells // 200
    with pytest.raises(TooMany, match=r"should be at most 5,000 where a row has 200 cells \(1,000,000 in all\)"):
        kept(lambda: range(5001), 200)


def test_each_row_has_the_same_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "most_rows", lambda _columns: 10)
    counts = np.zeros(40)
    for seed in range(2000):
        rows, found = kept(lambda: iter(range(40)), 2, seed)
        assert (len(rows), found) == (10, 40)
        counts[rows] += 1
    # A quarter of 2000, give or take five standard deviations.
    assert np.abs(counts - 500).max() < 5 * (2000 * 0.25 * 0.75) ** 0.5
