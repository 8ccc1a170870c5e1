"""The glossary: whole in both languages, with ways that lead somewhere, and found by words of either."""

from __future__ import annotations

import re

import pytest

from playground.basics import words
from playground.course.text.bibliography import references
from playground.course.text.glossary import found, terms
from playground.presets import presets
from playground.ui import pages
from playground.ui.lookup import glossary

CHINESE = re.compile(r"[\u4e00-\u9fff]")
STANDS_ALONE = {"Δm", "transformer"}
"""Terms that Chinese texts write as English ones do."""


@pytest.mark.parametrize("key", terms())
def test_a_term_is_whole(key: str) -> None:
    term = terms()[key]
    assert key == key.lower() or key in STANDS_ALONE
    assert CHINESE.search(term.name("zh")) or key in STANDS_ALONE
    assert CHINESE.search(term.says("zh"))
    assert not CHINESE.search(term.name("en") + term.says("en"))
    assert term.says("en").endswith(".")
    assert term.says("zh").endswith("。")
    assert term.says("en").count(". ") == 0, "one sentence"
    assert term.preset in ("", *presets())
    assert term.reference in ("", *references())
    assert term.page in ("", *(page.path.stem for page in pages.found()))
    assert term.page or not term.preset


def test_terms_differ() -> None:
    for language in words.LANGUAGES:
        for said in (
            [term.name(language).casefold() for term in terms().values()],
            [term.says(language) for term in terms().values()],
        ):
            assert len(said) == len(set(said))


def test_a_term_is_found_by_its_name_in_either_language_and_stands_first() -> None:
    for term in terms().values():
        for text in (term.key, term.name("en").upper(), f" {term.name('zh')} "):
            assert found(text)[0] is term, text
    assert found("") == list(terms().values())
    assert found("no such word at all") == []


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_an_entry_says_the_term_and_leads_to_it(language: str) -> None:
    words.use(language)
    said = glossary.entry(terms()["gradient conflict"])
    assert "**" + {"en": "Gradient conflict", "zh": "梯度冲突"}[language] + "**" in said
    assert {"en": "梯度冲突", "zh": "Gradient conflict"}[language] in said
    assert f"(./?preset=two_digits_conflict&lang={language})" in said
    assert f"({references()['yu2020gradient'].link})" in said
