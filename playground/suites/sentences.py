"""Sentences of a small language in English and 中文: topic, sentiment, named entities, translation, next word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice

import numpy as np

from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.random_streams import stream
from playground.basics.words import N_
from playground.suites.base import Data, Part, Probe, Suite, Task
from playground.suites.grammar import TAGS, Side, chances
from playground.suites.lexicon import FEELINGS, TOPICS, grammar

LENGTH = 18
"""Words of a sentence at most, on either side."""

HELD_OUT = {"validation": 200, "test": 600}
"""Sentences in each of validation and test, however many there are to train on. Validation is scored often, so it is small."""

SHOWN = 8
"""Test sentences on which the page shows what the model does."""

NOTHING, MARK = 0, 1
"""Tokens beside the words: padding, and a mark that means `<next>` at the end of a beginning and `<end>` in a translation."""

UNTAGGED = -1
"""What stands in the tags where there is no word."""


@dataclass(frozen=True)
class Sentence:
    """A sentence as it is read, its translation, and what is asked of it: places in `TOPICS` and `FEELINGS`."""

    source: Side
    target: Side
    topic: int
    feeling: int


@cache
def vocabulary(language: int) -> tuple[str, ...]:
    """The word of each token in English (0) or Chinese (1); padding and mark come first."""
    return ("<nothing>", "<mark>", *grammar().words()[language])


@cache
def numbers(language: int) -> dict[str, int]:
    """The token of each word."""
    return {word: token for token, word in enumerate(vocabulary(language))}


def drawn(chance: Iterator[float], source: int) -> Iterator[Sentence]:
    """Sentences without end, no longer than `LENGTH` on either side, read in language `source`."""
    while True:
        topic, feeling = int(next(chance) * len(TOPICS)), int(next(chance) * len(FEELINGS))
        sides = grammar().draw(f"SENTENCE.{TOPICS[topic]}.{FEELINGS[feeling]}", chance)
        if max(len(side.words) for side in sides) <= LENGTH:
            yield Sentence(sides[source], sides[1 - source], topic, feeling)


def tokens(sentences: Sequence[Sequence[str]], language: int, length: int, end: int | None = None) -> np.ndarray:
    """[N, length] int64 tokens of sentences, each followed by the token `end` if there is one, then by padding."""
    number = numbers(language)
    rows = np.zeros((len(sentences), length), np.int64)
    for row, words in zip(rows, sentences, strict=True):
        row[: len(words)] = [number[word] for word in words]
        if end is not None:
            row[len(words)] = end
    return rows


@dataclass(frozen=True)
class Sentences(Suite):
    """Sentences that a synchronous grammar writes in two languages, read in one of them, token by token.

    The first rows of a split are sentences, labelled with topic, sentiment, entities and translation. The others are
    beginnings of the same sentences, cut at a random word and ended by a mark, and labelled with the word that follows: the
    next word is a task with examples of its own, as a model that sees a whole sentence would have nothing to guess. No
    sentence is in two splits, and held-out beginnings are cut so that training has not seen them.
    """

    key = "sentences"
    real = False
    fresh = True
    gives = "tokens"
    backbone = "transformer"
    defaults = {"steps": 800, "batch": 32, "rate": 0.003}
    card = Card(
        title=N_("Sentences"),
        idea=N_(
            "Say of a sentence what it is about, if it praises or blames, and which of its words are names; translate it; and "
            "guess the next word of a beginning."
        ),
        fails=N_(
            "Counting words is not enough: a court may be a place to play or to judge, and what is said aside decides nothing."
        ),
        notes=N_(
            "Made by a small grammar with an English and a Chinese side, 122 and 156 words. Names may be persons, places, "
            "organisations or dates: may, jordan and paris are two things each."
        ),
    )

    sentences: int = knob(
        4000,
        low=200,
        high=8000,
        log=True,
        shapes=True,
        label=N_("Training sentences"),
        help=N_("How many sentences there are to train on, and as many beginnings."),
    )
    direction: str = knob(
        "english",
        choices=("english", "chinese"),
        words=(N_("English"), N_("Chinese")),
        shapes=True,
        label=N_("Language that is read"),
        help=N_("The language of the sentences; they are translated into the other one."),
    )

    @property
    def source(self) -> int:
        """The language that is read: 0 English, 1 Chinese."""
        return ("english", "chinese").index(self.direction)

    @property
    def vocabulary(self) -> int:
        return len(vocabulary(self.source))

    def tasks(self) -> tuple[Task, ...]:
        return (
            Task("topic", N_("Topic"), "classes", classes=(N_("sport"), N_("law"), N_("health"), N_("stage"))),
            Task("sentiment", N_("Sentiment"), "classes", classes=(N_("positive"), N_("negative"), N_("neutral"))),
            Task("entities", N_("Named entities"), "tags", classes=TAGS),
            Task(
                "translation",
                N_("Translation"),
                "translation",
                classes=vocabulary(1 - self.source),
                settings={"length": LENGTH + 1},
            ),
            Task("next", N_("Next word"), "classes", classes=vocabulary(self.source)[MARK + 1 :]),
        )

    def load(self, seed: int) -> Data:
        split = sentences(seed, self.sentences, self.source)
        train = self._part(split["train"], stream(seed, "cuts", "train"), set())
        seen = {row.tobytes() for row in train.inputs}
        validation = self._part(split["validation"], stream(seed, "cuts", "validation"), seen)
        seen |= {row.tobytes() for row in validation.inputs}
        test = self._part(split["test"], stream(seed, "cuts", "test"), seen)
        shown = test.take(np.concatenate([np.arange(SHOWN), HELD_OUT["test"] + np.arange(SHOWN)]))
        probe = Probe(shown.inputs, "sentences", (SHOWN, LENGTH), shown.targets, words=vocabulary(self.source))
        return Data(train, validation, test, probe)

    def _part(self, some: Sequence[Sentence], rng: np.random.Generator, taken: set[bytes]) -> Part:
        """The sentences and their beginnings; a beginning that is in `taken` is cut elsewhere."""
        whole = tokens([one.source.words for one in some], self.source, LENGTH)
        begun, following = beginnings(whole, rng, taken)
        tagged = {tag: number for number, tag in enumerate(TAGS)}
        tags = np.full(whole.shape, UNTAGGED, np.int64)
        for row, one in zip(tags, some, strict=True):
            row[: len(one.source.tags)] = [tagged[tag] for tag in one.source.tags]
        answers = {
            "topic": np.array([one.topic for one in some]),
            "sentiment": np.array([one.feeling for one in some]),
            "entities": tags,
            "translation": tokens([one.target.words for one in some], 1 - self.source, LENGTH + 1, MARK),
        }
        # A label is known on one kind of rows; on the others stands a zero that nobody reads.
        targets = {name: _padded(values, 0, len(begun)) for name, values in answers.items()}
        targets["next"] = _padded(following, len(whole), 0)
        first = np.arange(len(whole) + len(begun)) < len(whole)
        return Part(np.concatenate([whole, begun]), targets, {name: first ^ (name == "next") for name in targets})


def _padded(values: np.ndarray, before: int, after: int) -> np.ndarray:
    """`values` [N, …] between so many rows of zeros."""
    return np.pad(values, [(before, after)] + [(0, 0)] * (values.ndim - 1))


@lru_cache(maxsize=4)
def sentences(seed: int, count: int, source: int) -> dict[str, list[Sentence]]:
    """For each split its sentences; none is in two of them, and more to train on are the same ones and some further ones."""
    found, split = set[tuple[str, ...]](), {}
    for name, size in (*HELD_OUT.items(), ("train", count)):
        some = drawn(chances(stream(seed, "sentences", name)), source)
        split[name] = list(islice(_new(some, found), size))
    return split


def _new(some: Iterator[Sentence], found: set[tuple[str, ...]]) -> Iterator[Sentence]:
    """Those sentences that are not in `found`; they are added to it."""
    for one in some:
        if one.source.words not in found:
            found.add(one.source.words)
            yield one


def beginnings(whole: np.ndarray, rng: np.random.Generator, taken: set[bytes]) -> tuple[np.ndarray, np.ndarray]:
    """Beginnings [K, LENGTH] of sentences [N, LENGTH], each with the mark behind it, and the word that follows each [K].

    A beginning has at least one word; the cut is drawn evenly among those whose beginning is not in `taken`, and a sentence
    that has none is left out. The next words are places among the words alone.
    """
    begun, following = [], []
    for words, length in zip(whole, (whole > 0).sum(1), strict=True):
        for cut in rng.permutation(length - 1) + 1:
            row = np.where(np.arange(LENGTH) < cut, words, NOTHING)
            row[cut] = MARK
            if row.tobytes() not in taken:
                begun.append(row)
                following.append(words[cut] - MARK - 1)
                break
    return np.stack(begun), np.array(following)
