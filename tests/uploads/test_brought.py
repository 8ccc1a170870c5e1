"""What is said of a table changes it, on the page and as it is typed."""

from __future__ import annotations

import shlex

import pytest

from playground.basics.errors import Invalid
from playground.uploads.brought import Brought, Told, bring, report, told
from playground.uploads.columns.choices import NOTHING, ROLES, Choices, Option, read_choices
from playground.uploads.decisions import REASONS, Question
from playground.uploads.reading.reader import Sheet, read_bytes
from tests.uploads.faults import FAULTS, MEASURED, among, with_x
from tests.uploads.test_faults import sheet_of

ASKED = [name for name, make in FAULTS.items() if make().asked]


def typed(option: Option, sheet: Sheet) -> Choices:
    """What a person says who types an option as it was printed."""
    words = shlex.split(str(option))
    names = {column.name for column in bring(sheet).table.columns}
    values = {words[0].removeprefix("--"): words[1:]} if len(words) > 1 else {}
    return read_choices(values, "--keep-totals" in words, lambda word: word if word in names else None)


def read(brought: Brought) -> list[tuple[str, tuple[str, ...]]]:
    """What is understood of every column, but for those that are left out."""
    return [(one.kind, one.plain if one.kind != "out" else ()) for one in brought.table.columns]


def question_of(brought: Brought) -> Question:
    (question,) = [one for one in brought.questions if one.topic not in ("leak", "group", "time")]
    return question


@pytest.mark.parametrize("case", ASKED)
def test_every_answer_can_be_typed_and_changes_what_is_read(case: str) -> None:
    sheet = sheet_of(FAULTS[case]())
    before = bring(sheet)
    question = question_of(before)
    assert question.answers[0].option is None
    assert len({answer.label for answer in question.answers}) == len(question.answers) >= 2
    for answer in question.answers[1:]:
        assert answer.option is not None
        choices = typed(answer.option, sheet)
        assert choices == NOTHING.saying(answer.option)
        after = bring(sheet, choices)
        assert read(after) != read(before)
        assert not [one for one in after.open_questions(choices) if one.topic == question.topic]
    assert question in before.open_questions(NOTHING)
    assert question.text in report(before, NOTHING)


def test_what_says_nothing_is_said_by_column() -> None:
    sheet = read_bytes(with_x(among(MEASURED, "-1", "unknown")).encode(), "a.csv")
    plain = told(sheet, Told("size"))[0].table.by_name["x"]
    assert (plain.empty, plain.strange) == (0, 6)
    said = told(sheet, Told("size", options={"missing": ["x=-1,unknown"]}))[0]
    assert (said.table.by_name["x"].empty, said.table.by_name["x"].strange) == (12, 0)
    assert "unknown" not in report(said, NOTHING)


def test_roles_and_types_are_said_in_one_option() -> None:
    sheet = read_bytes(with_x([str(row) for row in range(120)]).encode(), "a.csv")
    assert bring(sheet).table.by_name["x"].kind == "out"
    for text, kinds, roles in (
        ("x=input", {"x": "number"}, {"x": "input"}),
        ("x=input/category", {"x": "category"}, {"x": "input"}),
        ("x=text", {"x": "text"}, {}),
        ("x=time", {"x": "out"}, {"x": "time"}),
    ):
        brought, choices = told(sheet, Told("size", options={"column": [text]}))
        assert {name: brought.table.by_name[name].kind for name in kinds} == kinds
        assert choices.roles == roles
    learned = told(sheet, Told("", options={"column": ["size=target", "x=target"]}))[0].table
    assert learned.targets == ("x", "size"), "a target that was left out is taken for what it otherwise is"
    grouped = told(sheet, Told("size", options={"column": ["x=group"]}))[0].table
    assert grouped.group == "x"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"missing": ["nobody=-1"]}, "`--missing` should look like COLUMN=VALUE"),
        ({"column": ["x"]}, "`--column` should look like COLUMN=VALUE"),
        ({"column": ["x=nmber"]}, "Did you mean `number`?"),
        ({"column": ["group=date"]}, "`group` should hold at least one date"),
        ({"column": ["group=number"]}, "`group` should hold at least one number"),
        ({"column": ["x=time", "group=group"]}, "should be the only column by which rows are split"),
    ],
)
def test_what_cannot_be_said_is_a_sentence(options: dict[str, list[str]], words: str) -> None:
    sheet = read_bytes(with_x(MEASURED).encode(), "a.csv")
    with pytest.raises(Invalid) as caught:
        told(sheet, Told("size", options=options))
    assert words in str(caught.value)


def test_nothing_is_left_out_silently() -> None:
    """Every column of every file with a fault stands in what is said, and those that are left out with a reason."""
    for make in FAULTS.values():
        if make().refused:
            continue
        brought = bring(sheet_of(make()))
        words = report(brought, NOTHING)
        for decision in brought.columns:
            assert decision.title in words
            assert decision.role in ROLES
            if decision.role == "out":
                assert f"left out: {decision.title}; {decision.reason}" in words
                assert decision.reason in REASONS.values()


def test_an_option_is_typed_as_a_shell_takes_it() -> None:
    for value in ("-999", "<17", "it's", 'a "b"', "$HOME", "a b", "✓", ""):
        option = Option("missing", "x", value)
        assert shlex.split(str(option)) == ["--missing", f"x={value}"]
