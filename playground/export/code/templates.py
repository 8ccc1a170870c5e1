"""The templates: one beside each entry of the catalogue, and the frame that they are put into.

A method's rule stands in ``KEY.numpy.j2`` beside ``KEY.py``: numbers in, weights out, whatever the framework. What is made of
layers stands in ``KEY.torch.j2`` and ``KEY.keras.j2``; the metric of a kind in ``KEY.numpy.j2``, or in its file of layers where
it needs what stands there. An entry without such a file has no export, and `obstacle` says so. What a template sets at its top
(`{% set resting = true %}`) is read by the frame. `mark("shared")` at the end of a line says what the line, or the function or
class that it begins, implements; see `playground/export/code/explained.py`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from playground.basics.words import _, ngettext
from playground.export.code.text import comment, docstring, literal, mark, wrapped

HERE = Path(__file__).parent.parent / "templates"
PACKAGE = Path(__file__).parents[2]
LAYERS = {"pytorch": "torch", "tensorflow": "keras"}
"""Frameworks, and what the files with their layers are called."""


@dataclass(frozen=True)
class Piece:
    """A rendered template: its text, and what it set."""

    text: str
    said: Mapping[str, Any]

    @property
    def first(self) -> str:
        """The name of the first function or class in it."""
        found = re.search(r"^(?:def|class) (\w+)", self.text, re.MULTILINE)
        assert found is not None
        return found[1]


def beside(entry: type, suffix: str) -> Path | None:
    """The template beside an entry of the catalogue; None where it has none."""
    path = Path(inspect.getfile(entry)).with_suffix(f".{suffix}.j2")
    return path if path.is_file() else None


def told_in(kind: type, layers: str) -> list[str]:
    """The suffixes of the templates of a kind of task: its loss and head, then its metric; the same one where that says both.

    [] where it has none.
    """
    found = [suffix for suffix in (layers, "numpy") if beside(kind, suffix) is not None]
    return found if layers in found else []


@cache
def environment() -> Environment:
    """Strict: a name that nobody gave is an error, and nothing is escaped, as code is no HTML."""
    found = Environment(
        loader=FileSystemLoader([HERE, PACKAGE]),
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        undefined=StrictUndefined,
        finalize=_written,
    )
    found.filters |= {"literal": literal, "comment": comment, "wrapped": wrapped}
    found.globals |= {"_": lambda text: docstring(_(text)), "ngettext": ngettext, "mark": mark}
    return found


def _written(value: object) -> object:
    """How a value stands in code: what is no text already is written as a literal."""
    return value if isinstance(value, str) or not isinstance(value, (bool, int, float, list, tuple)) else literal(value)


def render(entry: type, suffix: str, values: Mapping[str, Any]) -> Piece:
    """What the template beside an entry makes of `values`."""
    path = beside(entry, suffix)
    assert path is not None, f"{entry.__name__} has no template"
    return piece(path.relative_to(PACKAGE).as_posix(), values)


def piece(name: str, values: Mapping[str, Any]) -> Piece:
    """What a template of a given name makes of `values`."""
    module = environment().get_template(name).make_module(dict(values))
    said = {key: value for key, value in vars(module).items() if not key.startswith("_")}
    return Piece(str(module).strip(), said)
