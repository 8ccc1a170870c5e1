"""Days and times as people write them, and what a calendar says of them.

One way of writing is found for a whole column and then read by Python's own strptime. Readers that guess cell by cell, as those
of dateutil and pandas do, take the day of one row for the month of the next.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

import numpy as np

from playground.uploads.columns.values import MOSTLY, missing, some

DATES = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%d.%m.%Y",
    "%d.%m.%y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%Y年%m月%d日",
    "%Y-Q",
    "%b %d %Y",
    "%B %d %Y",
    "%d %b %Y",
    "%d %B %Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d-%B-%Y",
    "%d/%b/%Y",
    "%b-%d-%Y",
    "%d. %B %Y",
    "%d. %b %Y",
    "%A, %d. %B %Y",
    "%A, %d %B %Y",
    "%A, %B %d, %Y",
    "%a, %d %b %Y",
    "%a %b %d %Y",
    "%Y%m%d",
    "%G-W%V",
    "%GW%V",
    "%Y-%m",
    "%b %Y",
    "%B %Y",
    "%b-%y",
    "%b-%Y",
)
"""Ways to write a day. Where day and month could be meant either way in a whole column, the day comes first."""

TIMES = ("", " %I:%M %p", " %I:%M:%S %p", " %H:%M", " %H:%M:%S", "T%H:%M", "T%H:%M:%S", " %H:%M:%S.%f", "T%H:%M:%S.%f")
"""Ways to write a time behind it."""


def dates(cells: Sequence[str], form: str) -> np.ndarray:
    """[N] datetime64[s]; NaT where a cell is not written in this form."""
    return np.array([_date(cell, form) for cell in cells], "datetime64[s]")


@lru_cache(maxsize=100_000)
def _date(cell: str, form: str) -> np.datetime64:
    if ":" in cell:
        cell = re.sub(r"(?:Z|[+-]\d\d:?\d\d)$", "", cell)
    if form == "%Y-Q":  # a quarter, by the first day of its first month
        quarter = re.fullmatch(r"(\d{4})[ -]?Q([1-4])|Q([1-4])[ -]?(\d{4})", cell)
        if quarter is None:
            return np.datetime64("NaT", "s")
        year, number = quarter.group(1) or quarter.group(4), int(quarter.group(2) or quarter.group(3))
        return np.datetime64(f"{year}-{3 * number - 2:02}-01", "s")
    if form.endswith("%V"):  # a week begins with its Monday
        cell, form = f"{cell}-1", f"{form}-%u"
    try:
        # Eight digits are a day; with fewer, Python would guess where the month ends.
        found = datetime.strptime(cell, form) if form != "%Y%m%d" or len(cell) == 8 else None
    except ValueError:
        found = None
    return np.datetime64("NaT", "s") if found is None else np.datetime64(found.replace(tzinfo=None), "s")


def date_form(cells: Sequence[str], least: float = MOSTLY) -> str | None:
    """The way in which a column writes dates, if a share of its cells does, of those that say something; None else."""
    there = some([cell for cell in cells if not missing(cell)])
    if not there or not any(letter.isdigit() for letter in there[0]):
        return None
    best, most = None, least
    clock = [time for time in TIMES if (":" in time) == (":" in there[0])]
    for day in DATES:
        for time in clock:
            share = 0.0
            # A few cells tell most ways apart at once.
            if not np.isnat(dates(there[:20], day + time)).all():
                share = float((~np.isnat(dates(there, day + time))).mean())
            if share > most or (best is None and share == most):
                best, most = day + time, share
    return best


def has_hours(days: np.ndarray) -> bool:
    """Whether any of the times [N] is not the beginning of a day."""
    there = days[~np.isnat(days)]
    return bool((there != there.astype("datetime64[D]")).any())


def ordered(days: np.ndarray) -> bool:
    """Whether rows stand in the order of times [N] that are nearly all different, forwards or backwards."""
    there = days[~np.isnat(days)].astype("int64")
    if len(there) < 3 or len(np.unique(there)) < 0.5 * len(there):
        return False
    steps = np.diff(there)
    return bool((steps >= 0).all() or (steps <= 0).all())


def calendar(days: np.ndarray, hours: bool) -> np.ndarray:
    """[N, F] what a calendar says of times [N]: hour (if asked for) and day of the year as points on a circle, and the weekday.

    A circle puts 23:59 beside 0:00, and New Year's Eve beside New Year. The weekday has seven places, Monday first, as
    what holds for a Sunday need not hold half for a Saturday. NaN for NaT.
    """
    midnight = days.astype("datetime64[D]")
    parts = []
    if hours:
        parts.append((days - midnight) / np.timedelta64(1, "D"))
    year = days.astype("datetime64[Y]").astype("datetime64[D]")
    parts.append((midnight - year) / np.timedelta64(1, "D") / 365.25)
    circles = [turn(2 * np.pi * part) for part in parts for turn in (np.sin, np.cos)]
    # The first of January 1970 was a Thursday.
    weekday = (midnight.astype("int64") + 3) % 7
    places = [(weekday == day).astype(float) for day in range(7)]
    return np.where(np.isnat(days)[:, None], np.nan, np.stack([*circles, *places], axis=1))


def since_first(days: np.ndarray, first: np.datetime64) -> np.ndarray:
    """[N, 1] days since the first one, with fractions; NaN for NaT."""
    return np.where(np.isnat(days), np.nan, (days - first) / np.timedelta64(1, "D"))[:, None]
