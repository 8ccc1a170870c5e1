"""Races outside of the page's process: one process a race, told as it goes on, and ended when nobody watches.

Two trainings in threads of the page would slow each other down and keep the server from stopping. So a page asks the
`Stadium` for a race by its plan. Whoever asks for the same plan gets the same race; what is finished is kept for a while.
One process always waits with everything loaded, so that a race begins at once.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from playground.basics import child
from playground.landscape.plan import Plan
from playground.landscape.race import Track, track_of

COMMAND = (sys.executable, "-m", "playground.landscape", "--wait")
MOST = 2
"""Races that go on at the same time; more of them wait."""
KEPT = 24
"""Races that are kept when they are over."""
WAITING = 30
"""Races that may wait; who comes later is told so."""
UNWATCHED = 20.0
"""Seconds after which a race that nobody looks at is ended."""
LONGEST = 1800.0
"""Seconds that a race may take."""


class Race:
    """A race that was asked for.

    status: "waiting", "running", "finished", "stopped" or "failed".
    parts: what was told of it so far, as the plain data of tracks.
    """

    def __init__(self, plan: Plan):
        self.plan, self.status, self.parts = plan, "waiting", list[dict[str, Any]]()
        self.looked = time.monotonic()
        self.begun = 0.0
        self.process: subprocess.Popen[str] | None = None
        self._read: tuple[int, Track | None] = 0, None

    @property
    def track(self) -> Track | None:
        """What is known of it as numbers, read once however many watch; None while nothing is."""
        count = len(self.parts)
        if self._read[0] != count:
            self._read = count, track_of(self.plan, self.parts[:count])
        return self._read[1]

    @property
    def active(self) -> bool:
        """Whether more may come."""
        return self.status in ("waiting", "running")

    @property
    def step(self) -> int:
        """Steps that are known."""
        return int(self.parts[-1]["steps"][-1]) if self.parts and self.parts[-1]["steps"] else 0

    @property
    def seconds_left(self) -> float | None:
        """Seconds until its end at the speed so far; None where that is not known yet."""
        if self.status != "running" or self.step == 0:
            return None
        return (time.monotonic() - self.begun) * (self.plan.steps / self.step - 1)


class Stadium:
    """The races of one server. All of it may be called from any thread.

    command: what runs a race: reads one line with a plan, writes lines with parts of a track.
    """

    def __init__(self, command: Sequence[str] = COMMAND, unwatched: float = UNWATCHED, most: int = MOST):
        self.command, self.unwatched, self.most = tuple(command), unwatched, most
        self._lock = threading.RLock()
        self._races: OrderedDict[Plan, Race] = OrderedDict()
        self._spare: subprocess.Popen[str] | None = None
        self._closed = False
        self._prepare()
        threading.Thread(target=self._keep, daemon=True, name="races").start()

    def look(self, plan: Plan) -> Race | None:
        """The race of a plan, if it was asked for and is still known; looking keeps it alive."""
        with self._lock:
            race = self._races.get(plan)
            if race is not None:
                race.looked = time.monotonic()
            return race

    def ask(self, plan: Plan) -> Race | None:
        """The race of a plan, begun or queued where there is none; None where too many wait."""
        with self._lock:
            race = self.look(plan)
            if race is None or race.status in ("stopped", "failed"):
                if sum(one.status == "waiting" for one in self._races.values()) >= WAITING:
                    return None
                race = self._races[plan] = Race(plan)
                self._races.move_to_end(plan)
                self._advance()
            return race

    def before(self, race: Race) -> int:
        """How many races wait that came before this one."""
        with self._lock:
            queue = [one for one in self._races.values() if one.status == "waiting"]
            return queue.index(race) if race in queue else 0

    def stop(self, race: Race) -> None:
        """End a race; what is known of it stays."""
        with self._lock:
            if race.active:
                race.status = "stopped"
                _end(race.process)
            self._advance()

    def close(self) -> None:
        """End all of it."""
        with self._lock:
            self._closed = True
            for race in self._races.values():
                self.stop(race)
            if self._spare is not None:
                _end(self._spare)
                assert self._spare.stdout is not None
                self._spare.stdout.close()
            self._spare = None

    def _prepare(self) -> None:
        """Have one process that waits."""
        if self._spare is not None and self._spare.poll() is None:
            return
        self._spare = child.begin(self.command)

    def _advance(self) -> None:
        """Begin the races that wait longest, as far as there is room, and forget the oldest ones that are over."""
        running = sum(one.status == "running" for one in self._races.values())
        waiting = [one for one in self._races.values() if one.status == "waiting"]
        for race in [] if self._closed else waiting[: max(0, self.most - running)]:
            self._begin(race)
        over = [plan for plan, one in self._races.items() if not one.active]
        for plan in over[: max(0, len(over) - KEPT)]:
            del self._races[plan]

    def _begin(self, race: Race) -> None:
        try:
            self._prepare()
            race.process, self._spare = self._spare, None
            assert race.process is not None
            assert race.process.stdin is not None
            race.status, race.begun = "running", time.monotonic()
            race.process.stdin.write(json.dumps(race.plan.to_dict()) + "\n")
            race.process.stdin.flush()
            threading.Thread(target=self._listen, args=(race,), daemon=True, name="race").start()
        except OSError:  # no memory or no process left
            race.status = "failed"
            _end(race.process)

    def _listen(self, race: Race) -> None:
        """In a thread of its own for each race: take down what is told."""
        assert race.process is not None
        assert race.process.stdout is not None
        with race.process.stdout as lines:
            for line in lines:
                race.parts.append(json.loads(line))
        race.process.wait()
        with self._lock:
            if race.status == "running":
                race.status = "finished" if race.step == race.plan.steps else "failed"
            _end(race.process)
            self._advance()
            if not self._closed:
                self._prepare()

    def _keep(self) -> None:
        """In a thread of its own: end what nobody watches, and what takes too long."""
        while not self._closed:
            time.sleep(min(1.0, self.unwatched / 2))
            now = time.monotonic()
            with self._lock:
                for race in list(self._races.values()):
                    late = race.status == "running" and now - race.begun > LONGEST
                    if race.active and (late or now - race.looked > self.unwatched):
                        self.stop(race)


def _end(process: subprocess.Popen[str] | None) -> None:
    """Kill a process, if it still lives, and let go of its pipes."""
    if process is None:
        return
    if process.poll() is None:
        process.kill()
        process.wait()
    if process.stdin is not None:
        with contextlib.suppress(OSError):  # it may hold a line that nobody read
            process.stdin.close()
