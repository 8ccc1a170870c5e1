"""One voice for what is wrong."""

from __future__ import annotations

from playground.basics.errors import LONGEST_QUOTE, MOST_LINES, Invalid, Problem, nearest, quote, unknown, written


def test_a_problem_is_one_sentence() -> None:
    problem = Problem("sharing.depth", "should be at least 1", 0)
    assert str(problem) == "`sharing.depth` should be at least 1. Found `0`."
    assert str(Problem("suite", "should be one of a, b", "c", "a")).endswith("Found `c`. Did you mean `a`?")


def test_quotes_are_short_and_on_one_line() -> None:
    for value in ("x" * 10_000_000, "a\n\tb", "`" * 500, 10**5000, "\x1b[0m\x00", [1] * 10_000, "\u202e", None, ""):
        text = quote(value)
        assert len(text) <= LONGEST_QUOTE + 2
        assert text.isprintable()
        assert text[0] == text[-1] == "`"
        assert "`" not in text[1:-1]


def test_a_cut_quote_says_so() -> None:
    assert quote("x" * LONGEST_QUOTE) == "`" + "x" * LONGEST_QUOTE + "`"
    assert quote("x" * (LONGEST_QUOTE + 1)).endswith("…`")


def test_what_cannot_be_written_is_named_by_its_type() -> None:
    deep: list[object] = []
    for _level in range(100_000):
        deep = [deep]
    assert written(10**5000) == "int"
    assert written(deep) == "list"
    assert written("as it is") == "as it is"


def test_an_error_has_a_line_for_each_of_its_problems() -> None:
    few = [Problem(f"field{number}", "should be", number) for number in range(3)]
    assert str(Invalid(few)).split("\n") == [str(problem) for problem in few]
    many = [Problem(f"field{number}", "should be", number) for number in range(MOST_LINES + 5)]
    error = Invalid(iter(many))
    assert len(error.problems) == MOST_LINES + 5
    lines = str(error).split("\n")
    assert len(lines) == MOST_LINES + 1
    assert "5" in lines[-1]


def test_the_nearest_name_is_near() -> None:
    assert nearest("digts", ["digits", "wine"]) == "digits"
    assert nearest("zzz", ["digits", "wine"]) is None
    assert nearest(None, ["digits"]) is None
    assert nearest("x" * 10_000_000, ["digits"]) is None
    problem = unknown("suite", "wyne", ["digits", "wine"])
    assert problem.nearest == "wine"
    assert "digits, wine" in problem.should
