"""Presets: ready experiments, one TOML file each in ``presets/``, with a title, what to watch and why."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from playground import public_names
from playground.basics.errors import Invalid, Problem, unknown
from playground.basics.files import PRESETS
from playground.basics.knobs import Knob
from playground.basics.validate import Fault
from playground.basics.words import N_, _
from playground.experiment import Experiment

FOLDER = PRESETS
WORDS = ("title", "watch", "why")
FURTHER = ("seeds", "claim", "experiment", "group", "charts")
GROUPS = {
    "sharing": N_("Sharing"),
    "weights": N_("Weights"),
    "conflicts": N_("Conflicts"),
    "language": N_("Language"),
    "vision": N_("Vision"),
    "own data": N_("Own data"),
}
"""The groups of the gallery, in order."""
CHARTS = ("losses", "weights", "shares", "cosines", "scores", "norms", "conflict", "condition")
"""Charts of a run, any two of which show the point of an example."""
OPEN_ON = ("losses", "weights")
"""Those of an experiment that is no example."""
SEEDS = Knob(5, low=1, high=20)


@dataclass(frozen=True)
class Preset:
    """A ready experiment.

    key: name of its file.
    title, watch, why: its words in English; translated where they are shown.
    group: one of `GROUPS`, under which it stands in the gallery. charts: the two of `CHARTS` that show its point.
    seeds: how many seeds it is trained with, unless asked otherwise.
    claim: what its text claims, as tests/test_presets_claims.py checks it: for tasks (or "delta_m", the mean over tasks)
        "helps", "hurts" or "even", the latter up to "within" percent; and "check", the name of a further check.
    """

    key: str
    title: str
    watch: str
    why: str
    experiment: Experiment
    seeds: int
    claim: dict[str, Any]
    group: str = "sharing"
    charts: tuple[str, ...] = OPEN_ON


def read(path: Path) -> Preset:
    """The preset in a file; raises Invalid with every problem, each by the name of its field."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise Invalid([Problem("preset", _("should be a readable TOML file"), f"{path.name}: {error}")]) from None
    problems = [
        Problem(word, _("should be a text"), values.get(word)) for word in WORDS if not isinstance(values.get(word), str)
    ]
    problems += [unknown(name, name, [*WORDS, *FURTHER]) for name in values if name not in (*WORDS, *FURTHER)]
    group, charts = values.get("group", "sharing"), values.get("charts", list(OPEN_ON))
    if not isinstance(group, str) or group not in GROUPS:
        problems.append(unknown("group", group, list(GROUPS)))
    if not isinstance(charts, list) or len(set(map(str, charts)) & set(CHARTS)) != 2 or len(charts) != 2:
        problems.append(Problem("charts", _("should be two of {charts}").format(charts=", ".join(CHARTS)), charts))
    try:
        seeds = SEEDS.read("seeds", values.get("seeds", SEEDS.default))
    except Invalid as invalid:
        problems += invalid.problems
    try:
        experiment = public_names.read(values.get("experiment", {}))
    except Invalid as invalid:
        problems += invalid.problems
    if problems:
        raise Invalid(problems)
    title, watch, why = (str(values[word]) for word in WORDS)
    return Preset(path.stem, title, watch, why, experiment, seeds, values.get("claim", {}), group, tuple(charts))


_left_out: list[Fault] = []
"""The files that were left out when the presets were read."""


@cache
def presets() -> dict[str, Preset]:
    """Every preset by key, in the order of their file names; a file that is none is left out, see `faults`."""
    found, _left_out[:] = {}, []
    for path in sorted(FOLDER.glob("*.toml")):
        try:
            found[path.stem] = read(path)
        except Invalid as invalid:
            _left_out.append(Fault(f"presets/{path.name}", tuple(invalid.problems)))
    return found


def faults() -> list[Fault]:
    """The files that are left out, each with what is wrong, once the presets were read."""
    return list(_left_out)


def ready(key: str) -> Preset:
    """The preset that is asked for; where it had to be left out, the first that there is. Raises Invalid if there is none."""
    known = presets()
    if not known:
        found = "; ".join(map(str, faults())) or _("nothing")
        raise Invalid([Problem("presets", _("should hold at least one experiment"), found)])
    return known.get(key) or next(iter(known.values()))


def words(file: BinaryIO, keywords: object, comments: object, options: object) -> Iterator[tuple[int, None, str, list[str]]]:
    """The words of a preset's file, for the catalogue: an extractor as Babel wants it, named in ``babel.cfg``."""
    values = tomllib.load(file)
    for number, word in enumerate(WORDS, start=1):
        yield number, None, values[word], []


def charts_of(experiment: Experiment) -> tuple[str, ...]:
    """The two charts that an experiment opens on: those of the example that it is, else losses and weights."""
    alike = [one for one in presets().values() if one.experiment == experiment]
    return alike[0].charts if alike else OPEN_ON
