"""What a chapter, a lesson and their parts are. A lesson is a list of blocks; words are texts in every language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from playground.basics.words import language

Words: TypeAlias = Mapping[str, str]
"""A text by language."""


def said(words: Words) -> str:
    """A text in the visitor's language."""
    return words.get(language(), words["en"])


@dataclass(frozen=True)
class Prose:
    """Markdown: paragraphs, lists, headings, formulas."""

    text: str


@dataclass(frozen=True)
class Shown:
    """A figure or a table of the course. kind: "figure" or "table"."""

    kind: str
    number: int


@dataclass(frozen=True)
class Predict:
    """A question whose answer is a recorded number.

    how: "slider" (how many percent), "verdict" (gains, loses or cannot be told) or "best" (which row of the table).
    place: the number, e.g. "t4.hard.a"; for "best" the column, e.g. "t4.a".
    ask: the question. low, high: ends of the slider, in percent.
    """

    how: str
    place: str
    ask: str
    low: int = -50
    high: int = 50


@dataclass(frozen=True)
class Play:
    """A button that opens an experiment on a page.

    changes: NAME=VALUE as `--set` takes them. turn: groups of controls that a class may turn, the others are locked for it;
    () locks nothing.
    """

    page: str
    preset: str
    changes: tuple[str, ...]
    say: str
    turn: tuple[str, ...] = ()


@dataclass(frozen=True)
class Note:
    """A box. kind: one of `NOTES`."""

    kind: str
    text: str


@dataclass(frozen=True)
class Break:
    """The next screen when the lesson is presented."""


Block: TypeAlias = Prose | Shown | Predict | Play | Note | Break

NOTES = ("opinion", "lecture", "next", "answer")
"""Kinds of boxes: an opinion; what is usually said, beside what our runs say; what to change next; an answer."""

PAGES = ("play", "data", "sharing", "weighting", "race", "methods", "runs")
"""Pages that a button may open."""


@dataclass(frozen=True)
class Version:
    """A lesson in one language. holds: what its sentences rely on, each "t4.hard.a gains"; said once, in English."""

    title: str
    question: str
    blocks: tuple[Block, ...]
    holds: tuple[str, ...] = ()

    def screens(self) -> list[tuple[Block, ...]]:
        """The blocks of each screen of a presentation; a prediction ends its screen, or a class would read the answer there."""
        parts: list[list[Block]] = [[]]
        for block in self.blocks:
            if not isinstance(block, Break):
                parts[-1].append(block)
            if isinstance(block, Break | Predict):
                parts.append([])
        return [tuple(part) for part in parts if part]


@dataclass(frozen=True)
class Lesson:
    """A lesson in every language. key: "NN_chapter/NN_lesson"."""

    key: str
    versions: Mapping[str, Version] = field(default_factory=dict)

    @property
    def now(self) -> Version:
        """It in the visitor's language."""
        return self.versions.get(language(), self.versions["en"])


@dataclass(frozen=True)
class Chapter:
    """A chapter: key is its folder's name, number its place, minutes what a reader needs."""

    key: str
    number: int
    title: Words
    question: Words
    minutes: int
    lessons: tuple[Lesson, ...]

    def shown(self, kind: str) -> list[int]:
        """Numbers of its figures or tables, in order."""
        blocks = [block for one in self.lessons for block in one.versions["en"].blocks]
        return [block.number for block in blocks if isinstance(block, Shown) and block.kind == kind]
