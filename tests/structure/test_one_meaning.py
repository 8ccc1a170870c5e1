"""No place but the module of differences asks on which side of zero a mean or a gain lies: it reads the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
THE_PLACE = ROOT / "playground" / "statistics" / "differences.py"
FILES = sorted({*ROOT.glob("playground/**/*.py"), *ROOT.glob("pages/*.py"), ROOT / "streamlit_app.py"} - {THE_PLACE})
NAMES = re.compile(r"(^|_)(means?|gains?|delta(_m)?|deltas|differences?)($|_)")

SIGNS = ("sign", "signbit", "copysign", "gt", "lt", "ge", "le")
"""Functions and methods that tell a sign."""


def names(node: ast.AST) -> Iterator[str]:
    """Every name, attribute and text key in an expression; what only counts or measures the length of things is left out."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            yield inner.id
        elif isinstance(inner, ast.Attribute):
            yield inner.attr
        elif isinstance(inner, ast.Subscript) and isinstance(inner.slice, ast.Constant) and isinstance(inner.slice.value, str):
            yield inner.slice.value


def is_zero(node: ast.expr) -> bool:
    """Whether it is the number zero, with any sign."""
    inner = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(inner, ast.Constant) and type(inner.value) in (int, float) and inner.value == 0


def asked(source: str) -> list[str]:
    """The comparisons of a mean or a gain with zero, and what else asks for its sign."""
    found = []
    for node in ast.walk(ast.parse(source)):
        looked: list[ast.expr] = []
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(map(is_zero, sides)) and any(isinstance(op, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)) for op in node.ops):
                looked = sides
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SIGNS:
            looked = [node.func.value, *node.args]
        if any(NAMES.search(name) for side in looked for name in names(side)):
            found.append(ast.unparse(node))
    return found


@pytest.mark.parametrize(
    "source",
    [
        "if spread.mean >= 0: pass",
        "x = 0 < mean_gain",
        "y = (frame['gain'] > 0).any()",
        "z = np.sign(delta_m)",
        "a = means[task][place] < 0",
        "b = table['gain'].mean() > -0.0",
        "c = frame.gain.gt(0)",
    ],
)
def test_the_reader_sees_it_in_every_form(source: str) -> None:
    assert len(asked(source)) == 1


@pytest.mark.parametrize("source", ["spread.count == 0", "x.mean > y", "again > 0", "meaning < 0", "len(rows) > 0"])
def test_the_reader_passes_over_other_things(source: str) -> None:
    assert asked(source) == []


def test_no_place_but_the_module_of_differences_compares_a_mean_with_zero() -> None:
    found = {path.relative_to(ROOT).as_posix(): asked(path.read_text(encoding="utf-8")) for path in FILES}
    assert len(found) > 100
    assert {path: texts for path, texts in found.items() if texts} == {}
