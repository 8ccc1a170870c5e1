"""A database of its own for every test, no worker processes, and nothing that one test leaves in memory for the next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.race import course
from playground.runs.read_cache import Feed
from playground.runs.store.store import Store
from playground.ui import server
from playground.ui.live import ghost, player
from playground.ui.race import state
from playground.ui.runs import results
from tests.pages.visitor import Hand


def _forget() -> None:
    """Let go of what pages keep for all sessions of one server."""
    for resource in (server.shared_store, server.feed, server._workers, results.kept, state.courses, ghost.remembered):
        resource.clear()


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an empty database, which pages use too."""
    url = f"sqlite:///{tmp_path / 'runs.db'}"
    monkeypatch.setenv("PLAYGROUND_DATABASE", url)
    monkeypatch.setattr(server, "WorkerPool", lambda url: None)
    monkeypatch.setattr(player, "PATIENCE", 0.0)
    # What one look read is not kept for the next one.
    monkeypatch.setattr(course, "EVERY", -1.0)
    monkeypatch.setattr(server, "Feed", lambda store, every: Feed(store, every=0.0))
    _forget()
    yield url
    _forget()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """The store beside the page, to look at what the page asked for."""
    store = Store(url)
    yield store
    store.close()


@pytest.fixture
def hand(store: Store) -> Hand:
    """Trains when the test says so."""
    return Hand(store)
