"""A table as a command makes it of a sheet."""

from __future__ import annotations

from playground.uploads.brought import Told, told
from playground.uploads.reading.reader import Sheet
from playground.uploads.table import Table


def chosen(sheet: Sheet, targets: str, types: str = "", group: str = "") -> Table:
    """The table in which these columns are learned."""
    return told(sheet, Told(targets, types, group))[0].table
