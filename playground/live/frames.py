"""A sequence of frames, each computed once however many look.

A frame holds what is new since the one before. Those of the last seconds are kept, as text, for browsers that lag; one that
lags further, or just came, gets a single frame with everything up to now.
"""

from __future__ import annotations

import json
import uuid
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from playground.live.limits import LIMITS, Limits
from playground.live.request import Ref, Topic
from playground.live.source import Source

Place = Callable[[Sequence[int]], int | None]
"""The place in the queue of the first of some runs that waits."""
Frame = dict[str, Any]


class Frames:
    """The frames of one topic. `update` is called by one thread, `since` by any.

    name: of this sequence of frames; another one begins where a run was begun anew. number: of the last one.
    """

    def __init__(self, topic: Topic, limits: Limits = LIMITS):
        self.topic, self.limits = topic, limits
        self._begin()

    def _begin(self) -> None:
        self.name, self.number = uuid.uuid4().hex[:12], 0
        self._frames: deque[tuple[int, str]] = deque(maxlen=self.limits.frames)
        self._whole: tuple[int, str] | None = None

    def update(self, known: Mapping[Ref, Source], place: Place, until: float) -> bool:
        """Take what is known now, and make a frame of what is new; whether there is one.

        place: asked at most once a second. until: monotonic time after which what takes long has to wait.
        """
        raise NotImplementedError

    def everything(self) -> Frame:
        """A frame of all that is known up to now."""
        raise NotImplementedError

    def add(self, frame: Frame) -> bool:
        """Append a frame, unless it is empty; whether it was."""
        if not frame:
            return False
        number = self.number + 1
        self._frames.append((number, _text(frame | {"name": self.name, "number": number})))
        self.number = number
        return True

    def since(self, name: str, number: int) -> tuple[str, int] | None:
        """Everything after frame `number` of the sequence `name` as one message, "" for nothing, and the number of its last
        frame; None where that is not kept, so that it takes the whole."""
        last = self.number
        if name != self.name or number > last:
            return None
        frames = [text for place, text in list(self._frames) if number < place <= last]
        if len(frames) < last - number:
            return None
        return f"[{','.join(frames)}]" if frames else "", last

    def whole(self) -> tuple[str, str, int]:
        """Everything up to now as one message, the name of the sequence, and the number of the frame that it reaches."""
        if self._whole is None or self._whole[0] != self.number:
            frame = {"whole": True, "name": self.name, "number": self.number, **self.everything()}
            self._whole = self.number, f"[{_text(frame)}]"
        return self._whole[1], self.name, self._whole[0]


def _text(frame: Frame) -> str:
    return json.dumps(frame, separators=(",", ":"), allow_nan=False, default=float)
