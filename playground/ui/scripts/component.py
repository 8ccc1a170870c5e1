"""A picture's script as a component of the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

HERE = Path(__file__).parent
THEME = "\n".join((HERE / name).read_text(encoding="utf-8") for name in ("theme.js", "saving.js"))
"""Functions that every script may call: they stand in front of each."""


SOURCES: dict[str, str] = {}
"""The whole script of every component, by its name."""


def component(name: str, *scripts: Path, looks: Path) -> Callable[..., Any]:
    """The component ``playground_NAME`` of a style sheet and scripts, each of which may call what is in front of it."""
    code, style = "\n".join([THEME, *map(_read, scripts)]), _read(looks)
    SOURCES[name] = code
    # Not in a shadow root: plotly measures text and keeps its own rules in the document.
    return st.components.v2.component(f"playground_{name}", js=code, css=style, isolate_styles=False)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
