"""``python -m playground course``: what the course shows, whether its numbers are current, and how they are made anew."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import Any

from playground.basics.errors import Invalid, Problem, unknown
from playground.basics.words import LANGUAGES, _, use
from playground.course.measured import recording
from playground.course.measured.figure import figures
from playground.course.measured.table import Table, tables
from playground.course.text.reading import chapters

CHEAP = 10.0
"""Seconds of training up to which a table is trained again by ``--check``."""
FIGURES, TABLES = 17, 15
"""How many the lecture has."""


def add(commands: Any) -> None:
    """Add the command to the others."""
    parser = commands.add_parser("course", help=_("figures and tables of the course: list them, check them, record them"))
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "--list", action="store_true", help=_("every figure and table with its chapter, and whether it is current")
    )
    which.add_argument("--check", action="store_true", help=_("draw every figure, and train again what is cheap"))
    words = _("train the tables with these numbers; without a number, those that are not current; all for every one")
    which.add_argument("--record", nargs="*", metavar="N", help=words)
    parser.add_argument("--json", action="store_true", help=_("with --list: as a list of objects"))
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Do what was asked; 1 where something is not current."""
    if options.record is not None:
        return _record(options.record)
    if options.check:
        return _check()
    found = listing()
    if options.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        for one in found:
            said = _("current") if one["current"] else _("stale")
            print(f"{one['kind']:6} {one['number']:2}  {one['chapter']:16} {said:8} {one['title']}")
    return 0 if all(one["current"] for one in found) and len(found) == FIGURES + TABLES else 1


def listing() -> list[dict[str, Any]]:
    """Every figure and table: kind, number, chapter, title, current, command."""
    where = {(kind, number): one.key for one in chapters() for kind in ("figure", "table") for number in one.shown(kind)}
    rows = [
        _row("figure", number, one.title, where, _drawn(number), "python -m playground course --check")
        for number, one in figures().items()
    ]
    rows += [
        _row("table", number, one.title, where, recording.current(one), one.command or "python -m playground course --check")
        for number, one in tables().items()
    ]
    return rows


def _row(kind: str, number: int, title: str, where: dict[tuple[str, int], str], good: bool, command: str) -> dict[str, Any]:
    chapter = where.get((kind, number), "")
    return {
        "kind": kind,
        "number": number,
        "chapter": chapter,
        "title": _(title),
        "current": good and bool(chapter),
        "command": command,
    }


def _drawn(number: int) -> bool:
    """Whether a figure can be drawn."""
    try:
        figure = figures()[number]
        return bool(figure.draw(**figure.defaults())) and bool(figure.describe(**figure.defaults()))
    except (Invalid, KeyError, TypeError):
        return False


def _record(numbers: list[str]) -> int:
    """Train tables and say what it took."""
    wanted = _wanted(numbers)
    for table in wanted:
        one = recording.record(table)
        print(_("table {number}: {seconds} s").format(number=table.number, seconds=one.seconds), flush=True)
    return 0


def _wanted(numbers: list[str]) -> list[Table]:
    """The tables that are asked for. Raises Invalid for a number that none has."""
    known = {str(number): one for number, one in tables().items() if one.trains}
    if numbers == ["all"]:
        return list(known.values())
    if wrong := [unknown("--record", number, [*known, "all"]) for number in numbers if number not in known]:
        raise Invalid(wrong)
    return [known[number] for number in numbers] or [one for one in known.values() if not recording.current(one)]


def _check() -> int:
    """Draw all figures in all languages, train cheap tables again, and say what is wrong."""
    wrong = list(_faults())
    for fault in wrong:
        print(fault, file=sys.stderr)
    print(_("{count} things are not as recorded").format(count=len(wrong)) if wrong else _("All is as recorded."))
    return 1 if wrong else 0


def _faults() -> Iterator[str]:
    for language in LANGUAGES:
        use(language)
        for number in figures():
            if not _drawn(number):
                yield str(Problem(f"figure {number}", "should be drawn", language))
    use("")
    for number, table in tables().items():
        if not recording.current(table):
            yield str(Problem(f"table {number}", _("should be recorded by this code"), table.command))
        elif table.trains and recording.read(number).seconds < CHEAP:
            found = json.loads(json.dumps(recording.measured_cells(table)))
            if not alike(found, recording.cells(number)):
                yield str(Problem(f"table {number}", _("should give what was recorded"), table.command))


def alike(found: Any, kept: Any) -> bool:
    """Whether two results agree, numbers to a thousandth of a percent or of themselves."""
    if isinstance(found, dict) and isinstance(kept, dict):
        return found.keys() == kept.keys() and all(alike(one, kept[name]) for name, one in found.items())
    if isinstance(found, float | int) and isinstance(kept, float | int):
        return abs(found - kept) <= 1e-3 * max(1.0, abs(kept))
    return bool(found == kept)
