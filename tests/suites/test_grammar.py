"""One derivation is a sentence and its translation."""

from __future__ import annotations

import numpy as np
import pytest

from playground.basics.errors import Invalid
from playground.suites.grammar import ENTITIES, TAGS, Grammar, Side, chances
from playground.suites.lexicon import FEELINGS, SHARED_THINGS, TOPICS, grammar

TINY = (
    "S 1 -> PER saw THING of LOC | PER 看见 LOC 的 THING",
    "PER 1 -> FIRST LAST | FIRST LAST",
    "FIRST 1 -> ada | 艾达",
    "LAST 1 -> king | 金",
    "LOC 1 -> TOWN bay | TOWN 湾",
    "TOWN 1 -> york | 约克",
    "THING 3 -> stars | 星星",
    "THING 1 -> birds | 鸟",
)


def test_words_change_places_and_take_their_tags_along() -> None:
    english, chinese = Grammar(TINY[:-1]).draw("S", chances(np.random.default_rng(0)))
    assert english == Side(("ada", "king", "saw", "stars", "of", "york", "bay"), ("B-PER", "I-PER", *"OOO", "B-LOC", "I-LOC"))
    assert chinese == Side(
        ("艾达", "金", "看见", "约克", "湾", "的", "星星"), ("B-PER", "I-PER", "O", "B-LOC", "I-LOC", "O", "O")
    )


def test_rules_are_drawn_as_often_as_they_weigh() -> None:
    small, chance = Grammar(TINY), chances(np.random.default_rng(0))
    stars = sum("stars" in small.draw("S", chance)[0].words for _time in range(2000))
    # Four standard deviations of a share of 3/4 in 2,000 are 0.039.
    assert abs(stars / 2000 - 0.75) < 0.039


@pytest.mark.parametrize("line", ["S 1 -> A b | c", "S 1 -> A A | A A", "S 1 -> A | A A"])
def test_both_sides_have_the_same_symbols(line: str) -> None:
    with pytest.raises(Invalid, match=r"grammar\.S"):
        Grammar([line, "A 1 -> a | a"])


def test_no_word_is_a_symbol_that_was_forgotten() -> None:
    english, chinese = grammar().words()
    assert all(word.islower() or word in ",." for word in english)
    assert not any(word.isascii() for word in chinese)


def test_every_tag_is_used_and_spans_begin_with_a_b() -> None:
    chance, seen = chances(np.random.default_rng(0)), set[str]()
    for number in range(600):
        symbol = f"SENTENCE.{TOPICS[number % 4]}.{FEELINGS[number % 3]}"
        for side in grammar().draw(symbol, chance):
            assert len(side.words) == len(side.tags)
            for before, tag in zip(("O", *side.tags), side.tags, strict=False):
                assert tag[0] != "I" or before[1:] == tag[1:]
            seen.update(side.tags)
    assert seen == set(TAGS) - {"I-LOC", "I-DATE"}, "places and dates have one word here"
    assert len(TAGS) == 1 + 2 * len(ENTITIES)


def test_a_shared_word_has_two_topics_and_a_translation_in_each() -> None:
    for word, meanings in SHARED_THINGS.items():
        assert len(set(meanings)) == len(set(meanings.values())) == 2, word
        assert set(meanings) <= set(TOPICS)
