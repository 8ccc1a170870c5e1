"""Recorded runs: trained once by ``python -m playground record --all``, kept beside the presets, drawn on first sight.

A recording is one compressed file. Its first line says by which code it was made and which runs it holds, each further line
holds the records of one run in that order; so what is in all files is known without reading them whole.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from playground.basics.files import write_whole
from playground.code_version import fingerprint
from playground.experiment import Run
from playground.presets import FOLDER
from playground.runs.results.history import History
from playground.runs.results.records import Measured
from playground.statistics.differences import Difference
from playground.training.observing.events import Record

RECORDED = FOLDER / "recorded"
DIGITS = 4
"""Digits of a recorded number, more than any picture shows; scores are kept as they are, as gains rest on them."""
MOST_STEPS = 100
"""Recorded steps of one run, at most."""
MOST_PICTURES = 7
"""Recorded pictures of what a model does, at most."""


@dataclass(frozen=True)
class Header:
    """The first line of a recording.

    code: fingerprint of the code that made it. keys: content keys of its runs, in the order of the lines.
    gains: for each task, and the mean over tasks, what may be said of its gain, as `Difference.to_dict` writes it.
    """

    code: str
    keys: tuple[str, ...]
    gains: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def place(name: str) -> Path:
    """The file of a recording."""
    return RECORDED / f"{name}.json.gz"


def write(
    histories: Sequence[History],
    path: Path,
    keep: Callable[[History], list[Record]],
    gains: Mapping[str, Difference] = MappingProxyType({}),
) -> None:
    """Keep what `keep` says of the records of runs, by content key; and what may be said of their gains, to be told quickly."""
    told = {name: one.to_dict() for name, one in gains.items()}
    header = {"code": fingerprint(), "keys": [one.run.key for one in histories], "gains": told}
    lines = [json.dumps(one, separators=(",", ":")) for one in (header, *map(keep, histories))]
    path.parent.mkdir(exist_ok=True)
    # A fixed time in the header, so that the same numbers give the same file.
    write_whole(path, gzip.compress("\n".join(lines).encode(), mtime=0))


def header(path: Path) -> Header:
    """What a recording holds; the empty one for a file that is none, such as one of an older program."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            said = json.loads(lines.readline())
        return Header(str(said["code"]), tuple(map(str, said["keys"])), dict(said.get("gains", {})))
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        return Header("", ())


@cache
def _places() -> dict[str, Path]:
    """For each recorded run, by content key, the file that holds it."""
    return {key: path for path in sorted(RECORDED.glob("*.json.gz")) for key in header(path).keys}


@lru_cache(maxsize=8)
def _records(path: Path) -> dict[str, list[Record]]:
    """Everything in one file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        said = json.loads(lines.readline())
        return {key: json.loads(line) for key, line in zip(said["keys"], lines, strict=True)}


def find(run: Run) -> History | None:
    """The recorded history of a run, if there is one."""
    path = _places().get(run.key)
    if path is None:
        return None
    _found[run.key] = run
    return History(run, "finished", _records(path)[run.key])


def code_of(run: Run) -> str:
    """Fingerprint of the code that recorded a run; "" where none did."""
    path = _places().get(run.key)
    return header(path).code if path is not None else ""


_found: dict[str, Run] = {}


def of_key(key: str) -> History | None:
    """The recorded history of a content key, if `find` was asked for it before."""
    return find(_found[key]) if key in _found else None


# --- what of a run is kept ---------------------------------------------------------------------------------------------


def whole(history: History, pictured: bool) -> list[Record]:
    """The records of a run that is looked at: all kinds, thinned to what can be seen; pictures only where they are shown."""
    measured, pictures = history.of_kind("measured"), history.of_kind("pictured")
    kept = {*_steps(measured), *(_some(pictures, MOST_PICTURES) if pictured else ())}
    kept |= _some(history.of_kind("learned"), MOST_STEPS // 2)
    thin = {"measured", "pictured", "learned"}
    return [_rounded(one) for one in history.records if one["kind"] not in thin or one.get("kept") or id(one) in kept]


def result(history: History, kinds: Collection[str] = ("started", "kept", "finished", "changed", "failed")) -> list[Record]:
    """The records of a run of which only its result is shown: its scores at the start, at what it kept, and at the end."""
    steps = {0, history.step, *history.kept.values()}
    scored = [one for one in history.of_kind("scored") if one["step"] in steps]
    return [one for one in history.records if one["kind"] in kinds or any(one is other for other in scored)]


def baseline(history: History) -> list[Record]:
    """The records of a baseline: its scores at every look, and how alike two of its networks are where that was measured."""
    learned = _some(history.of_kind("learned"), MOST_STEPS // 2)
    kinds = ("started", "scored", "kept", "finished", "failed")
    return [_rounded(one) for one in history.records if one["kind"] in kinds or id(one) in learned]


def _steps(measured: Sequence[Measured]) -> set[int]:
    """Identities of the measured steps that are kept. Gradients are measured at some of them only: as many of these are kept as
    of the others, or a chart of them would have holes wherever the choice falls between them."""
    with_gradients = [one for one in measured if one["cosines"] is not None]
    if not with_gradients or len(with_gradients) == len(measured):
        return _some(measured, MOST_STEPS)
    half = _some(with_gradients, MOST_STEPS // 2)
    return half | _some([one for one in measured if one["cosines"] is None], MOST_STEPS - len(half)) | _some(measured, 2)


def _some(records: Sequence[Mapping[str, object]], most: int) -> set[int]:
    """Identities of at most so many records, evenly spread, the first and the last among them."""
    count = min(len(records), most)
    places = {round(number * (len(records) - 1) / max(1, count - 1)) for number in range(count)}
    return {id(records[number]) for number in places}


def _rounded(record: Record) -> Record:
    """A record with as many digits as anybody sees; scores stay as they are."""
    if record["kind"] in ("scored", "finished"):
        return record
    return {name: _short(value) for name, value in record.items()}


def _short(value: object) -> object:
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, Mapping):
        return {name: _short(one) for name, one in value.items()}
    return [_short(one) for one in value] if isinstance(value, list | tuple) else value
