"""What a training tells: plain numbers in plain lists, no tensors.

`train` yields these events for a whole fleet; `record_of` gives what one event says about one run, as a dict that can be
stored as JSON. A run's history is the list of its records, in order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Row = list[float]
"""One number a task: [T]."""


@dataclass(frozen=True)
class Started:
    """Before the first step, once for all runs that have networks of one size; usually that is the whole fleet.

    device: where the fleet trains, e.g. "cpu".
    shared: how many parameters of one run two tasks or more reach.
    own: for each task, how many parameters only this task reaches (its head among them).
    total: all parameters of one run.
    about: the runs of the fleet that it is about; None for all of them.
    """

    device: str
    shared: int
    own: dict[str, int]
    total: int
    about: list[int] | None = None


@dataclass(frozen=True)
class Stepped:
    """After every step, so that whoever drives the training may pause, change or stop it here.

    step: steps taken so far, from 1.
    """

    step: int
    steps: int


@dataclass(frozen=True)
class Measured:
    """A step that is recorded. R runs, T tasks.

    step: steps taken so far, from 1; the losses are those of the batch that this step learned from, before the step.
    losses: [R, T]; NaN where a task had no example in the batch.
    weights: [R, T] the numbers that multiplied the task gradients in this very step.
    norms: [R, T] lengths of the task gradients on the shared parameters; None where nothing is shared or not measured, for
        the whole fleet or for a run of it.
    cosines: [R, T, T] cosines between the task gradients; None as for `norms`.
    """

    step: int
    losses: list[Row]
    weights: list[Row]
    norms: list[Row | None] | None
    cosines: list[list[Row] | None] | None


@dataclass(frozen=True)
class Scored:
    """The metric of every task on a whole split.

    split: "validation" or "test".
    scores: [R, T] in the unit of each task's metric.
    losses: [R, T] mean losses on the split.
    """

    step: int
    split: str
    scores: list[Row]
    losses: list[Row]


@dataclass(frozen=True)
class Pictured:
    """What one run says about the probe of its suite.

    run: which run of the fleet.
    outputs: for each task what `Kind.show` gives, as nested lists: probabilities of the classes, or numbers.
    """

    step: int
    run: int
    outputs: dict[str, list[Any]]


@dataclass(frozen=True)
class Learned:
    """What the strategy learned to share: by name, [R, …] nested lists."""

    step: int
    values: dict[str, list[Any]]


@dataclass(frozen=True)
class Changed:
    """Somebody turned a knob while it ran: what holds for the runs named from the next step on."""

    step: int
    runs: list[int]
    what: dict[str, Any]


@dataclass(frozen=True)
class Failed:
    """A run whose loss stopped being a number; it is trained no further and the others go on.

    run: which run of the fleet.
    """

    step: int
    run: int
    reason: str


@dataclass(frozen=True)
class Finished:
    """Once, at the end.

    seconds: wall time of the whole fleet, pauses left out.
    passes: backward passes through the shared parameters that one step took, on average.
    """

    step: int
    seconds: float
    passes: float


Event = Started | Stepped | Measured | Scored | Pictured | Learned | Changed | Failed | Finished
Record = dict[str, Any]


def record_of(event: Event, run: int, runs: int) -> Record | None:
    """What `event` says about run number `run` of `runs`, as a dict with a "kind"; None where it says nothing lasting."""
    match event:
        case Measured(step, losses, weights, lengths, cosines):
            return {
                "kind": "measured",
                "step": step,
                "losses": losses[run],
                "weights": weights[run],
                "norms": None if lengths is None else lengths[run],
                "cosines": None if cosines is None else cosines[run],
            }
        case Scored(step, split, scores, losses):
            return {"kind": "scored", "step": step, "split": split, "scores": scores[run], "losses": losses[run]}
        case Pictured(step, index, outputs):
            return {"kind": "pictured", "step": step, "outputs": outputs} if index == run else None
        case Learned(step, values):
            return {"kind": "learned", "step": step, "values": {name: value[run] for name, value in values.items()}}
        case Changed(step, changed, what):
            return {"kind": "changed", "step": step, "what": what} if run in changed else None
        case Failed(step, index, reason):
            return {"kind": "failed", "step": step, "reason": reason} if index == run else None
        case Started(device, shared, own, total, about):
            started = {"kind": "started", "step": 0, "device": device, "shared": shared, "own": own, "total": total}
            return started if about is None or run in about else None
        case Finished(step, seconds, passes):
            return {"kind": "finished", "step": step, "seconds": seconds / runs, "fleet": runs, "passes": passes}
    return None
