"""Where tables lie: a folder a table, named by a key that tells nothing, kept for its visitor and forgotten when unused.

The key is a keyed hash of content, choices and visitor, so that the same table of the same visitor is found again and
nobody finds another's by knowing the file. Pages, workers and commands read from here; a page only what its visitor
brought, or what its owner shows to anyone with the link (`playground.uploads.kept.visibility`). Plain text and JSON: nothing in
it can be executed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from playground.basics.errors import Invalid, Problem
from playground.basics.words import _
from playground.uploads.kept import visibility
from playground.uploads.reading.limits import LIMITS, Limits
from playground.uploads.table import Table

VARIABLE = "PLAYGROUND_TABLES"
DEFAULT = Path("data", "tables")
KEY = r"[0-9a-f]{32}"
"""How a key looks."""

TOUCH = 3600.0
"""Seconds after which a use of a table is noted once more."""

_lent: dict[str, Table] = {}


@dataclass(frozen=True)
class Stored:
    """A table on the shelf.

    key: its name there. name: of its file. owner: the visitor. size: in bytes. used: last time, in seconds since 1970.
    is_open: whether anyone with the link may read it.
    """

    key: str
    name: str
    owner: str
    size: int
    used: float
    is_open: bool = False


def folder() -> Path:
    """The folder in PLAYGROUND_TABLES, else one beside the database's file, else one below the working directory."""
    if told := os.environ.get(VARIABLE):
        return Path(told)
    kind, found, place = os.environ.get("PLAYGROUND_DATABASE", "").partition(":///")
    place = place.partition("?")[0]
    return Path(place).parent / "tables" if found and kind.startswith("sqlite") and place else DEFAULT.absolute()


def lend(table: Table) -> str:
    """The key under which this process, and it alone, reads a table from now on; nothing is written."""
    key = hashlib.blake2b(table.canonical().encode(), digest_size=16).hexdigest()
    _lent[key] = table
    return key


def put(table: Table, owner: str, limits: Limits = LIMITS) -> str:
    """Keep a table for a visitor; its key. Raises Invalid if the visitor has too much already, or nothing can be written."""
    text, plain = table.to_csv(), table.to_plain() | {"owner": owner}
    size = len(text.encode())
    try:
        folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        forget_unused(limits, room=size)
        secret = _secret()
        digest = hashlib.blake2b(f"{owner}\n{table.canonical()}".encode(), digest_size=16, key=secret)
        key, home = digest.hexdigest(), folder()
        if (home / key).is_dir():
            return key
        _check_room(owner, size, limits)
        part = home / f"part-{secrets.token_hex(8)}"
        try:
            part.mkdir(mode=0o700)
            (part / "cells.csv").write_text(text, encoding="utf-8", newline="")
            (part / "table.json").write_text(json.dumps(plain), encoding="utf-8")
            # What is there under its key is there whole.
            part.rename(home / key)
        except OSError:
            shutil.rmtree(part, ignore_errors=True)
            if not (home / key).is_dir():  # else the same visitor put it there in another window, just now
                raise
    except OSError as error:
        raise Invalid([Problem("table", _("should fit into a folder that can be written"), error.strerror)]) from None
    return key


def read(key: str) -> Table:
    """The table of a key. Raises Invalid, in the same words, if it is gone, never was, or is not shown to who asks."""
    if key in _lent:
        return _lent[key]
    path = folder() / key / "table.json"
    try:
        if not re.fullmatch(KEY, key):
            raise FileNotFoundError(key)
        about = path.stat()
        if not visibility.may_read(path.parent, _owner(path, about.st_ino)):
            raise FileNotFoundError(key)
        table = _loaded(path, about.st_ino)
        if about.st_mtime < time.time() - TOUCH:
            os.utime(path)
    except (OSError, ValueError) as error:
        if isinstance(error, Invalid):
            raise
        should = _(
            "should be a table that you brought yourself in this browser, or that is shown to anyone with its link, and that "
            "is still here"
        )
        raise Invalid([Problem("suite.table", should, key)]) from None
    return table


