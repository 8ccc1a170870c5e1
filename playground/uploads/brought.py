"""A file that somebody brings, from its sheet to a table with what was done with it and what may be answered otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from playground.basics.errors import Invalid, Problem, unknown
from playground.basics.words import _, ngettext
from playground.uploads import files
from playground.uploads.columns.choices import NOTHING, ROLES, Choices, Option, read_choices
from playground.uploads.columns.totals import totals
from playground.uploads.decisions import Answer, Decision, Question, decisions, kind_word, listed, questions
from playground.uploads.leaks import leaks
from playground.uploads.reading.encodings import ENCODINGS
from playground.uploads.reading.reader import Sheet
from playground.uploads.table import Table, identifiers, table_of


@dataclass(frozen=True)
class Brought:
    """A table with all that is to be said of it.

    notes: sentences about the whole file. columns: what is done with each. questions: what a person should look at.
    """

    table: Table
    notes: tuple[str, ...]
    columns: tuple[Decision, ...]
    questions: tuple[Question, ...]

    def open_questions(self, choices: Choices) -> list[Question]:
        """Those to which nothing was said yet."""
        return [one for one in self.questions if not any(_is_said(answer.option, choices) for answer in one.answers)]


def bring(sheet: Sheet, choices: Choices = NOTHING, targets: Sequence[str] = (), group: str = "", time: str = "") -> Brought:
    """The table of a sheet under what was chosen, checked. Raises Invalid with every problem.

    Without targets it is not checked yet whether it can be learned from.
    """
    table = table_of(sheet, choices)
    table = _typed(table, choices)
    notes = (*_notes(sheet), *files.said(sheet, table))
    targets = [*targets, *(name for name in choices.named("target") if name not in targets)]
    group = next(iter(choices.named("group")), group)
    time = next(iter(choices.named("time")), time)
    if targets:
        before, table = table.by_name, table.learning(targets, group, time)
        labels = {name: "out" for name in choices.named("out") if name in table.by_name and name not in before}
        table = table.typed(labels).learning(table.targets, group, time) if labels else table
    asked = [*_of_totals(sheet), *questions(table), *leaks(table)]
    return Brought(table, notes, tuple(decisions(table)), tuple(asked))


def _typed(table: Table, choices: Choices) -> Table:
    """The table with the kinds that were said; a role other than to be left out takes a column in again."""
    kinds = dict(choices.kinds)
    for name, role in choices.roles.items():
        if name not in table.by_name:
            continue  # one label of a column that is not unfolded yet
        column = table.by_name[name]
        if role == "out":
            kinds[name] = "out"
        elif role == "input" and column.kind == "out" and kinds.get(name, "out") == "out" and column.otherwise:
            kinds[name] = column.otherwise
    return table.typed(kinds)


def _is_said(option: Option | None, choices: Choices) -> bool:
    """Whether an option, or anything else about the same thing, was said."""
    if option is None:
        return False
    name = option.column
    if option.verb == "keep-totals":
        return choices.totals
    if option.verb == "column":
        return name in choices.kinds or name in choices.roles
    said = {"missing": choices.missing, "keep-words": choices.kept}[option.verb].get(name, ())
    return set(option.value.split(",")) <= set(said)


# --- the file ----------------------------------------------------------------------------------------------------------


def _notes(sheet: Sheet) -> list[str]:
    """What was done with the file as a whole, where that is not plain."""
    found = []
    if sheet.encoding not in ("", "utf-8", "utf-16", "utf-16-le", "utf-16-be"):
        found.append(_("Read as {encoding}.").format(encoding=_(ENCODINGS.get(sheet.encoding, sheet.encoding))))
        for name, word in sheet.others:
            text = _("As {encoding} it would hold `{word}`; if that is right, name this encoding.")
            found.append(text.format(encoding=_(ENCODINGS[name]), word=word[:20]))
    if sheet.passed:
        words = ngettext(
            "{count} line that is no part of the table was passed over: {lines}.",
            "{count} lines that are no part of the table were passed over: {lines}.",
            len(sheet.passed),
        )
        lines = _(", ").join(f"`{line[:40]}`" for line in sheet.passed[:3])
        found.append(words.format(count=len(sheet.passed), lines=lines))
    if sheet.names:
        found.append(_("Every row has one cell more than the header; the first ones are taken for the names of the rows."))
    return found


def _of_totals(sheet: Sheet) -> list[Question]:
    """The question whether lines with totals are rows."""
    rows = totals(sheet)
    if not rows:
        return []
    words = ngettext(
        "{count} line sums up others and is no row: {line}.", "{count} lines sum up others and are no rows: {line}.", len(rows)
    )
    line = ", ".join(filter(None, (cells[rows[-1]] for cells in sheet.columns)))[:60]
    answers = (Answer(_("Leave them out")), Answer(_("They are rows"), Option("keep-totals")))
    return [Question("", "totals", words.format(count=len(rows), line=f"`{line}`"), answers)]


# --- the command line --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """What a command says of a table, as it was typed; see the options of ``python -m playground train``."""

    targets: str = ""
    types: str = ""
    group: str = ""
    options: Mapping[str, Sequence[str]] = field(default_factory=dict)
    totals: bool = False


def told(sheet: Sheet, said: Told) -> tuple[Brought, Choices]:
    """A table with what a command says of it: columns by header or name, with commas between them.

    Raises Invalid with every problem.
    """
    names = dict(zip(identifiers(sheet.titles), sheet.titles, strict=True))
    problems: list[Problem] = []

    def find(word: str) -> str | None:
        word = " ".join(word.split())
        return next((name for name, title in names.items() if word in (name, title)), None)

    def named(where: str, word: str) -> str:
        name = find(word)
        if name is None:
            problems.append(unknown(where, word, list(names.values())))
        return name or ""

    try:
        choices = read_choices(said.options, said.totals, find)
    except Invalid as invalid:
        choices, problems = NOTHING, [*invalid.problems]
    kinds = {}
    for part in filter(None, said.types.split(",")):
        word, sign, kind = part.rpartition("=")
        if sign:
            kinds[named("--types", word)] = kind.strip()
        else:
            problems.append(Problem("--types", _("should look like column=type"), part))
    targets = [named("--targets", word) for word in said.targets.split(",") if word.strip()]
    if not targets and not choices.named("target") and not problems:
        should = _("should name one column or several of {titles}").format(titles=", ".join(names.values()))
        problems.append(Problem("--targets", should, said.targets))
    by = named("--split-by", said.group) if said.group else ""
    if problems:
        raise Invalid(problems)
    choices = replace(choices, kinds={**choices.kinds, **kinds})
    return bring(sheet, choices, targets, by), choices


def report(brought: Brought, choices: Choices) -> str:
    """What was done, as a command says it: the plain columns in a line, every other one with its reason, then what is open."""
    lines = [*brought.notes]
    plain = [one for one in brought.columns if one.role == "input" and not one.strange]
    if plain:
        lines.append(_("Read: {columns}.").format(columns=", ".join(_typed_title(one) for one in plain)))
    lines += [_line(one) for one in brought.columns if one not in plain]
    lines += [_asked(question) for question in brought.open_questions(choices)]
    return "\n".join(lines)


def _asked(question: Question) -> str:
    """A question with what holds, and what to type for something else."""
    first, *others = question.answers
    told = [f"{other.label}: {other.option}" for other in others]
    return f"? {question.text} " + _("Taken as: {answer}. Otherwise: {others}").format(
        answer=first.label, others="; ".join(told)
    )


def _typed_title(one: Decision) -> str:
    if one.kind == "out":
        return one.title
    if one.empty < 0.005:
        return _("{title} ({kind})").format(title=one.title, kind=kind_word(one.kind))
    share = f"{100 * one.empty:.0f}"
    return _("{title} ({kind}, {share} % empty)").format(title=one.title, kind=kind_word(one.kind), share=share)


def _line(one: Decision) -> str:
    text = f"{_(ROLES[one.role])}: {_typed_title(one)}; {one.reason}"
    if one.strange:
        share = f"{100 * one.strange:.1f}"
        text += "; " + _("{share} % unreadable: {words}").format(share=share, words=listed(one.words))
    if one.role == "out":
        text += f" (--column {one.column}=input)"
    return text + "."
