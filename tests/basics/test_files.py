"""Files appear whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from playground.basics import files
from playground.basics.files import check_writable, write_whole

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("content", ["words, 中文\n", b"\x00\x01"])
def test_it_is_written(content: str | bytes, tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    for _ in range(2):
        write_whole(path, content)
        assert path.read_bytes() == (content.encode() if isinstance(content, str) else content)
    assert list(tmp_path.iterdir()) == [path]


def test_what_breaks_off_leaves_what_was_there_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.json"
    write_whole(path, "before")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, "after")
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_who_may_read_it_stays_so_and_a_link_stays_a_link(tmp_path: Path) -> None:
    new, old, link = tmp_path / "new.csv", tmp_path / "old.csv", tmp_path / "link.csv"
    plain = tmp_path / "plain.csv"
    plain.write_text("")
    write_whole(new, "a")
    assert new.stat().st_mode == plain.stat().st_mode
    old.write_text("a")
    old.chmod(0o640)
    link.symlink_to(old)
    write_whole(link, "b")
    assert link.is_symlink()
    assert old.read_text() == "b"
    assert old.stat().st_mode & 0o777 == 0o640


def test_a_look_whether_it_can_be_written_leaves_nothing(tmp_path: Path) -> None:
    check_writable(tmp_path / "out.json")
    assert not list(tmp_path.iterdir())
    for bad in (tmp_path, tmp_path / "none" / "out.json"):
        with pytest.raises(OSError, match=r"."):
            check_writable(bad)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_training_leaves_no_empty_file(number: signal.Signals, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    words = ["train", "digits_all_labels", "--set", "steps=20000", "--out", str(out)]
    process = subprocess.Popen(
        [sys.executable, "-m", "playground", *words],
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stderr=subprocess.PIPE,
    )
    time.sleep(3.0)
    assert process.poll() is None
    process.send_signal(number)
    process.communicate()
    assert list(tmp_path.iterdir()) == []
