"""Room that is kept beside a SQLite database, so that runs can be deleted when its disk is full.

Deleting writes too: first to the write-ahead log, then from there to the database, and on a full disk neither can grow.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

SIZE = 4 * 2**20
"""Bytes that are kept: what the write-ahead log holds at most before it is emptied, about."""
PLENTY = 10
"""How many times as much has to be free before they are kept."""


def spare(file: Path) -> Path:
    """The file that holds the room beside a database."""
    return file.with_name(f"{file.name}.spare")


def keep(file: Path) -> None:
    """Keep room, if there is plenty and none is kept yet."""
    path = spare(file)
    with suppress(OSError):
        if path.exists() or shutil.disk_usage(file.parent).free < PLENTY * SIZE:
            return
        with path.open("xb") as kept:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(kept.fileno(), 0, SIZE)
            else:
                kept.write(bytes(SIZE))


def release(file: Path) -> bool:
    """Give the room that is kept away; whether there was any."""
    try:
        spare(file).unlink()
    except OSError:
        return False
    return True
