"""A fingerprint of the code that trains, so that a run of older code is never shown as if this code had made it."""

from __future__ import annotations

import ast
import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

HOME = Path(__file__).parent
FOLDERS = (
    *("backbones", "experiment", "sharing", "suites", "task_sampling", "task_types", "training", "uploads"),
    "weighting",
)
FILES = ("basics/knobs.py", "basics/random_streams.py", "catalog.py", "measures.py", "metrics.py")
"""Beside the folders: what they load and a number may depend on."""

HARMLESS = (
    *("basics/cards.py", "basics/diagram.py", "basics/errors.py", "basics/files.py", "basics/settings.py"),
    *("basics/words.py", "basics/validate.py"),
)
"""What they load too, and no number depends on: words, drawings, refusals, and how files are written."""

SHOWN = ("Card", "_", "N_", "ngettext")
"""Calls that hold what people read."""

LIBRARIES = ("numpy", "scikit-learn", "torch")
"""What computes the numbers."""


@cache
def fingerprint() -> str:
    """A text that changes when the code changes on which the numbers of a run may depend; read once a process.

    Words may be mended without another fingerprint: comments by themselves, docstrings, cards, and texts that are translated.
    """
    paths = [HOME / name for name in FILES]
    for folder in FOLDERS:
        paths += sorted((HOME / folder).rglob("*.py"))
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.relative_to(HOME).as_posix().encode() + b"\0" + essence(path.read_bytes()) + b"\0")
    return digest.hexdigest()[:32]


@cache
def code_version() -> str:
    """The same, of the code together with the libraries that are installed: what a run of the store was trained by.

    What ships with the program is held against `fingerprint` alone, as it is shown whatever is installed.
    """
    parts = [fingerprint(), *(f"{name} {version(name).partition('+')[0]}" for name in LIBRARIES)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def essence(source: bytes) -> bytes:
    """A file's code without what only people read; equal in every version of Python."""
    lines = [b"" if line.lstrip().startswith(b"#") else line for line in source.splitlines()]
    shown, texts = _strings(ast.parse(source))
    for first, left, last, right in sorted(shown, reverse=True):  # from the end, so that places before stay right
        lines[first : last + 1] = [lines[first][:left] + lines[last][right:]]
    # What was taken for a comment may be a line of a text; so texts of several lines follow as they are.
    return b"\n".join([*(line.rstrip() for line in lines if line.strip()), *sorted(texts)])


def _strings(tree: ast.Module) -> tuple[list[tuple[int, int, int, int]], list[bytes]]:
    """Where what people read begins and ends (line and byte, from 0), and all other texts of several lines."""
    shown, texts, left = [], [], list[ast.AST](tree.body)
    while left:
        node = left.pop()
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SHOWN
        if docstring or called:
            assert isinstance(node, (ast.Expr, ast.Call))
            assert node.end_lineno is not None
            assert node.end_col_offset is not None
            shown.append((node.lineno - 1, node.col_offset, node.end_lineno - 1, node.end_col_offset))
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, str) and "\n" in node.value:
                texts.append(node.value.encode("utf-8", "surrogatepass"))
        else:
            left.extend(ast.iter_child_nodes(node))
    return shown, texts
