"""What a column most likely is, why, and what about it a person should be asked."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from playground.uploads.columns import values
from playground.uploads.columns.times import date_form, dates
from playground.uploads.columns.values import MOSTLY, PLAINLY, Reading, some
from playground.uploads.reading.headers import is_key_title

MAX_CLASS_NUMBERS = 10
"""Whole numbers without a gap, at most so many of them, are taken as names of classes."""

FEW_WORDS = 20
"""Words or sentences, at most so many different ones, are taken as names of classes."""

NUMERIC_SHARE = 0.5
"""The share of numbers from which a column with few other words is one of numbers."""

ODD_WORDS = 10
"""Different words that may stand among numbers, at most."""

EXACT = 15
"""Digits of a whole number that a float holds exactly."""

SENTINELS = frozenset(
    sign * value
    for sign in (1, -1)
    for value in (
        99,
        999,
        9999,
        99999,
        999999,
        9999999,
        99999999,
        88,
        888,
        8888,
        77,
        777,
        7777,
        9999.9,
        999.9,
        999.99,
        99.9,
        99.99,
    )
) | {-1.0, -7.0, -8.0, -9.0, -32768.0, -2147483648.0}
"""Numbers that are written where nothing was measured."""

NONE_WORDS = ("none", "nil")
"""Usual words for nothing that are as often the name of a class: no alley, no medal."""

TIME_TITLE = re.compile(r"(?:^|[\W_])(?:time|timestamp|stamp|datetime|epoch|unix|ts|unixtime)$|时间戳", re.IGNORECASE)


@dataclass(frozen=True)
class Guess:
    """What is thought of one column.

    kind: one of `KINDS`. form: how dates are written. reading: how cells are read. why: a key of `decisions.REASONS`.
    otherwise: what a column is that is left out, should somebody want to read it.
    odd: what a person may be asked about, by topic: cells and how many there are of each.
    """

    kind: str
    why: str
    reading: Reading = PLAINLY
    form: str = ""
    otherwise: str = ""
    odd: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def guess(
    title: str, cells: Sequence[str], comma: bool, nameless: bool = False, missing: Sequence[str] = (), kept: Sequence[str] = ()
) -> Guess:
    """What a column most likely is.

    comma: where nothing in it tells, a comma stands before its decimals. nameless: it has no title in the file.
    missing, kept: cells that, as a person says, say nothing or something here.
    """
    reading = Reading(comma, tuple(missing), tuple(kept))
    counts = Counter(cells)
    reading, odd = _none_words(counts, reading)
    gone = {cell for cell in counts if reading.gone(cell)}
    there = [cell for cell in cells if cell not in gone] if gone else list(cells)
    if len(set(there)) < 2:
        return _constant(counts, there, reading)
    if values.parse_yes_no(there) is not None:
        return Guess("answer", "answer", reading, odd=odd)
    if (form := _compact(there)) is not None:
        return Guess("date", "date", reading, form, odd=odd)
    if (number := _number(title, cells, there, reading, nameless)) is not None:
        return number
    if (form := date_form(there)) is not None or (form := _date_among_words(there)) is not None:
        return Guess("date", "date", reading, form, odd=_strangers(there, form))
    return replace(_words(there, reading, nameless), odd=odd)


def _none_words(counts: Counter[str], reading: Reading) -> tuple[Reading, dict[str, dict[str, int]]]:
    """The reading with usual words for nothing that are rather classes here, and those that a person may be asked about.

    Only among few other words, none of which is a number, yes or no: `None` for no alley, `NA` among the codes of countries.
    """
    nothing = {cell: count for cell, count in counts.items() if re.search(r"[^\W\d]{2}", cell) and values.missing(cell)}
    others = [cell for cell in counts if not values.missing(cell) and cell not in reading.missing]
    if not nothing or not others or len(others) > 300 or values.parse_yes_no(others) is not None:
        return reading, {}
    if any(letter.isdigit() for cell in others for letter in cell) and not all(cell[:1].isalpha() for cell in others):
        return reading, {}
    codes = len(others) >= 5 and all(re.fullmatch(r"[A-Z]{2}", cell) for cell in others)
    few = len(others) <= FEW_WORDS and all(len(cell.split()) <= 4 for cell in others)
    rows = sum(counts.values())
    asked = {
        cell: count
        for cell, count in nothing.items()
        if (codes and cell == "NA") or (few and (cell.lower() in NONE_WORDS or count >= 0.2 * rows))
    }
    words = {cell: count for cell, count in asked.items() if codes or cell.lower() in NONE_WORDS}
    nothing = {cell: count for cell, count in asked.items() if cell not in words}
    kept = [cell for cell in words if cell not in reading.missing]
    odd = {topic: found for topic, found in (("word", words), ("none", nothing)) if found}
    return replace(reading, kept=tuple(dict.fromkeys([*reading.kept, *kept]))), odd


def _constant(counts: Counter[str], there: Sequence[str], reading: Reading) -> Guess:
    """A column with one value, or none: boxes that are ticked or blank, or nothing that could be learned from."""
    mark = there[0] if there else ""
    if mark.lower() in values.YES_MARKS and counts[""] and "" not in reading.missing:
        odd = {"mark": {mark: counts[mark], "": counts[""]}}
        return Guess("answer", "mark", replace(reading, mark=mark), odd=odd)
    return Guess("out", "constant" if there else "empty", reading)


def _compact(there: Sequence[str]) -> str | None:
    """Days written as eight digits."""
    looked = some(there)
    if not all(re.fullmatch(r"(?:1[89]|20)\d{6}", cell) for cell in looked[:20]):
        return None
    return "%Y%m%d" if (~np.isnat(dates(looked, "%Y%m%d"))).mean() >= MOSTLY else None


def _date_among_words(there: Sequence[str]) -> str | None:
    """The form of a column of which most cells are dates and the others few different words."""
    form = date_form(there, NUMERIC_SHARE)
    return form if form and len(_strangers(there, form).get("words", {})) <= ODD_WORDS else None


def _strangers(there: Sequence[str], form: str) -> dict[str, dict[str, int]]:
    known = dates(there, form)
    words = Counter(cell for cell, day in zip(there, known, strict=True) if np.isnat(day))
    return {"words": dict(words)} if words else {}


# --- numbers -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Amounts:
    """The cells of a column as numbers: those that are ones, with their units, those that are limits, and all other words."""

    units: Counter[str]
    limits: Counter[str]
    words: Counter[str]
    huge: Counter[str]
    share: float


def _amounts(counts: Mapping[str, int], comma: bool) -> _Amounts:
    units, limits, words, huge = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    known = 0
    for cell, count in counts.items():
        if math.isfinite(values.number(cell, comma)):
            known += count
            continue
        text, unit, limit = values.amount(cell, comma)
        if not text:
            (huge if re.fullmatch(r"[-+]?[\d.,]+(?:[eE][-+]?\d+)?", cell) and _is_huge(cell) else words)[cell] += count
            continue
        known += count
        if unit:
            units[unit] += count
        if limit:
            limits[cell] += count
    return _Amounts(units, limits, words, huge, known / max(1, sum(counts.values())))


def _is_huge(cell: str) -> bool:
    try:
        return abs(float(cell)) >= values.GREATEST
    except (ValueError, OverflowError):
        return False


def comma_of(there: Sequence[str], default: bool) -> bool:
    """Whether this column writes decimals behind a comma: as its cells say, else as its table does."""
    looked = some(there)
    shares = {comma: float(np.isfinite(values.numbers(looked, comma)).mean()) for comma in (default, not default)}
    return default if shares[default] >= shares[not default] else not default


def _number(title: str, cells: Sequence[str], there: Sequence[str], reading: Reading, nameless: bool) -> Guess | None:
    """The column as one of numbers, counts, codes or small classes; None where it is none of these."""
    reading = replace(reading, comma=comma_of(there, reading.comma))
    # Dates and names need not be looked at one by one to see that they are no numbers.
    few = _amounts(Counter(there[:: max(1, len(there) // 300)]), reading.comma)
    if few.share < NUMERIC_SHARE / 2 and not few.huge:
        return None
    found = _amounts(Counter(there), reading.comma)
    if found.huge and found.share < NUMERIC_SHARE:
        return Guess("out", "huge", reading, odd={"huge": dict(found.huge)})
    if len(found.units) > 1:  # grams and kilograms are not one number
        found = replace(found, share=found.share - found.units.total() / len(there), words=found.words + found.units)
    strays = len(found.words) > ODD_WORDS and found.words.total() > (1 - MOSTLY) * len(there)
    if found.share < NUMERIC_SHARE or (found.share < MOSTLY and strays):
        return None
    reading = replace(reading, units=tuple(found.units) if len(found.units) == 1 else ())
    known = [cell for cell in there if cell not in found.words]
    numbers = values.numbers(reading.plain(known, number=True), reading.comma)
    reading, sentinels = _sentinels(known, numbers, reading)
    odd = {"sentinels": sentinels, "words": dict(found.words), "limits": dict(found.limits), "huge": dict(found.huge)}
    # A unit behind every number is no question.
    odd["units"] = dict(found.units) if len(found.units) == 1 and found.units.total() < len(known) else {}
    odd = {topic: words for topic, words in odd.items() if words}
    left = np.array([cell not in sentinels or cell in reading.kept for cell in known])
    kind, why, otherwise = _kind_of_number(
        title, [cell for cell, one in zip(known, left, strict=True) if one], numbers[left], len(cells), nameless
    )
    if why in ("code", "long"):
        odd["codes"] = {next((cell for cell in known if cell.startswith("0")), known[0]): len(known)}
    return Guess(kind, why, reading, otherwise=otherwise, odd=odd)


def _sentinels(known: Sequence[str], numbers: np.ndarray, reading: Reading) -> tuple[Reading, dict[str, int]]:
    """The reading under which numbers far outside that stand for nothing are missing, and these numbers.

    Far outside is further from the next value than all other values lie from each other. What is kept is still named.
    """
    sizes: Counter[float] = Counter(numbers[np.isfinite(numbers)].tolist())
    found: set[float] = set()
    for _round in range(4):
        rest = sorted(value for value in sizes if value not in found)
        if len(rest) < 4:
            break
        for end, nearest, far in ((rest[0], rest[1], rest[-1]), (rest[-1], rest[-2], rest[0])):
            often = sizes[end] >= 2 or abs(end) >= 999
            if end in SENTINELS and often and abs(end - nearest) > abs(far - nearest) and sizes[end] < 0.9 * len(numbers):
                found.add(end)
    cells = Counter(cell for cell, value in zip(known, numbers.tolist(), strict=True) if value in found)
    gone = [cell for cell in cells if cell not in reading.kept]
    return replace(reading, missing=tuple(dict.fromkeys([*reading.missing, *gone]))), dict(cells)


def _kind_of_number(title: str, known: Sequence[str], numbers: np.ndarray, rows: int, nameless: bool) -> tuple[str, str, str]:
    """Kind, reason, and what else it would be: a number, the name of a class, a code, or what counts and names rows."""
    whole = bool((numbers == np.round(numbers)).all()) and len(numbers) > 2
    unique = len(set(known)) == len(known)
    digits = [cell.lstrip("+-") for cell in known]
    if whole and max(map(len, digits)) > EXACT and all(map(str.isdecimal, digits)):
        return ("out", "long", "category") if unique or len(set(known)) > 0.5 * rows else ("category", "long", "")
    if whole and any(cell[0] == "0" and len(cell) > 1 for cell in digits) and all(map(str.isdecimal, digits)):
        return ("out", "code", "category") if unique else ("category", "code", "")
    different = np.unique(numbers)
    if whole and unique and (why := _counts_rows(title, numbers, rows, nameless)):
        return "out", why, "number"
    if whole and len(different) <= MAX_CLASS_NUMBERS and (np.diff(different) == 1).all() and len(numbers) >= 5 * len(different):
        return "category", "few", ""
    return "number", "number", ""


def _counts_rows(title: str, numbers: np.ndarray, rows: int, nameless: bool) -> str:
    """Why whole numbers that are all different are no measurement but count or name the rows; "" where they may be one."""
    steps = np.diff(numbers)
    if len(numbers) == rows and (steps == 1).all():
        return "count"
    if nameless:
        return "nameless"
    if is_key_title(title):
        return "key"
    ordered = bool((steps > 0).all() or (steps < 0).all())
    if ordered and len(numbers) == rows and ((steps == -1).all() or np.ptp(numbers) <= 10 * rows or TIME_TITLE.search(title)):
        return "order"
    return ""


# --- words -------------------------------------------------------------------------------------------------------------


def _words(there: Sequence[str], reading: Reading, nameless: bool) -> Guess:
    """Classes, sentences, or names of single things."""
    different = set(there)
    if nameless and len(different) == len(there):
        return Guess("out", "nameless", reading, otherwise="category")
    if len(different) <= FEW_WORDS and len(different) < len(there):
        return Guess("category", "words", reading)
    words = np.mean([len(cell.split()) + len(re.findall("[\u4e00-\u9fff]", cell)) / 2 for cell in some(there)])
    if words >= 3:
        return Guess("text", "text", reading)
    # Names and numbers of single things tell a network nothing that holds for others.
    if len(different) > 0.5 * len(there):
        return Guess("out", "names", reading, otherwise="category")
    return Guess("category", "words", reading)
