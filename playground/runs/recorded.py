"""Recorded runs: trained once by ``python -m playground record``, kept beside the presets, drawn on first sight."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from playground.experiment import Run
from playground.presets import FOLDER
from playground.runs.history import History
from playground.training.events import Record

RECORDED = FOLDER / "recorded"


def write(histories: Sequence[History], path: Path) -> None:
    """Keep the records of runs, by content key."""
    values = {history.run.key: history.records for history in histories}
    path.parent.mkdir(exist_ok=True)
    # A fixed time in the header, so that the same numbers give the same file.
    path.write_bytes(gzip.compress(json.dumps(values, separators=(",", ":")).encode(), mtime=0))


@cache
def _all() -> dict[str, list[Record]]:
    """Every recorded run by content key."""
    found: dict[str, list[Record]] = {}
    for path in sorted(RECORDED.glob("*.json.gz")):
        found |= json.loads(gzip.decompress(path.read_bytes()))
    return found


def find(run: Run) -> History | None:
    """The recorded history of a run, if there is one."""
    records = _all().get(run.key)
    return None if records is None else History(run, "finished", records)
