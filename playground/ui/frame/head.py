"""What every page has in its head from the first byte on: its looks, so that nothing moves when the first words come.

Streamlit brings the looks that a script asks for as one of its elements, after those that they are about: what was drawn by
then moves. The same looks in the head hold from the start; they are nested, which puts them above Streamlit's own.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

END = b"</head>"
ASKED = ("accept-encoding", "if-none-match", "if-modified-since")
"""Headers of a request that would bring a page that cannot be read here, or none as it has not changed."""


class Head:
    """Adds markup to the head of every HTML page that an app serves; all else passes as it is.

    markup: of the query of a page's address.
    """

    def __init__(self, app: ASGIApp, markup: Callable[[str], str]):
        self.app, self.markup = app, markup

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self.app(scope, receive, send)
            return
        headers = [(name, value) for name, value in scope["headers"] if name.decode("latin-1").lower() not in ASKED]
        markup = self.markup(scope["query_string"].decode("latin-1")).encode()
        await self.app({**scope, "headers": headers, "extensions": {}}, receive, self._adding(markup, send))

    def _adding(self, markup: bytes, send: Send) -> Send:
        """A way to send that holds a page back until all of it is there."""
        started: list[Message] = []
        body = bytearray()

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start" and "text/html" in Headers(scope=message).get("content-type", ""):
                started.append(message)
                return
            if not started or message["type"] != "http.response.body":
                await send(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            whole = bytes(body).replace(END, markup + END, 1)
            headers = MutableHeaders(scope=started[0])
            headers["content-length"] = str(len(whole))
            for name in ("etag", "last-modified"):
                del headers[name]
            await send(started[0])
            await send({"type": "http.response.body", "body": whole})

        return add
