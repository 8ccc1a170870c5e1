"""Which pages there are: each is a file in ``pages/`` that says its own title, icon and place, so a new one needs no list.

    TITLE, ICON, PLACE = N_("Data"), ":material/table_chart:", 1

The three are read from the file's text, as running a page draws it. A page that others lead to, and that would only make the
navigation longer, says ``LISTED = False`` as well.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from playground.basics.errors import Problem
from playground.basics.files import PAGES
from playground.basics.validate import Fault
from playground.basics.words import _

FOLDER = PAGES

SAID = {"TITLE": str, "ICON": str, "PLACE": int}
"""What every page says, and of which type."""

LISTED = "LISTED"
"""What a page may say beside: whether it stands in the navigation."""


@dataclass(frozen=True)
class Page:
    """A page: its file, its words in English, its icon, and its place in the navigation; the first one is the home.

    listed: whether it stands there; if not, others lead to it.
    """

    path: Path
    title: str
    icon: str
    place: int
    listed: bool = True


@cache
def _read() -> tuple[tuple[Page, ...], tuple[Fault, ...]]:
    """Every page in its place, and the files that are none."""
    pages, faults = [], []
    for path in sorted(FOLDER.glob("*.py")):
        try:
            said = _constants(ast.parse(path.read_text(encoding="utf-8")))
            problems = [
                Problem(
                    name,
                    _("should be a text") if wanted is str else _("should be a whole number"),
                    said.get(name, _("nothing")),
                )
                for name, wanted in SAID.items()
                if type(said.get(name)) is not wanted
            ]
        except (SyntaxError, ValueError) as error:
            problems = [Problem("import", _("should load"), f"{type(error).__name__}: {error}")]
        if problems:
            faults.append(Fault(f"pages/{path.name}", tuple(problems)))
        else:
            listed = said.get(LISTED) is not False
            pages.append(Page(path, str(said["TITLE"]), str(said["ICON"]), int(str(said["PLACE"])), listed))
    return tuple(sorted(pages, key=lambda page: page.place)), tuple(faults)


def found() -> tuple[Page, ...]:
    """Every page in its place."""
    return _read()[0]


def faults() -> tuple[Fault, ...]:
    """The files that are left out, each with what is wrong."""
    return _read()[1]


def _constants(tree: ast.Module) -> dict[str, object]:
    """What the names in `SAID` and `LISTED` are set to at the top of a file; a text marked with `N_` counts as itself."""
    said: dict[str, object] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            names, values = _parts(node.targets[0]), _parts(node.value)
            for name, value in zip(names, values, strict=False):
                if isinstance(value, ast.Call) and len(value.args) == 1:
                    value = value.args[0]
                if isinstance(name, ast.Name) and name.id in (*SAID, LISTED) and isinstance(value, ast.Constant):
                    said[name.id] = value.value
    return said


def _parts(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]
