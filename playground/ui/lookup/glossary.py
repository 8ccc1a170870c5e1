"""The glossary: every term of the course in the visitor's language, and the way to where it can be seen."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from playground.basics.words import LANGUAGES, _, language
from playground.course.text.bibliography import references
from playground.course.text.glossary import Term, found
from playground.presets import presets
from playground.ui import pages
from playground.ui.lookup import search as search_field
from playground.ui.text import as_markdown


def search() -> str:
    """The words to search for; they stand in the address, so a text can link to a term."""
    return search_field.words("term", _("hard sharing, gradient, 迁移 …"))


def show(text: str) -> None:
    """The terms that pass, one below the other."""
    passing = found(text)
    if not passing:
        st.info(_("No term passes this search."))
    st.markdown("\n\n".join(map(entry, passing)))


def entry(term: Term) -> str:
    """A term as Markdown: its name in both languages, what it means, where to see it, who wrote of it."""
    spoken = language()
    other = " · ".join(as_markdown(name) for code, name in term.names.items() if code != spoken and name != term.name(spoken))
    head = f"**{as_markdown(term.name(spoken))}**" + (f" · {other}" if other else "")
    links = [f"[{as_markdown(words)}]({address})" for words, address in (*_where(term, spoken), *_paper(term))]
    return "  \n".join([head, as_markdown(term.says(spoken)), *([":small[" + " · ".join(links) + "]"] if links else [])])


def _where(term: Term, spoken: str) -> list[tuple[str, str]]:
    """Where in the program a term can be seen: an example on a page, or the page."""
    if not term.page:
        return []
    titles = {page.path.stem: _(page.title) for page in pages.found()}
    home = pages.found()[0].path.stem
    query = ({"preset": term.preset} if term.preset else {}) | ({"lang": spoken} if spoken in LANGUAGES else {})
    example = f": {_(presets()[term.preset].title)}" if term.preset else ""
    return [(titles[term.page] + example, f"./{'' if term.page == home else term.page}?{urlencode(query)}")]


def _paper(term: Term) -> list[tuple[str, str]]:
    if not term.reference:
        return []
    paper = references()[term.reference]
    return [(paper.short, paper.link)]
