"""Every time and number that bounds the training of many people on few cores, in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds, with defaults for a class of thirty on a small machine. Times are in seconds.

    visitor: runs that one visitor may have waiting or training at a time.
    queue: runs that may wait at a time, of all visitors together.
    fleet: runs that one worker claims at a time.
    held: fleets that one worker holds at a time; they take turns, by visitor.
    each: how many of them may be one visitor's, paused ones included.
    memory: megabytes of a worker's process beyond which it takes no more beside what it has.
    beside: fleets of one visitor that train at a time where others could use the workers; more only on workers without work.
    soon: time for which a worker at work leaves a fleet to workers without work, if its visitor has nothing in training.
    late: the same time where another worker at work has less to do.
    patience: time after which a visitor's further fleet trains beside the first in turns.
    slice: length of one turn.
    flush: between two writes of what was recorded.
    control: between two looks at what the visitor asked for.
    idle: between two looks for work.
    beat: between two heartbeats of a worker.
    lost: age of a heartbeat after which a run counts as lost.
    unwatched: time after which a run that nobody looks at is stopped.
    small: time of training up to which a run that nobody looks at is trained to its end all the same.
    save: between two times that a fleet's state is saved, at least; more where saving takes long.
    state: megabytes of a state at most; larger fleets are not saved.
    forget: time after which a state that nobody goes on from is forgotten.
    tries: how often a run that was lost goes on by itself without having been saved anew in between.
    stuck: time after which a worker that does not come back from a single step ends itself.
    """

    visitor: int = 400
    queue: int = 4000
    fleet: int = 40
    held: int = 256
    each: int = 4
    memory: float = 1500.0
    beside: int = 2
    soon: float = 0.3
    late: float = 2.0
    patience: float = 5.0
    slice: float = 0.05
    flush: float = 0.1
    control: float = 0.05
    idle: float = 0.1
    beat: float = 1.0
    lost: float = 15.0
    unwatched: float = 180.0
    small: float = 60.0
    save: float = 15.0
    state: float = 256.0
    forget: float = 86400.0
    tries: int = 3
    stuck: float = 600.0
