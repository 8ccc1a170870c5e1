"""Whether a file of the catalogue says all that an entry has to say: what is wrong is told in sentences that name the file.

What a folder's entries have to say stands in its ``base.py``: the class attributes are those that the contract annotates
there, with their types, so a new one is checked unasked. Nothing here loads data or trains; what a suite gives, a method
answers and a strategy builds is checked where it is first used.
"""

from __future__ import annotations

import dataclasses
import inspect
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, ClassVar, Literal, get_args, get_origin, get_type_hints

from playground.basics.cards import Card
from playground.basics.errors import Invalid, Problem, unknown
from playground.basics.knobs import Knob, knobs_of
from playground.basics.words import _

NAME = re.compile(r"[a-z][a-z0-9_]*")
"""What keys, names of knobs and names of tasks look like: they stand in links, files and columns."""

CARDED = ("title", "idea")
"""What every card says."""

RULED = ("formula", "fails")
"""What the card of a method or a strategy says beside that."""


@dataclass(frozen=True)
class Fault:
    """A file that is left out, and everything that is wrong with it.

    file: its path in the program, e.g. "playground/weighting/mine.py".
    """

    file: str
    problems: tuple[Problem, ...]

    def __str__(self) -> str:
        return f"{self.file}: " + " ".join(map(str, self.problems))


def file_of(entry: type) -> str:
    """The path of the file in which an entry is defined, as it stands in the program."""
    return entry.__module__.replace(".", "/") + ".py"


def found(module: ModuleType, base: type) -> list[type]:
    """The classes of a file that are entries, or look as if they were meant to be: those with a key, and those without one
    that could be used as they are."""
    own = [one for one in vars(module).values() if inspect.isclass(one) and one.__module__ == module.__name__]
    own = list(dict.fromkeys(own))
    with_key = [one for one in own if "key" in vars(one)]
    return with_key or [one for one in own if issubclass(one, base) and not inspect.isabstract(one)]


def entry(name: str, candidates: Sequence[type], base: type) -> list[Problem]:
    """What is wrong with the entry of the file called `name`; empty where it can be used."""
    if len(candidates) > 1:
        names = ", ".join(one.__name__ for one in candidates)
        return [Problem(name, _("should hold one class with a key, as one file is one entry"), names)]
    (one,) = candidates
    if not issubclass(one, base):
        return [Problem(one.__name__, _("should inherit {base}").format(base=base.__name__), _bases(one))]
    problems = _key(name, one) + _attributes(one, base)
    if inspect.isabstract(one):
        missing = [attribute for attribute in dir(one) if getattr(getattr(one, attribute), "__isabstractmethod__", False)]
        problems.append(Problem(one.__name__, _("should have {names}").format(names=", ".join(missing)), _("none")))
    if dataclasses.is_dataclass(base):
        problems += _fields(one)
    return problems


def _bases(one: type) -> str:
    return ", ".join(base.__name__ for base in one.__bases__)


def _key(name: str, one: type) -> list[Problem]:
    key = vars(one).get("key")
    if key != name:
        return [Problem("key", _("should be the name of its file, {name}").format(name=name), key)]
    if not NAME.fullmatch(name):
        return [Problem("key", _("should be lower-case letters, digits and underscores, and begin with a letter"), name)]
    return []


def _attributes(one: type, base: type) -> list[Problem]:
    """The class attributes that the contract wants: whether they are there, and of their types."""
    problems = []
    for name, hint in get_type_hints(base).items():
        if get_origin(hint) is not ClassVar or name == "key":
            continue
        (wanted,) = get_args(hint)
        if not hasattr(one, name):
            problems.append(Problem(name, _should(wanted), _("nothing")))
        elif wanted is Card:
            problems += _card(getattr(one, name), RULED if base.__name__ in ("Weighting", "Strategy") else ())
        elif not _fits(getattr(one, name), wanted):
            value, words = getattr(one, name), get_args(wanted) if get_origin(wanted) is Literal else ()
            text = words and isinstance(value, str)
            problems.append(unknown(name, value, words) if text else Problem(name, _should(wanted), value))
    return problems


def _fits(value: object, wanted: Any) -> bool:
    """Whether a class attribute is of the type that the contract annotates."""
    origin = get_origin(wanted)
    if origin is Literal:
        return value in get_args(wanted)
    if origin is tuple:
        return isinstance(value, tuple) and all(isinstance(part, get_args(wanted)[0]) for part in value)
    return isinstance(value, Mapping if origin is not None else wanted)


def _should(wanted: Any) -> str:
    """What a class attribute should be, in words."""
    if wanted is Card:
        return _("should be a card; see playground/basics/cards.py")
    if get_origin(wanted) is Literal:
        return _("should be one of {words}").format(words=", ".join(map(repr, get_args(wanted))))
    words = {str: _("should be a text"), bool: _("should be True or False"), tuple: _("should be a tuple of texts")}
    return words.get(get_origin(wanted) or wanted, _("should be a table of names and values"))


def _card(card: object, more: Sequence[str]) -> list[Problem]:
    """Whether a card is complete."""
    if not isinstance(card, Card):
        return [Problem("card", _should(Card), card)]
    problems = []
    for spec in dataclasses.fields(Card):
        text = getattr(card, spec.name)
        if not isinstance(text, str) or (spec.name in (*CARDED, *more) and not text.strip()):
            problems.append(Problem(f"card.{spec.name}", _("should be a text"), text or _("nothing")))
    return problems


def _fields(one: type) -> list[Problem]:
    """Whether the fields of an entry are knobs that can be turned, and whether it can be made without any of them."""
    if "__dataclass_fields__" not in vars(one):
        return [Problem(one.__name__, _("should be a dataclass, as its fields are its knobs"), _("none"))]
    bare = [field.name for field in dataclasses.fields(one) if _no_default(field)]
    if bare:
        return [Problem(name, _("should have a default: knob(…)"), _("nothing")) for name in bare]
    return [problem for name, knob in knobs_of(one).items() for problem in _knob(name, knob)]


def _no_default(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _knob(name: str, knob: Knob) -> list[Problem]:
    """Whether a knob can be drawn and its default chosen."""
    problems = [
        Problem(f"{name}.{one}", _("should be a text"), _("nothing")) for one in ("label", "help") if not getattr(knob, one)
    ]
    if name == "name" or not NAME.fullmatch(name):
        problems.append(Problem(name, _("should be another name, of lower-case letters, digits and underscores"), name))
    number = isinstance(knob.default, (int, float, tuple)) and not isinstance(knob.default, bool)
    if number and not (math.isfinite(knob.low) and math.isfinite(knob.high) and knob.low < knob.high):
        should = _("should have a low and a higher high, as a slider has two ends")
        problems.append(Problem(name, should, (knob.low, knob.high)))
    try:
        knob.read(name, knob.default)
    except Invalid as invalid:
        problems += invalid.problems
    return problems


def broken(error: Exception) -> list[Problem]:
    """A file that cannot even be loaded."""
    return [Problem("import", _("should load"), f"{type(error).__name__}: {error}")]
