"""Finds what lies in the folders of suites, kinds, backbones, strategies, methods and schedules; nobody edits a list.

Each file there holds one class with a `key`. The folders are read when first asked for, so importing this module is
cheap and nothing is loaded that nobody needs. A file that does not say all that an entry has to say is left out, and `faults`
tells why; see `playground.basics.validate`.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from playground.basics import validate
from playground.basics.validate import Fault

if TYPE_CHECKING:
    from playground.backbones.base import Backbone
    from playground.sharing.base import Strategy
    from playground.suites.base import Suite
    from playground.task_sampling.base import Schedule
    from playground.task_types.base import Kind
    from playground.weighting.base import Weighting


BASES = {
    "suites": "Suite",
    "task_types": "Kind",
    "backbones": "Backbone",
    "sharing": "Strategy",
    "weighting": "Weighting",
    "task_sampling": "Schedule",
}
"""The folders, and the class in the `base.py` of each that its entries inherit."""


_left_out: dict[str, tuple[Fault, ...]] = {}
"""By folder that was read: the files that are left out."""


@cache
def _entries(package: str) -> Mapping[str, Any]:
    """Every entry that is defined in a file of `package`, by key; what cannot be used is left out, and kept for `faults`.

    A file without a class that could be an entry holds what others have in common, and is no fault.
    """
    found: dict[str, Any] = {}
    faults: list[Fault] = []
    home = importlib.import_module(f"playground.{package}")
    base = getattr(importlib.import_module(f"{home.__name__}.base"), BASES[package])
    for info in pkgutil.iter_modules(home.__path__):
        file = f"playground/{package}/{info.name}.py"
        try:
            module = importlib.import_module(f"{home.__name__}.{info.name}")
            candidates = validate.found(module, base)
            problems = validate.entry(info.name, candidates, base) if candidates else []
        except Exception as error:  # whatever somebody's draft does, the rest of the catalogue goes on
            candidates, problems = [], validate.broken(error)
        if problems:
            faults.append(Fault(file, tuple(problems)))
        elif candidates:
            found[info.name] = candidates[0]
    _left_out[package] = tuple(faults)
    return MappingProxyType(dict(sorted(found.items())))


def faults() -> list[Fault]:
    """The files that are left out, each with what is wrong, of the folders that were read so far."""
    return [fault for found in _left_out.values() for fault in found]


def read_all() -> None:
    """Read all folders, so that everything that is wrong is known."""
    for package in BASES:
        _entries(package)


def suites() -> Mapping[str, type[Suite]]:
    """Every suite by key."""
    return _entries("suites")


def kinds() -> Mapping[str, type[Kind]]:
    """Every kind of task by key."""
    return _entries("task_types")


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
    return _entries("task_sampling")


def source(entry: type) -> str:
    """The text of the file in which an entry is defined."""
    module = inspect.getmodule(entry)
    assert module is not None
    return inspect.getsource(module)
