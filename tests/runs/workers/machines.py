"""A scheduler and workers of Dask as processes of their own, for tests and benchmarks."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from playground.basics.settings import DATABASE

ROOT = Path(__file__).parents[3]


class Machines:
    """A scheduler and workers of one thread each. url: of the database that the workers write to."""

    def __init__(self, home: Path, url: str, workers: int = 0):
        self.home, self.environment = home, {**os.environ, DATABASE.name: url, "OMP_NUM_THREADS": "1"}
        self.environment["PYTHONPATH"] = str(ROOT)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.workers: list[subprocess.Popen[bytes]] = []
        self.start_scheduler()
        for _worker in range(workers):
            self.start_worker()

    def start_scheduler(self) -> None:
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard")
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise TimeoutError(self.log("scheduler"))

    def start_worker(self, *options: str) -> subprocess.Popen[bytes]:
        """One without a nanny: whoever runs machines starts it again, as a service manager would."""
        place = str(self.home / f"worker-{len(self.workers)}")
        words = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", place, "--death-timeout", "60")
        process = self._start("worker", self.address, *words, *options)
        self.workers.append(process)
        return process

    def restart_scheduler(self) -> None:
        kill([self.scheduler])
        self.start_scheduler()

    def log(self, name: str) -> str:
        return (self.home / f"{name}.log").read_text(encoding="utf-8")

    def close(self) -> None:
        kill([*self.workers, self.scheduler])

    def _start(self, what: str, *words: str) -> subprocess.Popen[bytes]:
        command: Sequence[str] = (sys.executable, "-m", f"distributed.cli.dask_{what}", *words)
        with (self.home / f"{what}.log").open("ab") as log:
            return subprocess.Popen(command, cwd=self.home, env=self.environment, stdout=log, stderr=log)


def kill(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """End processes at once, as a power cut would."""
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait()
