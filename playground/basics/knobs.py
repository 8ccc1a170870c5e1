"""A knob is a number or a choice that people may turn, described beside the field that holds it.

Forms, tables, links, the command line and the checks all read the same description, so a knob is written once:

    depth: int = knob(2, low=0, high=8, label=N_("Shared blocks"), help=N_("How many blocks all tasks share."))
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.basics.errors import Invalid, Problem, unknown, written
from playground.basics.words import _


@dataclass(frozen=True)
class Knob:
    """Everything that is known about one knob.

    default: the value when nobody chose one; its type is the knob's type (bool, int, float, str, or a tuple of floats).
    low, high: bounds of a number, both included.
    choices: the valid values of a str knob.
    words: what people read for each choice, marked with `N_`; the choices themselves where left out.
    pattern: for a str knob without choices: a regular expression that the whole of a value matches.
    label, help: words for the form, marked with `N_`; translated where they are shown.
    unit: unit of the number, or "" for a pure number.
    log: a slider over it should be logarithmic.
    shapes: (suites only) turning it changes the shape of the data, so runs that differ in it cannot share a fleet.
    relates: (suites only) turning it up makes the tasks more alike.
    mixes: (strategies only) runs that differ in it may train in one fleet: the strategy asks its plan for each run's value.
    per_task: a tuple with one number a task; () stands for the value 1 for every task.
    """

    default: Any
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    pattern: str = ""
    label: str = ""
    help: str = ""
    unit: str = ""
    log: bool = False
    shapes: bool = False
    relates: bool = False
    mixes: bool = False
    per_task: bool = False

    def read(self, where: str, value: object) -> Any:
        """`value` as this knob's type and within its bounds; text, as links and commands carry it, is understood too.

        Raises Invalid, with one problem, if it is neither.
        """
        if self.per_task:
            return self._read_tuple(where, value)
        if isinstance(self.default, bool):
            return self._read_bool(where, value)
        if isinstance(self.default, str):
            return self._read_text(where, value)
        return self._read_number(where, value)

    def word(self, choice: str) -> str:
        """What people read for one of the choices, in their language."""
        return _(dict(zip(self.choices, self.words, strict=False)).get(choice, choice))

    def _read_text(self, where: str, value: object) -> str:
        if not self.pattern and value not in self.choices:
            raise Invalid([unknown(where, value, self.choices)])
        if not isinstance(value, str) or (self.pattern and not re.fullmatch(self.pattern, value)):
            raise Invalid([Problem(where, _("should match {pattern}").format(pattern=self.pattern), value)])
        return value

    def _read_bool(self, where: str, value: object) -> bool:
        if isinstance(value, bool):
            return value
        word = written(value).lower()
        if word in ("true", "yes", "1", "on"):
            return True
        if word in ("false", "no", "0", "off"):
            return False
        raise Invalid([Problem(where, _("should be true or false"), value)])

    def _read_tuple(self, where: str, value: object) -> tuple[float, ...]:
        parts = [part for part in value.split(",") if part] if isinstance(value, str) else value
        if not isinstance(parts, (list, tuple)):
            raise Invalid([Problem(where, _("should be a list of numbers, one a task"), value)])
        return tuple(float(self._read_number(where, part)) for part in parts)

    def _read_number(self, where: str, value: object) -> int | float:
        whole = isinstance(self.default, int)
        should = _("should be a whole number") if whole else _("should be a number")
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise Invalid([Problem(where, should, value)])
        try:
            number = float(value)
        except (ValueError, OverflowError):
            raise Invalid([Problem(where, should, value)]) from None
        if not math.isfinite(number) or (whole and number != int(number)):
            raise Invalid([Problem(where, should, value)])
        if not self.low <= number <= self.high:
            raise Invalid([Problem(where, self._bounds(), value)])
        return int(number) if whole else number

    def _bounds(self) -> str:
        if math.isinf(self.high):
            return _("should be at least {low}").format(low=f"{self.low:g}")
        if math.isinf(self.low):
            return _("should be at most {high}").format(high=f"{self.high:g}")
        return _("should be between {low} and {high}").format(low=f"{self.low:g}", high=f"{self.high:g}")


def knob(default: Any, **description: Any) -> Any:
    """A dataclass field that carries its `Knob`; see there for the arguments."""
    return dataclasses.field(default=default, metadata={"knob": Knob(default, **description)})


def knobs_of(owner: Any) -> dict[str, Knob]:
    """The knobs of a dataclass or of one of its instances, by field name, in the order they are written."""
    return {field.name: field.metadata["knob"] for field in dataclasses.fields(owner) if "knob" in field.metadata}


def read_knobs(where: str, owner: type, values: Mapping[str, object]) -> tuple[dict[str, Any], list[Problem]]:
    """Every knob of `owner` with its checked value, defaults filled in, and the problems of all bad or unknown ones."""
    knobs, problems = knobs_of(owner), list[Problem]()
    checked: dict[str, Any] = {}
    strangers = [name for name in values if name not in knobs]
    problems += [unknown(f"{where}.{name}", name, sorted(knobs) or ["(none)"]) for name in strangers]
    for name, description in knobs.items():
        try:
            checked[name] = description.read(f"{where}.{name}", values.get(name, description.default))
        except Invalid as invalid:
            problems.extend(invalid.problems)
    return checked, problems
