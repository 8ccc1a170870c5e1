"""Reads chapters and lessons from their files; what is wrong is said with file and line.

A lesson is a head in TOML between two lines of ``+++``, then Markdown. A line that begins with ``:::`` is a directive, a line
``---`` begins the next screen of a presentation. There is no HTML: a ``<`` before a letter, "/" or "!" is refused.
"""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from playground.basics.errors import Invalid, Problem, unknown
from playground.basics.words import LANGUAGES, _
from playground.course.text.model import NOTES, PAGES, Block, Break, Chapter, Lesson, Note, Play, Predict, Prose, Shown, Version

FOLDER = Path(__file__).parent.parent / "chapters"
HEAD = "+++"
NAME = re.compile(r"\d\d_[a-z0-9_]+")
MARKUP = re.compile(r"<[A-Za-z/!?]")
PLACE = re.compile(r"t\d+(\.[\w-]+)+")
CODE = re.compile(r"```.*?```|`[^`\n]*`|\$[^$]*\$", re.DOTALL)
DIRECTIVES = ("figure", "table", "predict", "play", "note")
ASKED = ("slider", "verdict", "best")
HEADS = ("title", "question", "holds")


@cache
def chapters() -> tuple[Chapter, ...]:
    """Every chapter in order. Raises Invalid with everything that is wrong in any of them."""
    return read_all(FOLDER)


def read_all(folder: Path) -> tuple[Chapter, ...]:
    """The chapters of a folder."""
    found: list[Chapter] = []
    problems: list[Problem] = []
    for path in sorted(one for one in folder.iterdir() if NAME.fullmatch(one.name)):
        try:
            found.append(read_chapter(path))
        except Invalid as invalid:
            problems += invalid.problems
    if problems:
        raise Invalid(problems)
    return tuple(found)


def read_chapter(folder: Path) -> Chapter:
    """A chapter's folder."""
    where = f"{folder.name}/chapter.toml"
    values = _toml(where, _text(folder / "chapter.toml", where))
    problems: list[Problem] = []
    words = {name: _words(where, name, values.get(name), problems) for name in ("title", "question")}
    minutes = values.get("minutes")
    if not isinstance(minutes, int) or not 1 <= minutes <= 60:
        problems.append(Problem(f"{where}: minutes", _("should be a whole number from 1 to 60"), minutes))
    problems += [
        unknown(f"{where}: {name}", name, ["title", "question", "minutes"])
        for name in values
        if name not in ("title", "question", "minutes")
    ]
    lessons = []
    for path in sorted(folder.glob("*.md")):
        if path.name.count(".") == 1:
            try:
                lessons.append(read_lesson(path))
            except Invalid as invalid:
                problems += invalid.problems
    if not lessons and not problems:
        problems.append(Problem(folder.name, _("should hold at least one lesson"), _("nothing")))
    if problems:
        raise Invalid(problems)
    return Chapter(folder.name, int(folder.name[:2]), words["title"], words["question"], int(str(minutes)), tuple(lessons))


def read_lesson(path: Path) -> Lesson:
    """A lesson in every language: ``NN_name.md`` is English, ``NN_name.zh.md`` Chinese."""
    versions: dict[str, Version] = {}
    problems: list[Problem] = []
    for language in LANGUAGES:
        own = path if language == "en" else path.with_suffix(f".{language}.md")
        where = f"{path.parent.name}/{own.name}"
        try:
            versions[language] = parse(_text(own, where), where)
        except Invalid as invalid:
            problems += invalid.problems
    if problems:
        raise Invalid(problems)
    return Lesson(f"{path.parent.name}/{path.stem}", versions)


def parse(text: str, where: str) -> Version:
    """A lesson's text. where: what an error calls the file."""
    lines = text.splitlines()
    if not lines or lines[0].strip() != HEAD or HEAD not in [line.strip() for line in lines[1:]]:
        raise Invalid([Problem(where, _("should begin with a head between two lines of +++"), lines[0] if lines else "")])
    end = next(place for place, line in enumerate(lines[1:], start=1) if line.strip() == HEAD)
    head = _toml(where, "\n".join(lines[1:end]))
    problems = [
        Problem(f"{where}: {name}", _("should be a text"), head.get(name))
        for name in ("title", "question")
        if not isinstance(head.get(name), str) or not head[name].strip()
    ]
    problems += [unknown(f"{where}: {name}", name, list(HEADS)) for name in head if name not in HEADS]
    blocks: list[Block] = []
    for number, part in _parts(lines, end + 1):
        try:
            blocks.append(_block(part, f"{where}:{number}"))
        except Invalid as invalid:
            problems += invalid.problems
    if problems:
        raise Invalid(problems)
    return Version(head["title"], head["question"], tuple(blocks), tuple(map(str, head.get("holds", ()))))


