"""The form of what is recorded of a run, a type for each kind of record, from the training's end to the last picture.

`playground.training.observing.events.record_of` writes them, the store keeps them as JSON, and whoever reads them asks for one
kind and gets its type. T is the number of tasks, as in `playground.training.observing.events`, which says what each field
means.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict, overload

from playground.training.observing.events import Record

Row = list[float]
"""[T] one number a task; NaN where there is none."""


class Started(TypedDict):
    """Before the first step."""

    kind: Literal["started"]
    step: int
    device: str
    shared: int
    own: dict[str, int]
    total: int


class Measured(TypedDict):
    """A step that is recorded: losses, weights, norms [T]; cosines [T, T]."""

    kind: Literal["measured"]
    step: int
    losses: Row
    weights: Row
    norms: Row | None
    cosines: list[Row] | None


class Scored(TypedDict):
    """The metric of every task on a split: scores, losses [T]."""

    kind: Literal["scored"]
    step: int
    split: str
    scores: Row
    losses: Row


class Metered(TypedDict):
    """Every metric that fits a task, at a run's end: by task and key of the metric."""

    kind: Literal["metered"]
    step: int
    split: str
    values: dict[str, dict[str, float]]


class Kept(TypedDict):
    """For each task the step that a run kept: [T]."""

    kind: Literal["kept"]
    step: int
    steps: list[int]


class Pictured(TypedDict):
    """What a run says about the probe of its suite, by task."""

    kind: Literal["pictured"]
    step: int
    outputs: dict[str, list[Any]]
    kept: NotRequired[Literal[True]]


class Learned(TypedDict):
    """What a strategy learned to share, by name: nested lists."""

    kind: Literal["learned"]
    step: int
    values: dict[str, Any]
    kept: NotRequired[Literal[True]]


class Changed(TypedDict):
    """What somebody turned while it ran."""

    kind: Literal["changed"]
    step: int
    what: dict[str, Any]


class Failed(TypedDict):
    """Why a run is trained no further."""

    kind: Literal["failed"]
    step: int
    reason: str


class Finished(TypedDict):
    """What a run took; seconds are its part of those of its fleet."""

    kind: Literal["finished"]
    step: int
    seconds: float
    fleet: int
    passes: float


KINDS: dict[str, type[Any]] = {
    "started": Started,
    "measured": Measured,
    "scored": Scored,
    "metered": Metered,
    "kept": Kept,
    "pictured": Pictured,
    "learned": Learned,
    "changed": Changed,
    "failed": Failed,
    "finished": Finished,
}
"""The type of each kind of record."""


class Recorded:
    """Something with records, in their order."""

    records: list[Record]

    @overload
    def of_kind(self, kind: Literal["started"]) -> list[Started]: ...
    @overload
    def of_kind(self, kind: Literal["measured"]) -> list[Measured]: ...
    @overload
    def of_kind(self, kind: Literal["scored"]) -> list[Scored]: ...
    @overload
    def of_kind(self, kind: Literal["metered"]) -> list[Metered]: ...
    @overload
    def of_kind(self, kind: Literal["kept"]) -> list[Kept]: ...
    @overload
    def of_kind(self, kind: Literal["pictured"]) -> list[Pictured]: ...
    @overload
    def of_kind(self, kind: Literal["learned"]) -> list[Learned]: ...
    @overload
    def of_kind(self, kind: Literal["changed"]) -> list[Changed]: ...
    @overload
    def of_kind(self, kind: Literal["failed"]) -> list[Failed]: ...
    @overload
    def of_kind(self, kind: Literal["finished"]) -> list[Finished]: ...
    def of_kind(self, kind: str) -> Any:
        """Its records of one kind."""
        return [record for record in self.records if record["kind"] == kind]

    @overload
    def last(self, kind: Literal["started"]) -> Started | None: ...
    @overload
    def last(self, kind: Literal["measured"]) -> Measured | None: ...
    @overload
    def last(self, kind: Literal["scored"]) -> Scored | None: ...
    @overload
    def last(self, kind: Literal["metered"]) -> Metered | None: ...
    @overload
    def last(self, kind: Literal["kept"]) -> Kept | None: ...
    @overload
    def last(self, kind: Literal["failed"]) -> Failed | None: ...
    @overload
    def last(self, kind: Literal["finished"]) -> Finished | None: ...
    def last(self, kind: str) -> Any:
        """Its newest record of one kind; None where there is none."""
        return next((record for record in reversed(self.records) if record["kind"] == kind), None)
