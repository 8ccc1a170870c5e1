"""The door: who may come in, what is refused, and that a browser gets what it asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from playground.runs.store.store import Store
from tests.live.doors import SECONDS, Place, told, wait_for
from tests.live.hands import Hand, Reader, experiment


def test_what_is_asked_for_comes_and_goes_on(store: Store, serve: Callable[..., Any]) -> None:
    hand, reader = Hand(store, experiment()), Reader()
    hand.claim()
    hand.train(5)
    with serve() as place, place.open() as socket:
        socket.send(json.dumps({"watch": hand.topic.plain()}))
        reader.take(str(socket.recv(SECONDS)))
        assert reader.steps() == [1, 2, 3, 4, 5]
        hand.train(2)
        while len(reader.steps()) < 7:
            reader.take(str(socket.recv(SECONDS)))
        hand.train()
        while reader.state["status"]["status"] != "finished":
            reader.take(str(socket.recv(SECONDS)))
    assert reader.steps()[-1] == 30


@pytest.mark.parametrize(
    ("origin", "welcome"),
    [(None, True), ("http://HOST", True), ("http://friend", True), ("http://evil.example", False), ("null", False)],
)
def test_pages_of_other_servers_stay_outside(origin: str | None, welcome: bool, serve: Callable[..., Any]) -> None:
    with serve() as place:
        origin = origin and origin.replace("HOST", place.host)
        if welcome:
            with place.open(origin) as socket:
                socket.send('{"watch": null}')
        else:
            with pytest.raises(InvalidStatus):
                place.open(origin)


def test_a_run_on_somebodys_own_data_is_theirs_alone(store: Store, serve: Callable[..., Any]) -> None:
    hand = Hand(store, experiment())
    hand.claim()
    hand.train(3)
    ask = json.dumps({"watch": hand.topic.plain()})
    with serve(lambda what, visitor: visitor == "ann") as place:
        for who, first in (("ann", "whole"), ("bob", "gone"), ("", "gone")):
            with place.open(who=who) as socket:
                socket.send(ask)
                assert first in told(socket)[0]


def test_what_an_owner_takes_back_is_sent_no_more(store: Store, serve: Callable[..., Any]) -> None:
    hand, shown = Hand(store, experiment()), [True]
    hand.claim()
    hand.train(3)
    with serve(lambda what, visitor: shown[0], check=0.0) as place, place.open() as socket:
        socket.send(json.dumps({"watch": hand.topic.plain()}))
        assert "whole" in told(socket)[0]
        shown[0] = False
        hand.train(1)
        frame = told(socket)[0]
        while "gone" not in frame:  # what was on its way already
            hand.train(1)
            frame = told(socket)[0]
        wait_for(lambda: not place.hub.watchers)


@pytest.mark.parametrize("text", ["nonsense", '{"watch": {"runs": ["x"]}}', "x" * 20_000])
def test_what_is_no_request_is_refused_in_words(text: str, serve: Callable[..., Any]) -> None:
    with serve() as place, place.open() as socket:
        socket.send(text)
        assert len(told(socket)[0]["refused"]) > 20
        with pytest.raises(ConnectionClosed):
            socket.recv(SECONDS)


def test_too_many_messages_are_refused(serve: Callable[..., Any]) -> None:
    with serve(messages=5) as place, place.open() as socket:
        for _message in range(6):
            socket.send('{"watch": null}')
        assert "too many messages" in told(socket)[0]["refused"]


def test_a_flood_of_sockets_from_one_address_is_refused_and_leaves_room_when_it_goes(serve: Callable[..., Any]) -> None:
    with serve(address=2) as place:
        with place.open() as one, place.open() as two:
            one.send('{"watch": null}')
            two.send('{"watch": null}')
            with place.open() as third:
                assert "Too many pages" in told(third)[0]["refused"]
        wait_for(lambda: _welcome(place))


def _welcome(place: Place) -> bool:
    """Whether one more may come in."""
    with place.open() as socket:
        socket.send("nonsense")
        return "Too many pages" not in told(socket)[0]["refused"]


def test_whoever_says_nothing_is_let_go(serve: Callable[..., Any]) -> None:
    with serve(wait=0.1) as place, place.open() as socket:
        assert "refused" in told(socket)[0]


def test_bytes_are_refused(serve: Callable[..., Any]) -> None:
    with serve() as place, place.open() as socket:
        socket.send(b"\x00")
        assert "refused" in told(socket)[0]


def test_who_has_gone_is_forgotten(store: Store, serve: Callable[..., Any]) -> None:
    hand = Hand(store, experiment())
    with serve() as place:
        with place.open() as socket:
            socket.send(json.dumps({"watch": hand.topic.plain()}))
            told(socket)
            assert place.hub.watchers
        wait_for(lambda: not place.hub.watchers)


def test_a_hidden_tab_is_sent_nothing_and_goes_on_from_where_it_was(store: Store, serve: Callable[..., Any]) -> None:
    hand = Hand(store, experiment())
    hand.claim()
    with serve() as place, place.open() as socket:
        socket.send(json.dumps({"watch": hand.topic.plain()}))
        frames = told(socket)
        socket.send('{"watch": null}')
        wait_for(lambda: not place.hub.watchers)
        hand.train(3)
        since = [frames[-1]["name"], frames[-1]["number"]]
        socket.send(json.dumps({"watch": hand.topic.plain(), "since": since}))
        again = told(socket)
        assert again[0]["number"] == since[1] + 1
        assert "whole" not in again[0]


def test_thirty_browsers_get_the_same_text(store: Store, serve: Callable[..., Any]) -> None:
    hand = Hand(store, experiment())
    hand.claim()
    with serve() as place, ExitStack() as stack:
        sockets = [stack.enter_context(place.open()) for _browser in range(30)]
        readers = [Reader() for _browser in sockets]
        for socket in sockets:
            socket.send(json.dumps({"watch": hand.topic.plain()}))
        hand.train()
        for socket, reader in zip(sockets, readers, strict=True):
            while reader.state.get("status", {}).get("status") != "finished" or len(reader.state["pictures"]) < 2:
                reader.take(str(socket.recv(SECONDS)))
        assert len(place.hub.watchers) == 1
        assert len({tuple(reader.steps()) for reader in readers}) == 1
