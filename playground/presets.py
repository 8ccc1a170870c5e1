"""Presets: ready experiments, one TOML file each in ``presets/``, with a title, what to watch and why."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from playground.errors import Invalid, Problem, unknown
from playground.experiment import Experiment
from playground.knobs import Knob
from playground.words import _

FOLDER = Path(__file__).parent.parent / "presets"
WORDS = ("title", "watch", "why")
SEEDS = Knob(5, low=1, high=20)


@dataclass(frozen=True)
class Preset:
    """A ready experiment.

    key: name of its file.
    title, watch, why: its words in English; translated where they are shown.
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


def read(path: Path) -> Preset:
    """The preset in a file; raises Invalid with every problem."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise Invalid([Problem("preset", _("should be a readable TOML file"), f"{path.name}: {error}")]) from None
    problems = [
        Problem(word, _("should be a text"), values.get(word)) for word in WORDS if not isinstance(values.get(word), str)
    ]
    problems += [
        unknown(name, name, [*WORDS, "seeds", "claim", "experiment"])
        for name in values
        if name not in (*WORDS, "seeds", "claim", "experiment")
    ]
    try:
        seeds = SEEDS.read("seeds", values.get("seeds", SEEDS.default))
    except Invalid as invalid:
        problems += invalid.problems
    try:
        experiment = Experiment.from_dict(values.get("experiment", {}))
    except Invalid as invalid:
        problems += invalid.problems
    if problems:
        raise Invalid(problems)
    return Preset(path.stem, values["title"], values["watch"], values["why"], experiment, seeds, values.get("claim", {}))


@cache
def presets() -> dict[str, Preset]:
    """Every preset by key, in the order of their file names."""
    found = {}
    for path in sorted(FOLDER.glob("*.toml")):
        preset = read(path)
        found[preset.key] = preset
    return found


def words(file: BinaryIO, keywords: object, comments: object, options: object) -> Iterator[tuple[int, None, str, list[str]]]:
    """The words of a preset's file, for the catalogue: an extractor as Babel wants it, named in ``babel.cfg``."""
    values = tomllib.load(file)
    for number, word in enumerate(WORDS, start=1):
        yield number, None, values[word], []
