"""Finds what lies in the folders of suites, kinds, backbones, strategies, methods and schedules; nobody edits a list.

Each file there holds one class with a `key`. The folders are read when first asked for, so importing this module is
cheap and nothing is loaded that nobody needs.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playground.backbones.base import Backbone
    from playground.kinds.base import Kind
    from playground.schedules.base import Schedule
    from playground.sharing.base import Strategy
    from playground.tasks.base import Suite
    from playground.weighting.base import Weighting


@cache
def _entries(package: str) -> Mapping[str, Any]:
    """Every class with a key of its own that is defined in a file of `package`, by key."""
    found: dict[str, Any] = {}
    home = importlib.import_module(f"playground.{package}")
    for info in pkgutil.iter_modules(home.__path__):
        module = importlib.import_module(f"{home.__name__}.{info.name}")
        for entry in vars(module).values():
            if inspect.isclass(entry) and entry.__module__ == module.__name__ and "key" in vars(entry):
                key = vars(entry)["key"]
                if key in found:
                    raise ImportError(f"two files in playground/{package} have the key {key!r}")
                found[key] = entry
    return MappingProxyType(dict(sorted(found.items())))


def suites() -> Mapping[str, type[Suite]]:
    """Every suite by key."""
    return _entries("tasks")


def kinds() -> Mapping[str, type[Kind]]:
    """Every kind of task by key."""
    return _entries("kinds")


def backbones() -> Mapping[str, type[Backbone]]:
    """Every backbone by key."""
    return _entries("backbones")


def strategies() -> Mapping[str, type[Strategy]]:
    """Every sharing strategy by key."""
    return _entries("sharing")


def methods() -> Mapping[str, type[Weighting]]:
    """Every weighting method by key."""
    return _entries("weighting")


def schedules() -> Mapping[str, type[Schedule]]:
    """Every schedule of joint training by key."""
    return _entries("schedules")


def source(entry: type) -> str:
    """The text of the file in which an entry is defined."""
    module = inspect.getmodule(entry)
    assert module is not None
    return inspect.getsource(module)
