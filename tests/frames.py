"""Small made data in the place of those that suites download, of the right shapes: no test needs a network."""

from __future__ import annotations

import numpy as np

from playground.suites.california_housing import COLUMNS, CaliforniaHousing
from playground.suites.newsgroups import FEATURES, GROUPS, Newsgroups
from playground.suites.olivetti import EACH, IMAGE_SIDE, PEOPLE, Olivetti
from playground.suites.openml import MOST_COLUMNS, OpenML, OpenMLColumn, packed

ROWS = 400

TABLES = (1, 1590, 99_999)
"""Numbers of the OpenML tables that tests find on the disk: the default and both ends of the knob."""


def housing() -> dict[str, np.ndarray]:
    """Neighbourhoods whose value follows from their income and place."""
    rng = np.random.default_rng(0)
    data = rng.gamma(2.0, 1.0, (ROWS, len(COLUMNS)))
    return {"data": data, "value": data[:, 0] + 0.2 * data[:, 6]}


def postings() -> dict[str, np.ndarray]:
    """Postings in which each group has some words of its own."""
    rng = np.random.default_rng(0)
    group = rng.integers(len(GROUPS), size=ROWS)
    counts = rng.poisson(0.02, (ROWS, FEATURES)).astype(np.uint8)
    counts[np.arange(ROWS), 50 * group] += 2
    return {"counts": counts, "group": group, "answer": rng.integers(2, size=ROWS)}


def faces() -> dict[str, np.ndarray]:
    """Forty patterns, each ten times with noise."""
    rng = np.random.default_rng(0)
    people = np.repeat(rng.random((PEOPLE, IMAGE_SIDE, IMAGE_SIDE)), EACH, axis=0)
    return {"faces": (0.8 * people + 0.2 * rng.random(people.shape)).astype(np.float32)}


def table() -> dict[str, np.ndarray]:
    """As many columns as a table may have: numbers and words by turns, some of them missing; the last one is the target."""
    rng = np.random.default_rng(0)
    columns = []
    for number in range(MOST_COLUMNS):
        numbers = rng.standard_normal(ROWS)
        if number % 3:
            codes = rng.integers(2 + number % 4, size=ROWS)
            columns.append(OpenMLColumn(f"Word {number}", tuple(f"w{level}" for level in range(2 + number % 4)), codes))
        else:
            numbers[:20] = np.nan if number == 6 else numbers[:20]
            columns.append(OpenMLColumn(f"Number {number}", (), numbers))
    return packed(columns, columns[-1].name)


def fill() -> None:
    """Put all of them where suites look for what was downloaded."""
    CaliforniaHousing().keep(housing())
    Newsgroups().keep(postings())
    Olivetti().keep(faces())
    for number in TABLES:
        OpenML(id=number).keep(table())
