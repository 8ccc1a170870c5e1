"""Scripts of components: sent along where the app has no routes, fetched once by their address where it has."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.routing import Match
from streamlit.testing.v1 import AppTest

from playground.ui.scripts import component


@pytest.fixture(autouse=True)
def unserved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(component, "_reached", [])


def answer(path: str, above: str = "") -> tuple[int, dict[str, str], str]:
    """Status, headers and text of what the route says to a GET."""
    route, sent = component.route(above, lambda: True), list[Any]()
    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
    match, more = route.matches(scope)
    if match is not Match.FULL:
        return 0, {}, ""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(route.handle({**scope, **more}, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(one.get("body", b"") for one in sent[1:]).decode()


def test_every_script_has_an_address_that_changes_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    component._load()
    for name, source in component.SOURCES.items():
        status, headers, text = answer(f"/app/{component.ADDRESS}/{component.file_of(name)}", "/app")
        assert (status, text) == (200, source)
        assert headers["content-type"].startswith("text/javascript")
        assert "immutable" in headers["cache-control"]
    old = component.file_of("copy")
    monkeypatch.setitem(component.SOURCES, "copy", "export default () => 1;")
    assert component.file_of("copy") != old
    assert answer(f"/{component.ADDRESS}/{old}")[0] == 404


@pytest.mark.parametrize("file", ["copy.js", "copy.0000000000000000.js", "nothing.js", "..%2Fcomponent.py", "component.py"])
def test_nothing_else_is_served(file: str) -> None:
    assert answer(f"/{component.ADDRESS}/{file}")[0] == 404


def script() -> None:
    from playground.ui.frame import links

    links._copy(key="copy", data={})


@pytest.mark.parametrize("reached", [True, False])
def test_an_element_brings_its_script_only_where_no_route_is_reached(reached: bool) -> None:
    from playground.ui.frame import links

    assert links
    component.route("", lambda: reached)
    app = AppTest.from_function(script).run(timeout=60)
    assert not app.exception
    (found,) = [element.proto for element in app.main if element.type == "bidi_component"]
    assert (component.SOURCES["copy"] == found.js_content) is not reached
    assert (component.file_of("copy") in found.js_content) is reached
