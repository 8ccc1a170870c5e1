"""The tests stand in rooms that can be looked over, and what they share is imported by its full name."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "tests").rglob("*.py"))
FOLDERS = sorted({path.parent for path in FILES})
MOST = 12
MIRRORS = [ROOT / "tests" / name for name in ("suites", "weighting", "sharing", "task_types")]
"""Rooms that mirror a folder of the catalogue, one file to one entry, and grow with it."""
NAMES = {path.stem for path in (*FILES, *FOLDERS)} - sys.stdlib_module_names - {"tests"}


def bare(path: Path) -> Iterator[str]:
    """Files and folders of tests that a file imports without saying where they are."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] in NAMES)
        elif isinstance(node, ast.ImportFrom) and (node.level or str(node.module).split(".")[0] in NAMES):
            yield "." * node.level + (node.module or "")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.relative_to(ROOT).as_posix())
def test_a_room_of_tests_can_be_looked_over(folder: Path) -> None:
    assert (folder / "__init__.py").exists(), "files of two rooms may have one name only where rooms are packages"
    assert folder in MIRRORS or len(list(folder.glob("test_*.py"))) <= MOST


def test_a_bare_name_is_seen_wherever_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "one.py"
    path.write_text(
        "import statistics\nfrom tests import frames\nfrom . import frames\ndef f():\n    from doors import g\n    import bench"
    )
    assert sorted(bare(path)) == [".", "bench", "doors"]


def test_what_tests_share_is_imported_by_its_full_name() -> None:
    assert {path.relative_to(ROOT).as_posix(): found for path in FILES if (found := list(bare(path)))} == {}
