"""The trial of mutants: its changes are changes, each is Python, and a test that fails is seen."""

from __future__ import annotations

import ast

import pytest

from tests.mutation import scripts
from tests.mutation.changes import changes

SOURCE = b'''"""A module."""

from __future__ import annotations


def first(values: list[int], limit: int = 3) -> int | None:
    """The first above a limit."""
    for place in range(len(values)):
        if values[place] > limit and not values[place] == 7:
            print("found", values, sep="; ")
            return values[place] * (place + 1)
    return None
'''


def kinds() -> set[str]:
    return {one.kind for one in changes(SOURCE)}


def test_each_kind_of_change_is_found() -> None:
    assert kinds() == {
        "comparison",
        "operator",
        "constant",
        "negation",
        "condition",
        "range",
        "argument",
        "statement",
        "answer",
    }


def test_every_change_is_python_and_another_program() -> None:
    before = ast.dump(ast.parse(SOURCE))
    for one in changes(SOURCE):
        assert ast.dump(ast.parse(one.of(SOURCE))) != before, one


@pytest.mark.parametrize(
    "text", ["values[place] >= limit", "(place - 1)", "range((len(values)) - 1)", "return None\n    return", "!= 7"]
)
def test_changes_stand_where_they_belong(text: str) -> None:
    assert any(text.encode() in one.of(SOURCE) for one in changes(SOURCE))


def test_docstrings_and_annotations_stay() -> None:
    for one in changes(SOURCE):
        assert b"The first above a limit." in one.of(SOURCE)
        assert b"values: list[int], limit: int" in one.of(SOURCE)


SCRIPT = b"""// A comment: 1 + 1, if (so) { return; }
/** Whether \xe2\x80\x93 */
function first(values, limit) {
  const found = values.filter((one) => one > limit && !(one in seen) && /^a\\/[0-9 + 1]/.test("1 + 1"));
  if (found.length === 0) return null;
  values.push(
    7);
  tell(`${found} 1 + 1`, true);
  return found[0] * (values.length - 1);
}
"""


def test_each_kind_of_change_of_a_script_is_found_in_its_code_alone() -> None:
    found = scripts.changes(SCRIPT)
    assert {one.kind for one in found} == {"operator", "number", "negation", "condition", "answer", "statement"}
    changed = [one.of(SCRIPT).decode().splitlines() for one in found]
    before = SCRIPT.decode().splitlines()
    for one, lines in zip(found, changed, strict=True):
        assert [place for place, line in enumerate(lines) if line != before[place]] == [one.line - 1], one
        for left_alone in ("// A comment: 1 + 1", '/^a\\/[0-9 + 1]/.test("1 + 1")', "`${found} 1 + 1`"):
            assert any(left_alone in line for line in lines) or one.kind == "statement", one
    after = {lines[one.line - 1].strip() for one, lines in zip(found, changed, strict=True)}
    assert {
        'const found = values.filter((one) => one >= limit && !(one in seen) && /^a\\/[0-9 + 1]/.test("1 + 1"));',
        'const found = values.filter((one) => one > limit && (one in seen) && /^a\\/[0-9 + 1]/.test("1 + 1"));',
        "if (!(found.length === 0)) return null;",
        "if (found.length !== 0) return null;",
        "if (found.length === 0) return undefined;",
        "8);",
        ";",
        "tell(`${found} 1 + 1`, false);",
        "return found[0] * (values.length + 1);",
        "return found[(-1)] * (values.length - 1);",
    } <= after
