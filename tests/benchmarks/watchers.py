"""What it costs to show runs to many: the channel beside the old way, a rerun of the page's script each second.

    python -m tests.benchmarks.watchers --json

starts a server and watches the first example's five runs with their baselines from 1 and from 30 clients, and 30 different
runs from 30 clients; once by the channel, once as a browser without it does. It prints, for each of these,

updates_per_second: of one client, its mean over the clients.
server_cores: what the server's own process uses, from /proc; workers are others.
kilobytes_per_second: to one client.
latency_p95_ms: from a worker's write in the store to the client that has read it, at the 95th percentile.

Workers train all the time. Without --json it prints a table.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select
from websockets.asyncio.client import connect

from playground.experiment import Run
from playground.live.request import Topic
from playground.runs.database.tables import runs as table
from playground.runs.store.store import Store
from playground.ui.scene import Scene, of_preset, read

ROOT = Path(__file__).parents[2]
CASES = ((1, 1), (30, 1), (30, 30))
"""Clients, and different things that they watch."""
LINK = {"suite": "toy_plane", "steps": "20000", "seeds": "1", "backbone.width": "8"}
"""One of many different runs; each has a seed of its own."""
KEYS = ("updates_per_second", "server_cores", "kilobytes_per_second", "latency_p95_ms")


@dataclass
class Client:
    """What one browser got: how many updates and bytes, and when it knew of how many steps."""

    updates: int = 0
    size: int = 0
    known: list[tuple[float, int]] = field(default_factory=list)


class Server:
    """`streamlit run`; plain: without the channel, as a server whose entry is an ordinary script."""

    def __init__(self, folder: Path, plain: bool):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.database = f"sqlite:///{folder / 'runs.db'}"
        entry = ROOT / "streamlit_app.py"
        if plain:
            entry = folder / "plain.py"
            entry.write_text(f"import runpy\nrunpy.run_path({str(ROOT / 'streamlit_app.py')!r})\n", encoding="utf-8")
        command = [sys.executable, "-m", "streamlit", "run", str(entry), "--server.port", str(self.port)]
        environment = os.environ | {"PLAYGROUND_DATABASE": self.database, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
        command += ["--server.address", "127.0.0.1"]
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, **quiet)  # type: ignore[call-overload]
        self._wait()

    def _wait(self) -> None:
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/_stcore/health", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                assert self.process.poll() is None
                time.sleep(0.1)

    def seconds(self) -> float:
        """Processor time that its process has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def has_workers(self) -> bool:
        """Whether it has started other processes."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return any(one.read_text(encoding="ascii").strip() for one in tasks)

    def close(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait()


class Clock:
    """Looks into the store a hundred times a second: when had the runs of each topic taken how many steps?"""

    def __init__(self, store: Store, topics: Sequence[Topic]):
        self.store, self.topics = store, topics
        self.steps: list[list[int]] = [[] for _topic in topics]
        self.times: list[list[float]] = [[] for _topic in topics]
        self.ended = False
        self.thread = threading.Thread(target=self._look)
        self.thread.start()

    def _look(self) -> None:
        query = select(table.c.id, table.c.step).where(table.c.id.in_({ref for one in self.topics for ref in one.refs}))
        while not self.ended:
            with self.store.engine.connect() as connection:
                now = {row.id: row.step for row in connection.execute(query)}
            for place, topic in enumerate(self.topics):
                total = sum(now.get(ref, 0) for ref in topic.refs)  # type: ignore[call-overload]
                if not self.steps[place] or total > self.steps[place][-1]:
                    self.steps[place].append(total)
                    self.times[place].append(time.monotonic())
            time.sleep(0.01)

    def delays(self, place: int, known: Sequence[tuple[float, int]]) -> list[float]:
        """Seconds from when so many steps stood in the store to when a client knew of them."""
        found = []
        for when, steps in known:
            at = bisect_left(self.steps[place], steps)
            if 0 < at < len(self.steps[place]):  # what stood there before the first look has no time
                found.append(max(0.0, when - self.times[place][at]))
        return found

    def close(self) -> None:
        """Look no more."""
        self.ended = True
        self.thread.join()


def scenes(different: int) -> list[Scene]:
    """What is watched."""
    if different == 1:
        first = of_preset("digits_few_labels")
        return [Scene(first.experiment.set(steps="20000"), 1, first.seeds)]
    return [read(LINK | {"seed": str(100 + number)}) for number in range(different)]


def submit(store: Store, wanted: Sequence[Scene]) -> list[Topic]:
    """Ask for the runs, each scene by a visitor of its own."""
    topics = []
    for place, scene in enumerate(wanted):
        runs = scene.runs()
        others: list[Run] = [one for one in scene.baselines() if one not in runs] if len(wanted) == 1 else []
        numbers = store.submit([*runs, *others], f"visitor {place}").runs
        topics.append(Topic(numbers[: len(runs)], numbers[len(runs) :], len(numbers)))
    return topics


async def by_channel(port: int, topic: Topic, client: Client, until: float) -> None:
    """A browser with the channel."""
    async with connect(f"ws://127.0.0.1:{port}/live/watch", max_size=None) as socket:
        await socket.send(json.dumps({"watch": topic.plain()}))
        while (left := until - time.monotonic()) > 0:
            try:
                text = str(await asyncio.wait_for(socket.recv(), left))
            except TimeoutError:
                return
            now = time.monotonic()
            client.updates, client.size = client.updates + 1, client.size + len(text)
            for frame in json.loads(text):
                if frame.get("status"):
                    client.known.append((now, frame["status"]["done"]))


async def by_rerun(port: int, scene: Scene, client: Client, until: float) -> None:
    """A browser without: it asks for the part of the page that moves as often as the page says."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    query = urlencode(scene.query())

    async def ask(fragment: str = "") -> None:
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.fragment_id = fragment
        await socket.send(message.SerializeToString())

    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    async with connect(address, subprotocols=["streamlit"], max_size=None) as socket:  # type: ignore[list-item]
        await ask()
        every, fragment, next_look, busy = 1.0, "", float("inf"), True
        while (now := time.monotonic()) < until:
            if now >= next_look and not busy:
                await ask(fragment)
                next_look, busy = now + every, True
            try:
                payload = await asyncio.wait_for(socket.recv(), max(0.01, min(until, next_look) - time.monotonic()))
            except TimeoutError:
                continue
            message = ForwardMsg.FromString(payload if isinstance(payload, bytes) else payload.encode())
            client.size += len(payload)
            kind = message.WhichOneof("type")
            if kind == "auto_rerun":
                every, fragment = message.auto_rerun.interval, message.auto_rerun.fragment_id
                next_look = min(next_look, time.monotonic() + every)
            elif kind == "script_finished":
                busy = False
            elif kind == "delta" and (text := message.delta.new_element.progress.text):
                client.updates += 1
                if digits := [int(word) for word in text.split() if word.isdigit()]:
                    client.known.append((time.monotonic(), digits[0]))


