"""The network as plain data."""

from __future__ import annotations

import json

from playground.basics.diagram import Box, Diagram

DIAGRAM = Diagram(
    ("a", "b"),
    (
        Box("input", 0, "input", "input", ("a", "b"), 0, ()),
        Box("shared.0", 1, "4 units", "block", ("a", "b"), 20, ("input",)),
        Box("a.1", 2, "4 units", "block", ("a",), 12, ("shared.0",)),
        Box("head.a", 3, "A", "head", ("a",), 5, ("a.1",)),
        Box("head.b", 3, "B", "head", ("b",), 7, ("shared.0",)),
    ),
)


def test_parameters_are_counted_by_who_uses_them() -> None:
    assert DIAGRAM.shared() == 20
    assert DIAGRAM.own("a") == 17
    assert DIAGRAM.own("b") == 7


def test_it_survives_being_written_as_json() -> None:
    assert Diagram.from_dict(json.loads(json.dumps(DIAGRAM.to_dict()))) == DIAGRAM
