"""A lesson's text as Markdown that a page shows: numbers filled in, citations and terms as links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from urllib.parse import urlencode

from playground.basics.errors import Invalid, unknown
from playground.basics.words import language
from playground.course.measured.numbers import fill, holes
from playground.course.text.bibliography import Reference, references
from playground.course.text.glossary import terms
from playground.course.text.model import Block, Version

CITED = re.compile(r"\[(@[\w:.-]+(?:;\s*@[\w:.-]+)*)\]")
TERM = re.compile(r"\[\[([^\[\]|]+)(?:\|([^\[\]]+))?\]\]")


def markdown(text: str) -> str:
    """A text as Markdown. Raises Invalid for a number, a reference or a term that does not exist."""
    text = fill(text)
    text = TERM.sub(lambda match: _term(match[1].strip(), match[2]), text)
    return CITED.sub(lambda match: f"({'; '.join(_citation(key) for key in keys(match[1]))})", text)


def plain(text: str) -> str:
    """The same without links, for a line that is a button or a picture's words."""
    text = TERM.sub(lambda match: match[2] or _name(match[1].strip()), fill(text))
    return CITED.sub(lambda match: f"({'; '.join(_reference(key).short for key in keys(match[1]))})", text)


def keys(group: str) -> list[str]:
    """The keys of "@one; @two"."""
    return [part.strip().lstrip("@") for part in group.split(";")]


def texts(version: Version) -> Iterator[str]:
    """Every text of a lesson that is read as Markdown."""
    yield version.question
    for block in version.blocks:
        yield from block_texts(block)


def block_texts(block: Block) -> Iterator[str]:
    """The texts of one block."""
    for one in fields(block):
        if one.name in ("text", "ask", "say"):
            yield getattr(block, one.name)


def cited(version: Version) -> list[str]:
    """Keys of all references of a lesson, in the order of the text."""
    return list(dict.fromkeys(key for text in texts(version) for match in CITED.finditer(text) for key in keys(match[1])))


def named(version: Version) -> list[str]:
    """Keys of all terms of a lesson, in the order of the text."""
    return list(dict.fromkeys(match[1].strip() for text in texts(version) for match in TERM.finditer(text)))


def asked(version: Version) -> list[str]:
    """Every number that a lesson's text asks for."""
    return [hole for text in texts(version) for hole in holes(text)]


def _term(key: str, words: str | None) -> str:
    known = terms()
    name = words or _name(key)
    # An address beside that of the page, so it is right below any base path; the language goes along.
    address = "glossary?" + urlencode({"term": key, "lang": language()})
    hint = " ".join(known[key].says(language()).replace('"', "'").split())
    return f'[{name}]({address} "{hint}")'


def _name(key: str) -> str:
    """A term within a sentence: without the capital that it has in the glossary, unless its own name has one (LoRA)."""
    if key not in terms():
        raise Invalid([unknown("term", key, list(terms()))])
    name = terms()[key].name(language())
    return key if name == key.capitalize() else name


def _citation(key: str) -> str:
    one = _reference(key)
    return f"[{one.short}]({one.link})" if one.link else one.short


def _reference(key: str) -> Reference:
    known = references()
    if key not in known:
        raise Invalid([unknown("reference", key, list(known))])
    return known[key]
