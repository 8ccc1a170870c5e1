"""The way from a browser to the hub: a WebSocket that is open to pages of this server only, and bounded on every side.

What travels is described in ARCHITECTURE.md.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlparse

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from playground.basics.errors import Invalid
from playground.basics.words import _
from playground.experiment import Experiment
from playground.live.hub import Hub, Watcher
from playground.live.limits import LIMITS, Limits
from playground.live.request import Topic, read

PATH = "live/watch"
"""Below the address of the app."""
REFUSED, BUSY = 1008, 1013
"""Codes of the WebSocket protocol: against the rules, and try again later."""


class Door:
    """Lets browsers in.

    allowed: whether pages of another origin may connect, as Streamlit says it.
    visitor: whose browser it is, from its cookies.
    may_see: whether a visitor may see the runs of an experiment.
    """

    def __init__(
        self,
        hub: Hub,
        allowed: Callable[[str], bool],
        visitor: Callable[[WebSocket], str],
        may_see: Callable[[Experiment, str], bool],
        limits: Limits = LIMITS,
    ):
        self.hub, self.allowed, self.visitor, self.may_see, self.limits = hub, allowed, visitor, may_see, limits
        self._open = Counter[str]()

    async def __call__(self, socket: WebSocket) -> None:
        """Serve one browser until it goes."""
        if not self._same_origin(socket):
            await socket.close(REFUSED)
            return
        await socket.accept()
        address = socket.client.host if socket.client else ""
        if self._open[address] >= self.limits.address or self._open.total() >= self.limits.sockets:
            await self._refuse(socket, _("Too many pages are open on this server; close some and try again."), BUSY)
            return
        self._open[address] += 1
        try:
            await _Visit(self, socket).serve()
        except (WebSocketDisconnect, OSError, RuntimeError):
            pass  # it has gone
        finally:
            self._open[address] -= 1
            self._open += Counter()  # forgets addresses without any

    def _same_origin(self, socket: WebSocket) -> bool:
        """Whether the page that connects is one of this server, or of an origin that its settings name. No origin, no page."""
        origin = socket.headers.get("origin")
        return origin is None or urlparse(origin).netloc == socket.headers.get("host") or self.allowed(origin)

    async def _refuse(self, socket: WebSocket, sentence: str, code: int = REFUSED) -> None:
        """Say why, and close."""
        with suppress(WebSocketDisconnect, OSError, RuntimeError):
            await socket.send_text(json.dumps([{"refused": sentence}]))
            await socket.close(code)


class _Visit:
    """One open socket: what it says is read, and what is new of what it watches is sent."""

    def __init__(self, door: Door, socket: WebSocket):
        self.door, self.socket, self.limits = door, socket, door.limits
        self.watcher: Watcher | None = None
        self.sender: asyncio.Task[None] | None = None
        self.said: deque[float] = deque(maxlen=door.limits.messages)

    async def serve(self) -> None:
        """Until it goes."""
        wait: float | None = self.limits.wait
        try:
            while True:
                text = await asyncio.wait_for(self.socket.receive_text(), wait)
                wait = None
                now = time.monotonic()
                if len(self.said) == self.limits.messages and now - self.said[0] < self.limits.span:
                    await self.door._refuse(self.socket, _("This page sends too many messages; reload it."))
                    return
                self.said.append(now)
                await self._turn(text)
        except Invalid as invalid:
            await self.door._refuse(self.socket, str(invalid))
        except (TimeoutError, KeyError):  # nothing came, or bytes instead of text
            await self.door._refuse(self.socket, _("Nothing was asked for."))
        finally:
            self._leave()

    async def _turn(self, text: str) -> None:
        """Watch what a message asks for, and nothing else any more."""
        request = read(text, self.limits)
        self._leave()
        if request.topic is None:
            await self.socket.send_text("[]")  # so that a browser knows that it reaches this server
            return
        visitor = self.door.visitor(self.socket)
        allowed = await asyncio.to_thread(self._may_see, request.topic, visitor)
        if not allowed:
            await self.socket.send_text(json.dumps([{"gone": True}]))
            return
        self.watcher = self.door.hub.begin(request.topic, *request.since)
        if not request.quiet:
            self.sender = asyncio.create_task(self._send(self.watcher, visitor))

    def _may_see(self, topic: Topic, visitor: str) -> bool:
        """Whether all runs in the store may be shown to this visitor; what is not there may be asked for, and shows nothing."""
        if not all(self.door.may_see(one, visitor) for one in self.door.hub.experiments(topic)):
            return False
        numbers = [ref for ref in topic.refs if isinstance(ref, int)]
        for entry in self.door.hub.feed().entries(numbers, watch=False):
            with suppress(Invalid):  # a run of an experiment that is refused is not shown anyway
                if not self.door.may_see(entry.run.experiment, visitor):
                    return False
        return True

    async def _send(self, watcher: Watcher, visitor: str) -> None:
        """Whatever is new, as long as the visitor may see it: an owner can take back what was shown."""
        checked = time.monotonic()
        with suppress(WebSocketDisconnect, OSError, RuntimeError):
            while self.socket.client_state is WebSocketState.CONNECTED:
                text = await self.door.hub.next(watcher)
                if time.monotonic() - checked > self.limits.check:
                    checked = time.monotonic()
                    if not await asyncio.to_thread(self._may_see, watcher.watched.topic, visitor):
                        self.door.hub.end(watcher)
                        await self.socket.send_text(json.dumps([{"gone": True}]))
                        return
                await self.socket.send_text(text)

    def _leave(self) -> None:
        if self.watcher is not None:
            self.door.hub.end(self.watcher)
            self.watcher = None
        if self.sender is not None:
            self.sender.cancel()
            self.sender = None
