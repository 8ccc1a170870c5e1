"""Glossary: every term on the page, found by words, opened by a link, in both languages."""

from __future__ import annotations

import pytest

from playground.course.text.glossary import terms
from tests.pages.visitor import Visitor

pytestmark = pytest.mark.usefixtures("url")


def at_glossary(term: str = "", locale: str = "en-GB") -> str:
    """What somebody reads who opens the page; with a term in the address, where there is one."""
    ann = Visitor(locale=locale)
    if term:
        ann.app.query_params["term"] = term
    ann.turn_to("glossary.py")
    assert not ann.app.exception
    return "\n".join(str(one.value) for one in (*ann.app.markdown, *ann.app.info))


@pytest.mark.parametrize(("locale", "language"), [("en-GB", "en"), ("zh-CN", "zh")])
def test_every_term_stands_on_the_page(locale: str, language: str) -> None:
    said = at_glossary(locale=locale)
    assert [term.key for term in terms().values() if f"**{term.name(language)}**" not in said] == []


def test_a_link_to_a_term_shows_it_first_and_leaves_the_rest_out() -> None:
    said = at_glossary("hard sharing")
    assert said.index("**Hard sharing**") < said.index("硬参数共享")
    assert "**Gramian**" not in said


def test_a_strange_search_finds_nothing_and_is_no_markup() -> None:
    said = at_glossary("<b>**x**")
    assert "No term passes this search." in said
    assert "<b>" not in said
