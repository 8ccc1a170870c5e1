"""Frames: every browser ends with the same picture, however it came, and each frame is made once."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import replace

import pytest

from playground.basics import words
from playground.figures.style import look_of
from playground.live.content import told
from playground.live.hub import Hub
from playground.live.limits import Limits
from playground.live.request import Topic
from playground.live.watched import Watched
from playground.runs.read_cache import Feed
from playground.runs.results import history
from playground.runs.results.against import Before, against
from playground.runs.results.against import sentence as sentence_of
from playground.runs.results.comparison import compare
from playground.runs.results.summary import sentence
from playground.runs.store.store import Store
from tests.live.hands import Hand, Reader, experiment


class Desk:
    """A hub without a loop: it looks when a test says so."""

    def __init__(self, store: Store, topic: Topic, **limits: float):
        self.hub = Hub(lambda: Feed(store, every=0.0), Limits(**({"words": 0.0, "work": 60.0} | limits)))  # type: ignore[arg-type]
        self.feed = Feed(store, every=0.0)
        self.hub.feed = lambda: self.feed
        self.watched = Watched(topic, self.hub.limits)

    def look(self) -> bool:
        """Whether there was something new."""
        return bool(self.hub._look([self.watched]))


@pytest.fixture
def hand(store: Store) -> Hand:
    return Hand(store, experiment(), seeds=2)


def test_a_browser_from_the_start_knows_what_one_knows_that_came_last(store: Store, hand: Hand) -> None:
    desk, early = Desk(store, hand.topic), Reader()
    for _turn in range(40):
        desk.look()
        early.ask(desk.watched)
        hand.claim()
        hand.train(2)
    late = Reader()
    late.ask(desk.watched)
    assert late.sorted() == early.sorted()
    assert early.state["status"]["status"] == "finished"
    assert len(late.messages) == 1
    assert early.steps() == [record["step"] for record in store.histories(hand.topic.runs[:1])[0].of_kind("measured")]  # type: ignore[arg-type]


def test_only_what_is_new_is_sent(store: Store, hand: Hand) -> None:
    desk, reader = Desk(store, hand.topic), Reader()
    hand.claim()
    hand.train(10)
    desk.look()
    reader.ask(desk.watched)
    assert not desk.look(), "nothing happened"
    reader.ask(desk.watched)
    assert len(reader.messages) == 1
    before = len(reader.steps())
    hand.train(1)
    assert desk.look()
    reader.ask(desk.watched)
    assert len(reader.steps()) == before + 1
    assert len(reader.messages[1]) < len(reader.messages[0])


def test_the_first_point_goes_ahead_of_words_and_pictures(store: Store, hand: Hand) -> None:
    desk, reader = Desk(store, hand.topic), Reader()
    hand.claim()
    hand.train(1)
    assert desk.look()
    reader.ask(desk.watched)
    assert reader.steps() == [1]
    assert not reader.state["now"]
    assert desk.look(), "they come with the next look"
    reader.ask(desk.watched)
    assert reader.state["now"]
    assert not desk.look()


def test_whoever_lags_skips_frames_and_misses_nothing(store: Store, hand: Hand) -> None:
    desk, quick, slow = Desk(store, hand.topic, frames=4), Reader(), Reader()
    hand.claim()
    for turn in range(20):
        hand.train(1)
        desk.look()
        quick.ask(desk.watched)
        if turn % 9 == 0:
            slow.ask(desk.watched)
    slow.ask(desk.watched)
    assert slow.sorted() == quick.sorted()
    assert len(slow.messages) < len(quick.messages)
    assert len(desk.watched._frames) <= 4


def test_after_a_break_it_goes_on_from_where_it_was(store: Store, hand: Hand) -> None:
    desk, reader = Desk(store, hand.topic), Reader()
    hand.claim()
    hand.train(3)
    desk.look()
    reader.ask(desk.watched)
    hand.train(3)
    desk.look()
    reader.ask(desk.watched)
    assert '"whole"' in reader.messages[0]
    assert '"whole"' not in reader.messages[1]
    again = Desk(store, hand.topic)  # another server, which knows nothing of what was sent
    again.look()
    reader.ask(again.watched)
    assert '"whole"' in reader.messages[2]
    assert reader.steps() == [record["step"] for record in store.histories(hand.topic.runs[:1])[0].of_kind("measured")]  # type: ignore[arg-type]


def test_a_run_that_began_anew_is_sent_anew(store: Store) -> None:
    hand = Hand(store, experiment())
    desk, reader = Desk(store, hand.topic), Reader()
    hand.claim()
    hand.train(5)
    desk.look()
    reader.ask(desk.watched)
    first = reader.name
    store.lose("hand")
    store.submit([entry.run for entry in store.entries(hand.topic.refs)], "ann")  # type: ignore[arg-type]
    again = Hand(store, experiment())
    assert again.topic == hand.topic
    again.claim()
    again.train(2)
    desk.look()
    reader.ask(desk.watched)
    assert reader.name != first
    assert reader.steps() == [1, 2]


def test_the_words_are_those_of_the_page(store: Store, hand: Hand) -> None:
    desk, reader = Desk(store, hand.topic), Reader()
    hand.claim()
    hand.train()
    desk.look()
    reader.ask(desk.watched)
    runs, baselines = (store.histories(group) for group in (hand.topic.runs, hand.topic.baselines))  # type: ignore[arg-type]
    last = compare(runs, baselines)
    assert reader.state["now"]["headline"] == sentence(last, history.cosines(runs))
    assert reader.state["now"]["step"] is None
    assert reader.state["levels"] == told.levels(runs, baselines)
    steps = sorted({record["step"] for run in runs for record in run.of_kind("scored") if record["split"] == "validation"})
    assert [one["step"] for one in reader.sorted()["past"]] == steps
    middle = next(one for one in reader.state["past"] if one["step"] > 15)
    assert middle["table"]["rows"][0][2] == compare(runs, baselines, "validation", middle["step"]).column(
        "score", "circle"
    ).text(2)
    kept = [one for one in reader.state["pictures"] if one["kept"]]
    assert len(kept) == 1
    assert len(reader.state["pictures"]) == len(runs[0].of_kind("pictured"))


def test_each_language_has_words_of_its_own(store: Store, hand: Hand) -> None:
    hand.claim()
    hand.train()
    said: Mapping[str, str] = {}
    for language in words.LANGUAGES:
        topic = Topic(hand.topic.runs, hand.topic.baselines, hand.topic.wanted, language)
        desk, reader = Desk(store, topic), Reader()
        desk.look()
        reader.ask(desk.watched)
        said = {**said, language: reader.state["now"]["headline"]}
    assert len(set(said.values())) == len(words.LANGUAGES)


def test_words_wait_for_numbers_where_time_is_short(store: Store, hand: Hand) -> None:
    hand.claim()
    hand.train()
    desk, reader = Desk(store, hand.topic, work=0.0), Reader()
    desk.look()
    reader.ask(desk.watched)
    few = len(reader.state["past"])
    assert len(reader.steps()) == 30
    assert reader.state["now"]["headline"]
    desk.hub.limits = Limits(words=0.0, work=60.0)
    for _look in range(3):
        desk.look()
        reader.ask(desk.watched)
    assert len(reader.state["past"]) > few


def test_a_run_that_is_not_there_shows_nothing(store: Store) -> None:
    desk, reader = Desk(store, Topic((123456789,), (), 1)), Reader()
    desk.look()
    reader.ask(desk.watched)
    assert reader.state["runs"] == {}
    assert reader.state["status"]["status"] == "none"
    assert not desk.look()


def test_watching_counts_as_looking(store: Store, hand: Hand) -> None:
    before = store.entries(hand.topic.runs)[0].watched  # type: ignore[arg-type]
    store.limits = type(store.limits)(unwatched=0.2)
    time.sleep(0.05)
    Desk(store, hand.topic).look()
    assert store.entries(hand.topic.runs)[0].watched > before  # type: ignore[arg-type]


def test_the_run_before_stands_behind_and_is_sent_once(store: Store, hand: Hand) -> None:
    hand.claim()
    hand.train()
    other = Hand(store, experiment(rate=0.02), seeds=2)
    topic = replace(other.topic, before=hand.topic.runs, before_baselines=hand.topic.baselines)
    desk, reader = Desk(store, topic), Reader()
    other.claim()
    other.train(20)
    desk.look()
    reader.ask(desk.watched)
    ghost = reader.state["ghost"]
    assert [one["seed"] for one in ghost] == [0, 1]
    assert set(ghost[0]["rows"]) == {"step", "loss", "weight", "norm", "cosine"}
    assert ghost[0]["scored"][-1][0] == 30
    assert "validation data after" in reader.state["now"]["against"]
    other.train()
    desk.look()
    reader.ask(desk.watched)
    assert not any("ghost" in json.loads(message)[-1] for message in reader.messages[1:]), "it is over, and sent already"
    runs, baselines = (store.histories(refs) for refs in (other.topic.runs, other.topic.baselines))  # type: ignore[arg-type]
    before = Before(*(store.histories(refs) for refs in topic.behind))  # type: ignore[arg-type]
    assert reader.state["now"]["against"] == sentence_of(against(runs, before))
    outlined = [one["y"][0] for one in reader.state["now"]["gains"]["data"] if "the run before" in one["hovertemplate"]]
    assert outlined
    assert outlined == [name for name in before.gains(None) if name in compare(runs, baselines).differences]
    late = Reader()
    late.ask(desk.watched)
    assert late.state["ghost"] == ghost


def test_a_run_before_that_still_trains_grows_behind(store: Store, hand: Hand) -> None:
    other = Hand(store, experiment(rate=0.02), seeds=2)
    desk, reader = Desk(store, replace(hand.topic, before=other.topic.runs)), Reader()
    hand.claim()
    for _turn in range(3):
        hand.train(5)
        other.train(5)
        desk.look()
        reader.ask(desk.watched)
    assert [len(one["rows"]["step"]) for one in reader.state["ghost"]] == [len(reader.steps())] * 2


def test_what_strategies_learn_is_sent_as_it_comes(store: Store) -> None:
    hand = Hand(store, experiment(sharing="soft_l2"))
    desk, reader = Desk(store, hand.topic), Reader()
    hand.claim()
    for _turn in range(4):
        hand.train(10)
        desk.look()
        reader.ask(desk.watched)
    learned = reader.state["runs"][0]["learned"]
    records = store.histories(hand.topic.runs)[0].of_kind("learned")  # type: ignore[arg-type]
    assert [step for step, _values in learned] == [one["step"] for one in records if not one.get("kept")]
    assert learned[-1][1]["distance"][0][0] == pytest.approx(records[-1]["values"]["distance"][0][0], rel=0.2)


def test_what_was_turned_in_flight_stands_beside_the_headline(store: Store, hand: Hand) -> None:
    hand.claim()
    hand.train()
    runs, baselines = (store.histories(refs) for refs in (hand.topic.runs, hand.topic.baselines))  # type: ignore[arg-type]
    look = look_of(runs[0].experiment.the_suite.tasks())
    assert told.told(runs, baselines, None, look, history.cosines(runs))["standing"] == ""
    runs[0].records.append({"kind": "changed", "step": 1250, "what": {"rate": 0.1}})
    found = told.told(runs, baselines, None, look, history.cosines(runs))
    assert found["standing"] == "Turned in flight: learning rate 0.1 at step 1,250."
