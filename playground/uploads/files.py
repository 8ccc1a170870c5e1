"""One file or several, as a command names them, read to one sheet; and what there is to say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from playground.basics.errors import Invalid, Problem
from playground.basics.knobs import Knob
from playground.basics.words import _
from playground.uploads.columns import multilabel
from playground.uploads.columns.column import Column
from playground.uploads.joined import joined
from playground.uploads.reading.limits import LIMITS
from playground.uploads.reading.reader import Sheet, read_file
from playground.uploads.table import Table, short

SEED = Knob(0, low=0, high=2**31 - 1)
"""What rows may be drawn by."""

MAX_NAMED_LABELS = 20
"""Labels that are named at most."""


@dataclass(frozen=True)
class Way:
    """How text is to be read where that is not found out rightly; see `read_bytes`."""

    encoding: str = "auto"
    header: int = 0
    names: bool = False


def read(paths: Sequence[Path], way: Way, sheets: Sequence[str] = (), sample: str | None = None) -> Sheet:
    """The sheet of one file, or of several that are joined. Raises Invalid with every problem.

    sheets: names for workbooks, none, one for all, or one a file. sample: the seed that draws rows of too many, None for none.
    """
    seed = None if sample is None else int(SEED.read("--sample", sample))
    if len(sheets) > 1 and len(sheets) != len(paths):
        should = _("should be given once for all files, or once for each of {count}").format(count=len(paths))
        raise Invalid([Problem("--sheet", should, len(sheets))])
    if len(paths) > LIMITS.files:
        should = _("should be given at most {count} times").format(count=LIMITS.files)
        raise Invalid([Problem("--data", should, len(paths))])
    names = list(sheets) if len(sheets) == len(paths) else [*sheets, ""][:1] * len(paths)
    how = way.encoding, way.header, way.names
    return joined([read_file(path, *how, name, seed) for path, name in zip(paths, names, strict=True)], seed)


def said(sheet: Sheet, table: Table) -> list[str]:
    """What was done with rows and with columns of several labels, a sentence each.

    table: that of the sheet, before such columns are unfolded.
    """
    lines = []
    if len(sheet) < sheet.found:
        words = _("{rows} rows of {found} are taken, drawn by a seed.")
        lines.append(words.format(rows=f"{len(sheet):,}", found=f"{sheet.found:,}"))
    if parts := table.rows_of():
        lines.append(_("Rows: {rows}. Each table is split by itself.").format(rows=listed(parts)))
    return lines + [_labels(column) for column in table.columns if column.kind == "labels"]


def listed(parts: Mapping[str, int]) -> str:
    """Tables with their rows, in words."""
    return _(", ").join(f"{short(name)} {count:,}" for name, count in parts.items())


def _labels(column: Column) -> str:
    """What becomes of a column with several labels in a cell."""
    sign = multilabel.separator(column.plain)
    taken = multilabel.taken(column.plain, sign)
    rest = [label for label, _count in multilabel.counted(column.plain, sign) if label not in taken]
    words = _("{column} becomes {count} columns of yes and no: {labels}.")
    line = words.format(column=short(column.title), count=len(taken), labels=_(", ").join(map(short, taken)))
    if rest:
        words = _("Left out, as rows with or without them are too few or {most} others are commoner: {labels}.")
        shown = _(", ").join(map(short, rest[:MAX_NAMED_LABELS])) + ("…" if len(rest) > MAX_NAMED_LABELS else "")
        line += " " + words.format(most=LIMITS.labels, labels=shown)
    return line
