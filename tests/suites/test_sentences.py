"""Sentences with their labels: translations written out by hand, and what counting words cannot do."""

from __future__ import annotations

import numpy as np
import pytest

from playground.suites.base import Part
from playground.suites.grammar import TAGS, Grammar
from playground.suites.lexicon import FEELINGS, SHARED_THINGS, TOPICS, grammar
from playground.suites.sentences import (
    HELD_OUT,
    LENGTH,
    MARK,
    NOTHING,
    SHOWN,
    UNTAGGED,
    Sentence,
    Sentences,
    sentences,
    vocabulary,
)

ENGLISH, CHINESE = vocabulary(0), vocabulary(1)

BY_HAND = {
    "the judge praised the court .": "法官 表扬 了 法庭 。",
    "the coach praised the court .": "教练 表扬 了 球场 。",
    "doctor may criticised the trial in may .": "梅 医生 在 五月 批评 了 试验 。",
    "the witness from jordan never mocked the case with jordan lee .": "来自 约旦 的 证人 和 乔丹 李 一起 从未 嘲笑 过 案件 。",
    "the score of the theatre was far from safe .": "剧院 的 乐谱 远远 不 安全 。",
    "the penalty was changed by the referee of the museum of paris .": "点球 被 巴黎 博物馆 的 裁判 改变 了 。",
    "while the nurse saved the organ , the actor described the organ .": "当 护士 挽救 了 器官 时 ， 演员 描述 了 管风琴 。",
    "the law was new before the singer watched the stage .": "在 歌手 观看 了 舞台 以前 ， 法律 很 新 。",
    "the song was short .": "歌曲 很 短 。",
    "the goal was brilliant but the player ruined the match .": "进球 很 出色 ， 但是 球员 毁掉 了 比赛 。",
    "although the drug was awful , sydney bank saved the treatment .": "虽然 药物 很 糟糕 ， 悉尼 银行 挽救 了 治疗 。",
    "the concert was not boring although anna spoiled the song .": "尽管 安娜 搞砸 了 歌曲 ， 音乐会 不 无聊 。",
}
"""What sentences mean. No other reading of them may be found in the grammar."""


def texts(rows: np.ndarray, words: tuple[str, ...]) -> list[str]:
    """Rows of tokens as text, without padding and marks."""
    return [" ".join(words[token] for token in row if token > MARK) for row in rows]


def halves(part: Part) -> tuple[Part, Part]:
    """The sentences and the beginnings of a part."""
    return part.take(~part.known["next"]), part.take(part.known["next"])


def readings(rules: Grammar, words: tuple[str, ...]) -> set[tuple[str, str]]:
    """Every symbol that may stand for `words`, and their translation then, found by trying all rules from left to right."""
    known: dict[tuple[str, int], set[tuple[int, tuple[str, ...]]]] = {}

    def from_here(symbol: str, start: int) -> set[tuple[int, tuple[str, ...]]]:
        """Where `symbol` may end if it begins at `start`, with its translation."""
        if (symbol, start) not in known:
            known[symbol, start] = set()
            for rule in rules.rules[symbol]:
                ways: list[tuple[int, dict[int, tuple[str, ...]]]] = [(start, {})]
                for item in rule.english:
                    if isinstance(item, str):
                        ways = [(at + 1, inner) for at, inner in ways if words[at : at + 1] == (item,)]
                    else:
                        ways = [
                            (end, {**inner, item: text}) for at, inner in ways for end, text in from_here(rule.inner[item], at)
                        ]
                for end, inner in ways:
                    written = [(item,) if isinstance(item, str) else inner[item] for item in rule.chinese]
                    known[symbol, start].add((end, tuple(word for part in written for word in part)))
        return known[symbol, start]

    starts = [f"SENTENCE.{topic}.{feeling}" for topic in TOPICS for feeling in FEELINGS]
    return {(symbol, " ".join(text)) for symbol in starts for end, text in from_here(symbol, 0) if end == len(words)}


@pytest.mark.parametrize("english", BY_HAND)
def test_translations_written_out_by_hand(english: str) -> None:
    assert {text for _symbol, text in readings(grammar(), tuple(english.split()))} == {BY_HAND[english]}


def test_a_sentence_has_one_reading_which_its_labels_say() -> None:
    for one in sentences(0, 200, 0)["train"][:60]:
        symbol = f"SENTENCE.{TOPICS[one.topic]}.{FEELINGS[one.feeling]}"
        assert readings(grammar(), one.source.words) == {(symbol, " ".join(one.target.words))}


def test_labels_belong_to_their_sentences() -> None:
    drawn, part = sentences(3, 4000, 0)["test"], halves(Sentences().load(3).test)[0]
    assert texts(part.inputs, ENGLISH) == [" ".join(one.source.words) for one in drawn]
    assert texts(part.targets["translation"], CHINESE) == [" ".join(one.target.words) for one in drawn]
    for row, one in enumerate(drawn):
        size = len(one.source.words)
        assert [TAGS[tag] for tag in part.targets["entities"][row, :size]] == list(one.source.tags)
        assert (part.targets["entities"][row, size:] == UNTAGGED).all()
        assert part.targets["translation"][row, len(one.target.words)] == MARK
        assert (part.targets["topic"][row], part.targets["sentiment"][row]) == (one.topic, one.feeling)


