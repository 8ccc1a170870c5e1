"""The written forms of an experiment, as plain values: nested dict, flat dict with dotted names as in links, TOML, JSON.

Nothing here knows which names and values are valid; `reading` does.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playground.basics.errors import Invalid, Problem
from playground.basics.words import _
from playground.experiment.choices import CHOICES


def flatten(values: Mapping[str, Any]) -> dict[str, Any]:
    """A nested dict as a flat one: the table ``sharing`` becomes ``sharing`` (its name), ``sharing.depth`` and so on."""
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            for key, inner in value.items():
                flat[name if key == "name" and name in CHOICES else f"{name}.{key}"] = inner
        else:
            flat[name] = value
    return flat


def unflatten(values: Mapping[str, Any]) -> dict[str, Any]:
    """The nested dict of a flat one."""
    nested: dict[str, Any] = {}
    for name, value in values.items():
        head, dot, rest = str(name).partition(".")
        if dot:
            table = nested.setdefault(head, {})
            if isinstance(table, dict):
                table[rest] = value
            else:
                nested[str(name)] = value  # a number has no knobs: left as it is, it is named as unknown
        elif head in CHOICES:
            nested.setdefault(head, {})["name"] = value
        elif isinstance(nested.get(head), dict):
            nested |= {f"{head}.{key}": inner for key, inner in nested[head].items()} | {head: value}
        else:
            nested[head] = dict(value) if isinstance(value, Mapping) else value
    return nested


def text_of(value: Any) -> str:
    """A plain value as a link writes it."""
    if isinstance(value, (list, tuple)):
        return ",".join(text_of(part) for part in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def toml_of(values: Mapping[str, Any]) -> str:
    """The table ``[experiment]`` of a preset; for the few types that experiments hold, JSON's spelling is TOML's."""
    tables = {name: value for name, value in values.items() if isinstance(value, dict)}
    lines = ["[experiment]"]
    lines += [f"{name} = {json.dumps(value)}" for name, value in values.items() if name not in tables]
    for name, table in tables.items():
        lines += ["", f"[experiment.{name}]", *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
    return "\n".join(lines) + "\n"


def parse_toml(text: str) -> Any:
    """The table ``[experiment]`` of a TOML text, or the whole of it where there is none. Raises Invalid if it is no TOML."""
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number of thousands of digits is a ValueError of its own
        raise Invalid([Problem("file", _("should be valid TOML"), error)]) from None
    return values.get("experiment", values)


def parse_json(text: str) -> Any:
    """The same of a JSON text."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Invalid([Problem("file", _("should be valid JSON"), error)]) from None
    return values.get("experiment", values) if isinstance(values, dict) else values


def parse_file(path: Path) -> Any:
    """What a TOML or JSON file holds, by its ending. Raises Invalid if it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid([Problem("file", _("should be a readable text file"), f"{path.name}: {error}")]) from None
    return parse_json(text) if path.suffix == ".json" else parse_toml(text)
