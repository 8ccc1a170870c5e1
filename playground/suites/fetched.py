"""What suites have in common whose data are downloaded once, by scikit-learn's own fetchers, and then lie on the disk.

Downloading is an act of its own, ``python -m playground fetch KEY``, in a process of its own: no page and no training ever
waits for a network, thirty students do not start thirty downloads, and what a visitor types in makes the server fetch
nothing. What was fetched is checked, cut to bounded size and written as plain arrays (NumPy's ``.npz``, read with
``allow_pickle=False``). The fetchers' own caches, which hold pickles that they wrote themselves, live in a temporary folder
and are gone when the download ends.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import tempfile
import warnings
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from playground.basics.errors import Invalid, Problem
from playground.basics.settings import FETCHED
from playground.basics.words import _
from playground.suites.base import Suite

DEFAULT = Path("data", "fetched")
VARIABLE = FETCHED.name

MOST_BYTES = 100 * 2**20
"""Bytes of one file that a download may write."""

SILENCE = 10.0
"""Seconds after which a source that says nothing counts as out of reach."""

MOST_SECONDS = 300
"""Seconds that a whole download may take."""

Arrays = Mapping[str, np.ndarray]


def folder() -> Path:
    """Where fetched data lie: the folder in the environment variable PLAYGROUND_FETCHED, or one below the working directory."""
    return Path(FETCHED.value or DEFAULT)


@dataclass(frozen=True)
class Fetched(Suite):
    """A suite whose data are downloaded once. Its class implements `download`, and `load` from `arrays`."""

    fetched: ClassVar[bool] = True

    @abstractmethod
    def download(self, home: Path) -> dict[str, np.ndarray]:
        """Fetch the data into plain arrays: numbers, or texts of fixed length. The fetcher keeps its own files in `home`."""

    @property
    def stem(self) -> str:
        """The name of its file without the ending."""
        return self.key

    @property
    def words(self) -> str:
        """What has to be typed after ``python -m playground fetch``."""
        return self.key

    @property
    def file(self) -> Path:
        """Where its data lie once they are fetched."""
        return folder() / f"{self.stem}.npz"

    def obstacle(self) -> str | None:
        """Why it cannot be loaded now; None when its data lie on the disk. Never waits for a network."""
        if self.file.is_file():
            return None
        return _("should be downloaded once before it is used, as `python -m playground fetch` tells; {offer}").format(
            offer=offer()
        )

    def arrays(self) -> Arrays:
        """The data, read only. Raises Invalid, one sentence, if they are not on the disk or no longer whole."""
        if sentence := Fetched.obstacle(self):
            raise Invalid([Problem("suite", sentence, self.key)])
        return _read(self.file, self.file.stat().st_mtime_ns)

    def fetch(self) -> Path:
        """Download the data to where they are looked for, and return that place.

        Call it in the main thread of a process of its own: its limits hold for the whole process.
        Raises Invalid, one sentence, without a network and where the data are not what they should be.
        """
        try:
            with bounded(), tempfile.TemporaryDirectory() as home, warnings.catch_warnings():
                warnings.simplefilter("ignore")  # the fetchers warn of each new try
                arrays = self.download(Path(home))
        except Invalid:
            raise
        except OSError as error:
            found = _("no network ({reason})").format(reason=getattr(error, "reason", None) or error)
            should = _("should be within reach of a network to be downloaded; {offer}").format(offer=offer())
            raise Invalid([Problem(self.words, should, found)]) from None
        except Exception as error:  # what a parser raises over strange data is its own matter
            raise Invalid([Problem(self.words, _("should be data that scikit-learn can read"), error)]) from None
        return self.keep(arrays)

    def keep(self, arrays: Arrays) -> Path:
        """Write the data to where they are looked for: whole, or not at all."""
        place = self.file
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_suffix(f".{os.getpid()}.part")
        try:
            with part.open("wb") as file:
                np.savez_compressed(file, allow_pickle=False, **arrays)
            part.replace(place)
        finally:
            part.unlink(missing_ok=True)
        return place


def on_disk() -> list[str]:
    """Names of what was fetched, in order."""
    return sorted(path.stem for path in folder().glob("*.npz"))


def offer() -> str:
    """What can be had without a network, as the end of a sentence."""
    names = on_disk()
    return _("on the disk are {names}").format(names=", ".join(names)) if names else _("nothing was downloaded yet")


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> Arrays:
    """The arrays in a file; `changed` is when it was, so that a new download is seen."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except Exception:  # what a broken archive raises is a matter of where it is broken
        should = _("should be a whole file; delete it and download it again")
        raise Invalid([Problem("suite", should, path.name)]) from None
    for array in arrays.values():
        array.flags.writeable = False
    return arrays


@contextmanager
def bounded() -> Iterator[None]:
    """Within it, no file grows over `MOST_BYTES`, no silence lasts over `SILENCE`, and all ends within `MOST_SECONDS`.

    What is over raises OSError. File size and time are bounded where the system knows how (not on Windows).
    """
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(SILENCE)
    try:
        if sys.platform == "win32":
            yield
        else:
            with _bounded_by_system():
                yield
    finally:
        socket.setdefaulttimeout(before)


@contextmanager
def _bounded_by_system() -> Iterator[None]:
    import resource

    def late(*_signal: Any) -> None:
        # No TimeoutError: a fetcher would take it for the network's own, and try again.
        raise OSError(_("it took longer than {seconds} seconds").format(seconds=MOST_SECONDS))

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGALRM, late)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_BYTES if hard < 0 else min(MOST_BYTES, hard), hard))
    # Again every second, since something on the way may still catch it and go on.
    signal.setitimer(signal.ITIMER_REAL, MOST_SECONDS, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
