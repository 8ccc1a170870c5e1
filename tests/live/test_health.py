"""Health is told to everybody in one line, numbers only where the settings say so; both below the address of the app."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from playground.basics.errors import Invalid, Problem
from playground.live import health
from playground.live.health import Health, Numbers
from playground.live.meters import Meters
from playground.runs.store.store import Store
from playground.ui.live import channel
from playground.ui.scripts.component import ADDRESS


def ask(route: Health | Numbers) -> tuple[int, str]:
    """Status and text of an answer."""
    said: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        said.append(message)

    app = Starlette(routes=[Route("/one", route.__call__)])
    scope = {"type": "http", "method": "GET", "path": "/one", "root_path": "", "query_string": b"", "headers": []}
    asyncio.run(app(scope, receive, send))
    return said[0]["status"], b"".join(one["body"] for one in said[1:]).decode()


def away() -> None:
    raise Invalid([Problem("database", "should be there", "")])


@pytest.mark.parametrize(
    ("there", "workers", "status", "told"),
    [
        (True, 2, 200, {"ok": True, "store": True, "worker": True}),
        (True, 0, 503, {"ok": False, "store": True, "worker": False}),
        (False, 2, 503, {"ok": False, "store": False, "worker": False}),
    ],
)
def test_health_is_one_line(there: bool, workers: int, status: int, told: dict[str, bool], store: Store) -> None:
    answer = ask(Health(lambda: store.entries(most=1) if there else away(), lambda: workers))
    assert (answer[0], json.loads(answer[1])) == (status, told)
    assert "\n" not in answer[1]


def test_who_asks_often_does_not_read_the_store_as_often(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    route = Health(lambda: looks.append(1), lambda: 1)
    assert [ask(route)[0] for _time in range(3)] == [200] * 3
    assert len(looks) == 1
    monkeypatch.setattr(health, "EVERY", 0.0)
    ask(route)
    assert len(looks) == 2


def test_numbers_are_told_only_where_they_were_asked_for(store: Store) -> None:
    assert ask(Numbers(None)) == (404, "off\n")
    status, text = ask(Numbers(Meters(lambda: store, lambda: 1, lambda: 0)))
    assert status == 200
    assert "playground_runs_queued 0.0" in text


@pytest.mark.parametrize(("said", "on"), [("", False), ("0", False), ("1", True)])
def test_the_settings_say_whether_they_are(said: str, on: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel, "_served", [])
    monkeypatch.setenv("PLAYGROUND_METRICS", said)
    routes = {route.path: route for route in channel.routes() if isinstance(route, Route)}
    assert set(routes) == {"/health", "/metrics", f"/{ADDRESS}/{{file}}"}
    assert (routes["/metrics"].endpoint.__self__.meters is not None) == on
