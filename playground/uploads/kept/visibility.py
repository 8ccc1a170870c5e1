"""Who may see a table on the shelf: its owner, whoever its owner shows it to, and this program itself.

An owner may mark a table, so that anyone who has its key, which is in every link to it, may look at it and learn from it.
The mark is a file beside the table. It is looked for each time the table is read, so taking it away counts at once.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

MARK = "open"
"""The file that says so; it is empty."""

_asked: list[Callable[[], str | None]] = []


def ask(who: Callable[[], str | None]) -> None:
    """Ask `who` for the visitor who wants to read; None stands for this program itself, which may read everything."""
    _asked[:] = [who]


def visitor() -> str | None:
    """Who wants to read now."""
    return _asked[0]() if _asked else None


def may_read(home: Path, owner: str) -> bool:
    """Whether the one who asks may read the table in a folder: look at it, learn from it, see what was learned."""
    return visitor() in (None, owner) or is_open(home)


def may_list(owner: str, trained_by: str) -> bool:
    """Whether the one who asks may find a run on a table in a list, which holds the key to it.

    A link is what lets others in, so nobody gets one from a list: only who brought the table and who trained the run, by
    which it is known that this one has the link already.
    """
    return visitor() in (None, owner, trained_by)


def is_open(home: Path) -> bool:
    """Whether anyone with the link may read the table in a folder."""
    return (home / MARK).is_file()


def mark(home: Path, is_open: bool) -> None:
    """Let anyone with the link read the table in a folder, or its owner alone. Raises OSError."""
    if is_open:
        os.close(os.open(home / MARK, os.O_WRONLY | os.O_CREAT, 0o600))
    else:
        (home / MARK).unlink(missing_ok=True)
