"""Every time and number that bounds the training of many people on few cores, in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds, with defaults for a class of thirty on a small machine. Times are in seconds.

    visitor: runs that one visitor may have waiting or training at a time.
    queue: runs that may wait at a time, of all visitors together.
    fleet: runs that one worker claims at a time.
    held: fleets that one worker holds at a time; more than one while the others are paused, slow or long.
    patience: time after which a fleet that trains lets others, if any wait, train beside it in turns.
    flush: between two writes of what was recorded.
    control: between two looks at what the visitor asked for.
    idle: between two looks for work.
    beat: between two heartbeats of a worker.
    lost: age of a heartbeat after which a run counts as lost.
    unwatched: time after which a run that nobody looks at is stopped.
    stuck: time after which a worker that does not come back from a single step ends itself.
    """

    visitor: int = 400
    queue: int = 4000
    fleet: int = 40
    held: int = 8
    patience: float = 5.0
    flush: float = 0.2
    control: float = 0.05
    idle: float = 0.1
    beat: float = 1.0
    lost: float = 15.0
    unwatched: float = 180.0
    stuck: float = 600.0
