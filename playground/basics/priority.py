"""Processes in the background that let the server and the browser go first."""

from __future__ import annotations

import os
import time
from pathlib import Path

GROUP = Path("/proc/self/autogroup")
"""Where Linux weighs the sessions of a machine against each other."""
TRIES = 5
"""Linux takes one such wish every tenth of a second, from all processes together."""


def give_way(by: int) -> None:
    """Let others go first from now on: `by` more on the scale of ``nice``, as far as the system knows such a thing.

    Linux weighs processes by ``nice`` inside a session only, and sessions against each other as a whole. So a process that
    leads a session of its own asks for both, or it would take from a server as much as one that asks for nothing.
    """
    if hasattr(os, "nice"):
        os.nice(by)
    if hasattr(os, "getsid") and os.getsid(0) == os.getpid():
        _weigh_less(by)


def _weigh_less(by: int) -> None:
    for _try in range(TRIES):
        try:
            GROUP.write_text(str(by), encoding="ascii")
        except BlockingIOError:  # too soon after another one
            time.sleep(0.15)
        except OSError:  # not Linux, or sessions are not weighed there
            return
        else:
            return
