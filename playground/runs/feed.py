"""What pages show of runs, read once for everybody: thirty sessions that watch one run read it from the store once."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

from playground.errors import Invalid
from playground.runs.history import History
from playground.runs.store import Cursor, Entry, Store
from playground.training.events import Record


@dataclass
class _Seen:
    """What has been read of one run, and when (monotonic seconds)."""

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
        self._seen: OrderedDict[int, _Seen] = OrderedDict()
        self._lock = Lock()

    def entries(self, ids: Iterable[int], *, watch: bool = True) -> list[Entry]:
        """Where these runs stand, in the order given; runs that are gone are left out.

        watch: somebody looks at them now, so they are not stopped as unwatched.
        """
        return [seen.entry for seen in self._look(list(ids), watch)]

    def histories(self, ids: Iterable[int], *, watch: bool = True) -> list[History]:
        """These runs with all their records, in the order given; see `entries`.

        Runs whose experiment this program does not accept are left out too.
        """
        return histories_of((seen.entry, seen.records) for seen in self._look(list(ids), watch))

    def _look(self, ids: Sequence[int], watch: bool) -> list[_Seen]:
        """Copies of what is known about these runs, read anew where it is older than `every`."""
        with self._lock:
            now = time.monotonic()
            old = [number for number in ids if number not in self._seen or self._seen[number].read <= now - self.every]
            if old:
                self._read(old, now)
            found = [replace(seen, records=list(seen.records)) for number in ids if (seen := self._seen.get(number))]
            for number in ids:
                if number in self._seen:
                    self._seen.move_to_end(number)
            while len(self._seen) > self.most:
                self._seen.popitem(last=False)
        active = [seen.entry.id for seen in found if seen.entry.active]
        if watch and active:
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
            self._seen[number] = _Seen(new.entry, new.cursor, now, [*records, *new.records])


def histories_of(runs: Iterable[tuple[Entry, list[Record]]]) -> list[History]:
    """Histories of runs; a run whose experiment this program does not accept is left out."""
    histories = []
    for entry, records in runs:
        try:
            histories.append(History(entry.run, entry.status, records, entry.id, entry.message))
        except Invalid:
            continue
    return histories
