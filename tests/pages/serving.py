"""The real app on a port of its own, with a database of its own and real workers, for tests in a browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

PATIENCE = 60_000
"""Milliseconds that a wait in a browser may take on a busy machine before it counts as failed."""
QUIET = 250
"""Milliseconds without anything going on after which a page is at rest."""
RESTS = """quiet => {
  const app = document.querySelector("[data-testid=stApp]"), now = performance.now();
  const fades = document.getAnimations().some(({ playState, effect }) =>
    playState === "running" && effect.getComputedTiming().endTime !== Infinity);
  const busy = app?.dataset.testScriptState !== "notRunning" || app.dataset.testConnectionState !== "CONNECTED"
    || document.querySelector("[data-stale=true]") || document.fonts.status !== "loaded";
  if (busy || !window.restingSince) window.restingSince = now;
  return !busy && !fades && now - window.restingSince >= quiet;
}"""
"""Whether the server has had nothing to say for a while, and nothing is stale, half faded or without its letters. What moves
with a training may fade again and again, so that there is no waiting for a while without."""


def rest(page: Any) -> None:
    """Wait until a page of the app is at rest: only then is it read, pressed or typed into. No sleep does what this does."""
    page.evaluate("window.restingSince = null")
    page.wait_for_function(RESTS, arg=QUIET, timeout=2 * PATIENCE)


def lower(page: Any, slider: str) -> None:
    """One step down with the slider of a field, as the address then says; a key that the page took no notice of, as it was
    just drawing the slider anew, is pressed again."""
    from playwright.sync_api import TimeoutError as NotYet

    before = page.url
    for _turn in range(3):
        page.locator(f".st-key-field-{slider}").get_by_role("slider").press("ArrowLeft")
        with suppress(NotYet):
            page.wait_for_function("before => location.href !== before", arg=before, timeout=PATIENCE / 4)
            return rest(page)
    raise AssertionError(f"the slider {slider} does not move")


def need_browser() -> None:
    """Skip with the reason where there is no browser; fail where PLAYGROUND_BROWSER says that there has to be one."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        missing = "Playwright, which is not installed"
    else:
        if CHROMIUM is not None:
            return
        missing = "Chromium, which was not found on the path"
    if os.environ.get("PLAYGROUND_BROWSER") == "required":
        pytest.fail(f"needs {missing}")
    pytest.skip(f"needs {missing}")


class Server:
    """`streamlit run`, as a terminal would start it: what ends the tests from outside ends it too.

    root: the checkout whose app is served. port: 0 for any that is free.
    """

    def __init__(self, folder: Path, workers: int = 1, root: Path = ROOT, port: int = 0):
        with socket.socket() as free:
            free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            free.bind(("127.0.0.1", port))
            port = self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}/"
        self.database = f"sqlite:///{folder / 'runs.db'}"
        self.log = folder / "server.log"
        command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
        command += ["--server.port", str(port), "--server.address", "127.0.0.1"]
        settings = {"PLAYGROUND_DATABASE": self.database, "PLAYGROUND_WORKERS": str(workers), "OMP_NUM_THREADS": "1"}
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command,
                cwd=root,
                env=os.environ | settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self._wait()
        except BaseException:
            self.close()
            raise

    def _wait(self) -> None:
        deadline = time.monotonic() + 120
        while True:
            try:
                with urllib.request.urlopen(f"{self.address}_stcore/health", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                ended = self.process.poll() is not None or time.monotonic() > deadline
                assert not ended, self.log.read_text()
                time.sleep(0.1)

    def close(self) -> None:
        """End it, gently first."""
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
