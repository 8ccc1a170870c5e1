"""Files with one fault each, as people bring them, and how each column is read or what is asked about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

ROWS = 120


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def text(titles: Sequence[str], *columns: Sequence[object], separator: str = ",", above: str = "", below: str = "") -> str:
    """Lines of a table."""
    lines = [separator.join(titles), *(separator.join(map(str, row)) for row in zip(*columns, strict=True))]
    return above + "\n".join(lines) + "\n" + below


def numbers(low: float = 0, high: float = 40) -> list[float]:
    return [float(value) for value in rng().uniform(low, high, ROWS).round(1)]


def turned(*cells: object) -> list[object]:
    """Cells in a shuffled order, each about as often."""
    order = np.random.default_rng(3).permutation(ROWS)
    return [cells[place % len(cells)] for place in order]


def among(values: Sequence[object], *others: object) -> list[object]:
    """Every tenth cell is another one."""
    return [others[row // 10 % len(others)] if row % 10 == 3 else value for row, value in enumerate(values)]


@dataclass(frozen=True)
class Fault:
    """A file, and what is expected of it.

    kinds: of some columns, by title. asked: topics of questions, by title; "" for those about all of the table.
    says: parts of what is said. value: a column, a row, and the number that is read there. refused: a part of the sentence.
    """

    data: str | bytes
    kinds: dict[str, str] | None = None
    asked: dict[str, str] | None = None
    says: tuple[str, ...] = ()
    value: tuple[str, int, float] | None = None
    refused: str = ""


SIZE = numbers()
Y = [round(3 * one + 1, 2) for one in SIZE]
GROUP = turned("a", "b", "c")


def with_x(cells: Sequence[object]) -> str:
    """A table of a column `x`, one of numbers, and one of classes."""
    return text(["x", "size", "group"], cells, SIZE, GROUP)


def _number(cells: Sequence[object], asked: str = "", value: float | None = None, row: int = 0, says: str = "") -> Fault:
    told = None if value is None else ("x", row, value)
    return Fault(with_x(cells), {"x": "number"}, {"x": asked} if asked else None, (says,) if says else (), told)


MEASURED = [f"{value:.1f}" for value in np.random.default_rng(1).normal(20, 5, ROWS)]
HOURS = [f"2024-03-{1 + row % 28:02} {row * 7 % 24:02}:30" for row in range(ROWS)]
DAYS = np.random.default_rng(5).integers(0, 700, ROWS)


def day(form: str) -> list[str]:
    """Days in a shuffled order, written in one way."""
    start = np.datetime64("2021-01-04")
    return [(start + int(one)).astype(object).strftime(form) for one in DAYS]


FAULTS: dict[str, Callable[[], Fault]] = {
    # --- words among numbers
    **{
        f"{word} among numbers": lambda word=word: _number(among(MEASURED, word), "words", says=word)  # type: ignore[misc]
        for word in ("unknown", "TBD", "inf", "n.d.", "broken sensor")
    },
    **{
        f"{word} among numbers": lambda word=word: _number(among(MEASURED, word))  # type: ignore[misc]
        for word in ("#DIV/0!", "(null)", "<NA>", "NULL", "#N/A")
    },
    "limits": lambda: _number(among(MEASURED, "<17"), "limits", 17, 3),
    "limits of several sorts": lambda: _number(among(MEASURED, "<17", "> 40", "≤2"), "limits", 40, 13),
    "a unit at some": lambda: _number(among(MEASURED, "12.3 kg"), "units", 12.3, 3),
    "a unit at all": lambda: _number([f"{cell} mg/l" for cell in MEASURED], value=float(MEASURED[0])),
    "two units": lambda: _number(among(MEASURED, "12.3 kg", "120 g"), "words"),
    "money": lambda: _number(among(MEASURED, "CHF 5"), value=5, row=3),
    "money with a sign behind": lambda: _number([f"{cell} €" for cell in MEASURED], value=float(MEASURED[0])),
    "brackets of accounts": lambda: _number(among(MEASURED, "(4.20)"), value=-4.2, row=3),
    "percent": lambda: _number([f"{cell}%" for cell in MEASURED], value=float(MEASURED[0])),
    "a minus sign of typesetters": lambda: _number(among(MEASURED, "−4.2"), value=-4.2, row=3),
    "most are numbers, a third are words": lambda: _number(
        [cell if row % 3 else "unknown" for row, cell in enumerate(MEASURED)], "words"
    ),
    # --- numbers that are none
    "-999": lambda: Fault(
        with_x(among(MEASURED, -999)), {"x": "number"}, {"x": "sentinels"}, ("far outside",), ("x", 3, np.nan)
    ),
    "9999": lambda: Fault(with_x(among(MEASURED, 9999)), {"x": "number"}, {"x": "sentinels"}, (), ("x", 3, np.nan)),
    "-999 and 9999": lambda: Fault(
        with_x(among(MEASURED, -999, 9999)), {"x": "number"}, {"x": "sentinels"}, (), ("x", 13, np.nan)
    ),
    "99 among classes": lambda: Fault(with_x(among(turned(1, 2, 3), 99)), {"x": "category"}, {"x": "sentinels"}),
    "one large number is one": lambda: Fault(with_x([*MEASURED[:-1], "300"]), {"x": "number"}, {}, (), ("x", ROWS - 1, 300)),
    "a total": lambda: Fault(
        with_x(MEASURED) + f"Total,{sum(SIZE):.1f},\n", {"x": "number"}, {"": "totals"}, ("sums up others",)
    ),
    "a total without a word": lambda: Fault(
        text(["group", "x", "size"], GROUP, MEASURED, SIZE) + f",{sum(map(float, MEASURED)):.1f},{sum(SIZE):.1f}\n",
        {"x": "number"},
        {"": "totals"},
    ),
    "合计": lambda: Fault(text(["店", "x", "y"], GROUP, MEASURED, SIZE) + "合计,5000,7000\n", {"x": "number"}, {"": "totals"}),
    "postcodes": lambda: Fault(with_x(turned("01067", "99084", "04109", "80331")), {"x": "category"}, {"x": "codes"}),
    "long keys": lambda: Fault(
        with_x([f"1234567890123456{row:02}" for row in range(ROWS)]), {"x": "out"}, None, ("more digits",)
    ),
    "long keys that come again": lambda: Fault(
        with_x([f"12345678901234567{row % 5}" for row in range(ROWS)]), {"x": "category"}, {"x": "codes"}
    ),
    "1e300": lambda: Fault(with_x([f"{row}e300" for row in range(1, ROWS + 1)]), {"x": "out"}, None, ("beyond 1e30",)),
    "1e300 once": lambda: _number([*MEASURED[:-1], "1e300"], "huge"),
    "thousands of India": lambda: _number([f'"1,{row % 90 + 10},{row:03}"' for row in range(ROWS)], value=110000),
    "a comma in one column and a point in another": lambda: Fault(
        text(["x", "y", "g"], [f"{row % 37},{row % 10}" for row in range(ROWS)], MEASURED, GROUP, separator=";"),
        {"x": "number", "y": "number"},
        None,
        (),
        ("x", 41, 4.1),
    ),
    "points beside commas": lambda: Fault(
        text(["y", "x", "g"], [f"{row % 37},{row % 10}" for row in range(ROWS)], MEASURED, GROUP, separator=";"),
        {"x": "number"},
        None,
        (),
        ("x", 0, float(MEASURED[0])),
    ),
    # --- words that are none
    "Namibia": lambda: Fault(with_x(turned("DE", "NA", "FR", "ZA", "US", "IN")), {"x": "category"}, {"x": "none"}),
    "no alley": lambda: Fault(with_x(turned("None", "None", "None", "Grvl", "Pave")), {"x": "category"}, {"x": "none"}),
    "NA at half of the rows": lambda: Fault(with_x(turned("NA", "NA", "Gd", "TA", "Ex")), {"x": "category"}, {"x": "none"}),
    "boxes": lambda: Fault(with_x(turned("x", "")), {"x": "answer"}, {"x": "mark"}),
    "ticks": lambda: Fault(with_x(turned("✓", "", "")), {"x": "answer"}, {"x": "mark"}),
    # --- times
    "hours": lambda: Fault(with_x(HOURS), {"x": "date"}),
    "hours of a clock with twelve": lambda: Fault(with_x(day("%m/%d/%Y 03:15 PM")), {"x": "date"}),
    "01-Aug-2022": lambda: Fault(with_x(day("%d-%b-%Y")), {"x": "date"}),
    "01-Aug-22": lambda: Fault(with_x(day("%d-%b-%y")), {"x": "date"}),
    "20220801": lambda: Fault(with_x(day("%Y%m%d")), {"x": "date"}),
    "2021-W03": lambda: Fault(with_x(day("%G-W%V")), {"x": "date"}),
    "Friday, 05. March 2021": lambda: Fault(
        text(["x", "size", "group"], [f'"{one}"' for one in day("%A, %d. %B %Y")], SIZE, GROUP), {"x": "date"}
    ),
    "March 2021": lambda: Fault(with_x(day("%b %Y")), {"x": "date"}),
    "days among words": lambda: Fault(with_x(among(day("%Y-%m-%d"), "soon")), {"x": "date"}, {"x": "words"}),
    # --- lines, cells, signs
    "lines above the header": lambda: Fault(
        "Report of the office\nMade on Friday, 5. March\n\n" + with_x(MEASURED), {"x": "number"}, None, ("2 lines", "Report of")
    ),
    "comments above the header": lambda: Fault(
        "# made by hand\n#\n" + with_x(MEASURED), {"x": "number"}, None, ("passed over",)
    ),
    "titles filled up": lambda: Fault("Report,,\n,,\n" + with_x(MEASURED), {"x": "number"}, None, ("passed over",)),
    "a footnote": lambda: Fault(with_x(MEASURED) + "Source: the office\n", {"x": "number"}, None, ("Source",)),
    "，": lambda: Fault(with_x(MEASURED).replace(",", "，"), {"x": "number", "size": "number", "group": "category"}),
    "cp1250": lambda: Fault(
        with_x(turned("Jiří", "Žofie", "Šárka", "Plzeň")).encode("cp1250"), {"x": "category"}, None, ("Central European",)
    ),
    "cp1252": lambda: Fault(with_x(turned("Köln", "Düren")).encode("cp1252"), {"x": "category"}, None, ("Western European",)),
    "Korean": lambda: Fault(
        with_x(turned("서울특별시", "부산", "대구", "김철수")).encode("euc_kr"), {"x": "category"}, None, ("Korean",)
    ),
    # --- torn cells, and names of rows
    "an unquoted decimal comma": lambda: Fault(
        text(
            ["name", "price", "size"],
            [f"n{row}" for row in range(ROWS)],
            [f"{row % 7},{row % 20:02}" for row in range(ROWS)],
            SIZE,
        ),
        refused="either rows begin with names",
    ),
    "an unquoted decimal comma behind a count": lambda: Fault(
        text(["day", "price", "size"], range(1, ROWS + 1), [f"{row % 7},{row % 9}" for row in range(ROWS)], turned(1, 2, 3)),
        refused="either rows begin with names",
    ),
    "a place with a comma": lambda: Fault(
        text(["visitor", "size", "place"], [f"v{row}" for row in range(ROWS)], SIZE, turned("Paris, TX", "Rome, NY")),
        refused="should stand in quotes",
    ),
    "a place with a comma and no blank": lambda: Fault(
        text(["visitor", "size", "place"], [f"v{row}" for row in range(ROWS)], SIZE, turned("Paris,TX", "Rome,NY")),
        refused="should stand in quotes",
    ),
    "first cells that are not all different": lambda: Fault(
        text(["size", "group"], GROUP, SIZE, GROUP), refused="either rows begin with names"
    ),
    "names of rows as R writes them": lambda: Fault(
        text(['"x"', '"size"'], [f'"Car {row}"' for row in range(ROWS)], MEASURED, SIZE),
        {"row": "out", "x": "number"},
        None,
        ("names of the rows", "name the rows"),
    ),
    "numbers of rows as R writes them": lambda: Fault(
        text(['"x"', '"g"'], [f'"{85 + row if row < 60 else row - 59}"' for row in range(ROWS)], MEASURED, GROUP),
        {"row": "out", "x": "number"},
        None,
        ("name the rows",),
    ),
    "names without quotes": lambda: Fault(
        text(["mpg", "cyl"], [f"Car {chr(65 + row % 26)}{row}" for row in range(ROWS)], MEASURED, SIZE),
        {"row": "out", "mpg": "number"},
    ),
}
