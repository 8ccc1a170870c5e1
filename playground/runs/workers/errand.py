"""Errands: predictions, importances and trained models that a page asks for, done by the command line in a process of its own.

Training networks again takes seconds or minutes, which no page waits for. One errand is done after the other, each in bounded
time; what a visitor sent is read in that process, too.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playground.basics.words import _
from playground.experiment import Experiment, Setting

HOME = Path(__file__).parents[3]
NICE = 10
"""How much it gives way to pages and trainings."""
LONGEST = 600.0
"""Seconds that an errand may take."""
WAITING = 50
"""Errands that may wait."""
LARGEST = 2**25
"""Bytes of a model that is kept for a visitor, all its files together."""


@dataclass
class Errand:
    """One thing to do. status: "waiting", "done" or "failed". found: the CSV that came out; said: sentences beside it.

    options: what the command is told beside. files: the files of a model that came out, by name.
    """

    kind: str
    result: dict[str, Any]
    name: str = ""
    data: bytes = field(default=b"", repr=False)
    status: str = "waiting"
    found: str = ""
    said: str = ""
    options: tuple[str, ...] = ()
    files: dict[str, bytes] = field(default_factory=dict, repr=False)


def errand(
    kind: str, experiment: Experiment, setting: Setting, seeds: Sequence[int], name: str = "", data: bytes = b""
) -> Errand:
    """An errand ("predict" or "importance") for the networks of an experiment at one setting of a sweep."""
    result = {
        "experiment": experiment.to_dict(),
        "runs": [{"seed": seed} for seed in seeds],
        "setting": setting._asdict(),
    }
    return Errand(kind, result, Path(name).name, data)


def model_of(experiment: Experiment, seed: int, onnx: bool = False) -> Errand:
    """An errand for the trained model of one run: weights, what is known of them and, if asked for, ONNX."""
    options = ("--seed", str(seed), "--model", *(["--onnx"] if onnx else []))
    return Errand("export", {"experiment": experiment.to_dict()}, options=options)


class Runner:
    """Does the errands of one server, one at a time, in the order in which they come. May be called from any thread."""

    def __init__(self, command: Sequence[str] = (sys.executable, "-m", "playground"), longest: float = LONGEST):
        self.command, self.longest = tuple(command), longest
        self._queue: queue.Queue[Errand] = queue.Queue(WAITING)
        self._thread: threading.Thread | None = None
        self._open: list[Errand] = []

    def waits(self, experiment: Experiment) -> int:
        """How many errands are not done yet that are about the data of an experiment."""
        suite = experiment.to_dict()["suite"]
        return sum(one.result["experiment"]["suite"] == suite for one in list(self._open))

    def ask(self, one: Errand) -> bool:
        """Queue an errand; False where too many wait."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, daemon=True, name="errands")
            self._thread.start()
        self._open.append(one)
        try:
            self._queue.put_nowait(one)
        except queue.Full:
            self._open.remove(one)
            return False
        return True

    def _work(self) -> None:
        while True:
            one = self._queue.get()
            try:
                self._do(one)
            except (OSError, subprocess.SubprocessError) as error:
                one.said, one.status = str(error)[:300], "failed"
            self._open.remove(one)

    def _do(self, one: Errand) -> None:
        nice = shutil.which("nice")
        first = [nice, "-n", str(NICE), *self.command] if nice else list(self.command)
        paths = os.pathsep.join(filter(None, (str(HOME), os.environ.get("PYTHONPATH"))))
        with tempfile.TemporaryDirectory() as folder:
            result, out = Path(folder) / "result.json", Path(folder) / "out.csv"
            result.write_text(json.dumps(one.result), encoding="utf-8")
            told = [*first, one.kind, str(result), "--out", str(out), *one.options]
            if one.data:
                rows = Path(folder) / f"rows{Path(one.name).suffix}"
                rows.write_bytes(one.data)
                told += ["--data", str(rows)]
            done = subprocess.run(
                told,
                capture_output=True,
                text=True,
                timeout=self.longest,
                check=False,
                env={**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"},
            )
            one.said = done.stderr.strip()[-2000:]
            one.found = out.read_text(encoding="utf-8") if out.is_file() else ""
            one.files = _small(sorted(out.glob("model.*"))) if out.is_dir() else {}
        one.data = b""
        one.status = "done" if done.returncode == 0 and (one.found or one.files) else "failed"


def _small(paths: Sequence[Path]) -> dict[str, bytes]:
    """What stands in these files, by their names. Raises OSError where that is too much to keep."""
    if sum(path.stat().st_size for path in paths) > LARGEST:
        words = _("A model is given from the page up to {count} MB; the command writes any.")
        raise OSError(words.format(count=LARGEST // 2**20))
    return {path.name: path.read_bytes() for path in paths}
