"""Who works in the background gives way, also where Linux weighs sessions against each other."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from playground.basics import priority

TELL = """
import os
from contextlib import suppress
from playground.basics.priority import GROUP, give_way
give_way(7)
print(os.nice(0))
with suppress(OSError):
    print(GROUP.read_text())
"""


def told(session: bool) -> list[str]:
    """What a process of its own says after it gave way: how nice it is, and what its session weighs where that is known."""
    done = subprocess.run([sys.executable, "-c", TELL], capture_output=True, text=True, check=True, start_new_session=session)
    return done.stdout.split()


def weight() -> str | None:
    """What this session weighs; none where the system has no such file, or one with nothing in it."""
    try:
        words = priority.GROUP.read_text(encoding="ascii").split()
        return words[-1] if words else None
    except OSError:
        return None


@pytest.mark.skipif(not hasattr(os, "nice"), reason="needs a system with nice")
@pytest.mark.parametrize("session", [True, False])
def test_a_process_gives_way_and_its_session_where_it_leads_one(session: bool) -> None:
    nice, *group = told(session)
    assert int(nice) == min(19, os.nice(0) + 7)
    before = weight()
    if before is None:
        pytest.skip("this system does not weigh sessions")
    assert group[-1] == ("7" if session else before), "the session of a terminal is nobody's to change"