def _parts(lines: list[str], start: int) -> Iterator[tuple[int, str]]:
    """The parts of a body with the number of their first line: directives, boxes with what is in them, and prose."""
    held: list[str] = []
    first, place = start, start
    while place < len(lines):
        line = lines[place]
        if line.startswith(":::") or line.strip() == "---":
            if any(one.strip() for one in held):
                yield first + 1, "\n".join(held).strip()
            begun = place
            if re.match(r":::\s*note\b", line):
                while place + 1 < len(lines) and lines[place].strip() != ":::":
                    place += 1
                yield begun + 1, "\n".join(lines[begun : place + 1])
            else:
                yield begun + 1, line
            held, first = [], place + 1
        else:
            held.append(line)
        place += 1
    if any(one.strip() for one in held):
        yield first + 1, "\n".join(held).strip()


def _block(part: str, where: str) -> Block:
    """One part as a block."""
    if part.strip() == "---":
        return Break()
    if not part.startswith(":::"):
        return Prose(_prose(part, where))
    first, _line, rest = part.partition("\n")
    try:
        words = shlex.split(first.removeprefix(":::"))
    except ValueError as error:
        raise Invalid([Problem(where, _("should have every quote closed"), error)]) from None
    name = words[0] if words else ""
    if name not in DIRECTIVES:
        raise Invalid([unknown(where, name, DIRECTIVES)])
    plain = [word for word in words[1:] if "=" not in word]
    pairs = dict(word.split("=", 1) for word in words[1:] if "=" in word)
    if name in ("figure", "table"):
        return _shown(name, plain, where)
    if name == "predict":
        return _predict(pairs, where)
    if name == "play":
        return _play(pairs, where)
    return _note(plain, rest, where)


def _shown(kind: str, plain: list[str], where: str) -> Shown:
    if len(plain) != 1 or not plain[0].isdigit():
        raise Invalid([Problem(where, _("should name one number, as in ::: figure 4"), " ".join(plain))])
    return Shown(kind, int(plain[0]))


def _predict(pairs: dict[str, str], where: str) -> Predict:
    _known(pairs, (*ASKED, "ask", "low", "high"), where)
    asked = [name for name in ASKED if name in pairs]
    if len(asked) != 1 or not pairs.get("ask"):
        raise Invalid([Problem(where, _("should say ask and one of {names}").format(names=", ".join(ASKED)), pairs)])
    if not PLACE.fullmatch(pairs[asked[0]]):
        raise Invalid([Problem(where, _("should name a number such as t4.hard.a"), pairs[asked[0]])])
    ends = {name: _whole(pairs[name], where) for name in ("low", "high") if name in pairs}
    return Predict(asked[0], pairs[asked[0]], pairs["ask"], **ends)


def _play(pairs: dict[str, str], where: str) -> Play:
    _known(pairs, ("preset", "set", "say", "page", "turn"), where)
    page = pairs.get("page", "play")
    if page not in PAGES:
        raise Invalid([unknown(f"{where}: page", page, PAGES)])
    if not pairs.get("say") or (page == "play" and not pairs.get("preset")):
        raise Invalid([Problem(where, _("should say what the button says, and a preset or a page"), pairs)])
    # A comma before another NAME= begins the next change; others belong to a value.
    changes = tuple(part for part in re.split(r",(?=[\w.]+=)", pairs.get("set", "")) if part)
    turn = tuple(filter(None, pairs.get("turn", "").split(",")))
    return Play(page, pairs.get("preset", ""), changes, pairs["say"], turn)


def _note(plain: list[str], rest: str, where: str) -> Note:
    if len(plain) != 1 or plain[0] not in NOTES:
        raise Invalid([unknown(where, " ".join(plain), NOTES)])
    inside, mark, _after = rest.rpartition("\n:::")
    if not mark or not inside.strip():
        raise Invalid([Problem(where, _("should hold a text and end with a line of :::"), rest)])
    return Note(plain[0], _prose(inside.strip(), where))


def _prose(text: str, where: str) -> str:
    """A text, held against HTML outside of code and formulas."""
    if found := MARKUP.search(CODE.sub("", text)):
        raise Invalid([Problem(where, _("should hold no HTML"), text[found.start() : found.start() + 20])])
    return text


def _known(pairs: dict[str, str], names: tuple[str, ...], where: str) -> None:
    if wrong := [unknown(where, name, names) for name in pairs if name not in names]:
        raise Invalid(wrong)


def _whole(text: str, where: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Invalid([Problem(where, _("should be a whole number"), text)]) from None


def _words(where: str, name: str, value: object, problems: list[Problem]) -> dict[str, str]:
    """A text by language."""
    if not isinstance(value, dict) or any(not isinstance(value.get(one), str) for one in LANGUAGES):
        problems.append(Problem(f"{where}: {name}", _("should be a text in every language"), value))
        return {}
    return {one: value[one] for one in LANGUAGES}


def _text(path: Path, where: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise Invalid([Problem(where, _("should be a readable file"), error)]) from None


def _toml(where: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except ValueError as error:
        raise Invalid([Problem(where, _("should be readable TOML"), error)]) from None
