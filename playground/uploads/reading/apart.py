"""Workbooks and Parquet files are unpacked in a process of their own, whose memory and time the system itself bounds.

A file of ten megabytes can be written so that it unpacks to terabytes, and what a library does with it is the library's
affair. The process that draws pages must not end with it, nor wait for it. It also does without these libraries.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from playground.basics import words
from playground.basics.errors import Invalid, Problem, written
from playground.basics.words import _
from playground.uploads.reading import headers, sampling
from playground.uploads.reading.limits import LIMITS

HOME = Path(__file__).parents[3]
COMMAND = (sys.executable, "-m", "playground.uploads.reading.apart")

SLACK = 20.0
"""Seconds of the clock that the process has beside those of the core, on a busy machine, times two."""

ATONCE = threading.BoundedSemaphore(2)
"""Files that are unpacked at the same time."""

PEEK = 200
"""Rows of a workbook among which its header is looked for."""

OUT_OF_MEMORY = 12
"""The exit code of the process where its memory did not suffice."""

Rows = Callable[[], Iterator[tuple[int, list[Any]]]]


@dataclass(frozen=True)
class Unpacked:
    """The cells of a file as text.

    titles: [C] its first row. rows: [N, C] the others that are kept, each with its number in the file.
    found: rows that are there. passed: lines above the titles that are no part of the table.
    sheets: names of all sheets that hold cells; sheet: the one that was read.
    """

    titles: list[str]
    rows: list[tuple[int, list[str]]]
    found: int
    passed: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    sheet: str = ""


def unpacked(data: bytes, form: str, sheet: str = "", seed: int | None = None, header: int = 0) -> Unpacked:
    """The cells of a file. Raises Invalid with one problem; sampling.TooMany where there are too many rows and no seed.

    form: "xlsx" or "parquet". sheet: the name of one of several. seed: draws which rows are kept.
    header: the row of a sheet in which the header stands, 0 to look for it.
    """
    question = {"form": form, "sheet": sheet, "seed": seed, "header": header, "language": words.language()}
    answer = _asked(data, question)
    if "too_many" in answer:
        raise sampling.TooMany(*answer["too_many"])
    if "problem" in answer:
        raise Invalid([Problem(*answer["problem"])])
    rows = [(int(number), cells) for number, cells in answer["rows"]]
    passed, sheets = tuple(answer["passed"]), tuple(answer["sheets"])
    return Unpacked(answer["titles"], rows, int(answer["found"]), passed, sheets, str(answer["sheet"]))


def sheets(data: bytes) -> tuple[str, ...]:
    """Names of the sheets of a workbook that hold cells. Raises Invalid with one problem."""
    answer = _asked(data, {"form": "sheets", "language": words.language()})
    if "problem" in answer:
        raise Invalid([Problem(*answer["problem"])])
    return tuple(answer["sheets"])


def _asked(data: bytes, question: dict[str, Any]) -> dict[str, Any]:
    """What the process answers."""
    # One pool of memory less, so that what is freed counts as free.
    environment = os.environ | {"ARROW_DEFAULT_MEMORY_POOL": "system", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with ATONCE:
        try:
            done = subprocess.run(
                [*COMMAND, json.dumps(question)],
                input=data,
                capture_output=True,
                cwd=HOME,
                env=environment,
                timeout=2 * (LIMITS.seconds + SLACK),
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise _too_much() from None
    if done.returncode < 0 or done.returncode == OUT_OF_MEMORY:
        raise _too_much()
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise Invalid([Problem("file", _("should be a file that can be read"), said[-1] if said else done.returncode)])
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _too_much() -> Invalid:
    should = _("should be unpacked with {memory} MB of memory in {seconds} seconds; save it as CSV").format(
        memory=LIMITS.memory // 2**20, seconds=LIMITS.seconds
    )
    return Invalid([Problem("file", should, _("more"))])


# --- in the process ----------------------------------------------------------------------------------------------------


def answer(data: bytes, question: dict[str, Any]) -> dict[str, Any]:
    """What is told of a file, as plain data."""
    try:
        if question["form"] == "parquet":
            return _of_parquet(data, question["seed"])
        from playground.uploads.reading import workbook

        workbook.checked(data)
        book = workbook.opened(data)
        if question["form"] == "sheets":
            return {"sheets": workbook.sheets(book)}
        sheet = workbook.sheet_named(book, question["sheet"])
        peeked = list(islice(workbook.rows(sheet), PEEK))
        first = [[workbook.text(one, False) for one in cells] for _line, cells in peeked]
        if question["header"]:
            above = min(sum(line < question["header"] for line, _cells in peeked), len(first) - 1)
        else:
            above = headers.place_in_sheet(first)
        found = _told(first[above], lambda: islice(workbook.rows(sheet), above + 1, None), question["seed"])
        passed = [" ".join(filter(None, cells)) for cells in first[:above]]
        return found | {"passed": passed, "sheets": workbook.sheets(book), "sheet": sheet.title}
    except sampling.TooMany as many:
        return {"too_many": [many.found, many.most, many.columns]}
    except Invalid as invalid:
        (problem,) = invalid.problems
        return {"problem": [problem.where, problem.should, written(problem.found), problem.nearest]}


def _of_parquet(data: bytes, seed: int | None) -> dict[str, Any]:
    from playground.uploads.reading import parquet

    file = parquet.opened(data)
    return _told(parquet.titles(file), lambda: parquet.rows(file), seed) | {"passed": [], "sheets": [], "sheet": ""}


def _told(titles: list[str], rows: Rows, seed: int | None) -> dict[str, Any]:
    """Titles and rows as text, all of one width."""
    from playground.uploads.reading.workbook import texts

    kept, found = sampling.kept(rows, len(titles), seed)
    width = max([len(titles), *(len(cells) for _number, cells in kept)])
    if len(kept) > sampling.most_rows(width):  # rows are wider than the header
        kept, found = sampling.kept(rows, width, seed)
    numbers = [number for number, _cells in kept]
    padded = [[*cells, *[None] * (width - len(cells))] for _number, cells in kept]
    columns = [texts(list(column)) for column in zip(*padded, strict=True)] if padded else []
    titles += [""] * (width - len(titles))
    return {"titles": titles, "rows": list(zip(numbers, map(list, zip(*columns, strict=True)), strict=True)), "found": found}


def _bounded() -> None:
    """Let the system end this process where it takes more memory or time than it may."""
    try:
        import resource
    except ImportError:  # Windows knows no such bounds; the clock of the process that waits remains
        return
    for what, most in ((resource.RLIMIT_DATA, LIMITS.memory), (resource.RLIMIT_CPU, LIMITS.seconds)):
        _soft, hard = resource.getrlimit(what)
        bound = most if hard < 0 else min(most, hard)
        resource.setrlimit(what, (bound, hard))


def main(arguments: Sequence[str]) -> int:
    """Answer one question about the bytes on the standard input."""
    _bounded()
    if hasattr(os, "nice"):
        os.nice(5)  # pages answer first
    warnings.simplefilter("ignore")
    question = json.loads(arguments[0])
    words.use(question["language"])
    try:
        told = answer(sys.stdin.buffer.read(), question)
    except MemoryError:
        return OUT_OF_MEMORY
    json.dump(told, sys.stdout)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
