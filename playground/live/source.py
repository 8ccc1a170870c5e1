"""One run as the channel knows it."""

from __future__ import annotations

from playground.experiment import Run
from playground.live.content.columns import Columns
from playground.runs.results.history import History
from playground.runs.store.entries import Entry
from playground.training.observing.events import Record


class Source:
    """One run as it is known now. `records` only ever grow; a run that began anew is another source.

    entry: None for a recorded run.
    """

    def __init__(self, run: Run, records: list[Record], entry: Entry | None, columns: Columns):
        self.run, self.records, self.entry, self.columns = run, records, entry, columns

    def history(self) -> History:
        """The run with its records."""
        if self.entry is None:
            return History(self.run, "finished", self.records)
        return History(self.run, self.entry.status, self.records, self.entry.id, self.entry.message)
