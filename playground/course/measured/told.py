"""A table of the course as text: head, cells, and the line below that says where its numbers are from."""

from __future__ import annotations

from typing import Any

from playground.basics.words import _
from playground.course.measured.numbers import score
from playground.course.measured.recording import Recorded, current, read
from playground.course.measured.table import Column, Row, Table
from playground.statistics.differences import GAINS, LOSES


def head(table: Table) -> list[str]:
    """The titles of its columns; that of the first, which names the rows, is a space."""
    return [" ", *(_(column.title) for column in table.columns)]


def body(table: Table) -> list[list[str]]:
    """Its cells as Markdown: what is told is bold."""
    found = read(table.number).cells
    return [[_(row.title), *(_cell(row, column, found.get(row.key, {})) for column in table.columns)] for row in table.rows]


def below(table: Table) -> str:
    """Where its numbers are from: seeds, intervals, command; and that they are old where they are."""
    if not table.trains:
        return _(table.about) if table.about else ""
    one = read(table.number)
    counts = sorted({len(table.seeds_of(row)) for row in table.rows if row.preset})
    seeds = " / ".join(map(str, counts))
    words = [_(table.about)] if table.about else []
    if any(column.show == "gain" for column in table.columns):
        said = _(
            "Gains over single-task networks on test data, {seeds} seeds, 95 % intervals corrected for each row; "
            "bold where a gain or a loss is told."
        )
        words.append(said.format(seeds=seeds))
    elif table.seeds:
        words.append(_("Means over {seeds} seeds on test data.").format(seeds=seeds))
    words.append(_made(one, table))
    return " ".join(words)


def _made(one: Recorded, table: Table) -> str:
    if not one.cells:
        return _("Nothing is recorded yet: {command}").format(command=f"`{table.command}`")
    versions = ", ".join(f"{name} {number}" for name, number in one.versions.items() if name == "torch")
    said = _("Recorded by {command} in {seconds} s ({versions}).").format(
        command=f"`{table.command}`", seconds=f"{one.seconds:.0f}", versions=versions
    )
    return said if current(table) else said + " " + _("The program has changed since; run the command to make it anew.")


def _cell(row: Row, column: Column, found: dict[str, Any]) -> str:
    """One cell."""
    if column.key in row.notes:
        return _(row.notes[column.key])
    value = found.get(column.key)
    if value is None:
        return "–"
    if isinstance(value, dict):
        return _told(value) if column.show == "gain" else score(value, column.show)
    if column.show == "count":
        return f"{value:,.0f}"
    return f"{value:.{column.digits}f}".replace("-", "−") if isinstance(value, float | int) else _(str(value))


def _told(value: dict[str, Any]) -> str:
    """A gain with its interval; bold where it is told."""
    if not value.get("text"):
        return "–"
    words = f"{value['text']} {value['interval']}".strip()
    return f"**{words}**" if value.get("verdict") in (GAINS, LOSES) else words
