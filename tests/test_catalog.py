"""What lies in the six folders is found, once, and introduces itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import playground
from playground import catalog
from playground.basics.cards import Card
from playground.basics.knobs import Knob, knobs_of, read_knobs

HOME = Path(playground.__file__).parent
FOLDERS: dict[str, Mapping[str, Any]] = {
    "suites": catalog.suites(),
    "task_types": catalog.kinds(),
    "backbones": catalog.backbones(),
    "sharing": catalog.strategies(),
    "weighting": catalog.methods(),
    "task_sampling": catalog.schedules(),
}
TOOLS = {
    "base",
    "layers",
    "attention",
    "convolution",
    "grids",
    "shapes",
    "pooling",
    "sequences",
    "blocks",
    "solvers",
    "stitched",
    "grammar",
    "lexicon",
    "columns",
    "contract",
    "fetched",
    "__init__",
}
"""Files that hold what entries have in common, and no entry."""

ENTRIES = [(folder, key) for folder, entries in FOLDERS.items() for key in entries]
CARDED = [(folder, key) for folder, key in ENTRIES if folder != "task_types"]
KNOBS = [(folder, key, name) for folder, key in CARDED for name in knobs_of(FOLDERS[folder][key])]


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_holds_one_entry_named_like_it(folder: str) -> None:
    entries = FOLDERS[folder]
    assert list(entries) == sorted(entries)
    without = {path.stem for path in (HOME / folder).glob("*.py")} - set(entries)
    assert without <= TOOLS
    for key, entry in entries.items():
        assert entry.key == key
        assert entry.__module__ == f"playground.{folder}.{key}"
        assert (HOME / folder / f"{key}.py").exists()
        assert re.fullmatch(r"[a-z][a-z0-9_]*", key)
        assert catalog.source(entry) == (HOME / folder / f"{key}.py").read_text(encoding="utf-8")
        assert (entry.__doc__ or "").strip()


def test_every_folder_has_a_default_entry() -> None:
    assert "digits" in catalog.suites()
    assert "mlp" in catalog.backbones()
    assert {"separate", "hard"} <= set(catalog.strategies())
    assert {"equal", "static"} <= set(catalog.methods())
    assert {"binary", "classes", "regression"} <= set(catalog.kinds())


@pytest.mark.parametrize(("folder", "key"), CARDED)
def test_cards_are_complete(folder: str, key: str) -> None:
    card = FOLDERS[folder][key].card
    assert isinstance(card, Card)
    assert card.title
    assert len(card.title.split()) <= 4
    assert card.idea.endswith(".")
    assert not card.formula.startswith("$")
    for text in (card.fails, card.notes):
        assert not text or text.endswith(".")
    if card.paper:
        assert re.search(r"(19|20)\d\d", card.paper), card.paper
    if card.link:
        assert card.link.startswith("https://")
        assert card.paper
    if folder in ("sharing", "weighting"):
        assert card.formula
        assert card.fails


def test_titles_are_unique() -> None:
    for entries in FOLDERS.values():
        titles = [entry.card.title for entry in entries.values() if hasattr(entry, "card")]
        assert len(set(titles)) == len(titles)


@pytest.mark.parametrize(("folder", "key", "name"), KNOBS)
def test_knobs_describe_themselves(folder: str, key: str, name: str) -> None:
    entry = FOLDERS[folder][key]
    description: Knob = knobs_of(entry)[name]
    assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
    assert name != "name"
    assert description.label
    assert description.help.endswith(".")
    if isinstance(description.default, str):
        assert description.default in description.choices or re.fullmatch(description.pattern, description.default)
    elif not isinstance(description.default, (bool, tuple)):
        # A slider needs two ends.
        assert float("-inf") < description.low < description.high < float("inf")
        assert description.low <= description.default <= description.high
    assert description.read(name, description.default) == description.default
    assert type(description.read(name, description.default)) is type(description.default)


@pytest.mark.parametrize(("folder", "key"), CARDED)
def test_defaults_make_an_entry(folder: str, key: str) -> None:
    entry = FOLDERS[folder][key]
    checked, problems = read_knobs(folder, entry, {})
    assert not problems
    assert entry(**checked) == entry()


def test_nothing_that_ships_is_left_out() -> None:
    catalog.read_all()
    assert catalog.faults() == []
