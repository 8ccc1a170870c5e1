"""What the cells of a column mean: numbers, categories, yes or no, text, dates, or nothing."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

import numpy as np

from playground.words import N_

KINDS = {
    "number": N_("number"),
    "category": N_("category"),
    "answer": N_("yes or no"),
    "text": N_("text"),
    "date": N_("date"),
    "out": N_("leave out"),
}
"""What a column can be."""

MISSING = frozenset(
    word
    for words in (
        ("", "na", "n/a", "n.a.", "n.a", "#n/a", "#na", "nan", "null", "none", "nil", "missing", "\\n", "k.a."),
        ("?", "??", "-", "--", "---", "—", "–", ".", "..", "无", "無", "空", "缺失", "缺", "暂无"),
    )
    for word in words
)
"""Cells that say that there is nothing, in small letters."""

ANSWERS = (
    ("no", "yes"),
    ("n", "y"),
    ("false", "true"),
    ("f", "t"),
    ("off", "on"),
    ("nein", "ja"),
    ("falsch", "wahr"),
    ("non", "oui"),
    ("no", "si"),
    ("no", "sí"),
    ("否", "是"),
    ("错", "对"),
    ("假", "真"),
    ("不", "是"),
    ("0", "1"),
)
"""Pairs of words for no and yes, in small letters."""

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
    "%d %b %Y",
    "%d %B %Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%Y-%m",
)
"""Ways to write a day. Where day and month could be meant either way in a whole column, the day comes first."""

TIMES = ("", " %H:%M", " %H:%M:%S", "T%H:%M", "T%H:%M:%S", " %H:%M:%S.%f", "T%H:%M:%S.%f")
"""Ways to write a time behind it."""

MOSTLY = 0.95
"""The share of a column's cells that has to read as numbers or dates for it to be taken as one."""

LOOKED_AT = 3000
"""Cells, evenly spread, by which it is guessed what a column is."""

FEW = 10
"""Whole numbers without a gap, at most so many of them, are taken as names of classes."""

FEW_WORDS = 20
"""Words or sentences, at most so many different ones, are taken as names of classes."""

CURRENCY = re.compile(r"^[$€£¥]\s*|\s*(?:[$€£¥%]|EUR|USD|CNY|元)$")
POINT = re.compile(r"[+-]?(?:\d{1,3}(?:[,' ’]\d{3})+|\d+)?(?:\.\d*)?(?:[eE][+-]?\d+)?", re.ASCII)
COMMA = re.compile(r"[+-]?(?:\d{1,3}(?:[.' ’]\d{3})+|\d+)?(?:,\d*)?(?:[eE][+-]?\d+)?", re.ASCII)


def missing(cell: str) -> bool:
    """Whether a cell says that there is nothing."""
    return cell.lower() in MISSING


@lru_cache(maxsize=100_000)
def number(cell: str, comma: bool) -> float:
    """The number in a cell, NaN for none. comma: a comma stands before the decimals, and points between thousands."""
    text = cell if cell.isascii() else unicodedata.normalize("NFKC", cell).replace("−", "-")
    text = CURRENCY.sub("", text.strip())
    if not any(letter.isdigit() for letter in text) or not (COMMA if comma else POINT).fullmatch(text):
        return math.nan
    text = re.sub(r"[.' ’]" if comma else r"[,' ’]", "", text)
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return math.nan
    return value if abs(value) < 1e30 else math.nan


def numbers(cells: Sequence[str], comma: bool) -> np.ndarray:
    """[N] float64; NaN where a cell holds none."""
    return np.array([number(cell, comma) for cell in cells], float)


def answers(cells: Sequence[str]) -> tuple[np.ndarray, tuple[str, str]] | None:
    """[N] 1 for yes, 0 for no, −1 for neither, and how the table writes no and yes; None where it does not use such words."""
    small = [cell.lower() for cell in cells]
    found = {word for word in small if word not in MISSING}
    pair = next((pair for pair in ANSWERS if found <= set(pair) and len(found) == 2), None)
    if pair is None:
        return None
    values = np.array([pair.index(word) if word in pair else -1 for word in small], np.int64)
    no, yes = (cells[small.index(word)] for word in pair)
    return values, (no, yes)


