"""Ordinary models fitted outside of the page's process: one process, one question after the other, answers kept.

A page asks for an experiment and a seed as often as it likes; it is told what is known, and what is not is queued once. The
process begins with the first question and ends when the server does, as its standard input closes then.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Sequence

from playground.basics import child
from playground.experiment import Experiment
from playground.references.models import Question, References, applies, question

COMMAND = (sys.executable, "-m", "playground.references")
WAITING = 500
"""Questions that may wait; those beyond are not taken, and a page that still wants to know asks again."""
KEPT = 2000
"""Answers that are kept."""
LONGEST = 600.0
"""Seconds that one question may take."""


class Office:
    """The references of one server. All of it may be called from any thread.

    command: what answers: reads a line with a question, writes a line with an answer.
    """

    def __init__(self, command: Sequence[str] = COMMAND, longest: float = LONGEST):
        self.command, self.longest = tuple(command), longest
        self._lock = threading.Condition()
        self._waiting: OrderedDict[Question, Experiment] = OrderedDict()
        self._answers: OrderedDict[Question, References | None] = OrderedDict()
        self._process: subprocess.Popen[str] | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    def known(self, experiment: Experiment, seeds: Sequence[int]) -> dict[int, References]:
        """What is known of the seeds of an experiment; what is not is asked for. Empty where such models do not apply."""
        if not applies(experiment):
            return {}
        found: dict[int, References] = {}
        with self._lock:
            for seed in seeds:
                asked = question(experiment, seed)
                if asked not in self._answers:
                    if asked not in self._waiting and len(self._waiting) < WAITING:
                        self._waiting[asked] = experiment
                        self._begin()
                elif (answer := self._answers[asked]) is not None:
                    found[seed] = answer
        return found

    def waits(self, experiment: Experiment, seeds: Sequence[int]) -> int:
        """How many of the seeds of an experiment wait for an answer."""
        with self._lock:
            return sum(question(experiment, seed) in self._waiting for seed in seeds)

    def close(self) -> None:
        """End all of it."""
        with self._lock:
            self._closed = True
            self._waiting.clear()
            self._lock.notify_all()
            self._end()

    def _begin(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, daemon=True, name="references")
            self._thread.start()
        self._lock.notify_all()

    def _work(self) -> None:
        """In a thread of its own: one question after the other."""
        while True:
            with self._lock:
                while not self._waiting and not self._closed:
                    self._lock.wait()
                if self._closed:
                    return
                asked, experiment = next(iter(self._waiting.items()))
            answer = self._answer(experiment, asked[-1])
            with self._lock:
                self._waiting.pop(asked, None)
                self._answers[asked] = answer
                while len(self._answers) > KEPT:
                    self._answers.popitem(last=False)

    def _answer(self, experiment: Experiment, seed: int) -> References | None:
        """The answer to one question; None where there is none, as the process took too long or died."""
        try:
            process = self._ready()
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps({"experiment": experiment.to_dict(), "seed": seed}) + "\n")
            process.stdin.flush()
            late = threading.Timer(self.longest, process.kill)
            late.daemon = True
            late.start()
            line = process.stdout.readline()
            late.cancel()
            answer: References | None = json.loads(line)
            return answer
        except (OSError, ValueError):  # it is gone, or was ended in the middle of its answer
            with self._lock:
                self._end()
            return None

    def _ready(self) -> subprocess.Popen[str]:
        """The process, begun where there is none."""
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._end()
                self._process = child.begin(self.command)
            return self._process

    def _end(self) -> None:
        """Let go of the process."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError, ValueError):
                    pipe.close()
