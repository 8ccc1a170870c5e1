"""A store in a file of its own for every test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from playground.experiment import Experiment
from playground.live.hub import Hub
from playground.live.limits import Limits
from playground.live.route import Door
from playground.runs.read_cache import Feed
from playground.runs.store.store import Store
from tests.live.doors import Place


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path / 'runs.db'}")
    yield store
    store.close()


@pytest.fixture
def serve(store: Store) -> Callable[..., Any]:
    """A server with a door of these limits; `seen_by` says who may see an experiment."""

    @contextmanager
    def begin(seen_by: Callable[[Experiment, str], bool] = lambda what, visitor: True, **limits: Any) -> Iterator[Place]:
        feed = Feed(store, every=0.0)
        hub = Hub(lambda: feed, Limits(**({"words": 0.0} | limits)))
        door = Door(hub, lambda origin: origin == "http://friend", lambda one: one.cookies.get("who", ""), seen_by, hub.limits)
        place = Place(door)
        yield place
        place.close()

    return begin
