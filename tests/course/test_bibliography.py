"""References: each is whole and used, and whatever is cited anywhere exists."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from playground import catalog
from playground.basics.cards import Card
from playground.course.text import bibliography
from playground.course.text.bibliography import references

ROOT = Path(__file__).parent.parent.parent
COURSE = ROOT / "playground" / "course"
DOCUMENTS = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *(ROOT / "docs").glob("*.md"), ROOT / "playground/race/study.py"]
NOTED = re.compile(
    r"([A-ZÀ-Ž][\w’'-]+)(?: (?:et al\.|(?:&|and) [A-Z][\w-]+))?,? (?:(?:[A-Z]{4,}|NeurIPS) )?\(?((?:19|20)\d\d)\b"
)
"""A paper as a document names it: "Kurin et al. 2022", "Nadeau & Bengio, 2003"."""
NO_SURNAMES = {"AAAI", "UCI", "Aug", "Mar", "March"}


@cache
def cards() -> dict[str, Card]:
    shelves = (catalog.methods(), catalog.strategies(), catalog.schedules(), catalog.backbones(), catalog.suites())
    return {key: entry.card for shelf in shelves for key, entry in shelf.items() if entry.card.paper}


@cache
def cited() -> set[str]:
    """Keys that texts of the course cite, in Markdown as [@key], in tables of data as `reference = "key"`."""
    texts = [path.read_text(encoding="utf-8") for name in ("*.md", "*.toml", "*.py") for path in COURSE.rglob(name)]
    return {key for text in texts for key in re.findall(r'(?:@|reference = "|\[@)([a-z]+\d{4}[a-z]+)', text)}


@cache
def named() -> set[tuple[str, int]]:
    """Surname and year of every paper that a card or a document names."""
    texts = [path.read_text(encoding="utf-8") for path in DOCUMENTS]
    papers = [paper for card in cards().values() for paper in card.paper.split(";")]
    of_cards = {(re.split(r"[ ,&]", paper.strip())[0], int(paper.strip()[-4:])) for paper in papers}
    of_texts = {(name, int(year)) for text in texts for name, year in NOTED.findall(text)}
    return {one for one in of_cards | of_texts if one[0] not in NO_SURNAMES}


def test_every_reference_is_whole_and_plain() -> None:
    for key, reference in references().items():
        assert all((reference.title, reference.venue, reference.authors, reference.addresses)), key
        assert 1900 < reference.year < 2030, key
        assert all(address.startswith("https://") for address in reference.addresses), key
        assert not set("{}\\$") & set(reference.text), f"{key} should be plain text"
        surname = bibliography.plain(reference.authors[0])
        assert re.fullmatch(rf"[a-z]*{re.escape(surname.split()[-1])}{reference.year}[a-z]+", key) or key == "alonso2017when"


def test_no_reference_stands_twice() -> None:
    every = references().values()
    for said in ([one.title.lower() for one in every], [one.short for one in every], [one.text for one in every]):
        assert len(said) == len(set(said)), sorted(said)
    addresses = [address for one in every for address in one.addresses]
    assert len(addresses) == len(set(addresses))
    assert len(re.findall(r"^@", bibliography.bibtex(), re.MULTILINE)) == len(every)


def test_what_the_course_cites_is_there() -> None:
    assert sorted(cited() - set(references())) == []


@pytest.mark.parametrize("key", sorted(cards()))
def test_the_paper_of_a_card_is_there(key: str) -> None:
    assert any(cards()[key].link in reference.addresses for reference in references().values()), cards()[key].link


def test_papers_that_cards_and_documents_name_are_there() -> None:
    known = {(author.split()[-1], one.year) for one in references().values() for author in one.authors}
    assert sorted(named() - known) == []


def test_every_reference_is_used() -> None:
    links = {card.link for card in cards().values()}
    unused = [
        key
        for key, one in references().items()
        if key not in cited() and not links & set(one.addresses) and (one.authors[0].split()[-1], one.year) not in named()
    ]
    assert unused == []
