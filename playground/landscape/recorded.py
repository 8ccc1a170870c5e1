"""Races that were run before and are kept beside the code, so that a page shows a long one at once.

``python -m playground.landscape --setting paper --record`` makes one anew; with ``--methods`` it makes the rows of some
methods anew, as runs never touch each other.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np

from playground import catalog
from playground.basics.errors import Invalid
from playground.basics.files import write_whole
from playground.landscape.plan import SETTINGS, Plan, read
from playground.landscape.race import Track, track_of

FOLDER = Path(__file__).parent / "recorded"


@dataclass(frozen=True)
class Recording:
    """A race that was run: its plan, where the runs were, and how many seconds it took on one core."""

    plan: Plan
    track: Track
    seconds: float


def merged(old: Recording | None, new: Recording) -> Recording:
    """The old recording with the methods of the new one in the place of its own, or beside them.

    What the race took stays that of the old one, which has more methods. Where the two are races of different numbers, or
    the new one has every method of the old, it is the new one alone.
    """
    if old is None or set(old.plan.methods) <= set(new.plan.methods) or replace(old.plan, methods=new.plan.methods) != new.plan:
        return new
    rows = dict(zip(old.plan.methods, old.track.points.swapaxes(0, 1), strict=True))
    rows |= dict(zip(new.plan.methods, new.track.points.swapaxes(0, 1), strict=True))
    methods = tuple(sorted(rows, key=list(catalog.methods()).index))
    points = np.stack([rows[method] for method in methods], axis=1)
    return Recording(replace(old.plan, methods=methods), Track(old.track.steps, points), old.seconds)


def write(setting: str, recording: Recording) -> Path:
    """Keep a recording under the name of its setting."""
    path = FOLDER / f"{setting}.json.gz"
    path.parent.mkdir(exist_ok=True)
    values = {
        "plan": recording.plan.to_dict(),
        "track": recording.track.to_dict(),
        "seconds": round(recording.seconds, 1),
    }
    # Without the time in its head, equal races make equal files.
    write_whole(path, gzip.compress(json.dumps(values, separators=(",", ":")).encode(), 9, mtime=0))
    return path


@cache
def recordings() -> Mapping[str, Recording]:
    """Every recording by its setting; one that the catalogue has outgrown is left out."""
    found = {}
    for setting in SETTINGS:
        path = FOLDER / f"{setting}.json.gz"
        if not path.exists():
            continue
        values = json.loads(gzip.decompress(path.read_bytes()))
        try:
            plan = read(values["plan"])
        except Invalid:
            continue
        found[setting] = Recording(plan, track_of(plan, [values["track"]]), values["seconds"])
    return MappingProxyType(found)


def find(plan: Plan) -> Track | None:
    """The track of a race that is part of a recorded one: the same numbers, some of its methods and starts."""
    for recording in recordings().values():
        whole = recording.plan
        alike = replace(plan, methods=whole.methods, starts=whole.starts) == whole
        if alike and set(plan.methods) <= set(whole.methods) and set(plan.starts) <= set(whole.starts):
            rows = [whole.methods.index(method) for method in plan.methods]
            columns = [whole.starts.index(start) for start in plan.starts]
            return Track(recording.track.steps, recording.track.points[:, rows][:, :, columns])
    return None
