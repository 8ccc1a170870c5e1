"""Runs of one configuration that people watch beside their baselines: what is new of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from playground.figures.steps.changes import change_words
from playground.figures.style import Look, look_of
from playground.live.content import told
from playground.live.content.pictures import lift_images, picture
from playground.live.content.progress import progress
from playground.live.frames import Frame, Frames, Place
from playground.live.ghost import Ghost
from playground.live.limits import LIMITS, Limits
from playground.live.request import Ref, Topic
from playground.live.source import Source
from playground.runs.results import history
from playground.runs.results.comparison import same_step
from playground.runs.results.history import History
from playground.runs.results.records import Pictured

Beside = Callable[[Sequence[History]], str]
"""One word for what stands beside runs that their page draws itself: another one asks it to."""


def nothing_beside(_runs: Sequence[History]) -> str:
    """Where nothing stands beside runs."""
    return ""


class Watched(Frames):
    """The frames of some runs. beside: asked at most once a second."""

    def __init__(self, topic: Topic, limits: Limits = LIMITS, beside: Beside = nothing_beside):
        self.beside = beside
        super().__init__(topic, limits)

    def _begin(self) -> None:
        super()._begin()
        self._attempts: list[tuple[int, int]] = []
        self._sent: list[tuple[int, int, int, int, bool]] = []
        self._status: dict[str, Any] = {}
        self._now: dict[str, Any] = {}
        self._past: list[dict[str, Any]] = []
        self._levels: dict[str, float] = {}
        self._pictures: dict[tuple[int, int], dict[str, Any]] = {}
        self._images: dict[str, int] = {}
        self._about: object = None
        self._statuses: object = None
        self._told = 0.0
        self._cosines: tuple[object, Any] = (None, None)
        self._placed: tuple[float, int | None] = (0.0, None)
        self._keys, self._asked = "", 0.0
        self._runs: list[Source] = []
        self._begun = False
        self._ghost = Ghost(self.limits)

    # --- what is new ---------------------------------------------------------------------------------------------------

    def update(self, known: Mapping[Ref, Source], place: Place, until: float) -> bool:
        """Take what is known now, and make a frame of what is new; words and pictures wait after `until`."""
        runs = [known[ref] for ref in self.topic.runs if ref in known]
        baselines = [known[ref] for ref in self.topic.baselines if ref in known]
        attempts = [(id(one.columns), one.entry.attempt if one.entry else 0) for one in runs]
        if self._attempts and attempts != self._attempts:
            self._begin()
        self._attempts, self._runs = attempts, runs
        if not runs:
            before = bool(self._status)
            self._status = {"status": "none", "active": False, "done": 0, "total": 0, "text": ""}
            return not before and self.add({"status": self._status})
        frame: Frame = {}
        if rows := self._rows(runs):
            frame["runs"] = rows
        status = self._progress(runs, [*runs, *baselines], place)
        if status != self._status:
            frame["status"] = self._status = status
        if time.monotonic() - self._asked > 1:
            self._asked = time.monotonic()
            if (keys := self.beside([one.history() for one in runs])) != self._keys:
                frame["keys"] = self._keys = keys
        if self._ghost.update(*([known[ref] for ref in refs if ref in known] for refs in self.topic.behind)):
            frame["ghost"] = self._ghost.parts
        if not self._begun and status["active"] and max(len(one.columns) for one in runs) == 1:
            # Words and pictures take longer to make than the first point to be seen; they come with the next look.
            self._begun = True
            return self.add(frame)
        frame |= self._words(runs, baselines, until) | self._draw(runs, until)
        return self.add(frame)

    def _rows(self, runs: Sequence[Source]) -> list[Frame]:
        """Of each run the new rows, scores and changes."""
        first = not self._sent
        if first:
            self._sent = [(0, 0, 0, 0, False)] * len(runs)
        parts = []
        for number, (one, sent) in enumerate(zip(runs, self._sent, strict=True)):
            columns = one.columns
            scored, changed, learned = len(columns.scored), len(columns.changed), len(columns.learned)
            now = (len(columns), scored, changed, learned, columns.kept is not None)
            if now != sent or first:
                parts.append(self._part(number, one, *sent[:4]))
                self._sent[number] = now
        return parts

    def _part(
        self, number: int, one: Source, rows: int, scored: int, changed: int, learned: int, most: int | None = None
    ) -> Frame:
        columns = one.columns
        return {
            "run": number,
            "seed": one.run.seed,
            "rows": columns.part(rows, most),
            "scored": columns.scored[scored:],
            "changed": [[step, change_words(what)] for step, what in columns.changed[changed:]],
            "learned": columns.learned[learned:],
            "kept": columns.kept,
        }

    def _progress(self, runs: Sequence[Source], all_of_them: Sequence[Source], place: Place) -> dict[str, Any]:
        own = [one.entry for one in runs if one.entry is not None]
        entries = list({one.entry.id: one.entry for one in all_of_them if one.entry is not None}.values())
        if not own:
            return {"status": "finished", "active": False, "done": 0, "total": 0, "text": ""}
        now = time.monotonic()
        if any(entry.status == "queued" for entry in own) and now - self._placed[0] > 1:
            self._placed = now, place([entry.id for entry in entries])
        found = progress(own, entries, runs[0].run.experiment.steps, self._placed[1])
        # As long as nobody has taken a step, the time left is no news.
        same = all(found[name] == self._status.get(name) for name in ("status", "active", "done", "total"))
        return self._status if same and found["status"] == "running" else found

    # --- words and pictures --------------------------------------------------------------------------------------------

    def _look(self) -> Look:
        return look_of(self._runs[0].run.experiment.the_suite.tasks())

    def _words(self, runs: Sequence[Source], baselines: Sequence[Source], until: float) -> Frame:
        """The newest words where something changed, and those of earlier looks at validation data, as far as time allows."""
        if not any(one.columns.scored for one in runs):
            return {}
        histories, against = [one.history() for one in runs], [one.history() for one in baselines]
        step = same_step([*histories, *against], self.topic.wanted or len(self.topic.runs) + len(self.topic.baselines))
        statuses = (*(one.status for one in (*histories, *against)), self._ghost.state)
        about = (step, statuses, len(runs[0].columns))
        frame: Frame = {}
        # What ends is told at once; all else no more often than people can read it.
        if about != self._about and (statuses != self._statuses or time.monotonic() - self._told > self.limits.words):
            frame["now"] = self._now = self._tell(histories, against, step)
            frame["levels"] = self._levels = told.levels(histories, against)
            self._about, self._statuses, self._told = about, statuses, time.monotonic()
        known = {one["step"] for one in self._past}
        looks = {at for one in runs for at, _scores in one.columns.scored if step is None or at <= step}
        past: list[dict[str, Any]] = []
        for at in sorted(looks - known, reverse=True):
            if time.monotonic() > until:
                break
            past.append(self._tell(histories, against, at))
        self._past += past
        return frame | {"past": past} if past else frame

    def _tell(self, runs: Sequence[History], baselines: Sequence[History], step: int | None) -> dict[str, Any]:
        key = (len(self._runs[0].columns), tuple(run.run.key for run in runs))
        if self._cosines[0] != key:
            self._cosines = key, history.cosines(runs)
        return told.told(runs, baselines, step, self._look(), self._cosines[1], self._ghost.before)

    def _draw(self, runs: Sequence[Source], until: float) -> Frame:
        """Pictures that are not made yet, the newest first, as far as time allows."""
        shown = self._now.get("shown", [0])[:1]
        if not shown or shown[0] >= len(runs):
            return {}
        number, one = shown[0], runs[shown[0]]
        found: list[dict[str, Any]] = []
        images: list[str] = []
        for at in reversed(one.columns.pictured):
            if (number, at) not in self._pictures and (not found or time.monotonic() < until):
                drawn = picture(one.history(), cast(Pictured, one.records[at]), self._look(), self.topic.more)
                images += lift_images(drawn, self._images)
                self._pictures[number, at] = drawn | {"run": number}
                found.append(self._pictures[number, at])
        return {"pictures": found, "images": images} if found else {}

    def everything(self) -> Frame:
        """What a browser that comes now has to know; long columns are thinned."""
        return {
            "runs": [self._part(place, one, 0, 0, 0, 0, self.limits.rows) for place, one in enumerate(self._runs)],
            "status": self._status,
            "keys": self._keys,
            "now": self._now,
            "past": self._past,
            "levels": self._levels,
            "pictures": list(self._pictures.values()),
            "images": list(self._images),
            "ghost": self._ghost.parts,
        }
