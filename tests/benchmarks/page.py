"""How quickly the page answers while a run goes on, in one real browser on a server of its own.

    python -m tests.benchmarks.page

prints the seconds from Play to the first live point, until the server has sent it and until the browser has drawn it (of
several Plays, each with new seeds, on a warm server), and the milliseconds that the server takes for one rerun of what moves
while a run goes on, as the messages on the wire tell: from "a run of the script begins" to "it is over".
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

PAGES = Path(__file__).parents[1] / "pages"
LINK = {"preset": "digits_few_labels", "steps": "20000"}
"""The settings of the first sight, for longer than anybody looks."""


class Wire:
    """Listens to what the server sends: how long each run of the script took, and when the loss chart first had points."""

    def __init__(self) -> None:
        self.begun: float | None = None
        self.point: float | None = None
        self.seconds: list[float] = []

    def listen(self, socket: Any) -> None:
        """Listen to a connection of the page."""
        socket.on("framereceived", self._hear)

    def _hear(self, payload: bytes | str) -> None:
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        if isinstance(payload, str):
            return
        message = ForwardMsg.FromString(payload)
        kind = message.WhichOneof("type")
        if kind == "delta" and self.point is None and _has_losses(message.delta.new_element.bidi_component):
            self.point = time.monotonic()
        if kind == "new_session":
            self.begun = time.perf_counter()
        elif kind == "script_finished" and self.begun is not None:
            self.seconds.append(time.perf_counter() - self.begun)
            self.begun = None


def _has_losses(component: Any) -> bool:
    """Whether a message holds the loss chart with a point in it."""
    if "losses" not in component.id:
        return False
    figure = json.loads(json.loads(component.json)["figure"])
    return any(trace.get("x") for trace in figure["data"])


def stop(store: Any) -> None:
    """End everything that goes on."""
    for entry in store.entries(statuses=("queued", "running", "paused")):
        store.stop([entry.id], entry.visitor)


def measure(plays: int, reruns: int) -> tuple[list[float], list[float], list[float]]:
    """Seconds to the first live point of each Play, until it is sent and until it is drawn, and of each rerun."""
    # The tests' own server and window, which lie in a folder of their own.
    sys.path.insert(0, str(PAGES))
    from playwright.sync_api import sync_playwright
    from serving import CHROMIUM, Server
    from test_browser import Window

    from playground.runs.store import Store

    assert CHROMIUM is not None, "needs Chromium on the path"
    sent: list[float] = []
    drawn: list[float] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        server = Server(Path(folder))
        store = Store(server.database)
        try:
            chromium = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            for number in range(plays + 1):
                window, wire = Window(chromium, server), Wire()
                window.page.on("websocket", wire.listen)
                window.open(LINK | {"seed": str(1000 * (number + 1))})
                window.drawn(1)
                start = time.monotonic()
                seconds = window.play()
                if number > 0 and wire.point is not None:  # the first one waits for workers that are still warming up
                    sent.append(wire.point - start)
                    drawn.append(seconds)
                if number == plays:
                    wire.seconds.clear()
                    while len(wire.seconds) < reruns:
                        window.page.wait_for_timeout(200)
                stop(store)
                window.close()
            chromium.close()
        finally:
            store.close()
            server.close()
    return sent, drawn, wire.seconds


def main() -> None:
    """Print both."""
    options = argparse.ArgumentParser(prog="python -m tests.benchmarks.page", description=__doc__)
    options.add_argument("--plays", type=int, default=5, help="how often Play is pressed")
    options.add_argument("--reruns", type=int, default=40, help="reruns that are measured")
    chosen = options.parse_args()
    sent, drawn, reruns = measure(chosen.plays, chosen.reruns)
    for name, seconds in (("sent", sent), ("drawn", drawn)):
        each = ", ".join(f"{one:.2f}" for one in sorted(seconds))
        print(f"first live point after Play, {name}: median {median(seconds):.2f} s of {each}")
    ordered = sorted(1000 * one for one in reruns)
    high = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    print(f"rerun while a run goes on: median {median(ordered):.0f} ms, 95 % below {high:.0f} ms, of {len(ordered)}")


if __name__ == "__main__":
    main()
