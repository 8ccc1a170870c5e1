"""The examples of the documents work: their files go into a copy of the program, and their commands are run there."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
BLOCK = re.compile(r"<!-- (?P<what>file|run)(?:: (?P<path>\S+))? -->\n```(?P<language>\w+)\n(?P<text>.*?)```", re.DOTALL)
KEYS = {"adding-a-method": "inverse_norm", "adding-a-strategy": "task_gains"}


@dataclass(frozen=True)
class Example:
    """What a document asks for: files by path, and commands in order, each as a shell line or as Python text."""

    files: dict[str, str]
    commands: list[tuple[str, str]]


def read(name: str) -> Example:
    """The example of a document in docs/."""
    found = list(BLOCK.finditer((ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")))
    files = {one["path"]: one["text"] for one in found if one["what"] == "file"}
    return Example(files, [(one["language"], one["text"]) for one in found if one["what"] == "run"])


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the program and its tests, to put files into."""
    for folder in ("playground", "tests", "presets"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "recorded"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def run(arguments: list[str], place: Path) -> str:
    """What a Python command prints; it has to end well."""
    settings = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1", "PYTEST_ADDOPTS": ""}
    done = subprocess.run([sys.executable, *arguments], cwd=place, env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", KEYS)
def test_an_example_passes_every_command_of_its_document(name: str, copy: Path) -> None:
    example, tested = read(name), 0
    assert len(example.files) == 2
    for path, text in example.files.items():
        assert not (copy / path).exists(), "an example should not be in the catalogue already"
        (copy / path).write_text(text, encoding="utf-8")
    for language, text in example.commands:
        if language == "python":
            expected = re.findall(r"^# (.*)$", text, re.MULTILINE)
            assert run(["-c", text], copy).splitlines() == expected
            continue
        program, *arguments = shlex.split(text)
        assert program == ".venv/bin/python"
        said = run(arguments, copy)
        if count := re.search(r"(\d+) passed", said):
            tested += int(count[1])
    assert tested > 20


@pytest.mark.parametrize("name", KEYS)
def test_an_example_is_as_tidy_as_the_program(name: str, copy: Path) -> None:
    example = read(name)
    for path, text in example.files.items():
        (copy / path).write_text(text, encoding="utf-8")
    run(["-m", "ruff", "check", *example.files], copy)
    run(["-m", "ruff", "format", "--check", *example.files], copy)


@pytest.mark.parametrize(("name", "key"), KEYS.items())
def test_every_file_that_a_document_points_to_is_there(name: str, key: str) -> None:
    text = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:playground|tests|presets|docs)/[\w/]+\.\w+)`", text))
    assert named
    assert [path for path in named if key not in path and not (ROOT / path).exists()] == []
