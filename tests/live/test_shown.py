"""Pages that come as a whole: what is new is sent, each part once, and nobody learns what they may not see."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from playground.basics.errors import Invalid
from playground.experiment import Experiment
from playground.live.frames import Place
from playground.live.hub import Hub
from playground.live.limits import Limits
from playground.live.request import Ref, Topic, read
from playground.live.shown import Moment, Shown, keys_of
from playground.live.source import Source
from playground.runs.read_cache import Feed
from playground.runs.store.store import Store
from tests.live.doors import told as heard
from tests.live.hands import SMALL

TOPIC = Topic((), page="toy", about="a=1")


class Toy:
    """A page whose parts a test turns by hand."""

    experiments = (SMALL,)

    def __init__(self, topic: Topic = TOPIC):
        self.about, self.drawn = topic.about, 0
        self.status: dict[str, Any] = {"status": "running", "active": True, "done": 1, "total": 9, "text": "1"}
        self.parts: dict[str, dict[str, Any]] = {"a": {"text": "1"}, "b": {"text": "1"}}

    def look(self, known: Mapping[Ref, Source], place: Place) -> Moment:
        def draw() -> dict[str, dict[str, Any]]:
            self.drawn += 1
            return dict(self.parts)

        return Moment(self.status, json.dumps(self.parts), draw)


class Browser:
    """What a browser that was there from the start knows."""

    def __init__(self, shown: Shown):
        self.shown, self.name, self.number = shown, "", 0

    def news(self) -> list[dict[str, Any]]:
        """The frames that came since the last look."""
        found = self.shown.since(self.name, self.number)
        text = self.shown.whole()[0] if found is None else found[0]
        frames: list[dict[str, Any]] = json.loads(text) if text else []
        if frames:
            self.name, self.number = frames[-1]["name"], frames[-1]["number"]
        return frames


def told(toy: Toy, **limits: float) -> tuple[Shown, Browser]:
    """The frames of a page, and somebody who looks at them."""
    shown = Shown(TOPIC, toy, Limits(**({"parts": 0.0} | limits)))  # type: ignore[arg-type]
    return shown, Browser(shown)


def update(shown: Shown, until: float = 1e18) -> bool:
    return shown.update({}, lambda ids: None, until)


def test_only_what_changed_is_sent() -> None:
    toy = Toy()
    shown, browser = told(toy)
    assert update(shown)
    (first,) = browser.news()
    assert first["whole"]
    assert first["items"] == toy.parts
    assert first["keys"] == keys_of(["b", "a"])
    assert not update(shown)
    assert toy.drawn == 1, "what did not change is not drawn anew"
    toy.parts["b"] = {"text": "2"}
    assert update(shown)
    (second,) = browser.news()
    assert second == {"name": shown.name, "number": 2, "items": {"b": {"text": "2"}}}
    toy.parts["c"] = {"text": "1"}
    update(shown)
    (third,) = browser.news()
    assert (third["items"], third["keys"]) == ({"c": {"text": "1"}}, keys_of("abc"))
    late = Browser(shown)
    (whole,) = late.news()
    assert (whole["items"], whole["keys"], whole["status"]) == (toy.parts, keys_of("abc"), toy.status)


def test_drawing_waits_but_not_for_the_end() -> None:
    toy = Toy()
    shown, browser = told(toy, parts=1e9)
    update(shown)
    browser.news()
    toy.parts["a"] = {"text": "2"}
    assert not update(shown), "so soon after the last time nothing is drawn"
    toy.status = {**toy.status, "status": "finished", "active": False}
    assert update(shown, until=0.0)
    (frame,) = browser.news()
    assert (frame["status"]["status"], frame["items"]) == ("finished", {"a": {"text": "2"}})


def test_the_time_left_alone_is_no_news() -> None:
    toy = Toy()
    shown, _browser = told(toy)
    update(shown)
    toy.status = {**toy.status, "text": "another second"}
    assert not update(shown)
    toy.status = {**toy.status, "done": 2}
    assert update(shown)


def test_a_page_that_cannot_be_drawn_keeps_nobody_waiting(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Toy):
        def look(self, known: Mapping[Ref, Source], place: Place) -> Moment:
            raise ValueError("broken")

    feed = Feed(store, every=0.0)
    hub = Hub(lambda: feed, Limits(parts=0.0))
    broken, fine = Shown(TOPIC, Broken()), Shown(Topic((), page="other"), Toy())
    assert hub._look([broken, fine]) == [fine.topic]
    assert "broken" in caplog.text
    caplog.clear()


def test_pages_are_known_by_name(store: Store) -> None:
    hub = Hub(lambda: Feed(store), pages=lambda: {"toy": Toy})
    assert list(hub.experiments(TOPIC)) == [SMALL]
    assert list(hub.experiments(Topic((1,)))) == []
    with pytest.raises(Invalid, match="page"):
        hub.experiments(Topic((), page="nowhere"))


def test_what_a_page_asks_for_is_bounded() -> None:
    def asked(**fields: Any) -> str:
        return json.dumps({"watch": Topic((), page="toy", about="a=1").plain() | fields, "quiet": True})

    request = read(asked())
    assert request.topic == TOPIC
    assert request.quiet
    assert not read(json.dumps({"watch": TOPIC.plain(), "quiet": 1})).quiet
    for bad in ({"page": "A"}, {"page": 1}, {"page": "../x"}, {"about": 1}, {"about": "x" * 9000}, {"page": ""}):
        with pytest.raises(Invalid):
            read(asked(**bad))


def test_what_somebody_may_not_see_is_not_sent(serve: Any) -> None:
    seen: list[tuple[Experiment, str]] = []

    def may_see(what: Experiment, visitor: str) -> bool:
        seen.append((what, visitor))
        return visitor == "ann"

    message = json.dumps({"watch": TOPIC.plain()})
    with serve(may_see, parts=0.0) as place:
        place.hub.pages = lambda: {"toy": Toy}
        for who, expected in (("bob", {"gone"}), ("ann", {"items", "status", "keys", "whole", "name", "number"})):
            with place.open(who=who) as socket:
                socket.send(message)
                (frame,) = heard(socket)
                assert set(frame) == expected
        with place.open(who="ann") as socket:
            socket.send(json.dumps({"watch": {**TOPIC.plain(), "page": "other"}}))
            assert "other" in heard(socket)[0]["refused"]
    assert (SMALL, "bob") in seen


def test_a_hidden_tab_is_sent_nothing_but_looks(serve: Any) -> None:
    toys: list[Toy] = []

    def begin(topic: Topic) -> Toy:
        toys.append(Toy(topic))
        return toys[-1]

    with serve(parts=0.0) as place:
        place.hub.pages = lambda: {"toy": begin}
        with place.open() as socket:
            socket.send(json.dumps({"watch": TOPIC.plain(), "quiet": True}))
            with pytest.raises(TimeoutError):
                socket.recv(0.5)
            assert any(toy.drawn for toy in toys)
