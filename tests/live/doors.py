"""A server with nothing but a door, and what a browser hears there."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from websockets.sync.client import ClientConnection, connect

from playground.live.route import Door

SECONDS = 30.0
"""That a test waits at most for what has to come."""


class Place:
    """A server with nothing but a door."""

    def __init__(self, door: Door):
        self.hub = door.hub
        app = Starlette(routes=[WebSocketRoute("/live/watch", door.__call__)])
        self.server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
        self.thread = threading.Thread(target=self.server.run)
        self.thread.start()
        wait_for(lambda: self.server.started)
        port = self.server.servers[0].sockets[0].getsockname()[1]
        self.host = f"127.0.0.1:{port}"

    def open(self, origin: str | None = None, **cookies: str) -> ClientConnection:
        """A socket of a browser."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())} if cookies else None
        return connect(f"ws://{self.host}/live/watch", origin=origin, additional_headers=headers)  # type: ignore[arg-type]

    def close(self) -> None:
        self.server.should_exit = True
        self.thread.join()


def wait_for(holds: Callable[[], object]) -> None:
    """Until something holds."""
    until = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < until, "it never held"
        time.sleep(0.02)


def told(socket: ClientConnection) -> Any:
    """The next message that says something."""
    while not (found := json.loads(socket.recv(SECONDS))):
        pass
    return found
