"""The wheel holds all that the app needs, and works in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from playground.presets import presets

ROOT = Path(__file__).parent.parent.parent
APP = """
from streamlit.testing.v1 import AppTest
from playground.basics.files import ENTRY
from playground.ui import keys
assert ENTRY.is_relative_to({site!r}), ENTRY
app = AppTest.from_file(str(ENTRY), default_timeout=120)
app.session_state[keys.VISITOR] = "ann"
app.context = {{"locale": "en-GB"}}
app.run()
print([one.message for one in app.exception], len(app.sidebar.selectbox), sep=";")
"""


def run(site: Path, folder: Path, *arguments: str) -> str:
    """What Python prints in `folder` when the installed package is the only one that it finds."""
    environment = {**os.environ, "PYTHONPATH": str(site), "PLAYGROUND_WORKERS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel of this checkout was installed."""
    built, target = tmp_path_factory.mktemp("wheel"), tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    wheel = [*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(built), str(ROOT)]
    subprocess.run(wheel, check=True, capture_output=True, timeout=240)
    (path,) = built.glob("*.whl")
    subprocess.run(
        [*pip, "install", "--no-deps", "--target", str(target), str(path)], check=True, capture_output=True, timeout=240
    )
    return target


def test_the_installed_package_lists_and_trains_every_preset_that_is_here(site: Path, tmp_path: Path) -> None:
    listed = run(site, tmp_path, "-m", "playground", "list")
    assert [key for key in presets() if key not in listed] == []
    told = run(site, tmp_path, "-m", "playground", "train", "wine_mixed", "--set", "steps=20", "--seeds", "1")
    assert "Δm" in told


def test_the_installed_app_opens(site: Path, tmp_path: Path) -> None:
    exceptions, boxes = run(site, tmp_path, "-c", APP.format(site=str(site))).split(";")
    assert exceptions == "[]"
    assert int(boxes) > 0


def test_the_entry_points_exist() -> None:
    import importlib

    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert "mtl-playground" in scripts
    for target in scripts.values():
        module, _colon, name = target.partition(":")
        assert callable(getattr(importlib.import_module(module), name))
