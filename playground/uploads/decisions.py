"""What was done with a table that somebody brings, column by column and with the reason; and what may be answered otherwise.

Nothing is left out or taken for missing without standing here. The page and the command line show the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from playground.basics.words import N_, _, ngettext
from playground.uploads.columns.choices import Option
from playground.uploads.columns.column import Column
from playground.uploads.columns.values import KINDS
from playground.uploads.table import Table

REASONS = {
    "number": N_("its cells are numbers"),
    "few": N_("few whole numbers without a gap, as for classes"),
    "words": N_("words that come again"),
    "answer": N_("two words for yes and no"),
    "mark": N_("boxes that are ticked or blank"),
    "text": N_("sentences"),
    "date": N_("days or times, all written in one way"),
    "code": N_("codes, as some begin with a zero"),
    "long": N_("keys, as they have more digits than a number can hold"),
    "names": N_("names that hardly come again tell nothing about other rows"),
    "nameless": N_("without a title and all different, so they name the rows"),
    "key": N_("its title and its cells, all different, are those of a key"),
    "count": N_("it counts the rows"),
    "order": N_("all different and in the order of the file, so it tells the place of a row"),
    "constant": N_("it holds one value only"),
    "empty": N_("it holds nothing"),
    "huge": N_("its numbers are beyond 1e30, where this program cannot calculate"),
    "scale": N_("classes that stand in an order"),
    "labels": N_("several labels in a cell"),
    "label": N_("one label of a column that holds several"),
    "parts": N_("it says which of the joined tables a row is from"),
    "said": N_("you said so"),
    "": N_("as it was kept"),
}
"""Why a column is what it is."""

SHOWN = 4
"""Different cells that a sentence names, at most."""


@dataclass(frozen=True)
class Decision:
    """What is done with one column.

    column, title: its name and header. role: one of `choices.ROLES`. kind: one of `KINDS`. reason: a sentence without an end.
    empty, strange: shares of cells that say nothing, and that hold what it cannot. words: some of these.
    """

    column: str
    title: str
    role: str
    kind: str
    reason: str
    empty: float
    strange: float
    words: Mapping[str, int]


@dataclass(frozen=True)
class Answer:
    """One answer to a question. option: what is said by it; None for what is done already."""

    label: str
    option: Option | None = None


@dataclass(frozen=True)
class Question:
    """Something that a person should look at.

    column: the name of the column, "" for all of the table. topic: what it is about. text: what was seen, in sentences.
    answers: the first one holds as long as nobody says otherwise.
    """

    column: str
    topic: str
    text: str
    answers: tuple[Answer, ...]


def role_of(table: Table, column: Column) -> str:
    """What is done with a column, one of `choices.ROLES`."""
    if column.name in table.targets:
        return "target"
    if column.name == table.group:
        return "group"
    return "out" if column.kind == "out" else "time" if column.name == table.time else "input"


def decisions(table: Table) -> list[Decision]:
    """What is done with every column, in the order of the table."""
    return [
        Decision(
            column.name,
            column.title,
            role_of(table, column),
            column.kind,
            _(REASONS[column.why]),
            column.empty / len(table),
            column.strange / len(table),
            _strangers(column),
        )
        for column in table.columns
    ]


def _strangers(column: Column) -> dict[str, int]:
    """Cells that a column of numbers or dates cannot hold, the commonest first."""
    if not column.strange:
        return {}
    counts: dict[str, int] = {}
    for cell, plain, known in zip(column.cells, column.plain, column.known, strict=True):
        if plain and not known:
            counts[cell] = counts.get(cell, 0) + 1
    return dict(sorted(counts.items(), key=lambda one: -one[1]))


def questions(table: Table) -> list[Question]:
    """What a person should look at in the columns of a table."""
    found = [_asked(column, topic, words) for column in table.columns for topic, words in column.odd.items()]
    return [question for question in found if question is not None]


def _asked(column: Column, topic: str, words: Mapping[str, int]) -> Question | None:
    """The question of one topic, see `guess.Guess.odd`."""
    ask = {
        "none": _none,
        "word": _word,
        "sentinels": _sentinels,
        "words": _odd_words,
        "limits": _limits,
        "units": _units,
        "codes": _codes,
        "mark": _mark,
        "huge": _huge,
    }[topic]
    question = ask(column, words)
    return None if column.kind == "out" and topic in ("words", "units", "limits", "huge", "codes") else question


def listed(words: Mapping[str, int]) -> str:
    """Cells with how often each is there, the commonest first."""
    common = sorted(words.items(), key=lambda one: -one[1])
    shown = _(", ").join(f"`{word[:30]}` ({count})" for word, count in common[:SHOWN])
    if (more := len(common) - SHOWN) > 0:
        shown += " " + ngettext("and {count} more", "and {count} more", more).format(count=more)
    return shown


def _none(column: Column, words: Mapping[str, int]) -> Question:
    answers = (Answer(_("Nothing is known")), Answer(_("A word of its own"), _cells("keep-words", column, words)))
    return _none_or_word(column, words, answers)


def _word(column: Column, words: Mapping[str, int]) -> Question:
    answers = (Answer(_("A word of its own")), Answer(_("Nothing is known"), _cells("missing", column, words)))
    return _none_or_word(column, words, answers)


def _none_or_word(column: Column, words: Mapping[str, int], answers: tuple[Answer, Answer]) -> Question:
    text = _("`{title}`: {words} may be the name of a class, or say that nothing is known.")
    return Question(column.name, "none", text.format(title=column.title, words=listed(words)), answers)


def _cells(verb: str, column: Column, words: Mapping[str, int]) -> Option:
    """What is said of some cells."""
    return Option(verb, column.name, ",".join(words))


def _sentinels(column: Column, words: Mapping[str, int]) -> Question:
    text = _("`{title}`: {words} lies far outside of all other numbers, as where nothing was measured.")
    answers = (Answer(_("Nothing is known")), Answer(_("A number"), _cells("keep-words", column, words)))
    return Question(column.name, "sentinels", text.format(title=column.title, words=listed(words)), answers)


def _odd_words(column: Column, words: Mapping[str, int]) -> Question:
    text = _("`{title}`: {words} are no {kind}.")
    kind = {"date": _("dates")}.get(column.kind, _("numbers"))
    answers = (
        Answer(_("Nothing is known")),
        Answer(_("A column of words"), Option("column", column.name, "category")),
        Answer(_("Leave the column out"), Option("column", column.name, "out")),
    )
    return Question(column.name, "words", text.format(title=column.title, words=listed(words), kind=kind), answers)


def _limits(column: Column, words: Mapping[str, int]) -> Question:
    text = _("`{title}`: {words} are limits, as where less cannot be measured.")
    answers = (Answer(_("The limit")), Answer(_("Nothing is known"), _cells("missing", column, words)))
    return Question(column.name, "limits", text.format(title=column.title, words=listed(words)), answers)


def _units(column: Column, words: Mapping[str, int]) -> Question:
    text = _("`{title}`: numbers with the unit {words} stand in it.")
    answers = (Answer(_("Numbers of this unit")), Answer(_("Leave the column out"), Option("column", column.name, "out")))
    return Question(column.name, "units", text.format(title=column.title, words=listed(words)), answers)


def _codes(column: Column, words: Mapping[str, int]) -> Question:
    text = _("`{title}`: cells such as `{cell}` look like codes, not like amounts.").format(
        title=column.title, cell=next(iter(words))
    )
    answers = (Answer(_("Names")), Answer(_("Numbers"), Option("column", column.name, "number")))
    return Question(column.name, "codes", text, answers)


def _mark(column: Column, words: Mapping[str, int]) -> Question:
    text = _("`{title}`: {words} stands beside blank cells.")
    answers = (Answer(_("Blank means no")), Answer(_("Blank means nothing is known"), Option("missing", column.name, "")))
    marks = {word: count for word, count in words.items() if word}
    return Question(column.name, "mark", text.format(title=column.title, words=listed(marks)), answers)


def _huge(column: Column, words: Mapping[str, int]) -> Question:
    text = _("`{title}`: {words} are beyond 1e30, where this program cannot calculate.")
    answers = (Answer(_("Nothing is known")), Answer(_("Leave the column out"), Option("column", column.name, "out")))
    return Question(column.name, "huge", text.format(title=column.title, words=listed(words)), answers)


def kind_word(kind: str) -> str:
    """What a kind is called."""
    return _(KINDS[kind])
