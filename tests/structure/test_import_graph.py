"""The graph of imports, lazy and type-checking ones too: no circle between files, none between folders, and no arrow up."""

from __future__ import annotations

import ast
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
FILES = sorted([*ROOT.glob("playground/**/*.py"), *ROOT.glob("pages/*.py"), ROOT / "streamlit_app.py"])

FLOORS = (
    # From the ground up. What stands on one floor may load what stands on the same floor or below.
    ("basics", "code_version"),
    ("statistics",),
    ("uploads",),
    ("suites", "metrics", "task_types", "backbones", "weighting", "task_sampling"),
    ("sharing", "data_summary"),
    ("catalog",),
    ("experiment", "weigh", "measures", "ties"),
    ("public_names",),
    ("presets", "training", "landscape", "references"),
    ("__init__",),
    ("runs",),
    ("race",),
    ("figures",),
    ("export", "live"),
    ("course",),
    ("ui", "commands"),
    ("__main__",),
)
"""Files and folders of `playground/`, each named once."""

Graph = dict[str, set[str]]


def name_of(path: Path) -> str:
    """A file's dotted name."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(source: str, known: set[str]) -> set[str]:
    """Files among `known` that a source imports, wherever in it; `from a import b` is a file a.b if there is one, else a."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in known else str(node.module) for name in inner}
    return found & known


@cache
def graph() -> Graph:
    """For each file the files that it imports."""
    known = {name_of(path) for path in FILES}
    return {name_of(path): imported(path.read_text(encoding="utf-8"), known) - {name_of(path)} for path in FILES}


def folded(files: Graph) -> Graph:
    """The same between the rooms of `playground/`: its folders, and the files beside them."""
    rooms: Graph = {}
    for name, others in files.items():
        rooms.setdefault(room(name), set()).update(room(other) for other in others)
    return {name: others - {name} for name, others in rooms.items()}


def room(name: str) -> str:
    """The folder or file of `playground/` that a file belongs to; the files above it are one room."""
    parts = name.split(".")
    if parts[0] != "playground":
        return "the app"
    return parts[1] if len(parts) > 1 else "__init__"


def between_folders(files: Graph) -> Graph:
    """The same between folders at any depth; the files of `playground/` itself stand each for themselves."""
    packages = {name_of(path) for path in FILES if path.name == "__init__.py"} - {"playground"}
    home = {name: name if name in packages or name.count(".") < 2 else name.rpartition(".")[0] for name in files}
    folders: Graph = {}
    for name, others in files.items():
        folders.setdefault(home[name], set()).update(home[other] for other in others)
    return {name: others - {name} for name, others in folders.items()}


def circle(edges: Graph) -> list[str]:
    """One circle in a graph, as names along it; [] where there is none."""
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_a_circle_is_seen_however_it_is_closed() -> None:
    known = {"a", "a.b", "c"}
    source = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import b\ndef f():\n    import c\n"
    assert imported(source, known) == {"a.b", "c"}
    assert imported("from a import something", known) == {"a"}
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}})
    assert circle({"a": {"b"}, "b": {"c"}, "c": set()}) == []


def test_no_file_imports_itself_by_way_of_others() -> None:
    assert circle(graph()) == []


def test_no_room_imports_itself_by_way_of_others() -> None:
    assert circle(folded(graph())) == []


def test_no_folder_imports_itself_by_way_of_others() -> None:
    found = between_folders(graph())
    assert {"playground.runs.store", "playground.runs.workers", "playground.ui.play"} <= set(found)
    assert circle(found) == []


def test_every_room_stands_on_one_floor() -> None:
    rooms = {room(name_of(path)) for path in FILES} - {"the app"}
    named = [name for floor in FLOORS for name in floor]
    assert len(named) == len(set(named))
    assert rooms == set(named)


@pytest.mark.parametrize("name", sorted(folded(graph())))
def test_no_import_runs_up(name: str) -> None:
    height = {one: number for number, floor in enumerate(FLOORS) for one in floor} | {"the app": len(FLOORS)}
    assert [other for other in folded(graph())[name] if height[other] > height[name]] == []
