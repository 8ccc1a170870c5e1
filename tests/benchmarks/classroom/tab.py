"""One tab of a browser without a screen: it speaks Streamlit's own protocol, keeps what stands there, and times answers."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from playground.ui.server import COOKIE

PATIENCE = 30.0
"""Seconds after which a page that does not answer counts as one that never will."""
KEPT = ("button", "slider", "alert", "exception", "bidi_component")
"""Kinds of elements that are looked at."""


class Unanswered(Exception):
    """The server did not answer, or hung up."""


@dataclass(frozen=True)
class Part:
    """One element of the page. about: its message; fragment: the part of the script that drew it, "" for the whole."""

    kind: str
    about: Any
    fragment: str

    @property
    def key(self) -> str:
        """The key that the page gave it; "" for none."""
        pieces = str(getattr(self.about, "id", "")).split("-", 2)
        return pieces[2] if len(pieces) == 3 else ""


class Tab:
    """One open page. visitor: the cookie of its browser, so that two tabs may be one person's. patience: see `PATIENCE`."""

    def __init__(self, port: int, visitor: str, patience: float = PATIENCE):
        self.patience = patience
        self.address = f"ws://127.0.0.1:{port}"
        self.cookie = {"Cookie": f"{COOKIE}={visitor}"}
        self.parts: dict[tuple[int, ...], Part] = {}
        self.query = self.script = self.page = ""
        self.socket: ClientConnection | None = None

    # --- what stands on the page -----------------------------------------------------------------------------------

    def part(self, key: str) -> Part | None:
        """What the page drew under a key."""
        return next((one for one in self.parts.values() if one.key == key), None)

    def said(self) -> list[str]:
        """The sentences of warnings and errors."""
        return [one.about.body for one in self.parts.values() if one.kind == "alert"]

    def broken(self) -> list[str]:
        """Tracebacks that the page shows."""
        return [one.about.message for one in self.parts.values() if one.kind == "exception"]

    def told(self) -> dict[str, Any]:
        """What the line of progress was given: status, words, and what the channel is to be asked for."""
        part = self.part("channel")
        return dict(json.loads(part.about.json)) if part else {}

    # --- hands -----------------------------------------------------------------------------------------------------

    async def open(self, query: dict[str, str], page: str = "") -> float:
        """Follow a link; the seconds until all of it was there."""
        self.query, self.page = urlencode(query), page
        begun = time.monotonic()
        try:
            self.socket = await connect(
                f"{self.address}/_stcore/stream",
                subprotocols=["streamlit"],  # type: ignore[list-item]
                additional_headers=self.cookie,
                max_size=None,
                open_timeout=self.patience,
            )
        except (OSError, TimeoutError, WebSocketException) as error:
            raise Unanswered from error
        await self.rerun()
        return time.monotonic() - begun

    async def press(self, button: Part) -> float:
        """Press a button."""
        return await self.rerun(button.fragment, WidgetState(id=button.about.id, trigger_value=True))

    async def slide(self, slider: Part, value: float) -> float:
        """Move a slider."""
        state = WidgetState(id=slider.about.id)
        state.double_array_value.data.append(value)
        return await self.rerun(slider.fragment, state)

    async def rerun(self, fragment: str = "", *widgets: WidgetState) -> float:
        """Have the page, or a part of it, drawn anew; the seconds until it was there."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_script_hash, state.fragment_id = self.query, self.script, fragment
        state.page_name = "" if self.script else self.page
        state.widget_states.widgets.extend(widgets)
        begun = time.monotonic()
        try:
            assert self.socket is not None
            await self.socket.send(message.SerializeToString())
            async with asyncio.timeout(self.patience):
                await self._drawn()
        except (OSError, TimeoutError, WebSocketException) as error:
            raise Unanswered from error
        return time.monotonic() - begun

    async def watch(self, topic: dict[str, Any]) -> ClientConnection:
        """A socket of the channel for what the page shows."""
        try:
            socket = await connect(f"{self.address}/live/watch", additional_headers=self.cookie, max_size=None)
            await socket.send(json.dumps({"watch": topic}))
        except (OSError, TimeoutError, WebSocketException) as error:
            raise Unanswered from error
        return socket

    async def close(self) -> None:
        """Leave."""
        if self.socket is not None:
            await self.socket.close()

    # --- what comes ------------------------------------------------------------------------------------------------

    async def _drawn(self) -> None:
        """Read until the script is over; one that begins anew by itself is not."""
        assert self.socket is not None
        seen: set[tuple[int, ...]] = set()
        fragments: set[str] = set()
        while True:
            message = ForwardMsg.FromString(await self.socket.recv(decode=False))
            kind = message.WhichOneof("type")
            if kind == "new_session":
                fragments = set(message.metadata.run.fragment_ids)
                seen = set()
            elif kind == "delta":
                path = tuple(message.metadata.delta_path)
                seen.add(path)
                self._put(path, message.delta)
            elif kind == "navigation":
                self.script = message.navigation.page_script_hash
            elif kind == "page_info_changed":
                self.query = message.page_info_changed.query_string
            elif kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                # What this run did not draw again is taken away, as a browser does it.
                stale = [path for path, one in self.parts.items() if path not in seen and _of(one, fragments)]
                for path in stale:
                    del self.parts[path]
                return

    def _put(self, path: tuple[int, ...], delta: Any) -> None:
        kind = delta.new_element.WhichOneof("type") if delta.WhichOneof("type") == "new_element" else ""
        if kind in KEPT:
            self.parts[path] = Part(kind, getattr(delta.new_element, kind), delta.fragment_id)
        else:
            self.parts.pop(path, None)


def _of(part: Part, fragments: set[str]) -> bool:
    """Whether a run of these fragments, or of the whole for none, drew it."""
    return not fragments or part.fragment in fragments
