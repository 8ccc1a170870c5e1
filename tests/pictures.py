"""Takes the pictures of the documents from the running app: ``python -m tests.pictures``.

Starts the app with an empty database, presses Play, and keeps what the screen shows while the run goes on.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]


def main() -> int:
    """Write docs/playground.png."""
    browser_path = shutil.which("chromium")
    if browser_path is None:
        print("chromium should be installed. Found none.", file=sys.stderr)
        return 2
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        settings = {**os.environ, "PLAYGROUND_DATABASE": f"sqlite:///{folder}/pictures.db"}
        command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port", str(port)]
        server = subprocess.Popen(command, cwd=ROOT, env=settings, stdout=subprocess.DEVNULL)
        try:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health")
            take(f"http://127.0.0.1:{port}/", browser_path, ROOT / "docs" / "playground.png")
        finally:
            server.terminate()
            server.wait(10)
    return 0


def wait_for(address: str) -> None:
    """Until the server answers."""
    for _attempt in range(300):
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"{address} should answer within 30 seconds")


def take(address: str, browser_path: str, picture: Path) -> None:
    """Press Play on the first screen and keep what stands there when the run is over."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=browser_path, args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 1010})
        page.goto(address)
        page.get_by_role("button", name="Play", exact=True).click()
        page.get_by_role("button", name="Play again").wait_for(timeout=120_000)
        page.wait_for_timeout(3000)
        page.mouse.move(0, 0)
        page.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    raise SystemExit(main())
