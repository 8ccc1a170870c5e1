"""Knobs read what forms, links, files and commands carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from playground.basics.errors import Invalid
from playground.basics.knobs import Knob, knob, knobs_of, read_knobs
from playground.experiment import CHOICES

WHOLE = Knob(3, low=1, high=9)
NUMBER = Knob(0.5, low=0.0, high=1.0)
SWITCH = Knob(False)
WORD = Knob("a", choices=("a", "b"))
LIST = Knob((), low=0.0, high=10.0, per_task=True)


@pytest.mark.parametrize(
    ("description", "value", "expected"),
    [
        (WHOLE, 1, 1),
        (WHOLE, 9, 9),
        (WHOLE, "4", 4),
        (WHOLE, 4.0, 4),
        (WHOLE, "4.0", 4),
        (NUMBER, 0, 0.0),
        (NUMBER, "1e-3", 0.001),
        (NUMBER, 1, 1.0),
        (SWITCH, True, True),
        (SWITCH, "false", False),
        (SWITCH, "On", True),
        (SWITCH, 0, False),
        (WORD, "b", "b"),
        (LIST, "", ()),
        (LIST, "1,2.5", (1.0, 2.5)),
        (LIST, [1, "2"], (1.0, 2.0)),
        (LIST, (), ()),
    ],
)
def test_good_values(description: Knob, value: object, expected: Any) -> None:
    found = description.read("x", value)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("description", "value", "words"),
    [
        (WHOLE, 0, "between 1 and 9"),
        (WHOLE, 10, "between 1 and 9"),
        (WHOLE, 2.5, "whole number"),
        (WHOLE, True, "whole number"),
        (WHOLE, "inf", "whole number"),
        (WHOLE, None, "whole number"),
        (NUMBER, "x", "a number"),
        (NUMBER, float("nan"), "a number"),
        pytest.param(NUMBER, 10**400, "a number", id="huge"),
        (NUMBER, -0.1, "between 0 and 1"),
        (Knob(1.0, low=0.5), 0, "at least 0.5"),
        (Knob(1.0, high=2), 3, "at most 2"),
        (SWITCH, "maybe", "true or false"),
        pytest.param(SWITCH, 10**5000, "true or false", id="long"),
        (WORD, "c", "one of a, b"),
        (WORD, ["a"], "one of a, b"),
        (LIST, 3, "list of numbers"),
        (LIST, [1, 11], "between 0 and 10"),
        (LIST, [[1]], "a number"),
    ],
)
def test_bad_values(description: Knob, value: object, words: str) -> None:
    with pytest.raises(Invalid) as caught:
        description.read("here", value)
    (problem,) = caught.value.problems
    assert problem.where == "here"
    assert words in problem.should


@dataclass(frozen=True)
class Owner:
    plain: int = 7
    depth: int = knob(2, low=0, high=4, label="Depth", help="How deep.")
    warm: bool = knob(True)


def test_knobs_stand_beside_their_fields() -> None:
    assert list(knobs_of(Owner)) == list(knobs_of(Owner())) == ["depth", "warm"]
    assert knobs_of(Owner)["depth"] == Knob(2, low=0, high=4, label="Depth", help="How deep.")
    assert Owner().depth == 2


def test_defaults_are_filled_in_and_every_problem_is_found() -> None:
    assert read_knobs("x", Owner, {"depth": "3"}) == ({"depth": 3, "warm": True}, [])
    _checked, problems = read_knobs("x", Owner, {"depth": 9, "warm": "?", "deep": 1, "plain": 2})
    assert {problem.where for problem in problems} == {"x.depth", "x.warm", "x.deep", "x.plain"}
    assert next(problem.nearest for problem in problems if problem.where == "x.deep") == "depth"


def test_every_choice_has_a_word() -> None:
    assert Knob("a", choices=("a", "b"), words=("first", "second")).word("b") == "second"
    assert Knob("a", choices=("a", "b")).word("b") == "b"
    for entries in CHOICES.values():
        for entry in entries().values():
            for name, found in knobs_of(entry).items():
                assert len(found.words) == len(found.choices), (entry.key, name)


def test_text_without_choices_follows_its_pattern() -> None:
    key = Knob("", pattern="|[0-9a-f]{4}")
    assert key.read("x", "") == ""
    assert key.read("x", "00ff") == "00ff"
    for value in ("00f", "00ff\n", " 00ff", "00FF", 5, None, ["00ff"]):
        with pytest.raises(Invalid, match="should match"):
            key.read("x", value)
