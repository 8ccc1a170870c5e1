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
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


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
    """`streamlit run`, as a terminal would start it: what ends the tests from outside ends it too."""

    def __init__(self, folder: Path, workers: int = 1):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}/"
        self.database = f"sqlite:///{folder / 'runs.db'}"
        self.log = folder / "server.log"
        command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
        command += ["--server.port", str(port), "--server.address", "127.0.0.1"]
        settings = {"PLAYGROUND_DATABASE": self.database, "PLAYGROUND_WORKERS": str(workers), "OMP_NUM_THREADS": "1"}
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
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
