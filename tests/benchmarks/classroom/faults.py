"""What goes wrong in an hour of class: a worker is killed, the store is locked, the disk is full."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.benchmarks.classroom.books import Books, Fault, children


def kill_worker(server: int) -> None:
    """Kill one worker of a server, as a machine without memory does it."""
    if workers := [one for one in children(server) if _trains(one)]:
        os.kill(random.choice(workers), signal.SIGKILL)


def _trains(process: int) -> bool:
    """Whether a process is a worker; a server has others, too."""
    with suppress(OSError):
        return b"playground.runs.worker" in Path(f"/proc/{process}/cmdline").read_bytes()
    return False


def lock(file: Path, seconds: float) -> None:
    """Keep everybody else from writing to a SQLite store for a while."""
    connection = sqlite3.connect(file, timeout=30, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        time.sleep(seconds)
        connection.execute("ROLLBACK")
    finally:
        connection.close()


def fill(folder: Path, seconds: float) -> None:
    """Leave no room on the disk of a folder for a while."""
    filler = folder / "filler"
    try:
        with filler.open("wb", buffering=0) as file:
            for size in (2**20, 4096):
                try:
                    while True:
                        file.write(bytes(size))
                except OSError:
                    continue  # there is no room for another piece of this size
        time.sleep(seconds)
    finally:
        filler.unlink(missing_ok=True)


async def inject(books: Books, name: str, after: float, fault: Callable[[], None]) -> None:
    """Break something after a while, and write down when it was."""
    await asyncio.sleep(after)
    begun = time.monotonic()
    await asyncio.to_thread(fault)
    books.faults.append(Fault(name, begun, time.monotonic()))
