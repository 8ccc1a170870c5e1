"""The references of the course, the cards and the documents: one BibTeX file that people can take home.

pybtex reads the file: it knows how names are written ("von", commas) and refuses what is not BibTeX, which a reader of
our own would have to learn. The file keeps to plain UTF-8, without commands of TeX, so what is read can be shown.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from pybtex.database import Entry, Person, parse_string

FILE = Path(__file__).parent / "references.bib"
VENUES = ("booktitle", "journal", "howpublished", "publisher")
"""Fields that may say where a paper came out; each entry has at least one."""


@dataclass(frozen=True)
class Reference:
    """One paper.

    key: surname, year and a word of the title, as a text cites it. authors: surnames, in order.
    short: how a sentence names it. text: how a list names it. link: where to read it.
    addresses: all of its addresses, by DOI, arXiv and page, any of which a card may have.
    """

    key: str
    authors: tuple[str, ...]
    title: str
    venue: str
    year: int
    short: str
    text: str
    addresses: tuple[str, ...]

    @property
    def link(self) -> str:
        return self.addresses[0]


@cache
def bibtex() -> str:
    """The file as it is taken home."""
    return FILE.read_text(encoding="utf-8")


@cache
def references() -> dict[str, Reference]:
    """Every reference by its key, in the order of the file; raises pybtex's own error where the file is not BibTeX."""
    found = {key: _reference(key, entry) for key, entry in parse_string(bibtex(), "bibtex").entries.items()}
    count = Counter(reference.short for reference in found.values())
    return {key: one if count[one.short] == 1 else _apart(one) for key, one in found.items()}


def _apart(reference: Reference) -> Reference:
    """A reference that is named with its second author too, as another one of its first author came out in the same year."""
    return replace(reference, short=f"{', '.join(reference.authors[:2])} et al., {reference.year}")


def _reference(key: str, entry: Entry) -> Reference:
    people, fields = entry.persons["author"], entry.fields
    surnames = tuple(_surname(person) for person in people)
    title, year = fields["title"].strip("{}"), int(fields["year"])
    venue = next(fields[name] for name in VENUES if name in fields)
    return Reference(
        key,
        surnames,
        title,
        venue,
        year,
        short=f"{_named(surnames)}, {year}",
        text=f"{_listed(people)} ({year}). {_ended(title)} {_place(venue, entry)}",
        addresses=_addresses(entry),
    )


def _surname(person: Person) -> str:
    return " ".join([*person.prelast_names, *person.last_names])


def _named(surnames: tuple[str, ...]) -> str:
    """Authors as a sentence names them: one, two, or the first and the others."""
    if len(surnames) > 2:
        return f"{surnames[0]} et al."
    return " & ".join(surnames)


def _listed(people: list[Person]) -> str:
    """Authors as a list names them: all of up to eight, otherwise six and the last."""
    names = [f"{_surname(person)}, {_initials(person)}" for person in people]
    if len(names) > 8:
        names = [*names[:6], "…", names[-1]]
    return ", ".join(names)


def _initials(person: Person) -> str:
    parts = [part for name in [*person.first_names, *person.middle_names] for part in name.split("-")]
    return " ".join(f"{part[0]}." for part in parts)


def _ended(title: str) -> str:
    return title if title.endswith(("?", "!", ".")) else f"{title}."


def _place(venue: str, entry: Entry) -> str:
    volume, pages = entry.fields.get("volume", ""), entry.fields.get("pages", "").replace("--", "–")
    return ", ".join(filter(None, (venue, volume, pages))) + "."


def _addresses(entry: Entry) -> tuple[str, ...]:
    """Addresses of an entry, the one that is free to read first."""
    forms = {"eprint": "https://arxiv.org/abs/{}", "url": "{}", "doi": "https://doi.org/{}"}
    return tuple(form.format(entry.fields[name]) for name, form in forms.items() if name in entry.fields)


def plain(name: str) -> str:
    """A surname as keys have it: small letters without accents, "ø" as "o"."""
    letters = unicodedata.normalize("NFKD", name.lower().replace("ø", "o"))
    return "".join(letter for letter in letters if "a" <= letter <= "z" or letter == " ")
