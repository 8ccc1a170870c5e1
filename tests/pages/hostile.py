"""A table whose titles are markup, formulas and links wherever somebody reads them as more than words."""

from __future__ import annotations

from pathlib import Path

from playground.uploads import files
from playground.uploads.brought import Told, told
from playground.uploads.kept import storage

TITLES = ("[click](http://evil.example)", "**bold** _it_", "<img src=x onerror=alert(1)>", ":red[x] :material/home:", "$x^2$")
"""Titles of the columns: the last two are learned."""


def hostile(folder: Path, titles: tuple[str, ...] = TITLES, owner: str = "ann", name: str = "t.csv") -> str:
    """The key of such a table, kept for its owner; every title stands for numbers."""
    lines = [";".join(titles)]
    lines += [";".join(str((row * (place + 3) * 7919) % 101 + row / 10) for place in range(len(titles))) for row in range(80)]
    path = folder / name
    path.write_text("\n".join(lines), encoding="utf-8")
    sheet = files.read([path], files.Way("auto", 0, False))
    brought, _choices = told(sheet, Told(",".join(titles[-2:]), "", "", {}, False))
    return storage.put(brought.table, owner)
