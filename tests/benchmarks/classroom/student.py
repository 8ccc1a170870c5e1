"""One of thirty: opens links, reads a lesson and predicts, changes something, plays, watches, leaves, and comes back."""

from __future__ import annotations

import asyncio
import json
import random
import time
from typing import Any
from urllib.parse import parse_qsl

from websockets.exceptions import WebSocketException

from tests.benchmarks.classroom.books import Books, Taken
from tests.benchmarks.classroom.tab import Tab, Unanswered

TINY = {"suite": "toy_plane", "tasks": "circle,xor", "steps": "300", "batch": "32", "backbone.width": "8", "seeds": "1"}
"""What is trained: seconds of one core at most, as thirty play at a time."""
EXAMPLES = ("digits_few_labels", "functions_same", "two_digits_surgery")
"""Recorded ones, which are only looked at."""
TOGETHER = 30.0
"""Seconds for which the teacher's link is the same; whoever opens it then shares one training."""
LONGEST = 40.0
"""Seconds for which a run is watched at most."""
CHAPTERS = range(1, 12)
TRIES = 20
"""How often Play is pressed again where the page has said that it cannot be done just then."""


class Student:
    """One visitor. number: who it is. code: of the class. haste: seconds to think are divided by it."""

    def __init__(self, port: int, number: int, books: Books, code: str, haste: float):
        self.port, self.name, self.books, self.code, self.haste = port, f"visitor{number}", books, code, haste
        self.number, self.random, self.tab = number, random.Random(number), Tab(port, self.name)

    async def attend(self, until: float) -> None:
        """Come a bit late, and stay to the end."""
        begun = time.monotonic()
        await self._think(4.0)
        turn = 0
        while time.monotonic() < until:
            turn += 1
            try:
                if self.random.random() < 0.4:
                    await self._read(self.random.choice(CHAPTERS))
                elif self.random.random() < 0.2:
                    await self._glance(self.random.choice(EXAMPLES))
                else:
                    await self._experiment(self._link(turn, begun))
            except Unanswered:
                self.books.unanswered.append(time.monotonic())
                await self.tab.close()
                await self._think(2.0)

    def _link(self, turn: int, begun: float) -> dict[str, str]:
        """The teacher's link, or one of one's own."""
        if self.random.random() < 0.3:
            return TINY | {"seed": str(int((time.monotonic() - begun) / TOGETHER))}
        return TINY | {"seed": str(1000 * (self.number + 1) + turn)}

    async def _think(self, seconds: float) -> None:
        await asyncio.sleep(self.random.uniform(0.5, 1.5) * seconds / self.haste)

    async def _open(self, kind: str, query: dict[str, str], page: str = "") -> Tab:
        """A page in a tab of its own."""
        tab = self.tab = Tab(self.port, self.name)
        self.books.take(kind, await tab.open(query, page))
        self._check(tab)
        return tab

    def _check(self, tab: Tab) -> None:
        self.books.broken += tab.broken()

    # --- what one does ---------------------------------------------------------------------------------------------

    async def _read(self, chapter: int) -> None:
        """A chapter of the course, and a prediction in it."""
        tab = await self._open("course", {"chapter": str(chapter), "class": self.code}, "course")
        await self._think(4.0)
        asked = [one for one in tab.parts.values() if one.key.endswith(".answer") and not one.about.disabled]
        if asked:
            question = self.random.choice(asked)
            self.books.take("answer", await tab.press(question))
            self._check(tab)
            if said := tab.said():
                self.books.told += said
            else:
                self.books.answers.add((self.name, question.key))
            await self._think(2.0)
        await tab.close()

    async def _glance(self, example: str) -> None:
        """A recorded example."""
        tab = await self._open("open", {"preset": example})
        await self._think(3.0)
        await tab.close()

    async def _experiment(self, link: dict[str, str]) -> None:
        """Open a link, change it, play, watch, leave, and come back to what is one's own."""
        tab = await self._open("open", link)
        await self._think(2.0)
        as_linked = tab.query
        if (slider := tab.part("field:backbone.depth")) is not None:
            self.books.take("change", await tab.slide(slider, self.random.choice((1.0, 2.0))))
            self._check(tab)
            await self._think(2.0)
        # After a change the run before stays on the page, dimmed: it is not what Play is pressed for.
        await self._play(tab, tab.told().get("topic") if tab.query != as_linked else None)
        query, topic = tab.query, tab.told().get("topic")
        await tab.close()
        await self._think(4.0)
        if topic and _numbers(topic):
            await self._return(query, topic)

    async def _play(self, tab: Tab, dimmed: dict[str, Any] | None) -> None:
        """Press Play, unless it is on its way or done; where the page says that it cannot be, again a bit later.

        dimmed: what the page shows of the settings before.
        """
        for _try in range(TRIES):
            told = tab.told()
            topic = told.get("topic")
            if topic and topic != dimmed and _numbers(topic) and told["status"]["status"] != "none":
                break
            button = tab.part("play")
            if button is None or button.about.disabled:
                self.books.silent.append(f"{self.name}: Play cannot be pressed ({told.get('status')}, {tab.said()})")
                return
            pressed = time.monotonic()
            self.books.take("play", await tab.press(button))
            self._check(tab)
            topic = tab.told().get("topic")
            if topic and _numbers(topic):
                await self._watch(tab, pressed)
                return
            said = tab.said()
            self.books.told += said
            if not said:
                self.books.silent.append(f"{self.name}: nothing came of Play ({tab.told().get('status')})")
            await self._think(2.0)
        await self._watch(tab, None)

    async def _watch(self, tab: Tab, pressed: float | None) -> None:
        """Watch until it is over, as a browser does: other buttons are asked for where another status is told."""
        told = tab.told()
        if not told.get("topic"):
            return
        numbers = _numbers(told["topic"])
        self.books.asked |= numbers
        socket = await tab.watch(told["topic"])
        until, news, silence = time.monotonic() + LONGEST, time.monotonic(), 0.0
        status, before = told["status"], (told["status"]["status"], told["status"].get("active"))
        try:
            while status.get("active") and (left := until - time.monotonic()) > 0:
                try:
                    text = await asyncio.wait_for(socket.recv(), left)
                except TimeoutError:
                    break
                silence, news = max(silence, time.monotonic() - news), time.monotonic()
                for frame in json.loads(text):
                    status = frame.get("status") or status
                if pressed is not None and status.get("done"):
                    self.books.waits.append(Taken("wait", pressed, time.monotonic() - pressed))
                    pressed = None
                now = (status["status"], status.get("active"))
                if now != before:
                    before = now
                    self.books.take("turn", await tab.rerun(part.fragment if (part := tab.part("play")) else ""))
                    self._check(tab)
        except WebSocketException as error:
            raise Unanswered from error
        finally:
            await socket.close()
        self.books.silences.append(Taken("silence", news - silence, silence))

    async def _return(self, query: str, topic: dict[str, Any]) -> None:
        """Come back by the address that stood there: the same runs are there."""

        tab = await self._open("return", dict(parse_qsl(query)))
        found = tab.told().get("topic")
        if not found or not _numbers(topic) <= _numbers(found):
            self.books.forgotten.append(f"{self.name}: {topic['runs']} were there, now {found and found['runs']}")
        await self._think(2.0)
        await tab.close()


def _numbers(topic: dict[str, Any]) -> set[int]:
    """Runs in the store; recorded ones have no number."""
    return {one for one in (*topic["runs"], *topic["baselines"]) if isinstance(one, int)}
