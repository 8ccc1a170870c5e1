"""One voice for everything that is wrong: what should hold, and what was found.

Checks collect `Problem`s instead of stopping at the first, so that a person mends a bad link, preset or command once.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from playground.basics.files import check_writable
from playground.basics.words import _

LONGEST_QUOTE = 60
"""Characters of a visitor's own text that an error repeats; the rest is cut."""


MOST_LINES = 20
"""Problems that the text of one error names; the rest is counted."""


def written(value: object) -> str:
    """`value` as text; where Python refuses to write it out (numbers of thousands of digits), its type in its place."""
    try:
        return str(value)
    except (ValueError, RecursionError):
        return type(value).__name__


def quote(value: object) -> str:
    """`value` as an error shows it: on one line, in backticks, cut to a bounded length, without control characters."""
    text = written(value)[: 10 * LONGEST_QUOTE].replace("`", "'")
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if len(text) > LONGEST_QUOTE:
        text = text[: LONGEST_QUOTE - 1] + "…"
    return f"`{text}`"


@dataclass(frozen=True)
class Problem:
    """One thing that does not hold.

    where: dotted name of the field, as in links and on the command line, e.g. ``sharing.depth``.
    should: what should hold, as the rest of a sentence that begins with the field: ``should be at least 1``.
    found: the value that was found.
    nearest: the nearest valid name, where the value is a misspelt one.
    """

    where: str
    should: str
    found: object
    nearest: str | None = None

    def __str__(self) -> str:
        sentence = _("{where} {should}. Found {found}.").format(
            where=quote(self.where), should=self.should, found=quote(self.found)
        )
        if self.nearest is not None:
            sentence += " " + _("Did you mean {name}?").format(name=f"`{self.nearest}`")
        return sentence


class Invalid(ValueError):
    """Raised with every problem of one value at once; its text is one line a problem, `MOST_LINES` of them at most."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(problems)
        lines = [str(problem) for problem in self.problems[:MOST_LINES]]
        if len(self.problems) > MOST_LINES:
            lines.append(_("{count} more things are wrong.").format(count=len(self.problems) - MOST_LINES))
        super().__init__("\n".join(lines))


def nearest(name: object, names: Iterable[str]) -> str | None:
    """The valid name that `name` most likely misspells, or None."""
    found = difflib.get_close_matches(written(name)[:LONGEST_QUOTE], list(names), n=1, cutoff=0.5)
    return found[0] if found else None


def unknown(where: str, name: object, names: Sequence[str]) -> Problem:
    """The problem of a name that is not among `names`."""
    return Problem(where, _("should be one of {names}").format(names=", ".join(names)), name, nearest(name, names))


def writable(out: Path | None, endings: tuple[str, ...], should: str) -> Path | None:
    """`out`, checked before the work whose result it is to hold, and not after it; None stays None.

    should: what is said of a name that has none of the `endings`. Raises Invalid if the file cannot be written.
    """
    if out is None:
        return None
    if out.suffix not in endings:
        raise Invalid([Problem("--out", should, out.name)])
    try:
        check_writable(out)
    except OSError as error:
        raise Invalid([Problem("--out", _("should be a file that can be written"), f"{out}: {error.strerror}")]) from None
    return out


def sentence_of(error: Exception) -> str:
    """Why a training ended, for people: an `Invalid` in its own words, anything else by its name."""
    if isinstance(error, Invalid):
        return str(error)
    return _("The training broke off: {error}.").format(error=quote(f"{type(error).__name__}: {error}"))
