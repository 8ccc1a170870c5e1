"""Numbers in sentences: ``{t4.hard.a}`` is filled from what table 4 recorded, so that no number of a lesson is typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from playground.basics.errors import Invalid, Problem
from playground.basics.words import _
from playground.course.measured.recording import cells, read
from playground.course.measured.table import tables

HOLE = re.compile(r"\{(t\d+(?:\.[\w-]+)+)\}")
"""A placeholder in a text."""


def fill(text: str) -> str:
    """A text with its numbers. Raises Invalid for a number that no table has."""
    return HOLE.sub(lambda match: number(match[1]), text)


def holes(text: str) -> Iterator[str]:
    """What a text asks for."""
    yield from HOLE.findall(text)


def number(place: str) -> str:
    """What stands at a place, e.g. "t4.hard.a" or "t4.hard.a.interval", as people read it."""
    table, *rest = place.split(".")
    which = int(table[1:])
    if which not in tables():
        raise Invalid([Problem(place, _("should name a table of the course"), table)])
    if rest == ["seeds"]:
        return str(tables()[which].seeds)
    if not read(which).cells:
        return "–"  # nothing is recorded yet, which the table itself says
    if rest == ["seconds"]:
        return f"{read(which).seconds:.0f}"
    value = cell(place.rsplit(".", 1)[0] if len(rest) == 3 else place)
    if len(rest) == 3:
        return _part(value, rest[2], place)
    if isinstance(value, dict):
        return f"{value['text']} %" if value.get("text") else _scores(value, place)
    return f"{value:g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def cell(place: str) -> Any:
    """What was measured at "t4.row.column": a dict for a gain, else a plain number. Raises Invalid where there is nothing."""
    table, *rest = place.split(".")
    found: Any = cells(int(table[1:]))
    for name in rest:
        if not isinstance(found, dict) or name not in found:
            raise Invalid([Problem(place, _("should name a number that its table recorded"), name)])
        found = found[name]
    return found


def holds(claim: str) -> bool:
    """Whether "t4.hard.a gains" is what was recorded."""
    place, _space, verdict = claim.partition(" ")
    found = cell(place)
    return isinstance(found, dict) and found.get("verdict") == verdict


def _part(value: Any, name: str, place: str) -> str:
    """A part of a gain as text."""
    if not isinstance(value, dict) or value.get("count" if name == "seeds" else name) is None:
        raise Invalid([Problem(place, _("should name a part of a gain: interval, seeds, score or baseline"), name)])
    if name == "seeds":
        return str(value["count"])
    if name in ("score", "baseline"):
        return score(value, name)
    return str(value[name])


def _scores(value: dict[str, Any], place: str) -> str:
    raise Invalid([Problem(place, _("should be a number that can be told"), value.get("missing"))])


def score(value: dict[str, Any], name: str) -> str:
    """A mean score with its unit. name: "score" or "baseline"."""
    if value.get(name) is None:
        return "–"
    written, unit = f"{value[name]:.3g}", value.get("unit", "")
    return f"{float(written):g}{f' {unit}' if unit else ''}"
