"""What a person says of a table: what says nothing, what columns are and what is done with them.

The page and the command line say the same things in the same form, an `Option`: so a button is worth a line that can be typed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from playground.basics.errors import Invalid, Problem, unknown
from playground.basics.words import N_, _
from playground.uploads.columns.values import KINDS

ROLES = {
    "input": N_("read"),
    "target": N_("learned"),
    "out": N_("left out"),
    "group": N_("split by"),
    "time": N_("split in its order"),
}
"""What can be done with a column."""

VERBS = ("missing", "keep-words", "column", "keep-totals")
"""What can be said of a table, as options of the command line; the last one is of all of it."""


@dataclass(frozen=True)
class Option:
    """One thing that is said.

    verb: one of `VERBS`. column: its name. value: cells with commas between them, or ROLE/TYPE.
    """

    verb: str
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        """As it is typed."""
        if self.verb == "keep-totals":
            return "--keep-totals"
        told = f"{self.column}={self.value}"
        quoted = "'" + told.replace("'", "'\\''") + "'"
        return f"--{self.verb} {told if told.replace('_', '').replace('=', '').isalnum() else quoted}"


@dataclass(frozen=True)
class Choices:
    """Everything that is said of a table.

    missing, kept: for columns, by name, the cells that say nothing, or something. roles, kinds: what columns are used for and
    what they are. totals: whether lines with totals are rows.
    """

    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kept: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    totals: bool = False

    def saying(self, option: Option) -> Choices:
        """The same and one thing more. Raises Invalid for a role or type that is none."""
        name, value = option.column, option.value
        match option.verb:
            case "missing":
                return replace(self, missing={**self.missing, name: (*self.missing.get(name, ()), *cells_of(value))})
            case "keep-words":
                return replace(self, kept={**self.kept, name: (*self.kept.get(name, ()), *cells_of(value))})
            case "keep-totals":
                return replace(self, totals=True)
        choices = self
        for word in value.split("/"):
            if word in ROLES:
                choices = replace(choices, roles={**choices.roles, name: word})
            elif word in KINDS:
                choices = replace(choices, kinds={**choices.kinds, name: word})
            else:
                raise Invalid([unknown(f"--column {name}", word, list(dict.fromkeys([*ROLES, *KINDS])))])
        return choices

    def named(self, role: str) -> list[str]:
        """Names of the columns that have a role."""
        return [name for name, one in self.roles.items() if one == role]


NOTHING = Choices()


def cells_of(value: str) -> tuple[str, ...]:
    """Cells with commas between them; nothing stands for an empty cell."""
    return tuple(cell.strip() for cell in value.split(","))


def read_choices(told: Mapping[str, Sequence[str]], totals: bool, find: Callable[[str], str | None]) -> Choices:
    """What options of the command line say, by verb, each as COLUMN=VALUE. Raises Invalid with every problem.

    find: the name of a column that a person calls by name or title.
    """
    choices, problems = Choices(totals=totals), []
    for verb, texts in told.items():
        for text in texts:
            # The value may hold an equals sign, the title too: the first sign whose left side is a column.
            ends = [place for place, sign in enumerate(text) if sign == "="]
            name, end = next(((name, end) for end in ends if (name := find(text[:end])) is not None), (None, 0))
            if name is None:
                should = _("should look like COLUMN=VALUE, with a column of this table")
                problems.append(Problem(f"--{verb}", should, text))
                continue
            try:
                choices = choices.saying(Option(verb, name, text[end + 1 :]))
            except Invalid as invalid:
                problems += invalid.problems
    if problems:
        raise Invalid(problems)
    return choices
