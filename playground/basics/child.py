"""A process of its own that is asked and answers in lines of text."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

HOME = Path(__file__).parents[2]


def begin(command: Sequence[str]) -> subprocess.Popen[str]:
    """Start a command that finds this program, on one thread, with pipes to write to and to read from.

    It is in a session of its own, so that Ctrl-C reaches the server alone. It has to end when its standard input closes, or
    when nobody reads what it tells, so that it never outlives the server for long.

    Raises OSError where it cannot be started.
    """
    paths = os.pathsep.join(filter(None, (str(HOME), os.environ.get("PYTHONPATH"))))
    return subprocess.Popen(
        list(command),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"},
        start_new_session=True,
    )
