"""What lines of a network's picture carry: every strategy's own names are found, and numbers stand where they should."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ElementTree
from functools import cache
from typing import Any

import pytest

from playground import catalog
from playground.basics.diagram import Diagram
from playground.experiment import Experiment, Run
from playground.figures.network.lines import thickness
from playground.figures.network.network import describe, network
from playground.figures.network.uses import NAMES, Use, used, uses
from playground.figures.style import look_of
from playground.runs.results.headless import train_all
from playground.ties import tied
from playground.training.fleet.network import draw
from tests.experiments import suited

MOVED = ("adapters", "cross_stitch", "dselect_k", "lora", "mmoe", "mtan", "ple", "sluice", "soft_l2", "soft_trace")
"""Strategies whose drawing moves with what they learned."""


@cache
def case(key: str) -> tuple[Experiment, Diagram, dict[str, Any]]:
    """An experiment of a strategy, its diagram, and what it had learned at its end."""
    experiment = suited(key, steps=10)
    run = Run(experiment, 0)
    records = train_all([run])[run].of_kind("learned")
    return experiment, tied(experiment, draw(experiment)), records[-1]["values"] if records else {}


@pytest.mark.parametrize("key", sorted(catalog.strategies()))
def test_every_line_that_moves_has_its_number(key: str) -> None:
    _experiment, drawn, learned = case(key)
    found = uses(drawn)
    assert bool(found) == (key in MOVED)
    values = used(found, learned)
    assert set(values) == set(found)
    assert all(0 <= part <= 1 for part, _far in values.values())
    assert {use.name for use in found.values() if use.kind != "tie"} <= set(NAMES)


@pytest.mark.parametrize("key", MOVED)
def test_the_picture_bears_them(key: str) -> None:
    experiment, drawn, learned = case(key)
    look = look_of(experiment.the_suite.tasks())
    plain, moved = (network(drawn, look, None, values) for values in (None, learned))
    assert plain != moved
    for name in uses(drawn):
        assert f'data-use="{name.replace(">", "&gt;")}"' in moved
    assert ElementTree.fromstring(f"<div>{moved}</div>") is not None


@pytest.mark.parametrize("key", ["soft_l2", "soft_trace"])
def test_softly_shared_towers_are_tied_level_by_level(key: str) -> None:
    experiment, drawn, learned = case(key)
    blocks = [box for box in drawn.boxes if box.kind == "block"]
    levels = len({box.column for box in blocks})
    assert len(drawn.ties) == levels * (len(drawn.tasks) - 1)
    assert drawn.tied() == sum(box.parameters for box in blocks)
    words = describe(drawn, look_of(experiment.the_suite.tasks()))
    assert f"{drawn.tied():,} parameters are tied across tasks (numbers: how far apart)" in words
    assert "0 parameters are shared" not in words
    assert "near each other" in words
    assert all(far is not None and far > 0 for _part, far in used(uses(drawn), learned).values())


@pytest.mark.parametrize("key", sorted(catalog.strategies()))
def test_nothing_else_is_tied(key: str) -> None:
    experiment, drawn, _learned = case(key)
    assert bool(drawn.ties) == key.startswith("soft_")
    if key.startswith("soft_"):
        free = experiment.set(**{"sharing.strength": 0})
        assert not tied(free, draw(free)).ties, "with strength 0 they are separate networks exactly"


def test_a_stronger_pull_is_a_thicker_tie_and_nearer_towers_too() -> None:
    assert thickness(0.01) < thickness(0.6) < thickness(10.0)
    find = {"x": Use("tie", "distance", (0, 0, 1))}
    near, far = (used(find, {"distance": [[away, away]]})["x"] for away in (0.1, 1.5))
    assert near[0] > far[0]
    assert near[1] == pytest.approx(0.1)


def test_numbers_by_hand() -> None:
    learned = {
        "mix": [[[0.9, -0.3], [0.1, 0.8]]],
        "alpha": [[[0.5, 0.1, 0.0, 0.2], [0.2, 0.6, 0.1, 0.1], [0.0] * 4, [0.0] * 4]],
        "singular": [[4.0, 3.0, 0.0]],
        "gate": [[0.25, None]],
    }
    find = {
        "mix": Use("size", "mix", (0, 0, 1)),
        "own": Use("halves", "alpha", (0, 0, 0)),
        "other": Use("halves", "alpha", (0, 0, 1)),
        "tie": Use("tie", "distance", (0, 0, 1)),
        "gate": Use("share", "gate", (0, 0)),
        "lost": Use("share", "gate", (0, 1)),
        "none": Use("size", "beta", (0, 0)),
    }
    found = {name: value for name, (value, _far) in used(find, learned).items()}
    assert found == pytest.approx({"mix": 0.3, "own": 0.7, "other": 0.2, "tie": 1 / 1.75, "gate": 0.25})
    assert math.isclose(used(find, learned)["tie"][1] or 0, 0.75)