def test_sentences_and_beginnings_have_labels_of_their_own() -> None:
    data = Sentences(sentences=300).load(0)
    for part, count in ((data.train, 300), (data.validation, HELD_OUT["validation"]), (data.test, HELD_OUT["test"])):
        first = np.arange(len(part)) < count
        assert 0.95 * count <= (~first).sum() <= count
        for name, known in part.known.items():
            assert (known == (first ^ (name == "next"))).all()


def test_a_beginning_ends_with_a_mark_and_its_label_is_the_next_word() -> None:
    for part in (Sentences().load(0).train, Sentences().load(0).test):
        whole, begun = halves(part)
        starts = {tuple(row[:cut]) for row in whole.inputs.tolist() for cut in range(LENGTH + 1)}
        for row, following in zip(begun.inputs, begun.targets["next"], strict=True):
            (cut,) = np.flatnonzero(row == MARK)
            assert cut > 0
            assert (row[cut + 1 :] == NOTHING).all()
            assert (*row[:cut].tolist(), following + MARK + 1) in starts


def test_no_held_out_beginning_was_seen_in_training() -> None:
    data = Sentences().load(0)
    seen = {row.tobytes() for row in data.train.inputs}
    for part in (data.validation, data.test):
        assert not seen & {row.tobytes() for row in part.inputs}


def test_more_sentences_are_the_same_ones_and_some_further_ones() -> None:
    few, more = (halves(Sentences(sentences=count).load(0).train)[0].inputs for count in (200, 500))
    assert np.array_equal(few, more[:200])
    assert np.array_equal(*(halves(Sentences(sentences=count).load(0).test)[0].inputs for count in (200, 500)))


def test_chinese_can_be_read_and_english_written() -> None:
    suite = Sentences(direction="chinese", sentences=300)
    there, back = (halves(one.load(0).test)[0] for one in (Sentences(sentences=300), suite))
    assert suite.vocabulary == len(CHINESE)
    pairs = set(zip(texts(back.targets["translation"], ENGLISH), texts(back.inputs, CHINESE), strict=True))
    assert len(
        pairs & set(zip(texts(there.inputs, ENGLISH), texts(there.targets["translation"], CHINESE), strict=True))
    ) == len(pairs)


def test_the_probe_is_the_first_test_sentences_and_their_beginnings() -> None:
    data = Sentences().load(0)
    whole, begun = halves(data.test)
    assert data.probe.view == "sentences"
    assert data.probe.words == ENGLISH
    assert np.array_equal(data.probe.inputs, np.concatenate([whole.inputs[:SHOWN], begun.inputs[:SHOWN]]))
    assert np.array_equal(data.probe.targets["topic"][:SHOWN], whole.targets["topic"][:SHOWN])
    assert np.array_equal(data.probe.targets["next"][SHOWN:], begun.targets["next"][:SHOWN])


def counts(part: Part) -> np.ndarray:
    """[N, words] how often each word stands in each sentence."""
    return np.stack([np.bincount(row, minlength=len(ENGLISH))[MARK + 1 :] for row in part.inputs])


@pytest.mark.parametrize(("task", "ceiling"), [("topic", 0.85), ("sentiment", 0.85)])
def test_counting_words_is_not_enough(task: str, ceiling: float) -> None:
    from sklearn.linear_model import LogisticRegression

    data = Sentences().load(0)
    train, test = halves(data.train)[0], halves(data.test)[0]
    model = LogisticRegression(max_iter=500, tol=0.01).fit(counts(train), train.targets[task])
    right = model.score(counts(test), test.targets[task])
    most = np.bincount(test.targets[task]).max() / len(test)
    assert most + 0.1 < right < ceiling


def test_names_and_shared_words_cannot_be_looked_up() -> None:
    """The likeliest tag and the likeliest translation of a word leave many entities and shared words wrong."""
    drawn: list[Sentence] = sentences(0, 4000, 0)["train"]
    tags: dict[str, set[str]] = {}
    for one in drawn:
        for word, tag in zip(one.source.words, one.source.tags, strict=True):
            tags.setdefault(word, set()).add(tag[2:])
    assert {"PER", "LOC", "ORG"} <= tags["jordan"]
    assert {"PER", "DATE"} <= tags["may"]
    for word, meanings in SHARED_THINGS.items():
        found = {text for one in drawn if word in one.source.words for text in meanings.values() if text in one.target.words}
        assert found == set(meanings.values())


def test_the_card_counts_its_words() -> None:
    english, chinese = (len(vocabulary(language)) - MARK - 1 for language in (0, 1))
    assert f"{english} and {chinese} words" in Sentences.card.notes
