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

    about: the runs that it is about, as others are out of patience; None for all of them. So in the classes below.

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
    about: list[int] | None = None


@dataclass(frozen=True)
class Scored:
    """The metric of every task on a whole split.

    split: "validation", as the network stands at this step; or "test", once at a run's end, of what it kept.
    scores: [R, T] in the unit of each task's metric.
    losses: [R, T] mean losses on the split.
    """

    step: int
    split: str
    scores: list[Row]
    losses: list[Row]
    about: list[int] | None = None


@dataclass(frozen=True)
class Metered:
    """Once at a run's end: every metric that fits a task, on test, of what it kept.

    values: for each task that has several metrics, by key of the metric [R], in the unit of the target.
    """

    step: int
    split: str
    values: dict[str, dict[str, list[float]]]
    about: list[int] | None = None


@dataclass(frozen=True)
class Kept:
    """Once at a run's end: after how many steps it stood as it is kept.

    step: the step at which it ended.
    steps: [R, T] for each task; they differ within a run only where its tasks learn apart, see `checkpoints`.
    """

    step: int
    steps: list[list[int]]
    about: list[int] | None = None


@dataclass(frozen=True)
class Pictured:
    """What one run says about the probe of its suite.

    run: which run of the fleet.
    outputs: for each task what `Kind.show` gives, as nested lists: probabilities of the classes, or numbers.
    kept: whether this is what was kept, told at the run's end, and not what it had come to at this step.
    """

    step: int
    run: int
    outputs: dict[str, list[Any]]
    kept: bool = False


@dataclass(frozen=True)
class Learned:
    """What the strategy learned to share: by name, [R, …] nested lists. kept: as in `Pictured`."""

    step: int
    values: dict[str, list[Any]]
    kept: bool = False
    about: list[int] | None = None


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

    step: steps that the fleet took: less than it was to take where it was stopped or all its runs ran out of patience.
    seconds: wall time of the whole fleet, pauses left out.
    passes: backward passes through the shared parameters that a step of the method needs, on average. What is taken only to
        look at gradients is no cost of the method and not counted.
    """

    step: int
    seconds: float
    passes: float


Event = Started | Stepped | Measured | Scored | Metered | Kept | Pictured | Learned | Changed | Failed | Finished
Record = dict[str, Any]


def record_of(event: Event, run: int, runs: int) -> Record | None:
    """What `event` says about run number `run` of `runs`, as a dict with a "kind"; None where it says nothing lasting."""
    about = getattr(event, "about", None)
    if about is not None and run not in about:
        return None
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
        case Metered(step, split, values):
            own = {task: {key: numbers[run] for key, numbers in found.items()} for task, found in values.items()}
            return {"kind": "metered", "step": step, "split": split, "values": own}
        case Kept(step, steps):
            return {"kind": "kept", "step": step, "steps": steps[run]}
        case Pictured(step, index, outputs, kept):
            return {"kind": "pictured", "step": step, "outputs": outputs, **_kept(kept)} if index == run else None
        case Learned(step, values, kept):
            shared = {name: value[run] for name, value in values.items()}
            return {"kind": "learned", "step": step, "values": shared, **_kept(kept)}
        case Changed(step, changed, what):
            return {"kind": "changed", "step": step, "what": what} if run in changed else None
        case Failed(step, index, reason):
            return {"kind": "failed", "step": step, "reason": reason} if index == run else None
        case Started(device, shared, own, total):
            return {"kind": "started", "step": 0, "device": device, "shared": shared, "own": own, "total": total}
        case Finished(step, seconds, passes):
            return {"kind": "finished", "step": step, "seconds": seconds / runs, "fleet": runs, "passes": passes}
    return None


def _kept(kept: bool) -> Record:
    """The mark of a record about what was kept."""
    return {"kept": True} if kept else {}
