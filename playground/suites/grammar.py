"""A synchronous grammar: a rule has an English and a Chinese side, so that one derivation is a sentence and its translation.

A rule is a line of text, `SYMBOL weight -> english side | chinese side`. What stands at the left of some rule is a symbol,
everything else is a word. A symbol may stand at most once on a side; both sides have the same symbols, in any order, and that
is how words change places in translation. Symbols named in `ENTITIES`, or beginning so, are named entities.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from playground.basics.errors import Invalid, Problem
from playground.basics.words import _

ENTITIES = ("PER", "LOC", "ORG", "DATE")
"""Symbols whose words are named entities: persons, places, organisations, dates."""

OUTSIDE = "O"
"""The tag of words that belong to no entity."""

TAGS = (OUTSIDE, *(f"{place}-{entity}" for entity in ENTITIES for place in "BI"))
"""BIO: the first word of an entity is tagged B, the others I (Ramshaw & Marcus 1995)."""

DRAWN = 4096
"""Random numbers that are drawn at once."""


@dataclass(frozen=True)
class Side:
    """One language of a sentence: its words, and a tag for each of them."""

    words: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True)
class _Rule:
    """One way to write a symbol. A side holds words, and numbers for the symbols in `inner`."""

    inner: tuple[str, ...]
    english: tuple[str | int, ...]
    chinese: tuple[str | int, ...]


class Grammar:
    """The rules by symbol, ready to draw sentences from.

    Raises Invalid for a rule whose two sides do not have the same symbols.
    """

    def __init__(self, lines: Iterable[str]):
        parsed = [_parts(line) for line in lines]
        symbols = {symbol for symbol, *_rest in parsed}
        self.rules: dict[str, list[_Rule]] = {symbol: [] for symbol in symbols}
        weights: dict[str, list[float]] = {symbol: [] for symbol in symbols}
        for symbol, weight, english, chinese in parsed:
            inner = tuple(word for word in english if word in symbols)
            if sorted(inner) != sorted(word for word in chinese if word in symbols) or len(set(inner)) < len(inner):
                should = _("should have the same symbols on both sides, each once")
                raise Invalid([Problem(f"grammar.{symbol}", should, " ".join((*english, "|", *chinese)))])
            number = {name: place for place, name in enumerate(inner)}
            sides = (tuple(number.get(word, word) for word in side) for side in (english, chinese))
            self.rules[symbol].append(_Rule(inner, *sides))
            weights[symbol].append(weight)
        self.bounds = {symbol: [part / sum(of) for part in accumulate(of)][:-1] for symbol, of in weights.items()}
        self.entity = {symbol: symbol.partition(".")[0] for symbol in symbols if symbol.partition(".")[0] in ENTITIES}

    def words(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """All English words and all Chinese words, sorted."""
        rules = [rule for rules in self.rules.values() for rule in rules]
        english = {word for rule in rules for word in rule.english if isinstance(word, str)}
        chinese = {word for rule in rules for word in rule.chinese if isinstance(word, str)}
        return tuple(sorted(english)), tuple(sorted(chinese))

    def draw(self, symbol: str, chance: Iterator[float]) -> tuple[Side, Side]:
        """A sentence for `symbol`, in English and in Chinese; `chance` gives numbers from U(0, 1)."""
        english, chinese = self._write(symbol, chance)
        return Side(*map(tuple, english)), Side(*map(tuple, chinese))

    def _write(self, symbol: str, chance: Iterator[float]) -> tuple[tuple[list[str], list[str]], ...]:
        """Words and tags of both sides."""
        rule = self.rules[symbol][bisect(self.bounds[symbol], next(chance))]
        inner = [self._write(name, chance) for name in rule.inner]
        sides = []
        for side, form in enumerate((rule.english, rule.chinese)):
            words: list[str] = []
            tags: list[str] = []
            for item in form:
                if isinstance(item, str):
                    words.append(item)
                    tags.append(OUTSIDE)
                else:
                    words += inner[item][side][0]
                    tags += inner[item][side][1]
            if symbol in self.entity:
                # An entity is one span, whatever names it is made of.
                tags = [f"{'I' if place else 'B'}-{self.entity[symbol]}" for place in range(len(words))]
            sides.append((words, tags))
        return tuple(sides)


def chances(rng: np.random.Generator) -> Iterator[float]:
    """Numbers from U(0, 1) without end; drawing them one by one would take most of the time of a sentence."""
    while True:
        yield from rng.random(DRAWN).tolist()


def _parts(line: str) -> tuple[str, float, tuple[str, ...], tuple[str, ...]]:
    """Symbol, weight and the two sides of a rule."""
    left, _arrow, right = line.partition("->")
    symbol, weight = left.split()
    english, _bar, chinese = right.partition("|")
    return symbol, float(weight), tuple(english.split()), tuple(chinese.split())
