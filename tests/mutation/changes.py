"""Every single change that is tried on a source, as a list of pieces of text and what stands in their place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.In: "not in",
    ast.NotIn: "in",
    ast.Is: "is not",
    ast.IsNot: "is",
}
OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "/",
    ast.Div: "*",
    ast.FloorDiv: "*",
    ast.Mod: "*",
    ast.Pow: "*",
    ast.BitAnd: "|",
    ast.BitOr: "&",
}


@dataclass(frozen=True)
class Change:
    """One change: the text from `start` to `end` of a source becomes `text`.

    start, end: offsets in bytes. line: number of the line, from 1. kind: what sort of change it is.
    """

    start: int
    end: int
    text: str
    line: int
    kind: str

    def of(self, source: bytes) -> bytes:
        """The source with this change."""
        return source[: self.start] + self.text.encode() + source[self.end :]


class Places:
    """Offsets in bytes of the nodes of one source."""

    def __init__(self, source: bytes):
        self.source = source
        self._lines = [0]
        for line in source.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))

    def start(self, node: ast.expr | ast.stmt) -> int:
        """Where a node begins."""
        return self._lines[node.lineno - 1] + node.col_offset

    def end(self, node: ast.expr | ast.stmt) -> int:
        """Where a node ends."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._lines[node.end_lineno - 1] + node.end_col_offset

    def text(self, node: ast.expr | ast.stmt) -> str:
        """A node as it is written."""
        return self.source[self.start(node) : self.end(node)].decode()


def changes(source: bytes) -> list[Change]:
    """Every change of a source that still is Python, in the order of its lines; annotations and docstrings are left alone."""
    tree, places = ast.parse(source), Places(source)
    found = [change for node in _code(tree) for change in _of_node(node, places)]
    before = ast.dump(tree)
    return sorted((one for one in found if _is_another(one.of(source), before)), key=lambda one: (one.start, one.text))


def _is_another(source: bytes, before: str) -> bool:
    """Whether it is Python, and not the same program."""
    try:
        return ast.dump(ast.parse(source)) != before
    except SyntaxError:
        return False


def _code(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes that are run when the program runs."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_docstring(child) and not _is_for_types(child):
                yield child
                yield from _code(child)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _of_node(node: ast.AST, places: Places) -> Iterator[Change]:
    match node:
        case ast.Compare(left=left, ops=[operator], comparators=[right]) if type(operator) in COMPARISONS:
            yield _between(left, right, COMPARISONS[type(operator)], "comparison", places)
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in OPERATORS:
            yield _between(left, right, OPERATORS[type(operator)], "operator", places)
        case ast.BoolOp(op=operator, values=[left, right, *_]):
            yield _between(left, right, "or" if isinstance(operator, ast.And) else "and", "operator", places)
        case ast.Constant(value=bool() as value):
            yield _instead(node, str(not value), "constant", places)
        case ast.Constant(value=int() | float() as value):
            yield _instead(node, repr(value + 1), "constant", places)
            if value:
                yield _instead(node, repr(-value), "constant", places)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield _instead(node, f"({places.text(operand)})", "negation", places)
        case ast.If(test=test) | ast.IfExp(test=test):
            yield _instead(test, f"(not ({places.text(test)}))", "condition", places)
        case ast.Call(func=ast.Name(id="range"), args=[last]):
            yield _instead(last, f"({places.text(last)}) - 1", "range", places)
        case ast.Call(keywords=[*_, ast.keyword(arg=str(), value=value)]):
            # A default stands in the place of what is said.
            first = places.source.rfind(b",", 0, places.start(value))
            if first > places.start(node):
                yield Change(first, places.end(value), "", value.lineno, "argument")
        case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Raise() | ast.Continue() | ast.Break():
            yield _instead(node, "pass", "statement", places)
        case ast.Return(value=ast.expr() as value):
            yield _instead(value, "None", "answer", places)


def _between(left: ast.expr, right: ast.expr, text: str, kind: str, places: Places) -> Change:
    """Another operator between two operands; brackets around them stay."""
    start, end = places.end(left), places.start(right)
    written = places.source[start:end].decode()
    closing = written[: len(written) - len(written.lstrip(" )\n"))].rstrip(" ")
    opening = written[len(written.rstrip(" (\n")) :].lstrip(" ")
    return Change(start, end, f"{closing} {text} {opening}", right.lineno, kind)


def _instead(node: ast.expr | ast.stmt, text: str, kind: str, places: Places) -> Change:
    return Change(places.start(node), places.end(node), text, node.lineno, kind)