@lru_cache(maxsize=16)
def _loaded(path: Path, inode: int) -> Table:
    """The table of a file; read once as long as it is the same file."""
    plain = _plain(path)
    with (path.parent / "cells.csv").open(encoding="utf-8", newline="") as file:
        cells = file.read()
    return Table.from_plain(plain, cells)


@lru_cache(maxsize=1000)
def _owner(path: Path, inode: int) -> str:
    """Whose table a file is; read once as long as it is the same file, and without its cells."""
    return str(_plain(path).get("owner"))


def _plain(path: Path) -> dict[str, Any]:
    """What a file says of a table; raises ValueError if that is nothing."""
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(plain, dict):
        raise ValueError("no names")
    return plain


def stored(owner: str | None = None) -> list[Stored]:
    """What lies on the shelf, of one visitor or of all, the last used first."""
    found = []
    for path in folder().glob("*/table.json"):
        try:
            plain = _plain(path)
            size = path.stat().st_size + (path.parent / "cells.csv").stat().st_size
            one = Stored(
                path.parent.name,
                str(plain["name"]),
                str(plain["owner"]),
                size,
                path.stat().st_mtime,
                visibility.is_open(path.parent),
            )
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if owner in (None, one.owner) and re.fullmatch(KEY, one.key):
            found.append(one)
    return sorted(found, key=lambda one: -one.used)


def open_to_all(key: str, owner: str, is_open: bool) -> None:
    """Let anyone with the link read a visitor's table, or its owner alone again; another's stays as it is.

    Raises Invalid if that cannot be written down.
    """
    for one in stored(owner):
        if one.key == key:
            try:
                visibility.mark(folder() / key, is_open)
            except OSError as error:
                raise Invalid([Problem("table", _("should lie in a folder that can be written"), error.strerror)]) from None


def name_of(key: str) -> str:
    """What a table is called that may be read, the beginning of its key where it may not, "" for none."""
    try:
        return read(key).name if key else ""
    except Invalid:
        return key[:8]


def is_open(key: str) -> bool:
    """Whether anyone with the link may read a table."""
    return bool(re.fullmatch(KEY, key)) and visibility.is_open(folder() / key)


def owner_of(key: str) -> str:
    """Whose table it is; "" for one that is gone or lent to this process."""
    path = folder() / key / "table.json"
    try:
        return _owner(path, path.stat().st_ino) if re.fullmatch(KEY, key) else ""
    except (OSError, ValueError):
        return ""


def forget(key: str, owner: str) -> None:
    """Take a visitor's table from the shelf; another's stays."""
    for one in stored(owner):
        if one.key == key:
            shutil.rmtree(folder() / key, ignore_errors=True)


def forget_unused(limits: Limits = LIMITS, room: int = 0) -> None:
    """Forget tables that nobody used for long, what a write left half done, and the oldest ones where all take too much.

    room: bytes that should be free afterwards.
    """
    home, now = folder(), time.time()
    if not home.is_dir():
        return
    taken = room
    whole = stored()
    for one in whole:
        taken += one.size
        if one.used < now - limits.age or taken > limits.everybody:
            shutil.rmtree(home / one.key, ignore_errors=True)
    known = {one.key for one in whole}
    for path in home.iterdir():
        # A young one may be in the middle of being written.
        if path.is_dir() and path.name not in known and path.stat().st_mtime < now - TOUCH:
            shutil.rmtree(path, ignore_errors=True)


def _check_room(owner: str, size: int, limits: Limits) -> None:
    own = stored(owner)
    if len(own) >= limits.tables:
        should = _("should be at most {count}; forget one of yours first").format(count=limits.tables)
        raise Invalid([Problem("tables", should, len(own) + 1)])
    if (total := size + sum(one.size for one in own)) > limits.bytes:
        should = _("should be at most {count} MB together; forget one of yours first").format(count=limits.bytes // 2**20)
        raise Invalid([Problem("tables", should, f"{total / 2**20:.1f} MB")])


def _secret() -> bytes:
    """32 bytes that only this shelf knows, made when first needed."""
    path = folder() / "secret"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(32))
    return path.read_bytes()
