"""Where the app's own files lie, files that appear whole or not at all, and commands that end where nobody reads on."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import ParamSpec

Arguments = ParamSpec("Arguments")

UNREAD = 128 + 13
"""Exit code of a program whose output nobody reads any more, as a shell tells it of those that SIGPIPE ends."""

PACKAGE = Path(__file__).parents[1]
CHECKOUT = PACKAGE.parent
BUNDLED = PACKAGE / "bundled"
"""Made when a wheel is built (see `pyproject.toml`): the entry, its settings, pages and presets, as in a checkout."""

TOP = BUNDLED if BUNDLED.is_dir() else CHECKOUT
ENTRY = TOP / "streamlit_app.py"
PAGES, PRESETS = TOP / "pages", TOP / "presets"
"""Where the app's own files lie: at the top of a checkout, or inside the installed package."""


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file beside its place, then put it there: a file that was there before is whole until then. Raises OSError."""
    path = path.resolve()  # a link stays a link
    handle, part = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())  # or a power cut could leave the new name without its content
        _take_mode(Path(part), path)
        Path(part).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(part).unlink()
        raise


def check_writable(path: Path) -> None:
    """Raises OSError if `write_whole` could not write this file; leaves nothing behind."""
    path = path.resolve()
    if path.is_dir():
        raise IsADirectoryError(21, os.strerror(21))
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(13, os.strerror(13))
    with tempfile.TemporaryFile(dir=path.parent):
        pass


def _take_mode(part: Path, path: Path) -> None:
    """Who may read the file: as before, or as for any new file."""
    if path.exists():
        part.chmod(path.stat().st_mode & 0o777)
        return
    mask = os.umask(0)
    os.umask(mask)
    part.chmod(0o666 & ~mask)


def until_unread(command: Callable[Arguments, int]) -> Callable[Arguments, int]:
    """A command that ends without a word where whoever reads its output has enough of it, as `head` has."""

    @wraps(command)
    def quiet(*arguments: Arguments.args, **options: Arguments.kwargs) -> int:
        try:
            try:
                return command(*arguments, **options)
            finally:
                sys.stdout.flush()  # Python itself would do so at its end, where nothing can be caught
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left to be written goes nowhere
            return UNREAD

    return quiet
