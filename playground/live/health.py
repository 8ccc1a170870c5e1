"""Two routes for machines that look after a server: whether it can be used, and its numbers.

Whether it can be used is told to everybody, as one word a part. Numbers are told only where the settings say so: on a public
server they would tell strangers when a class is there and how much it does.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from playground.basics.errors import Invalid

if TYPE_CHECKING:
    from playground.live.meters import Meters

HEALTH, METRICS = "health", "metrics"
"""Below the address of the app."""
EVERY = 1.0
"""Seconds between two looks at least, however often somebody asks."""
CONTENT = "text/plain; version=0.0.4; charset=utf-8"
"""As Prometheus names its text."""


class Health:
    """Answers whether the store can be read and a worker lives: 200 where both hold, else 503.

    read: reads the store, and raises Invalid where it cannot. workers: how many live.
    """

    def __init__(self, read: Callable[[], object], workers: Callable[[], int]):
        self.read, self.workers = read, workers
        self._lock, self._looked, self._found = Lock(), float("-inf"), (False, False)

    async def __call__(self, _request: Request) -> Response:
        """One line of JSON."""
        store, worker = await asyncio.to_thread(self._look)
        fine = store and worker
        return JSONResponse({"ok": fine, "store": store, "worker": worker}, 200 if fine else 503, {"Cache-Control": "no-store"})

    def _look(self) -> tuple[bool, bool]:
        with self._lock:
            if time.monotonic() - self._looked >= EVERY:
                self._found, self._looked = self._now(), time.monotonic()
            return self._found

    def _now(self) -> tuple[bool, bool]:
        try:
            self.read()
            return True, self.workers() > 0
        except Invalid:
            return False, False


class Numbers:
    """Answers with all numbers, or with 404 where nobody asked for them in the settings.

    meters: makes them; None where they are off.
    """

    def __init__(self, meters: Meters | None):
        self.meters = meters

    async def __call__(self, _request: Request) -> Response:
        """The text that Prometheus reads."""
        if self.meters is None:
            return PlainTextResponse("off\n", 404)
        return Response(await asyncio.to_thread(self.meters.text), media_type=CONTENT)
