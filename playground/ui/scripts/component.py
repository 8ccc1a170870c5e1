"""A picture's script as a component of the page.

Streamlit sends the script of a component along with each of its elements, each time a page is drawn: over a megabyte for a
page of charts. Where the app has routes of its own, an element brings the address of its script instead, which a browser
fetches once.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import pkgutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

HERE = Path(__file__).parent
THEME = "\n".join((HERE / name).read_text(encoding="utf-8") for name in ("root.js", "theme.js", "saving.js"))
"""Functions that every script may call: they stand in front of each."""

ADDRESS = "live/scripts"
"""Below the address of the app."""

ALWAYS = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
"""For what never changes, as its name holds its digest."""

SOURCES: dict[str, str] = {}
"""The whole script of every component, by its name."""

_reached: list[Callable[[], bool]] = []
"""Whether the browser of this session reaches the routes of the app; empty where it has none."""


def component(name: str, *scripts: Path, looks: Path, whole: bool = False) -> Callable[..., Any]:
    """The component ``playground_NAME`` of a style sheet and scripts, each of which may call what is in front of it.

    whole: its script always comes with it, as it finds out whether the routes of the app can be reached.
    """
    code, style = "\n".join([THEME, *map(_read, scripts)]), _read(looks)
    SOURCES[name] = code
    # Not in a shadow root: plotly measures text and keeps its own rules in the document.
    brought = st.components.v2.component(f"playground_{name}", js=code, css=style, isolate_styles=False)
    if whole:
        return brought
    fetched = st.components.v2.component(f"playground_{name}_fetched", js=_fetching(name), css=style, isolate_styles=False)

    def show(*arguments: Any, **named: Any) -> Any:
        reached = bool(_reached) and _reached[0]()
        return (fetched if reached else brought)(*arguments, **named)

    return show


def route(above: str, reached: Callable[[], bool]) -> Route:
    """What serves the scripts of all components below a path; called once, by who sets up the routes of the app.

    reached: whether the browser of the session that is drawn reaches them.
    """
    _reached[:] = [reached]
    return Route(f"{above}/{ADDRESS}/{{file}}", _answer)


def file_of(name: str) -> str:
    """The name of a component's script as a file, which is another one when the script is."""
    return f"{name}.{hashlib.sha256(SOURCES[name].encode()).hexdigest()[:16]}.js"


def _answer(request: Request) -> Response:
    file = request.path_params["file"]
    name = file.partition(".")[0]
    if name not in SOURCES:  # another server has sent the page, and nobody has asked this one for its pictures yet
        _load()
    if name not in SOURCES or file != file_of(name):
        return PlainTextResponse("There is no such script.", 404)
    return Response(SOURCES[name], media_type="text/javascript", headers=ALWAYS)


@cache
def _load() -> None:
    from playground import ui

    for module in pkgutil.walk_packages(ui.__path__, "playground.ui."):
        importlib.import_module(module.name)


def _fetching(name: str) -> str:
    """A script that fetches that of a component, from below the app's own address."""
    address = json.dumps(f"{ADDRESS}/{file_of(name)}")
    return _read(HERE / "root.js") + f"const fetched = await import(appRoot() + {address});\nexport default fetched.default;\n"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
