"""An hour of class on one server: ``python -m tests.benchmarks.classroom --seconds 300``.

Thirty visitors by Streamlit's own protocol and by the channel, with real workers, each opening links, reading a chapter and
predicting, changing, playing, watching, leaving and returning. On the way a worker is killed with -9, the store is locked, and
its disk is full (where a small disk can be made: on Linux, by a namespace of one's own). It prints

* the times of reruns and of opened pages, in milliseconds, in calm minutes and around faults, as the visitors measure them;
  with --elsewhere they take what processor time the server and its workers leave, as nobody's browser runs on the server;
* the waits from Play to the first step, and the longest silence of the channel while something trained, in seconds;
* the memory of the server and of its workers over time, in megabytes;
* runs that were lost or trained twice, predictions that were lost, presses that nothing was said of, pages that never came.

The exit code is 1 where any of the last line's things happened.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from playground.runs.store.store import Store
from tests.benchmarks.classroom import faults
from tests.benchmarks.classroom.books import RERUNS, Books, Verdict, children, judge, memory, quantile
from tests.benchmarks.classroom.student import CHAPTERS, TINY, Student
from tests.benchmarks.classroom.tab import Tab
from tests.pages.serving import Server

OPENED = ("open", "return", "course")
SHORT = 100.0
"""Seconds of a class up to which it is about what is lost, and not about times."""
ROOM, EACH = 256, 0.1
"""Megabytes of the disk of the store, and for each visitor and second: a run with its baselines leaves a few."""
INSIDE = "CLASSROOM_DISK"
"""Set where the program has begun itself again with a disk of its own."""


@dataclass(frozen=True)
class Plan:
    """visitors, seconds, workers: how many. haste: how much faster than people they think. broken: whether faults come.
    elsewhere: whether visitors take only what processor time the server and its workers leave."""

    visitors: int = 30
    seconds: float = 300.0
    workers: int = 2
    haste: float = 1.0
    broken: bool = True
    elsewhere: bool = False


async def _class(plan: Plan, server: Server, books: Books, code: str, folder: Path, small: bool) -> None:
    """The class itself."""
    await _warm(server, CHAPTERS if plan.seconds > SHORT else CHAPTERS[:1])
    until = time.monotonic() + plan.seconds
    students = [Student(server.port, number, books, code, plan.haste) for number in range(plan.visitors)]
    watcher = asyncio.create_task(_remember(books, server.process.pid, plan.seconds))
    breaking = []
    if plan.broken:
        file, part = folder / "runs.db", plan.seconds
        breaking = [
            faults.inject(books, "a worker is killed", 0.2 * part, partial(faults.kill_worker, server.process.pid)),
            faults.inject(books, "the store is locked", 0.4 * part, partial(faults.lock, file, min(6.0, 0.05 * part))),
        ]
        if small:
            full = partial(faults.fill, folder, min(60.0, 0.2 * part))
            breaking.append(faults.inject(books, "the disk is full", 0.6 * part, full))
    await asyncio.gather(*(one.attend(until) for one in students), *breaking)
    watcher.cancel()


async def _warm(server: Server, chapters: Iterable[int]) -> None:
    """Open every page that will be opened once, and train something, so that loading is over when the class begins."""
    for query, page in [(TINY, ""), *(({"chapter": str(number)}, "course") for number in chapters)]:
        tab = Tab(server.port, "teacher", patience=300.0)
        await tab.open(query, page)
        if not page and (button := tab.part("play")) is not None:
            await tab.press(button)
            socket = await tab.watch(tab.told()["topic"])
            async for text in socket:
                if any(frame.get("status", {}).get("done") for frame in json.loads(text)):
                    break
            await socket.close()
        await tab.close()


async def _remember(books: Books, server: int, seconds: float) -> None:
    """Write down the memory of the server and its workers, a hundred times at most."""
    begun = time.monotonic()
    while True:
        workers = await asyncio.to_thread(lambda: sum(map(memory, children(server))))
        books.memory.append((time.monotonic() - begun, memory(server), workers))
        await asyncio.sleep(max(1.0, seconds / 100))


def hold(plan: Plan, folder: Path, small: bool) -> tuple[Books, Verdict, int]:
    """Hold a class; what was written down, what the store says, and how many tracebacks are in the server's log."""
    books = Books()
    server = Server(folder, plan.workers)
    if plan.elsewhere:
        os.nice(15)  # from here on: neither the server nor its workers
    store = Store(server.database)
    try:
        code = store.open_class()
        asyncio.run(_class(plan, server, books, code, folder, small))
        books.stored = sum(file.stat().st_size for file in folder.glob("runs.db*"))
        verdict = judge(store, books, code)
    finally:
        store.close()
        server.close()
    return books, verdict, server.log.read_text(encoding="utf-8", errors="replace").count("Traceback (most recent call last)")


