"""What single cells mean: numbers, yes or no, or nothing."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from playground.basics.words import N_

KINDS = {
    "number": N_("number"),
    "category": N_("category"),
    "answer": N_("yes or no"),
    "ordinal": N_("ordered classes"),
    "labels": N_("several labels"),
    "text": N_("text"),
    "date": N_("date"),
    "out": N_("leave out"),
}
"""What a column can be."""

MISSING = frozenset(
    word
    for words in (
        ("", "na", "n/a", "n.a.", "n.a", "#n/a", "#na", "nan", "null", "none", "nil", "missing", "\\n", "k.a."),
        ("<na>", "(null)", "<null>", "nat", "#div/0!", "#value!", "#ref!", "#name?", "#num!", "#null!", "#n/v", "#wert!"),
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

MOSTLY = 0.95
"""The share of a column's cells that has to read as numbers or dates for it to be taken as one."""

LOOKED_AT = 3000
"""Cells, evenly spread, by which it is guessed what a column is."""

GREATEST = 1e30
"""Numbers from here on are not read: in single precision, in which networks calculate, their squares are infinite."""

YES_MARKS = (
    "x",
    "✓",
    "✔",
    "√",
    "☑",
    "☒",
    "✗",
    "●",
    "•",
    "*",
    "+",
    "yes",
    "y",
    "true",
    "t",
    "1",
    "ja",
    "j",
    "oui",
    "si",
    "sí",
    "是",
    "对",
)
"""What stands in a box that is ticked, in small letters, where the others are blank."""

CURRENCY = re.compile(r"^[$€£¥]\s*|\s*(?:[$€£¥%]|EUR|USD|CNY|元)$")
MONEY = re.compile(
    r"^(?:CHF|USD|EUR|GBP|JPY|CNY|RMB|INR|SEK|NOK|DKK|PLN|CZK|HUF|RON|AUD|CAD|NZD|RUB|BRL|ZAR|MXN|KRW|SGD|HKD|TRY|US\$|A\$|C\$|R\$"
    r"|Rs\.?|Fr\.?|kr|₹|₩|₽|₺|zł)\s*(?=[-+\d.,])"
)
LIMIT = re.compile(r"^(?:<=|>=|[<>≤≥~≈])\s*(?=[-+\d.,])")
UNIT = re.compile(r"(?<=[\d.,])\s*([A-Za-zµμ°Ωℓ²³/$€£¥%‰]{1,12}(?:[-^]?\d)?\.?)$")
POINT = re.compile(r"[+-]?(?:\d{1,3}(?:[,' ’]\d{3})+|\d{1,3}(?:,\d{2})+,\d{3}|\d+)?(?:\.\d*)?(?:[eE][+-]?\d+)?", re.ASCII)
COMMA = re.compile(r"[+-]?(?:\d{1,3}(?:[.' ’]\d{3})+|\d{1,3}(?:\.\d{2})+\.\d{3}|\d+)?(?:,\d*)?(?:[eE][+-]?\d+)?", re.ASCII)


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
    return value if abs(value) < GREATEST else math.nan


def numbers(cells: Sequence[str], comma: bool) -> np.ndarray:
    """[N] float64; NaN where a cell holds none."""
    return np.array([number(cell, comma) for cell in cells], float)


def amount(cell: str, comma: bool) -> tuple[str, str, bool]:
    """The number in a cell that holds more: its own text, the unit behind it, and whether it is a limit; "" for none.

    A limit is `<17` (below what can be measured), money is `CHF 5`, and `(4.20)` is how accounts write −4.20.
    """
    text = LIMIT.sub("", cell.strip())
    limit = text != cell.strip()
    text = MONEY.sub("", text)
    if bare := re.fullmatch(r"\(([^()-]+)\)", text):
        text = "-" + MONEY.sub("", CURRENCY.sub("", bare.group(1)))
    unit = UNIT.search(text)
    if unit and math.isnan(number(text, comma)):
        text = text[: unit.start()].rstrip()
    found = not math.isnan(number(text, comma))
    return (text, unit.group(1) if unit else "", limit) if found else ("", "", False)


@dataclass(frozen=True)
class Reading:
    """How the cells of one column are read.

    comma: whether decimals stand behind a comma. missing: cells that say nothing here, beside `MISSING`.
    kept: cells that say something here, though they usually say nothing or are taken to stand for nothing.
    units: what may stand behind its numbers. mark: what a ticked box holds; then a blank one means no.
    """

    comma: bool = False
    missing: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    mark: str = ""

    def gone(self, cell: str) -> bool:
        """Whether a cell says that there is nothing."""
        return cell in self.missing or (missing(cell) and cell not in self.kept)

    def plain(self, cells: Iterable[str], number: bool = False) -> tuple[str, ...]:
        """Cells as they are understood: "" where they say nothing, "yes" and "no" for marks, bare numbers."""
        cells = tuple(cells)
        meant = {cell: self._plain(cell, number) for cell in set(cells)}
        return tuple(map(meant.__getitem__, cells))

    def _plain(self, cell: str, bare: bool) -> str:
        if self.mark:
            return "yes" if cell == self.mark else "no" if not cell else ""
        if self.gone(cell):
            return ""
        if bare and math.isnan(number(cell, self.comma)):
            text, unit, _limit = amount(cell, self.comma)
            return text if text and (not unit or unit in self.units) else cell
        return cell


PLAINLY = Reading()


def parse_yes_no(cells: Sequence[str]) -> tuple[np.ndarray, tuple[str, str]] | None:
    """[N] 1 for yes, 0 for no, −1 for neither, and how the table writes no and yes; None where it does not use such words."""
    found = {cell.lower() for cell in set(cells)} - MISSING
    pair = next((pair for pair in ANSWERS if found <= set(pair) and len(found) == 2), None)
    if pair is None:
        return None
    small = [cell.lower() for cell in cells]
    values = np.array([pair.index(word) if word in pair else -1 for word in small], np.int64)
    no, yes = (cells[small.index(word)] for word in pair)
    return values, (no, yes)


def writes_commas(columns: Sequence[Sequence[str]], separator: str) -> bool:
    """Whether a table writes decimals behind a comma: as its columns say that can only be read in one way.

    Where none does (1,234 may be either), a table separated by semicolons is taken to, as programs write it.
    """
    votes = {True: 0, False: 0}
    doubtful = False
    for column in columns:
        gone = {cell for cell in set(column) if missing(cell)}
        there = some([cell for cell in column if cell not in gone] if gone else column)[:500]
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


def some(cells: Sequence[str]) -> Sequence[str]:
    """At most `LOOKED_AT` of the cells, evenly spread."""
    return cells[:: max(1, len(cells) // LOOKED_AT)]
