"""When a process that works has to end: told by a signal, or as the program that started it is gone."""

from __future__ import annotations

import os
import signal
import threading
import time

GRACE = 1.0
"""Seconds that a worker has to put its papers in order when it is told to end."""


class Ending:
    """Whether this process has been told to end. A plain flag, since signal handlers must not wait for locks."""

    told = False


def end_with_parent(ending: Ending) -> None:
    """End when standard input closes: at the latest GRACE seconds later, whatever the process does then."""

    def watch() -> None:
        # os.read and not sys.stdin.read: a thread that sleeps in the latter aborts the interpreter at its end.
        try:
            while os.read(0, 1024):
                pass
        except OSError:
            pass
        ending.told = True
        time.sleep(GRACE)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def end_on_signals(ending: Ending) -> None:
    """End on SIGTERM and SIGINT, after the step that is being taken."""

    def end(number: int, frame: object) -> None:
        ending.told = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
