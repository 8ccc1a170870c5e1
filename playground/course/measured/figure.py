"""What a figure of the course is: a file ``figures/fNN_name.py`` with one `FIGURE`."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from playground.basics.errors import Invalid, Problem
from playground.basics.knobs import Knob
from playground.basics.words import _

FOLDER = Path(__file__).parent.parent / "figures"


@dataclass(frozen=True)
class Figure:
    """A figure, drawn from a trained module, real data or recorded runs.

    number: as the lecture counts. title: marked with `N_`.
    draw: gives a plotly figure, or markup of the house in which every text is escaped; its arguments are the knobs.
    describe: the same in words, for people who do not see it.
    knobs: what can be turned on the page, by the name of the argument.
    """

    number: int
    title: str
    draw: Callable[..., Any]
    describe: Callable[..., str]
    knobs: Mapping[str, Knob] = field(default_factory=dict)

    def defaults(self) -> dict[str, Any]:
        """Every knob as it stands at first."""
        return {name: knob.default for name, knob in self.knobs.items()}


@cache
def figures() -> dict[int, Figure]:
    """Every figure by its number."""
    return dict(sorted((one.number, one) for one in found(FOLDER, "f", "FIGURE", Figure)))


def found(folder: Path, letter: str, name: str, kind: type) -> list[Any]:
    """What the files ``fNN_name.py`` of a folder hold by a name. Raises Invalid where one does not say its own number."""
    things = []
    for path in sorted(folder.glob(f"{letter}[0-9][0-9]_*.py")):
        thing = getattr(importlib.import_module(f"playground.course.{folder.name}.{path.stem}"), name, None)
        number = int(re.findall(r"\d+", path.stem)[0])
        if not isinstance(thing, kind) or getattr(thing, "number", None) != number:
            words = _("should hold a {name} with the number {number}").format(name=name, number=number)
            raise Invalid([Problem(f"{folder.name}/{path.name}", words, thing)])
        things.append(thing)
    return things
