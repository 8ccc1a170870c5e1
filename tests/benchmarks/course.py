"""What a page of the course takes of the server, when a whole class opens it: ``python -m tests.benchmarks.course``.

Thirty visitors, by Streamlit's own protocol, open one chapter after the other, all within the seconds that a class takes to
find it, and leave it again. For each chapter it prints milliseconds of the server's processor time a page, and how long a
page took from the press to its last element, while the visitors share the machine with the server. What the first visitor of
a fresh server pays for all (modules, recordings) is left out: one visitor has been everywhere before. `--write` writes the
table into docs/operation.md.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from tests.benchmarks.classroom.student import CHAPTERS
from tests.benchmarks.classroom.tab import Tab
from tests.documents import put
from tests.pages.serving import ROOT, Server

WITHIN = 15.0
"""Seconds within which all have opened a chapter."""
DOCS = ROOT / "docs" / "operation.md"
TICK = 1000 / os.sysconf("SC_CLK_TCK")
"""Milliseconds of the unit in which Linux counts processor time."""


def processor(process: int) -> float:
    """Milliseconds of processor time that a process has taken so far, without those it started."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return TICK * (int(fields[11]) + int(fields[12]))


async def read(port: int, visitor: str, chapter: int, wait: float) -> float:
    """Open a chapter after a while, and leave; the milliseconds it took."""
    await asyncio.sleep(wait)
    tab = Tab(port, visitor)
    took = await tab.open({"chapter": str(chapter)}, "course")
    assert not tab.broken(), tab.broken()
    await tab.close()
    return 1000 * took


async def measure(server: Server, visitors: int, within: float) -> dict[int, tuple[float, float]]:
    """For each chapter the server's milliseconds a page, and the median of how long one took."""
    chance, found = random.Random(0), dict[int, tuple[float, float]]()
    for chapter in CHAPTERS:
        await read(server.port, "first", chapter, 0.0)
        await asyncio.sleep(1.0)
        before = processor(server.process.pid)
        took = await asyncio.gather(
            *(read(server.port, f"visitor{number}", chapter, chance.uniform(0, within)) for number in range(visitors))
        )
        found[chapter] = (processor(server.process.pid) - before) / visitors, median(took)
    return found


def table(found: dict[int, tuple[float, float]], visitors: int) -> str:
    """The numbers as Markdown."""
    lines = [
        f"| chapter, opened by {visitors} visitors | server, ms a page | from the press to the last element, ms, median |",
        "|---|---|---|",
        *(f"| {chapter} | {took:.0f} | {lasted:.0f} |" for chapter, (took, lasted) in found.items()),
        f"| median | {median(one for one, _ in found.values()):.0f} | {median(one for _, one in found.values()):.0f} |",
    ]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write if asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.course", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--visitors", type=int, default=30)
    parser.add_argument("--within", type=float, default=WITHIN, help="seconds in which all open a chapter")
    parser.add_argument("--write", action="store_true", help=f"write the table into {DOCS.name}")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            found = asyncio.run(measure(server, max(1, min(options.visitors, 100)), max(0.0, min(options.within, 600.0))))
        finally:
            server.close()
    told = table(found, options.visitors)
    print(told)
    if options.write:
        put(DOCS, "course", told)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
