"""The channel as a part of the app: where it is served, who a browser is, and whether this server has one at all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import streamlit as st
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket
from streamlit.web.server.server_util import is_url_from_allowed_origins

from playground.basics import settings
from playground.experiment import Experiment
from playground.live.health import HEALTH, METRICS, Health, Numbers
from playground.live.hub import Hub
from playground.live.request import Ref, Topic
from playground.live.route import PATH, Door
from playground.live.shown import Pages
from playground.live.watched import Beside, nothing_beside
from playground.runs.results.history import History
from playground.suites.table import YourTable
from playground.ui import keys, server
from playground.ui.scripts import component
from playground.uploads.kept import storage

if TYPE_CHECKING:
    from playground.live.meters import Meters

_served: list[Hub] = []
"""The hub of this process, once it is served."""


def routes(pages: Callable[[], Pages] = dict, beside: Beside = nothing_beside) -> list[BaseRoute]:
    """What the app serves beside its pages; called once by the entry, before the server starts. pages, beside: see `Hub`."""
    hub = Hub(server.feed, pages=pages, beside=beside)
    _served[:] = [hub]
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    door = Door(hub, is_url_from_allowed_origins, _visitor, _may_see)
    above = f"/{base}" if base else ""
    return [
        WebSocketRoute(f"{above}/{PATH}", door.__call__),
        component.route(above, served),
        Route(f"{above}/{HEALTH}", Health(lambda: server.shared_store().entries(most=1), server.workers).__call__),
        Route(f"{above}/{METRICS}", Numbers(_meters(hub)).__call__),
    ]


def _meters(hub: Hub) -> Meters | None:
    """What counts for this server; None where the settings do not ask for it."""
    if settings.METRICS.value != "1":
        return None
    from playground.live.meters import Meters  # brings prometheus-client, which nobody else needs

    return Meters(server.shared_store, server.workers, lambda: sum(map(len, list(hub.watchers.values()))))


def _visitor(socket: WebSocket) -> str:
    return server.name_of(socket.cookies.get(server.COOKIE)) or ""


def _may_see(experiment: Experiment, visitor: str) -> bool:
    """Whether the pages of a visitor would show runs of an experiment: those on a brought table are its owner's, and of whoever
    has the link where the owner lets everybody in."""
    key = str(experiment.suite.knobs.get("table", "")) if experiment.suite.name == YourTable.key else ""
    return not key or storage.owner_of(key) == visitor or storage.is_open(key)


def served() -> bool:
    """Whether what moves comes by the channel: it is served, and this browser has reached it so far."""
    return bool(_served) and not st.session_state.get(keys.BLOCKED, False)


def blocked() -> bool:
    """Whether the channel is served but this browser could not reach it."""
    return bool(_served) and bool(st.session_state.get(keys.BLOCKED, False))


def give_up() -> None:
    """This browser could not reach the channel; from now on its pages ask for news themselves."""
    st.session_state[keys.BLOCKED] = True


def refs_of(runs: Iterable[History]) -> tuple[Ref, ...]:
    """How runs are named in what is asked for."""
    return tuple(one.id if one.id is not None else one.run.key for one in runs)


def key_of(topic: Topic) -> str:
    """A short name of a topic, by which the parts of a page find what it shows."""
    return hashlib.sha256(repr(topic).encode()).hexdigest()[:16]