def dates(cells: Sequence[str], form: str) -> np.ndarray:
    """[N] datetime64[D]; NaT where a cell is not written in this form."""
    return np.array([_date(cell, form) for cell in cells], "datetime64[D]")


@lru_cache(maxsize=100_000)
def _date(cell: str, form: str) -> np.datetime64:
    try:
        found = datetime.strptime(re.sub(r"(?:Z|[+-]\d\d:?\d\d)$", "", cell) if ":" in cell else cell, form)
    except ValueError:
        return np.datetime64("NaT", "D")
    return np.datetime64(found.date(), "D")


def date_form(cells: Sequence[str]) -> str | None:
    """The way in which a column writes dates, if most of its cells do; None else."""
    there = _some([cell for cell in cells if not missing(cell)])
    if not there or not any(letter.isdigit() for letter in there[0]):
        return None
    best, most = None, MOSTLY
    for day in DATES:
        for time in TIMES:
            share = 0.0
            # A few cells tell most ways apart at once.
            if not np.isnat(dates(there[:20], day + time)).all():
                share = float((~np.isnat(dates(there, day + time))).mean())
            if share > most or (best is None and share == most):
                best, most = day + time, share
    return best


def writes_commas(columns: Sequence[Sequence[str]], separator: str) -> bool:
    """Whether a table writes decimals behind a comma: as its columns say that can only be read in one way.

    Where none does (1,234 may be either), a table separated by semicolons is taken to, as programs write it.
    """
    votes = {True: 0, False: 0}
    doubtful = False
    for column in columns:
        there = _some([cell for cell in column if not missing(cell)])[:500]
        if not there:
            continue
        shares = {comma: float(np.isfinite(numbers(there, comma)).mean()) for comma in (True, False)}
        if max(shares.values()) < MOSTLY:
            continue
        signs = "".join(there)
        doubtful |= "," in signs or "." in signs
        if shares[True] != shares[False]:
            votes[shares[True] > shares[False]] += 1
    if votes[True] != votes[False]:
        return votes[True] > votes[False]
    return doubtful and separator == ";"


def guess(title: str, cells: Sequence[str], comma: bool) -> str:
    """What a column most likely is, one of `KINDS`."""
    there = [cell for cell in cells if not missing(cell)]
    different = set(there)
    if len(different) < 2:
        return "out"  # a constant column tells nothing
    if answers(there) is not None:
        return "answer"
    some = _some(there)
    values = numbers(some, comma)
    if np.isfinite(values).mean() >= MOSTLY:
        return _guess_number(title, cells, there, comma)
    if date_form(there) is not None:
        return "date"
    if len(different) <= FEW_WORDS:
        return "category"
    words = np.mean([len(cell.split()) + len(re.findall("[\u4e00-\u9fff]", cell)) / 2 for cell in some])
    if words >= 3:
        return "text"
    # Names and numbers of single things tell a network nothing that holds for others.
    return "out" if len(different) > 0.5 * len(there) else "category"


def _guess_number(title: str, cells: Sequence[str], there: Sequence[str], comma: bool) -> str:
    """A number, the name of a class, or a count of the rows."""
    values = numbers(there, comma)
    values = values[np.isfinite(values)]
    whole = bool((values == np.round(values)).all())
    if whole and len(there) == len(cells) and len(values) > 2 and (np.diff(values) == 1).all():
        return "out"
    if (
        whole
        and len(set(values)) == len(values)
        and re.search(r"(?:^|[\W_])(?:id|nr|no|index|编号|序号)$", title, re.IGNORECASE)
    ):
        return "out"
    different = np.unique(values)
    if whole and len(different) <= FEW and (np.diff(different) == 1).all() and len(values) >= 5 * len(different):
        return "category"
    return "number"


def _some(cells: Sequence[str]) -> Sequence[str]:
    """At most `LOOKED_AT` of the cells, evenly spread."""
    return cells[:: max(1, len(cells) // LOOKED_AT)]
