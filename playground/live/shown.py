"""What a page shows as a whole: pictures, tables and sentences by name, each sent again only when it changed.

The page itself says how they are made (`playground.ui`), once for all who see the same thing; here is when, and what is new.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from playground.experiment import Experiment
from playground.live.frames import Frame, Frames, Place
from playground.live.limits import LIMITS, Limits
from playground.live.request import Ref, Topic
from playground.live.source import Source

Part = dict[str, Any]
"""One thing that a page shows. A picture: figure or markup, and words. A sentence: strong, text. A table: heads, rows, notes.
Whatever else a script of that page needs."""


@dataclass(frozen=True)
class Moment:
    """Where a page stands.

    status: as of `playground.live.content.progress.progress`.
    state: changes when something has to be drawn anew.
    draw: the parts, by name; with other names the page is asked to make places for them.
    """

    status: dict[str, Any]
    state: Hashable
    draw: Callable[[], dict[str, Part]]


def keys_of(names: Iterable[str]) -> str:
    """One word for the parts that there are: their page draws the places for them."""
    return hashlib.sha256(" ".join(sorted(names)).encode()).hexdigest()[:8]


class Page(Protocol):
    """What one page shows, whoever looks."""

    @property
    def experiments(self) -> Sequence[Experiment]:
        """What it is about: whoever may not see one of them is sent nothing."""

    def look(self, known: Mapping[Ref, Source], place: Place) -> Moment:
        """Where it stands now. known: its runs, those of its topic. place: of runs in the queue."""


Pages = Mapping[str, Callable[[Topic], Page]]
"""How the pages of the app read what a topic is about; they raise Invalid where it cannot be."""


class Shown(Frames):
    """The frames of what a page shows. It is drawn at most every `Limits.parts`, and at once where its status changes."""

    def __init__(self, topic: Topic, page: Page, limits: Limits = LIMITS):
        self.page = page
        self.drawn = 0.0
        super().__init__(topic, limits)

    def _begin(self) -> None:
        super()._begin()
        self._status: dict[str, Any] = {}
        self._keys = ""
        self._state: Hashable = None
        self._parts: dict[str, Part] = {}
        self._texts: dict[str, str] = {}

    def update(self, known: Mapping[Ref, Source], place: Place, until: float) -> bool:
        """Take what is known now, and make a frame of what is new; pictures wait after `until`, but not those of another
        status."""
        now = self.page.look(known, place)
        frame: Frame = {}
        turned = any(now.status.get(name) != self._status.get(name) for name in ("status", "active"))
        late = time.monotonic() - self.drawn > self.limits.parts and time.monotonic() < until
        if turned or (late and now.state != self._state):
            # What cannot be drawn is not tried again until there is more of it.
            self._state, self.drawn = now.state, time.monotonic()
            parts = now.draw()
            texts = {name: json.dumps(part, sort_keys=True, default=float) for name, part in parts.items()}
            new = {name: part for name, part in parts.items() if texts[name] != self._texts.get(name)}
            self._parts, self._texts = parts, texts
            if new:
                frame["items"] = new
            if (keys := keys_of(parts)) != self._keys:
                frame["keys"] = self._keys = keys
        # As long as nobody has taken a step, the time left is no news.
        if any(now.status.get(name) != self._status.get(name) for name in ("status", "active", "done", "total")) or (
            now.status.get("status") != "running" and now.status != self._status
        ):
            frame["status"] = self._status = now.status
        return self.add(frame)

    def everything(self) -> Frame:
        """A frame of all that the page shows."""
        return {"status": self._status, "keys": self._keys, "items": self._parts}
