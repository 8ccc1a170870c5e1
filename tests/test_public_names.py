"""Fields go by the terms of the field, and links, presets, files and commands of before go on working."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from playground import public_names
from playground.__main__ import _experiment
from playground.basics.errors import Invalid, Problem
from playground.basics.knobs import knobs_of
from playground.experiment import CHOICES, Experiment
from playground.export import numbers
from playground.landscape import plan as landscape
from playground.presets import read as read_preset
from playground.race.plan import Race
from playground.ui.lesson import Lesson
from playground.ui.scene import Scene, read

OTHER: dict[str, Any] = {
    "batch": 32,
    "rate": 0.02,
    "decay": "cosine",
    "sweep": True,
    "strengths": True,
    "baseline_rate": 0.01,
    "measure": True,
    "schedule": "alternate",
}
"""For each field with another name a value that is not its default."""
BASE = Experiment.from_flat({"suite": "toy_plane", "steps": 10})
TABLE = public_names.OF_EXPERIMENTS


def problems(values: dict[str, Any]) -> list[Problem]:
    with pytest.raises(Invalid) as caught:
        public_names.read(values)
    return list(caught.value.problems)


def test_the_table_names_fields_that_exist_and_takes_no_name_of_another() -> None:
    fields = set(BASE.to_dict())
    assert set(TABLE) == set(OTHER) <= fields
    assert len(set(TABLE.values())) == len(TABLE)
    assert not set(TABLE.values()) & fields
    plane = public_names.OF_LANDSCAPES
    assert set(plane) <= set(knobs_of(landscape.Plan))
    assert not set(plane.values()) & set(knobs_of(landscape.Plan))


@pytest.mark.parametrize("old", TABLE)
@pytest.mark.parametrize("newer", [False, True], ids=["old", "new"])
def test_every_way_in_reads_both_names(old: str, newer: bool, tmp_path: Path) -> None:
    name, value = TABLE[old] if newer else old, OTHER[old]
    meant = BASE.set(**{old: value})
    said = {"suite": "toy_plane", "steps": 10, name: value}
    assert read({field: str(one).lower() for field, one in said.items()}).experiment == meant
    assert Scene(BASE, 0, 1).changed(**{name: value}).experiment == meant
    text = "[experiment]\n" + "".join(f"{field} = {json.dumps(one)}\n" for field, one in said.items())
    assert numbers.opened("one.toml", text.encode())[0] == meant
    assert numbers.opened("one.json", json.dumps(said).encode())[0] == meant
    path = tmp_path / "one.toml"
    path.write_text(text, encoding="utf-8")
    assert _experiment(str(path), [], "", {})[0] == meant
    path.write_text('title = "A"\nwatch = "B."\nwhy = "C."\n' + text, encoding="utf-8")
    assert read_preset(path).experiment == meant
    preset = "digits_few_labels"  # its equal weights go with every schedule
    changed = f"{name}={str(value).lower()}"
    made, _seeds, *_more = _experiment(preset, [changed], "", {})
    assert (getattr(made, old).name if old in CHOICES else getattr(made, old)) == value
    if old != "schedule":  # in steps of one task there is nothing to race about
        race = Race.from_dict({"experiment": said, "methods": ["dwa"]})
        assert race == Race.from_dict({"experiment": meant.to_dict(), "methods": ["dwa"]})


def test_what_is_written_has_the_newer_names_only() -> None:
    one = BASE.set(**OTHER)
    link = Scene(one, 0, 1).query()
    toml = public_names.to_toml(one)
    for old, new in TABLE.items():
        assert new in link
        assert old not in link
        assert f"\n{new} = " in toml or f"\n[experiment.{new}]\n" in toml
        assert f"\n{old} = " not in toml
        assert f"[experiment.{old}]" not in toml
    assert read(link).experiment == public_names.read_toml(toml) == one
    assert Lesson(lock=frozenset(TABLE)).query()["lock"].split(",") == sorted(TABLE.values())


def test_what_follows_a_dot_belongs_to_the_name_before_it() -> None:
    """A knob in a link goes with the newer name of its table, in what is read, written and said to be wrong."""
    asked = {"suite": "toy_plane", "task_sampling": "alternate", "task_sampling.power": "0.5"}
    older = {name.replace("task_sampling", "schedule"): value for name, value in asked.items()}
    scene = read(asked)
    assert scene == read(older)
    assert scene.query()["task_sampling.power"] == "0.5"
    assert not [name for name in scene.query() if name.startswith("schedule")]
    for said in (asked, older):
        name = [*said][-1]
        with pytest.raises(Invalid) as caught:
            read({**said, name: "much"})
        assert [problem.where for problem in caught.value.problems] == [name]
    with pytest.raises(Invalid):
        read({**asked, "schedule.power": "1"})


def test_keys_of_what_is_stored_stay() -> None:
    """Runs and races are found by their old names: a name for people must not orphan them."""
    assert set(TABLE) <= set(json.loads(BASE.canonical()))
    assert set(TABLE) <= set(Race.of(BASE).to_dict()["experiment"])


@pytest.mark.parametrize("old", TABLE)
def test_what_is_wrong_is_said_by_the_name_that_was_used(old: str) -> None:
    for name in (old, TABLE[old]):
        (problem,) = problems({name: "<nonsense>"})
        assert problem.where == name
    (twice,) = problems({old: OTHER[old], TABLE[old]: OTHER[old]})
    assert (twice.where, twice.found) == (old, TABLE[old])


def test_an_unknown_name_is_shown_the_newer_ones() -> None:
    (problem,) = problems({"learning_rat": 0.1})
    assert problem.nearest == "learning_rate"
    assert "batch_size" in problem.should
    assert ", batch," not in problem.should
    (inner,) = problems({"suite": "digitz"})
    assert inner.nearest == "digits"
    assert problems({"weighting": {"name": "famo", "rate": -1}})[0].where == "weighting.rate", "a method's own knob"
    with pytest.raises(Invalid):
        public_names.read([])


def test_a_race_in_the_plane_reads_both_and_writes_the_newer() -> None:
    asked = {"world": "bowls", "methods": "equal", "rate": "0.05", "memory": "0.9"}
    plan = landscape.read(asked)
    link = plan.to_query()
    assert (plan.rate, plan.memory) == (0.05, 0.9)
    assert (link["learning_rate"], link["beta2"]) == ("0.05", "0.9")
    assert not {"rate", "memory"} & set(link)
    assert landscape.read(link) == plan
    for name in ("memory", "beta2"):
        with pytest.raises(Invalid) as caught:
            landscape.read({name: "7"})
        assert [problem.where for problem in caught.value.problems] == [name]
