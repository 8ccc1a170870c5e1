"""How far runs are, in one word and one line."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from typing import Any

from playground.basics.words import _
from playground.runs.store.entries import Entry

ORDER = ("running", "paused", "queued", "failed", "lost", "stopped", "finished", "none")


def status_of(statuses: Iterable[str]) -> str:
    """One word for several runs: the first of `ORDER` that holds for any."""
    found = set(statuses)
    return next((word for word in ORDER if word in found), "none")


def steps_of(entries: Sequence[Entry], steps: int) -> tuple[int, int]:
    """Steps done and to do, of runs and baselines together."""
    return sum(entry.step for entry in entries), steps * len(entries)


def progress(own: Sequence[Entry], entries: Sequence[Entry], steps: int, place: int | None) -> dict[str, Any]:
    """Where runs (`own`) and their baselines (with them in `entries`) of so many steps stand.

    place: in the queue, where one is known.
    status: as in `status_of`, of the runs themselves; active: whether anything waits or trains, baselines too; text: the line.
    """
    status = status_of(entry.status for entry in own)
    done, total = steps_of(entries, steps)
    active = any(entry.active for entry in entries)
    message = next((entry.message for entry in entries if entry.message), "")
    text = words(own, entries, steps, place) if active else _(message) if message else ""
    return {"status": status, "active": active, "done": done, "total": total, "text": text}


def words(own: Sequence[Entry], entries: Sequence[Entry], steps: int, place: int | None) -> str:
    """Where runs that are not over stand: their place in the queue, or steps done and time left."""
    status = status_of(entry.status for entry in own)
    if status == "queued":
        return _("Waiting for a free worker: place {place} in the queue.").format(place=place or 1)
    if status == "paused":
        return _("Paused at step {step} of {steps}.").format(step=max((one.step for one in own), default=0), steps=steps)
    done, total = steps_of(entries, steps)
    return _("Training: {done} of {total} steps, baselines included.{left}").format(
        done=done, total=total, left=_left(entries, steps)
    )


def _left(entries: Sequence[Entry], steps: int) -> str:
    """Time until all that train or wait are done, at the speed of those that train now, where that can be said.

    What is done already says nothing of it, and what is held still is not awaited; who asked for a pace gets no more than it.
    """
    awaited = [entry for entry in entries if entry.active and entry.status != "paused"]
    now = time.time()
    begun = [(entry, entry.started) for entry in awaited if entry.started and entry.status != "queued"]
    going = [(entry, entry.step - entry.before, now - started) for entry, started in begun]
    speed = sum(min(taken / since, entry.pace or math.inf) for entry, taken, since in going if taken > 0 and since > 0)
    if not speed:
        return ""
    seconds = sum(steps - entry.step for entry in awaited) / speed
    return " " + _("About {seconds} s left.").format(seconds=max(1, round(seconds)))
