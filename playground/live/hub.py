"""Who watches what. One thread reads the store for everybody, a few times a second, as long as anybody watches."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock

from playground.basics import words
from playground.basics.errors import Invalid, Problem, unknown
from playground.basics.words import _
from playground.experiment import Experiment
from playground.live.content.columns import Columns
from playground.live.frames import Frames
from playground.live.limits import LIMITS, Limits
from playground.live.request import Ref, Topic
from playground.live.shown import Page, Pages, Shown
from playground.live.source import Source
from playground.live.watched import Beside, Watched, nothing_beside
from playground.runs.precomputed import recorded
from playground.runs.read_cache import Feed, Seen
from playground.runs.results.history import History

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Watcher:
    """One browser that watches something; `news` is set when there is something new for it."""

    watched: Frames
    name: str = ""
    number: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)


class Hub:
    """Everything that is watched now. Its methods belong to the event loop; reading and drawing happen in one other thread.

    feed: gives the store's feed when first needed; raises Invalid where there is none.
    pages: gives, when first needed, further pages than the Playground. beside: see `Watched`.
    """

    def __init__(
        self,
        feed: Callable[[], Feed],
        limits: Limits = LIMITS,
        pages: Callable[[], Pages] = dict,
        beside: Beside = nothing_beside,
    ):
        self.feed, self.limits, self.pages, self.beside = feed, limits, pages, beside
        self.watchers: dict[Topic, set[Watcher]] = {}
        self._watched: dict[Topic, tuple[Frames, float]] = {}
        self._columns: dict[Ref, tuple[object, Source]] = {}
        self._reader: asyncio.Task[None] | None = None
        self._lock = Lock()

    def begin(self, topic: Topic, name: str = "", number: int = 0) -> Watcher:
        """Watch something from a frame on, see `Frames.since`; raises Invalid where there is no such page."""
        watched = self._watched[topic][0] if topic in self._watched else self._frames(topic)
        self._watched[topic] = watched, time.monotonic()
        watcher = Watcher(watched, name, number)
        self.watchers.setdefault(topic, set()).add(watcher)
        watcher.news.set()
        if self._reader is None or self._reader.done():
            self._reader = asyncio.get_running_loop().create_task(self._read())
        return watcher

    def _frames(self, topic: Topic) -> Frames:
        if not topic.page:
            return Watched(topic, self.limits, self.beside)
        return Shown(topic, self._page(topic), self.limits)

    def _page(self, topic: Topic) -> Page:
        pages = self.pages()
        if topic.page not in pages:
            raise Invalid([unknown("page", topic.page, sorted(pages))])
        try:
            return pages[topic.page](topic)
        except Invalid:
            raise
        except (TypeError, ValueError, LookupError, AttributeError):
            # It is written by the page itself, so whatever else comes was written by somebody else.
            raise Invalid([Problem("about", _("should be what this page asks for"), "…")]) from None

    def experiments(self, topic: Topic) -> Sequence[Experiment]:
        """What a topic is about beside its runs; raises Invalid where there is no such page."""
        return self._page(topic).experiments if topic.page else ()

    def end(self, watcher: Watcher) -> None:
        """Watch it no more."""
        topic = watcher.watched.topic
        there = self.watchers.get(topic, set())
        there.discard(watcher)
        if not there:
            self.watchers.pop(topic, None)

    async def next(self, watcher: Watcher) -> str:
        """Wait for something new, and give all of it as one message. What a slow browser did not take is not kept for it."""
        while True:
            await watcher.news.wait()
            watcher.news.clear()
            found = watcher.watched.since(watcher.name, watcher.number)
            if found is None and watcher.watched.number:
                text, watcher.name, watcher.number = await asyncio.to_thread(self._whole, watcher.watched)
                return text
            if found is not None and found[0]:
                watcher.number = found[1]
                return found[0]

    def _whole(self, watched: Frames) -> tuple[str, str, int]:
        with self._lock:
            return watched.whole()

    async def _read(self) -> None:
        """Look at the store again and again while anybody watches, and tell those for whom there is something new."""
        while self.watchers:
            begun = time.monotonic()
            topics = list(self.watchers)
            news: list[Topic] = []
            try:
                news = await asyncio.to_thread(self._look, [self._watched[topic][0] for topic in topics])
            except Exception:
                log.exception("what is watched could not be read")
            for topic in topics:
                self._watched[topic] = self._watched[topic][0], time.monotonic()
            for topic in news:
                for watcher in self.watchers.get(topic, ()):
                    watcher.news.set()
            self._forget()
            await asyncio.sleep(max(self.limits.every / 4, self.limits.every - (time.monotonic() - begun)))

    def _forget(self) -> None:
        """Let go of what nobody has watched for a while."""
        idle = [(seen, topic) for topic, (_one, seen) in self._watched.items() if topic not in self.watchers]
        idle.sort(key=lambda one: one[0])
        old = time.monotonic() - self.limits.keep
        for place, (seen, topic) in enumerate(idle):
            if seen < old or place < len(idle) - self.limits.kept:
                del self._watched[topic]
        used = {ref for topic in self._watched for ref in topic.refs}
        for ref in [ref for ref in self._columns if ref not in used]:
            del self._columns[ref]

    # --- in the other thread -------------------------------------------------------------------------------------------

    def _look(self, watched: list[Frames]) -> list[Topic]:
        """Read what is new of everything that is watched, and make the frames; the topics that have one."""
        with self._lock:
            refs = {ref for one in watched for ref in one.topic.refs}
            seen: dict[int, Seen] = {}
            with suppress(Invalid):  # the page says what is wrong with the store; this goes on when it is back
                feed = self.feed()
                seen = feed.seen(ref for ref in refs if isinstance(ref, int))
            known = {ref: source for ref in refs if (source := self._source(ref, seen)) is not None}
            runs = [one for one in watched if not isinstance(one, Shown)]
            # Pages take longer: those that wait longest come first, one of them always gets its turn.
            pages = sorted((one for one in watched if isinstance(one, Shown)), key=lambda one: one.drawn)
            news = []
            for group in (runs, pages):
                until = time.monotonic() + self.limits.work
                news += [one.topic for one in group if self._frame(one, known, until)]
            return news

    def _frame(self, one: Frames, known: dict[Ref, Source], until: float) -> bool:
        words.use(one.topic.language)
        try:
            return one.update(known, self._place, until)
        except Invalid as invalid:
            log.warning("what is watched cannot be drawn: %s", invalid)
        except Exception:  # of one thing, so that all others go on
            log.exception("what is watched could not be drawn")
        return False

    def _place(self, ids: object) -> int | None:
        try:
            return self.feed().store.position(ids)  # type: ignore[arg-type]
        except Invalid:
            return None

    def _source(self, ref: Ref, seen: dict[int, Seen]) -> Source | None:
        """A run as it is known now, its columns grown by what is new; None for one that is not there."""
        before = self._columns.get(ref)
        if isinstance(ref, str):
            if before is None:
                found = recorded.of_key(ref)
                before = None if found is None else (ref, _recorded(found))
                if before is not None:
                    self._columns[ref] = before
            return before[1] if before else None
        if ref not in seen:
            return before[1] if before else None  # the store is away for a moment, or the run was deleted
        now = seen[ref]
        if before is None or before[0] is not now.records:
            try:
                run = now.entry.run
            except Invalid:
                return None
            before = now.records, Source(run, now.records, now.entry, Columns(len(run.experiment.tasks)))
            self._columns[ref] = before
        source = before[1]
        source.entry = now.entry
        source.columns.take(now.records)
        return source


def _recorded(found: History) -> Source:
    columns = Columns(len(found.tasks))
    columns.take(found.records)
    return Source(found.run, found.records, None, columns)
