"""Text inside other text: how names, numbers and sentences stand in the code that is written.

Names that somebody brought (columns, classes) stand in an exported script as literals alone, which `literal` writes; no
template puts them anywhere else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

WIDTH = 128
"""Columns of a line of code."""
WORDS = 120
"""Columns of a line of words."""


OPEN, CLOSE = "\x02", "\x03"
"""What a mark of a line begins and ends with. No foreign text holds them: neither a literal nor a comment lets them through."""


def mark(*topics: str) -> str:
    """What a template puts at the end of a line that implements some part of the network, or what a chart shows."""
    return f"{OPEN}{' '.join(topics)}{CLOSE}"


def unmarked(text: str) -> str:
    """A text without its marks."""
    return re.sub(f"{OPEN}[^{CLOSE}]*{CLOSE}", "", text)


def literal(value: object) -> str:
    """Plain values as Python writes them, with double quotes and in ASCII, so that no text can end it or hide in it."""
    if isinstance(value, str):
        return '"' + "".join(_letter(letter) for letter in value) + '"'
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(literal, value)) + "]"
    if value is None or isinstance(value, (bool, int, float)):
        return repr(value)
    raise TypeError(f"{type(value).__name__} is no plain value")


def _letter(letter: str) -> str:
    """One character inside double quotes."""
    if letter in '"\\':
        return "\\" + letter
    if letter.isprintable() and (letter.isascii() or letter.isalnum() or letter in "−–×·…，。：、（）"):
        return letter
    code = ord(letter)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def comment(text: str, indent: int = 0, *_reserved: str) -> str:
    """A sentence as a comment; the first line begins where it stands, the others `indent` columns in."""
    return ("\n" + " " * indent).join(f"# {line}" for line in wrapped(text, WIDTH - indent - 2))


def docstring(text: str) -> str:
    """A sentence for a docstring of one line."""
    return _plain(text).replace("\\", "/").replace('"""', "'''")


def _plain(text: str) -> str:
    """A text on one line, without signs that cannot be seen."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def wrapped(text: str, width: int = WORDS) -> list[str]:
    """Lines of at most `width` columns; Chinese signs take two, and a line may end after each of them."""
    lines, line, used = list[str](), "", 0
    for word in _words(_plain(text)):
        size = columns(word)
        if line and used + size > width:
            lines, line, used, word = [*lines, line.rstrip()], "", 0, word.lstrip()
            size = columns(word)
        line, used = line + word, used + size
    return [*lines, line.rstrip()] if line.strip() else lines


def columns(text: str) -> int:
    """How many columns a text takes."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _words(text: str) -> Iterator[str]:
    """Pieces between which a line may end: words with the blank before them, single Chinese signs."""
    yield from re.findall(r"\s*(?:[\u3000-\u9fff\uff00-\uffef]|[^\s\u3000-\u9fff\uff00-\uffef]+)", text)