async def watch(server: Server, wanted: Sequence[Scene], topics: Sequence[Topic], count: int, seconds: float, old: bool) -> Any:
    """Clients that watch for a while; what each got after the first seconds, and the cores that the server used."""
    clients = [Client() for _client in range(count)]
    settle = 8.0 if old else 3.0
    until = time.monotonic() + settle + seconds
    tasks = []
    for place, client in enumerate(clients):
        which = place % len(topics)
        way = (
            by_rerun(server.port, wanted[which], client, until)
            if old
            else by_channel(server.port, topics[which], client, until)
        )
        tasks.append(asyncio.create_task(way))
    await asyncio.sleep(settle)
    begun, used = time.monotonic(), server.seconds()
    before = [(client.updates, client.size, len(client.known)) for client in clients]
    await asyncio.sleep(max(0.0, until - time.monotonic() - 0.2))
    took, cores = time.monotonic() - begun, server.seconds() - used
    after = [
        (client.updates - updates, client.size - size, client.known[known:])
        for client, (updates, size, known) in zip(clients, before, strict=True)
    ]
    for one in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(one, Exception):
            print(f"a client ended: {one!r}", file=sys.stderr)
    return after, took, cores / took


def measure(count: int, different: int, seconds: float, old: bool) -> dict[str, float]:
    """One case on a server of its own."""
    with tempfile.TemporaryDirectory(prefix="playground-") as name:
        server = Server(Path(name), old)
        store = Store(server.database)
        try:
            _wake(server)
            wanted = scenes(different)
            topics = submit(store, wanted)
            _wait_for_steps(store, topics)
            clock = Clock(store, topics)
            got, took, cores = asyncio.run(watch(server, wanted, topics, count, seconds, old))
            clock.close()
        finally:
            store.close()
            server.close()
    delays = sorted(delay for place, one in enumerate(got) for delay in clock.delays(place % len(topics), one[2]))
    return {
        "updates_per_second": round(mean(one[0] for one in got) / took, 2),
        "server_cores": round(cores, 3),
        "kilobytes_per_second": round(mean(one[1] for one in got) / took / 1024, 1),
        "latency_p95_ms": round(1000 * delays[int(0.95 * (len(delays) - 1))]) if delays else -1,
    }


def _wake(server: Server) -> None:
    """Open a page until the server has started its workers."""
    while not server.has_workers():
        asyncio.run(by_rerun(server.port, scenes(1)[0], Client(), time.monotonic() + 5))


def _wait_for_steps(store: Store, topics: Sequence[Topic]) -> None:
    """Until everything that is watched has begun."""
    wanted = [topic.runs[0] for topic in topics]
    until = time.monotonic() + 400
    while time.monotonic() < until and any(entry.step == 0 for entry in store.entries(wanted)):  # type: ignore[arg-type]
        store.watch(ref for topic in topics for ref in topic.refs)  # type: ignore[misc]
        time.sleep(0.2)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure all cases, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.add_argument("--seconds", type=float, default=15.0, help="of each case")
    parser.add_argument("--cases", default=",".join(f"{count}x{things}" for count, things in CASES), help="clients x things")
    options = parser.parse_args(arguments)
    found: dict[str, dict[str, dict[str, float]]] = {"new": {}, "old": {}}
    for case in options.cases.split(","):
        count, different = map(int, case.split("x"))
        name = f"{count} of {'one run' if different == 1 else f'{different} runs'}"
        for way in ("new", "old"):
            found[way][name] = measure(count, different, options.seconds, way == "old")
            if not options.json:
                print(f"{name:14} {way:4}", *(f"{key} {found[way][name][key]:g}" for key in KEYS), sep="  ", flush=True)
    if options.json:
        print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
