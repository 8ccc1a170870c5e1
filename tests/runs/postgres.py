"""A throw-away PostgreSQL for tests: what PLAYGROUND_POSTGRES names, else one that is started, else a reason to skip."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from playground.basics.settings import POSTGRES


def programs() -> Path | None:
    """The folder with the newest server's programs, where Debian puts them or on the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@contextmanager
def server() -> Iterator[str]:
    """The address of a database; skips the test with the reason where there can be none."""
    pytest.importorskip("psycopg", reason="needs psycopg, which is not installed")
    if POSTGRES.value:
        yield POSTGRES.value
        return
    folder = programs()
    if folder is None:
        pytest.skip("needs PostgreSQL, which is not installed")
    with tempfile.TemporaryDirectory(prefix="playground-pg-", ignore_cleanup_errors=True) as home:
        # The server refuses to run as root.
        before = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        if before:
            shutil.chown(home, "postgres", "postgres")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        data = Path(home, "data")
        run = lambda *words: subprocess.run([*before, *words], check=True, cwd=home, stdout=subprocess.DEVNULL)  # noqa: E731
        run(folder / "initdb", "-D", data, "-A", "trust", "-N", "-U", "postgres")
        options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c fsync=off"
        run(folder / "pg_ctl", "-D", data, "-w", "-l", Path(home, "log"), "-o", options, "start")
        try:
            yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
        finally:
            run(folder / "pg_ctl", "-D", data, "-m", "immediate", "stop")
