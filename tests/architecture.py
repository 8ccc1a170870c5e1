"""The table of rooms in ARCHITECTURE.md, made from the rooms themselves: `python -m tests.architecture` writes it anew."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests import documents
from tests.structure.test_import_graph import FLOORS
from tests.structure.test_layers import ALLOWED

ROOT = Path(__file__).parent.parent
FILE = ROOT / "ARCHITECTURE.md"


def sentence(path: Path) -> str:
    """What a file says first of itself, on one line, without the full stop."""
    told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return re.split(r"(?<=[.:])\s*\n|\n\n|\.$", " ".join(told.split("\n\n")[0].split()))[0].rstrip(".")


def room(name: str) -> tuple[str, str]:
    """Where a room of `playground/` lies, and what it says of itself."""
    folder = ROOT / "playground" / name
    if folder.is_dir():
        return f"playground/{name}/", sentence(folder / "__init__.py")
    return f"playground/{name}.py", sentence(folder.with_suffix(".py"))


def loads(place: str) -> list[str]:
    """The large libraries that a room may load, in some of its files at least."""
    return [
        package for package, places in ALLOWED.items() if "." not in package and any(one.startswith(place) for one in places)
    ]


def table() -> str:
    """All rooms from the ground up, a row each."""
    rows = [room(name) for floor in FLOORS for name in floor if name != "__init__"]
    lines = [f"| `{place}` | {told} | {', '.join(loads(place)) or '–'} |" for place, told in rows]
    return "\n".join(["", "| room | holds | may load |", "|---|---|---|", *lines, ""])


def main() -> None:
    """Write the table."""
    documents.put(FILE, "rooms", table())


if __name__ == "__main__":
    main()
