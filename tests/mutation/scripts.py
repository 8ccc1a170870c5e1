"""Every single change that is tried on a script of a page. It is read as lines and signs: no parser of JavaScript is needed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.mutation.changes import Change

OPPOSITES = {
    "===": "!==",
    "!==": "===",
    " <= ": " < ",
    " >= ": " > ",
    " < ": " <= ",
    " > ": " >= ",
    " && ": " || ",
    " || ": " && ",
    " + ": " - ",
    " - ": " + ",
    " * ": " / ",
    " / ": " * ",
    " += ": " -= ",
    " -= ": " += ",
    "true": "false",
    "false": "true",
}
_OPERATOR = re.compile("===|!==|(?<= )(?:<=|>=|<|>|&&|\\|\\||\\+|-|\\*|/|\\+=|-=)(?= )|\\b(?:true|false)\\b")
_NUMBER = re.compile(r"(?<![\w.$#])\d+(?:\.\d+)?(?![\w.])")
_NOT = re.compile(r"(?<![!\w)])!(?=[\w(])")
_IF = re.compile(r"\bif \(")
_ANSWER = re.compile(r"\breturn (?!undefined;)([^;\n]+);")
_WORDS = "const|let|return|if|for|while|do|import|export|function|class|async|throw|else|case|break|continue|try|catch|switch"
_STATEMENT = re.compile(rf"^[ ]+(?!(?:{_WORDS})\b)([A-Za-z_$][^\n]*;)[ ]*$", re.MULTILINE)
_BEGINNING = tuple("(,=:[!&|?{};+-*%<>~^\n")
"""Signs after which a slash begins a pattern, as nothing stands there that could be divided."""


def changes(source: bytes) -> list[Change]:
    """Every change of a script, in the order of its lines; words, patterns and comments are left alone."""
    text = source.decode("latin-1")  # a sign a byte
    code = _code(text)
    found = [change for change in _all(text, code) if code[change.start]]
    return sorted(found, key=lambda one: (one.start, one.text))


def _all(text: str, code: list[bool]) -> Iterator[Change]:
    for match in _OPERATOR.finditer(text):
        sign = match.group()
        other = OPPOSITES.get(sign) or OPPOSITES[f" {sign} "].strip()
        yield _instead(text, match.start(), match.end(), other, "operator")
    for match in _NUMBER.finditer(text):
        value = float(match.group()) if "." in match.group() else int(match.group())
        for near in (value + 1, value - 1):
            yield _instead(text, match.start(), match.end(), f"{near}" if near >= 0 else f"({near})", "number")
    for match in _NOT.finditer(text):
        yield _instead(text, match.start(), match.end(), "", "negation")
    for match in _IF.finditer(text):
        end = _closing(text, match.end() - 1, code)
        yield _instead(text, match.end(), end, f"!({text[match.end() : end]})", "condition")
    for match in _ANSWER.finditer(text):
        if _balanced(match.group(1)):
            yield _instead(text, match.start(1), match.end(1), "undefined", "answer")
    for match in _STATEMENT.finditer(text):
        before = text[: match.start()].rstrip()
        # A line that goes on with the one before is no statement of its own.
        if before.endswith((";", "{", "}", "/")) and _balanced(match.group(1)) and match.group(1).count(";") == 1:
            yield _instead(text, match.start(1), match.end(1), ";", "statement")


def _instead(text: str, start: int, end: int, other: str, kind: str) -> Change:
    return Change(start, end, other, text.count("\n", 0, start) + 1, kind)


def _balanced(part: str) -> bool:
    return all(part.count(left) == part.count(right) for left, right in ("()", "[]", "{}")) and part.count("`") % 2 == 0


def _closing(text: str, start: int, code: list[bool]) -> int:
    """Where the bracket that opens at `start` is closed."""
    depth = 0
    for place in range(start, len(text)):
        if code[place]:
            depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return place
    return len(text)


def _code(text: str) -> list[bool]:
    """For every sign whether it is run: no part of a comment, of a text or of a pattern. What stands in `${}` is left alone."""
    result = [True] * len(text)
    place, last = 0, "\n"
    while place < len(text):
        end = _end_of_words(text, place, last)
        if end > place:
            result[place:end] = [False] * (end - place)
            last = last if text.startswith(("//", "/*"), place) else '"'
            place = end
            continue
        if not text[place].isspace():
            last = text[place]
        place += 1
    return result


def _end_of_words(text: str, place: int, last: str) -> int:
    """Where what begins here and is not run ends; `place` itself where it is run. last: the sign of code before."""
    sign = text[place]
    if text.startswith("//", place):
        return text.find("\n", place) if "\n" in text[place:] else len(text)
    if text.startswith("/*", place):
        return text.index("*/", place) + 2
    if sign in "\"'`" or (sign == "/" and last in _BEGINNING):
        inside = place + 1
        group = False  # in a pattern, a slash in brackets does not end it
        while inside < len(text) and (text[inside] != sign or group):
            group = (group or text[inside] == "[") and text[inside] != "]" if sign == "/" else False
            inside += 2 if text[inside] == "\\" else 1
        return min(inside + 1, len(text))
    return place
