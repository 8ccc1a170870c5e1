"""An example of a table that people might bring: a year and a half of a small bakery. Made up, by a rule and with a fixed seed.

It goes through the same reader as any other file, and has something of everything: dates, a category, yes and no, text,
numbers, gaps.
"""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from functools import cache

import numpy as np

from playground.basics.random_streams import stream
from playground.basics.words import N_
from playground.uploads.reading.reader import read_bytes
from playground.uploads.table import Table, table_of

NAME = "bakery.csv"
TARGETS = ("sold_out", "loaves_sold", "busiest_hour")
TITLES = (
    N_("Day"),
    N_("Weather"),
    N_("Temperature"),
    N_("Market day"),
    N_("Note"),
    N_("Sold out"),
    N_("Loaves sold"),
    N_("Busiest hour"),
)
DAYS = 540
START = date(2024, 1, 2)
WEATHER = ("sunny", "cloudy", "rain", "snow")
PULL = {"sunny": 14.0, "cloudy": 4.0, "rain": -12.0, "snow": -20.0}
GUESTS = (
    ("a school class came by", 18.0),
    ("the choir came by", 9.0),
    ("few people came by", -14.0),
    ("the usual guests", 0.0),
)
EVENTS = (
    ("road works at the door", -16.0),
    ("the oven was late", -9.0),
    ("a wedding order on top", 22.0),
    ("a birthday order on top", 12.0),
    ("a new kind of rye bread", 7.0),
    ("a quiet day otherwise", 0.0),
    ("nothing else to tell", 0.0),
)
"""What was noted, and how many loaves more were sold for it."""


@cache
def text() -> str:
    """The table as a CSV file."""
    rng = stream(0, "bakery")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(TITLES)
    for place in range(DAYS):
        writer.writerow(_day(START + timedelta(days=place), rng))
    return out.getvalue()


def _day(day: date, rng: np.random.Generator) -> list[object]:
    """One line."""
    warm = 11 - 12 * np.cos(2 * np.pi * day.timetuple().tm_yday / 365) + 3 * rng.standard_normal()
    weather = WEATHER[rng.choice(3, p=[0.4, 0.35, 0.25])]
    if weather == "rain" and warm < 1:
        weather = "snow"
    market = day.weekday() in (2, 5)
    (guests, more), (event, most) = GUESTS[rng.choice(4, p=[0.15, 0.15, 0.2, 0.5])], EVENTS[rng.integers(len(EVENTS))]
    sold = 90 + PULL[weather] + 25 * market + more + most - 0.4 * max(0.0, warm - 18) ** 2 + 5 * rng.standard_normal()
    out = sold + 6 * rng.standard_normal() > 100
    early = 6.0 * market - 0.3 * (warm - 10) + (4 if day.weekday() == 6 else 0) + 0.7 * rng.standard_normal()
    hour = "morning" if early > 2.5 else "noon" if early > -0.5 else "afternoon"
    gap = rng.random(3)
    return [
        day.isoformat(),
        weather,
        "" if gap[0] < 0.05 else f"{warm:.1f}",
        "yes" if market else "no",
        f"{guests}; {event}",
        "NA" if gap[1] < 0.3 else "yes" if out else "no",
        round(sold),
        "?" if gap[2] < 0.4 else hour,
    ]


@cache
def table() -> Table:
    """The table, read as any other, with what is to be learned."""
    return table_of(read_bytes(text().encode(), NAME)).learning(TARGETS)
