"""A fingerprint of the code that trains, so that a run of older code is never shown as if this code had made it."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

HOME = Path(__file__).parents[1]
FOLDERS = ("backbones", "kinds", "schedules", "sharing", "tables", "tasks", "training", "weighting")
FILES = ("experiment.py", "streams.py")


@cache
def fingerprint() -> str:
    """A text that changes when a file changes on which the numbers of a run may depend; read once a process."""
    paths = [HOME / name for name in FILES]
    for folder in FOLDERS:
        paths += sorted((HOME / folder).glob("*.py"))
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.relative_to(HOME).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:32]
