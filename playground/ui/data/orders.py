"""In which order the classes of a column stand, where a visitor says that they have one."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from playground.basics.words import _
from playground.ui.text import as_markdown
from playground.uploads.columns import scales
from playground.uploads.columns.column import NEXT, ORDERED
from playground.uploads.reading.limits import LIMITS
from playground.uploads.table import Table, short


def orders(table: Table, kinds: Mapping[str, str], mark: str) -> dict[str, str]:
    """For each column of ordered classes its type with its classes from the least to the greatest, as the visitor puts them.

    kinds: of columns, by name, as the visitor says.
    """
    found = {}
    for column in table.columns:
        name, kind = column.name, kinds.get(column.name, column.kind)
        if kind != "ordinal" or not 2 <= len(column.different) <= LIMITS.steps:
            continue  # a sentence says so elsewhere
        guess = list(column.order or scales.order(column.different, column.reading.comma) or column.different)
        steps = st.multiselect(
            _("Order of {column}, the least first").format(column=as_markdown(short(column.title))),
            guess,
            default=guess,
            key=f"own.order.{mark}.{name}",
            help=_("Take classes away and choose them again in the order in which they stand. Either end may come first."),
        )
        if kind != column.kind or tuple(steps) != column.order:
            found[name] = kind + ORDERED + NEXT.join(steps)
    return found
