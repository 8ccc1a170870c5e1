"""A process of its own that is asked and answers in lines."""

from __future__ import annotations

import sys

import pytest

from playground.basics import child

ANSWERS = "import os, playground\nfor line in iter(input, ''): print(line.upper(), os.getsid(0) == os.getpid(), flush=True)"


def test_it_is_asked_and_answers_and_ends_with_its_pipe(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(str(tmp_path))  # the program is found from anywhere
    with child.begin([sys.executable, "-c", ANSWERS]) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("what is so?\n")
        process.stdin.flush()
        assert process.stdout.readline() == "WHAT IS SO? True\n"
        process.stdin.write("\n")
        process.stdin.close()
        assert process.wait(60) == 0


def test_what_cannot_be_started_is_an_error() -> None:
    with pytest.raises(OSError, match="nothing-of-this-name"):
        child.begin(["/nothing-of-this-name"])
