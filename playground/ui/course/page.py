"""The course: a list of its chapters, or one chapter; which one stands in the address as ``?chapter=2``."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from playground.basics.words import _, language
from playground.course.handout import written
from playground.course.text import prose
from playground.course.text.bibliography import bibtex, references
from playground.course.text.model import Chapter, said
from playground.course.text.reading import chapters
from playground.ui import keys, lesson, scene
from playground.ui.course import blocks, classroom, present
from playground.ui.text import as_markdown

CHAPTER = "course.chapter"
"""Number of the open chapter, or nothing."""
ASKED = "chapter"
"""Its name in the address."""


def page() -> None:
    """The whole page."""
    known = {one.number: one for one in chapters()}
    classroom.join()
    scene.show_said()
    one = _asked(known)
    _choose(known, one)
    if one is None:
        _overview(known)
    elif lesson.current().present:
        present.show(one)
    else:
        _chapter(one, known)


def _asked(known: dict[int, Chapter]) -> Chapter | None:
    """The chapter of the address, or the one that was open when the visitor left."""
    text = st.query_params.get(ASKED)
    if text is None:
        stays = st.session_state.get(keys.CAME_FROM) == st.session_state.get(keys.HERE)
        number = None if stays else st.session_state.get(CHAPTER)
        if number in known:
            st.query_params[ASKED] = str(number)
    else:
        number = int(text) if text.isdecimal() and len(text) < 4 else None
        if number not in known:
            st.warning(_("There is no chapter {text}; here are all of them.").format(text=f"“{as_markdown(text[:20])}”"))
    st.session_state[CHAPTER] = number if number in known else None
    return known.get(number) if number is not None else None


def turn(number: int | None) -> None:
    """Open a chapter, or the list."""
    st.session_state[CHAPTER] = number
    if number is None:
        st.query_params.pop(ASKED, None)
    else:
        st.query_params[ASKED] = str(number)


def _choose(known: dict[int, Chapter], one: Chapter | None) -> None:
    """The list of chapters at the side."""
    with st.sidebar:
        st.button(
            _("All chapters"), icon=":material/menu_book:", type="tertiary", key="course.all", on_click=turn, args=(None,)
        )
        for number, each in known.items():
            st.button(
                f"{number} · {said(each.title)}",
                key=f"course.side.{number}",
                type="primary" if one is each else "tertiary",
                on_click=turn,
                args=(number,),
            )
        st.page_link("pages/glossary.py", label=_("Glossary"), icon=":material/translate:")


def _overview(known: dict[int, Chapter]) -> None:
    """Every chapter with its question."""
    st.markdown("#### " + _("The lecture, told with running experiments: a question, a prediction, a figure, an answer."))
    total = sum(one.minutes for one in known.values())
    st.caption(
        _(
            "{count} chapters, about {minutes} minutes to read. Every number is recorded by a command that stands below it."
        ).format(count=len(known), minutes=total)
    )
    for number, one in known.items():
        with st.container(border=True, horizontal=True, vertical_alignment="center", gap="medium", key=f"course-card-{number}"):
            with st.container(gap="xsmall"):
                st.markdown(f"**{number} · {said(one.title)}**")
                st.markdown(said(one.question))
                st.caption(_about(one))
            st.button(_("Read"), key=f"course.open.{number}", icon=":material/arrow_forward:", on_click=turn, args=(number,))


def _about(one: Chapter) -> str:
    """Minutes, figures and tables of a chapter."""
    parts = [_("{minutes} minutes").format(minutes=one.minutes)]
    for kind, words in (("figure", _("figures {numbers}")), ("table", _("tables {numbers}"))):
        if numbers := one.shown(kind):
            parts.append(words.format(numbers=", ".join(map(str, numbers))))
    return " · ".join(parts)


def _chapter(one: Chapter, known: dict[int, Chapter]) -> None:
    """A chapter: its question, its lessons, its references, and the way on."""
    st.caption(_("Chapter {number} of {count} · {about}").format(number=one.number, count=len(known), about=_about(one)))
    st.markdown(f"### {said(one.title)}")
    st.markdown(f"##### {said(one.question)}")
    with st.container(horizontal=True, gap="small"):
        present.button()
        classroom.button()
        st.download_button(
            _("Handout"),
            lambda: written(one),
            f"{one.key}.{language()}.html",
            "text/html",
            icon=":material/print:",
            on_click="ignore",
            key="course.handout",
            help=_("The chapter as one HTML file to print."),
        )
    cited: list[str] = []
    for each in one.lessons:
        version = each.now
        st.divider()
        st.markdown(f"#### {version.title}")
        st.markdown(f":material/help: *{prose.markdown(version.question)}*")
        for place, block in enumerate(version.blocks):
            blocks.draw(block, f"course.{each.key}.{place}")
        cited += prose.cited(version)
    _references(cited)
    _way(one, known)


def _references(keys_: list[str]) -> None:
    """The papers of a chapter."""
    known = references()
    if keys_:
        with st.expander(_("References"), icon=":material/library_books:", expanded=False):
            word = _("open")
            for key in dict.fromkeys(keys_):
                st.markdown(f"- {as_markdown(known[key].text)} [{word}]({known[key].link})")
            st.download_button(
                _("All references (BibTeX)"),
                bibtex,
                "references.bib",
                "application/x-bibtex",
                icon=":material/download:",
                on_click="ignore",
                key="course.bibtex",
            )


def _way(one: Chapter, known: dict[int, Chapter]) -> None:
    """To the chapters before and after."""
    with st.container(horizontal=True, gap="small", horizontal_alignment="distribute"):
        sides: tuple[tuple[int, str, Literal["left", "right"]], ...] = (
            (-1, ":material/arrow_back:", "left"),
            (1, ":material/arrow_forward:", "right"),
        )
        for step, icon, side in sides:
            if (other := known.get(one.number + step)) is not None:
                words = f"{other.number} · {said(other.title)}"
                name = "course.before" if step < 0 else "course.after"
                st.button(words, key=name, icon=icon, icon_position=side, on_click=turn, args=(other.number,))
