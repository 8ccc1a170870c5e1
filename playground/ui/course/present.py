"""A chapter on a projector: one idea a screen, in large type, turned by the arrow keys."""

from __future__ import annotations

import streamlit as st

from playground.basics.words import _
from playground.course.text import prose
from playground.course.text.model import Block, Chapter, said
from playground.ui.course import blocks

SCREEN = "course.screen"
"""Chapter and number of the screen that is shown."""

LARGE = """<style>
[data-testid="stMainBlockContainer"] { max-width: 78rem; }
[data-testid="stMarkdownContainer"] p, [data-testid="stMarkdownContainer"] li { font-size: 1.25rem; line-height: 1.5; }
.stDataFrame { display: block; }
</style>"""


def button() -> None:
    """Begins the presentation."""
    st.button(_("Present"), icon=":material/slideshow:", key="course.present", on_click=_begin)


def _begin() -> None:
    st.query_params["present"] = "1"
    st.session_state[SCREEN] = None


def _end() -> None:
    st.query_params.pop("present", None)


def screens(chapter: Chapter) -> list[tuple[str, str, tuple[Block, ...]]]:
    """Every screen: the key of its blocks, its title, and the blocks. The first asks the question of the chapter."""
    found: list[tuple[str, str, tuple[Block, ...]]] = [("", said(chapter.title), ())]
    for one in chapter.lessons:
        for number, part in enumerate(one.now.screens()):
            found.append((f"{one.key}.{number}", one.now.title, part))
    return found


def show(chapter: Chapter) -> None:
    """The screen that the visitor is at."""
    found = screens(chapter)
    at = st.session_state.get(SCREEN)
    number = min(at[1], len(found) - 1) if at and at[0] == chapter.key else 0
    st.html(LARGE)
    key, title, parts = found[number]
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        _turn(chapter, number - 1, number > 0, _("Back"), "Left", "course.back")
        _turn(chapter, number + 1, number + 1 < len(found), _("On"), "Right", "course.on")
        st.markdown(f"{number + 1} / {len(found)}")
        st.button(_("End"), icon=":material/close:", key="course.end", on_click=_end, shortcut="Escape")
    st.markdown(f"## {title}")
    if not parts:
        st.markdown(f"### {said(chapter.question)}")
    if key.endswith(".0"):
        first = next(one for one in chapter.lessons if key.startswith(f"{one.key}."))
        st.markdown(f"*{prose.markdown(first.now.question)}*")
    for place, block in enumerate(parts):
        blocks.draw(block, f"present.{key}.{place}")


def _turn(chapter: Chapter, number: int, there: bool, words: str, shortcut: str, key: str) -> None:
    st.button(words, key=key, shortcut=shortcut, disabled=not there, on_click=_at, args=(chapter.key, number))


def _at(chapter: str, number: int) -> None:
    st.session_state[SCREEN] = (chapter, number)
