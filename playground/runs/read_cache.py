"""What pages show of runs, read once for everybody: thirty sessions that watch one run read it from the store once."""

from __future__ import annotations

import json
import time
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Any

from playground.basics.errors import Invalid
from playground.runs.results.history import History, histories_of
from playground.runs.store.entries import Cursor, Entry
from playground.runs.store.store import Store
from playground.training.observing.events import Record

LARGE = 300
"""Numbers of a picture from which on it is kept packed: as objects those of a run on the toy plane take 20 MB, packed 0.6."""


class Packed(Mapping[str, Any]):
    """What a run says about its probe, by task, kept as compressed text until somebody looks at it."""

    def __init__(self, outputs: Mapping[str, Any]):
        self._names = tuple(outputs)
        self._text = zlib.compress(json.dumps(outputs).encode(), 1)

    def __getitem__(self, name: str) -> Any:
        return _unpacked(self._text)[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@lru_cache(maxsize=16)
def _unpacked(text: bytes) -> dict[str, Any]:
    """Those that were looked at last are kept as they are: a view asks for one example after the other."""
    found: dict[str, Any] = json.loads(zlib.decompress(text))
    return found


def packed(record: Record) -> Record:
    """A record as it is kept."""
    outputs = record.get("outputs")
    if record["kind"] != "pictured" or not isinstance(outputs, dict) or sum(map(_count, outputs.values())) < LARGE:
        return record
    return {**record, "outputs": Packed(outputs)}


def _count(values: Any) -> int:
    """How many numbers lists in lists hold, by the first of each."""
    return len(values) * _count(values[0]) if isinstance(values, list) and values else 1


@dataclass
class Seen:
    """What has been read of one run, and when (monotonic seconds).

    records: grows at its end as long as it is the same list; whoever reads on from a place of his own needs no copy.
    """

    entry: Entry
    cursor: Cursor
    read: float
    records: list[Record] = field(default_factory=list)


class Feed:
    """Runs as they stand now. Each call reads only what is new. Safe to share between threads.

    every: seconds for which what was read is new enough for everybody.
    most: runs that are kept in memory.
    """

    def __init__(self, store: Store, every: float = 0.3, most: int = 1000):
        self.store, self.every, self.most = store, every, most
        self._seen: OrderedDict[int, Seen] = OrderedDict()
        self._lock = Lock()

    def entries(self, ids: Iterable[int], *, watch: bool = True) -> list[Entry]:
        """Where these runs stand, in the order given; runs that are gone are left out.

        watch: somebody looks at them now, so they are not stopped as unwatched.
        """
        return [seen.entry for seen in self._refresh(list(ids), watch)]

    def histories(self, ids: Iterable[int], *, watch: bool = True) -> list[History]:
        """These runs with all their records, in the order given; see `entries`.

        Runs whose experiment this program does not accept are left out too.
        """
        return histories_of((seen.entry, list(seen.records)) for seen in self._refresh(list(ids), watch))

    def both(self, ids: Iterable[int], *, watch: bool = True) -> tuple[list[Entry], list[History]]:
        """`entries` and `histories` of one moment."""
        found = self._refresh(list(ids), watch)
        return [seen.entry for seen in found], histories_of((seen.entry, list(seen.records)) for seen in found)

    def seen(self, ids: Iterable[int], *, watch: bool = True) -> dict[int, Seen]:
        """What is known of these runs, by number, without copies: read it, and never change it."""
        return {seen.entry.id: seen for seen in self._refresh(list(ids), watch)}

    def _refresh(self, ids: Sequence[int], watch: bool) -> list[Seen]:
        """What is known about these runs, read anew where it is older than `every`."""
        with self._lock:
            now = time.monotonic()
            old = [number for number in ids if number not in self._seen or self._seen[number].read <= now - self.every]
            if old:
                self._read(old, now)
            found = [seen for number in ids if (seen := self._seen.get(number))]
            for number in ids:
                if number in self._seen:
                    self._seen.move_to_end(number)
            while len(self._seen) > self.most:
                self._seen.popitem(last=False)
        active = [seen.entry.id for seen in found if seen.entry.active]
        if watch and active:
            with suppress(Invalid):  # where nothing can be written, what is stored is shown all the same
                self.store.watch(active)
        return found

    def _read(self, ids: Sequence[int], now: float) -> None:
        cursors = {number: self._seen[number].cursor if number in self._seen else None for number in ids}
        news = self.store.read(cursors)
        for number in ids:
            if number not in news:
                self._seen.pop(number, None)
                continue
            new, before = news[number], self._seen.get(number)
            records = [] if before is None or new.anew else before.records
            records += map(packed, new.records)
            self._seen[number] = Seen(new.entry, new.cursor, now, records)
