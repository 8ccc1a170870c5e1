"""The terms of the course in English and Chinese: one sentence each, and where in the program to see what is meant."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "glossary.toml"


@dataclass(frozen=True)
class Term:
    """One term.

    key: the English term in small letters, by which texts link to it. names, sentences: by language.
    page: the page that shows it, "" for none. preset: the example that shows it, "" for none. reference: a paper's key, or "".
    """

    key: str
    names: dict[str, str]
    sentences: dict[str, str]
    page: str = ""
    preset: str = ""
    reference: str = ""

    def name(self, language: str) -> str:
        return self.names.get(language, self.names["en"])

    def says(self, language: str) -> str:
        return self.sentences.get(language, self.sentences["en"])


@cache
def terms() -> dict[str, Term]:
    """Every term by its key, in the order of the file."""
    return {key: _term(key, dict(values)) for key, values in tomllib.loads(FILE.read_text(encoding="utf-8")).items()}


def _term(key: str, values: dict[str, str | dict[str, str]]) -> Term:
    names, sentences = {name: str(values.pop(name)) for name in ("en", "zh")}, values.pop("says")
    assert isinstance(sentences, dict)
    return Term(key, names, sentences, **{name: str(value) for name, value in values.items()})


def found(text: str) -> list[Term]:
    """Terms with every word of a search in their names or sentences, in either language; the one that is so called first."""
    words = text.casefold().split()
    passing = [term for term in terms().values() if all(word in _whole(term) for word in words)]
    return sorted(passing, key=lambda term: not _called(term, text))


def _whole(term: Term) -> str:
    """All that is said of a term, to search in."""
    return " ".join([term.key, *term.names.values(), *term.sentences.values()]).casefold()


def _called(term: Term, text: str) -> bool:
    """Whether a search is just the name of a term."""
    wanted = text.strip().casefold()
    return wanted in {term.key.casefold(), *(name.casefold() for name in term.names.values())}
