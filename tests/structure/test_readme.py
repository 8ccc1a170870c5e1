"""What the README says is so: its commands run, its files and names exist, its Python works."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from playground import catalog
from playground.__main__ import main
from playground.experiment import CHOICES
from playground.presets import presets

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROSE = BLOCK.sub("", README)
QUOTED = re.findall(r"`([^`\n]+(?:\n[^`\n]+)?)`", PROSE)
LINKED = [target for target in re.findall(r"\]\(([^)]+)\)", PROSE) if "://" not in target]
COMMANDS = [line for kind, text in BLOCK.findall(README) if kind == "sh" for line in text.splitlines() if line.strip()]
ENDINGS = (".py", ".md", ".toml", ".txt", ".cfg", ".json", ".png", "/")


def marked(name: str) -> str:
    """The one command between the marks of this name."""
    found = re.findall(rf"^<!-- {name} -->\n```sh\n(.+)\n```\n<!-- end -->$", README, re.MULTILINE)
    assert len(found) == 1, f"there should be one command between <!-- {name} --> and <!-- end -->"
    return str(found[0])


def steps(command: str) -> list[list[str]]:
    """The words of each command in a line of several."""
    return [shlex.split(one) for one in command.split("&&")]


@pytest.mark.parametrize("name", ["app", "tests"])
def test_the_two_commands_are_whole(name: str) -> None:
    venv, install, last = steps(marked(name))
    assert venv[:4] == ["python3", "-m", "venv", ".venv"]
    assert install[:3] == [".venv/bin/pip", "install", "-r"]
    requirements = (ROOT / install[3]).read_text(encoding="utf-8")
    assert (ROOT / install[3]).is_file()
    assert last[0].startswith(".venv/bin/")
    if name == "app":
        assert last == [".venv/bin/streamlit", "run", "streamlit_app.py"]
        assert "streamlit" in requirements
    else:
        assert last == [".venv/bin/python", "-m", "pytest"]
        assert "pytest" in requirements
        assert "-r requirements.txt" in requirements


def test_what_is_linked_exists() -> None:
    assert LINKED
    assert [target for target in LINKED if not (ROOT / target.partition("#")[0]).exists()] == []


def test_the_picture_is_a_picture() -> None:
    (path,) = re.findall(r"^!\[[^\]]{20,}\]\(([^)]+)\)$", README, re.MULTILINE)
    assert (ROOT / path).read_bytes().startswith(b"\x89PNG")


def test_files_in_backticks_exist() -> None:
    files = [word for text in QUOTED for word in text.split() if word.endswith(ENDINGS) and not word.startswith(("-", "http"))]
    missing = [word for word in files if not (ROOT / word).exists() and not word.startswith(".venv")]
    assert missing == []


def test_modules_in_backticks_exist() -> None:
    """`playground.weighting.weigh_once` and the like can be imported."""
    import importlib

    for text in QUOTED:
        if re.fullmatch(r"playground(\.\w+)+", text):
            module, _dot, name = text.rpartition(".")
            assert hasattr(importlib.import_module(module), name), text


def test_names_that_look_like_the_catalogues_are_in_it() -> None:
    known = {*presets(), *(key for entries in CHOICES.values() for key in entries()), *catalog.kinds()}
    named = {text for text in QUOTED if re.fullmatch(r"[a-z]+(_[a-z]+)+", text)}
    assert named <= known | {"weigh_once"}, named - known


def test_every_module_that_is_run_exists() -> None:
    commands = [*COMMANDS, *(" ".join(text.split()) for text in QUOTED)]
    modules = {match for command in commands for match in re.findall(r"python3? -m ([\w.]+)", command)} - {"venv", "pytest"}
    assert "playground" in modules
    for module in modules:
        path = ROOT.joinpath(*module.split("."))
        assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file(), module


OWN = [command.partition("-m playground ")[2] for command in COMMANDS if "-m playground " in command]


def test_there_are_commands_to_try() -> None:
    assert any(command.startswith("list") for command in OWN)
    assert any(command.startswith("train") for command in OWN)


@pytest.mark.parametrize("command", OWN)
def test_commands_run(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = shlex.split(command)
    if words[0] in ("train", "sweep", "transfer", "race"):
        if "--seeds" in words:  # fewer of them, that it takes no time
            place = words.index("--seeds")
            del words[place : place + 2]
        words += ["--set", "steps=20", "--seeds", "1"]
    if words[0] == "race":
        words += ["--rates", "0.003", "--weights", "1"]
    monkeypatch.chdir(tmp_path)
    assert main(words) == 0
    assert capsys.readouterr().out
    if "--out" in words:
        assert (tmp_path / words[words.index("--out") + 1]).stat().st_size > 0


def test_python_blocks_run(tmp_path: Path) -> None:
    blocks = [text for kind, text in BLOCK.findall(README) if kind == "python"]
    assert blocks
    # The same lines, with a training that takes no time.
    program = "\n".join(blocks).replace("from_flat({", 'from_flat({"steps": 20, ').replace("seeds=5", "seeds=1")
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "Finished" in done.stdout


def test_marks_of_pytest_that_are_named_exist() -> None:
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for mark in re.findall(r"pytest -m (\w+)", README):
        assert f'"{mark}:' in settings