def summary(books: Books, verdict: Verdict, tracebacks: int) -> dict[str, Any]:
    """The numbers of a class."""
    times = {}
    for name, kinds in {"rerun": RERUNS, **{kind: (kind,) for kind in (*RERUNS, *OPENED)}}.items():
        for calm in (True, False):
            found = [1000 * one for one in books.seconds(kinds, calm)]
            times[name if calm else f"{name}, around faults"] = _spread(found)
    calm_waits = sorted(one.seconds for one in books.waits if books.calm(one))
    return {
        "milliseconds": times,
        "seconds": {
            "from Play to the first step": _spread(calm_waits),
            "the same, around faults": _spread(sorted(one.seconds for one in books.waits if not books.calm(one))),
            "without news of a training": _spread(sorted(one.seconds for one in books.silences)),
        },
        "memory": [tuple(round(one) for one in each) for each in _some(books.memory, 8)],
        "faults": [f"{one.name} for {one.ended - one.begun:.0f} s" for one in books.faults],
        "runs": len(books.asked),
        "megabytes stored": round(books.stored / 1e6),
        "lost": verdict.lost,
        "doubled": verdict.doubled,
        "predictions": {"taken": len(books.answers), "kept": verdict.answers},
        "sentences": sorted({one.strip()[:120] for one in books.told}),
        "silent": books.silent,
        "unanswered": len(books.unanswered),
        "broken": books.broken,
        "forgotten": books.forgotten,
        "tracebacks": tracebacks,
    }


def _spread(values: Sequence[float]) -> dict[str, float]:
    """How many, the middle, the 95th percentile, the most."""
    if not values:
        return {"count": 0}
    named = {"median": quantile(values, 0.5), "p95": quantile(values, 0.95), "most": values[-1]}
    return {"count": len(values), **{name: round(value, 3 if value < 10 else 0) for name, value in named.items()}}


def _some(values: Sequence[Any], most: int) -> list[Any]:
    """Evenly chosen ones, first and last among them."""
    count = min(most, len(values))
    return [values[round(place * (len(values) - 1) / max(1, count - 1))] for place in range(count)]


def wrong(found: dict[str, Any]) -> list[str]:
    """Which of the things happened that must not."""
    names = [name for name in ("lost", "doubled", "silent", "unanswered", "broken", "forgotten") if found[name]]
    return names + (["predictions"] if found["predictions"]["kept"] < found["predictions"]["taken"] else [])


def show(found: dict[str, Any]) -> None:
    """Print it for people."""
    for unit in ("milliseconds", "seconds"):
        print(f"{unit:32}{'count':>8}{'median':>10}{'p95':>10}{'most':>10}")
        for name, one in found[unit].items():
            if one["count"]:
                print(f"  {name:30}{one['count']:8}{one['median']:10g}{one['p95']:10g}{one['most']:10g}")
    print("after s: server + workers, MB   " + "  ".join(f"{at}: {server} + {them}" for at, server, them in found["memory"]))
    for name in [*list(found)[3:]]:
        print(f"{name}: {found[name]}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Hold a class and print what came of it; 1 where something was lost."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.classroom", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    for name, value in asdict(Plan()).items():
        if not isinstance(value, bool):
            parser.add_argument(f"--{name}", type=type(value), default=value)
    parser.add_argument("--whole", action="store_true", help="break nothing")
    parser.add_argument("--elsewhere", action="store_true", help="visitors take what processor time is left")
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    options = parser.parse_args(given)
    if INSIDE not in os.environ and not options.whole and (code := _with_a_disk(given)) is not None:
        return code
    visitors, seconds = min(options.visitors, 200), min(options.seconds, 7200.0)
    plan = Plan(visitors, seconds, options.workers, options.haste, not options.whole, options.elsewhere)
    with tempfile.TemporaryDirectory(prefix="classroom-") as name:
        small = INSIDE in os.environ and _mount(name, ROOM + round(EACH * plan.visitors * plan.seconds))
        try:
            found = summary(*hold(plan, Path(name), small))
        finally:
            if small:
                subprocess.run(["umount", "--lazy", name], check=False)
    if options.json:
        print(json.dumps(found))
    else:
        show(found)
    for one in wrong(found):
        print(f"must not be: {one}", file=sys.stderr)
    return 1 if wrong(found) else 0


def _with_a_disk(given: Sequence[str]) -> int | None:
    """Begin this program again where it may mount a small disk that nobody else sees; None where that cannot be."""
    alone = ["unshare", "--map-root-user", "--mount"]
    try:
        if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
            return None
    except OSError:
        return None
    command = [*alone, sys.executable, "-m", "tests.benchmarks.classroom", *given]
    return subprocess.run(command, env={**os.environ, INSIDE: "1"}, check=False).returncode


def _mount(folder: str, room: int) -> bool:
    """Put a small disk of so many megabytes into the place of a folder."""
    return not subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room}m", "store", folder], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
