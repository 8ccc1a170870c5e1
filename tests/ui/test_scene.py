"""A scene goes into a link and comes back, and a bad link is refused with every problem."""

from __future__ import annotations

import random
from urllib.parse import parse_qsl, urlencode

import pytest

from playground.basics.errors import Invalid
from playground.presets import presets
from playground.ui.scene import DEFAULT, LONGEST, Scene, of_preset, read
from tests.experiments import random_experiments


@pytest.mark.parametrize("seed", range(5))
def test_a_scene_survives_its_link(seed: int) -> None:
    rng = random.Random(seed)
    for experiment in random_experiments(20, seed):
        scene = Scene(experiment, rng.randrange(2**31 - 100), rng.randint(1, 20))
        link = urlencode(scene.query())
        assert len(link) < LONGEST
        assert read(dict(parse_qsl(link))) == scene


@pytest.mark.parametrize("key", presets())
def test_a_preset_survives_its_link(key: str) -> None:
    scene = of_preset(key)
    assert read(scene.query()) == scene
    assert read({"preset": key}) == scene
    assert read(scene.query()).preset is presets()[key]


def test_nothing_asked_for_is_the_first_sight() -> None:
    assert read({}) == of_preset(DEFAULT)
    assert read({"lang": "zh"}) == of_preset(DEFAULT)


def test_seeds_alone_change_the_first_sight() -> None:
    assert read({"seed": "3"}) == Scene(of_preset(DEFAULT).experiment, 3, of_preset(DEFAULT).seeds)


def test_runs_and_baselines_have_the_same_seeds() -> None:
    scene = read(of_preset(DEFAULT).query() | {"seed": "5", "seeds": "3", "tune_learning_rate": "true"})
    assert {run.seed for run in scene.runs()} == {run.seed for run in scene.baselines()} == {5, 6, 7}
    assert len(scene.runs()) == len(scene.baselines()) == 9


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        read({"suite": "wyne", "steps": "0", "seed": "x", "seeds": "0", "colour": "blue"})
    assert {problem.where for problem in caught.value.problems} == {"suite", "steps", "seed", "seeds", "colour"}


HOSTILE = [
    {"suite": "x" * 9000},
    {"x" * 9000: ""},
    {f"name{number}": "" for number in range(500)},
    {"sharing.depth.depth": "1"},
    {"sharing.": "1"},
    {".": "1"},
    {"": ""},
    {"tasks": "\x00"},
    {"seed": "9" * 3000},
    {"seed": "1e400"},
    {"seed": "nan"},
    {"rate": "inf"},
    {"labels": "3"},
    {"labels.digit": "-1"},
    {"labels.nobody": "1"},
    {"weighting.weights": "1,2"},
    {"preset": "../../etc/passwd"},
    {"preset": ""},
    {"suite": "__class__"},
]


@pytest.mark.parametrize("query", HOSTILE, ids=lambda query: repr(query)[:40])
def test_hostile_links_raise_nothing_but_invalid(query: dict[str, str]) -> None:
    with pytest.raises(Invalid) as caught:
        read(query)
    assert 0 < len(str(caught.value)) < 8000
    assert str(caught.value).count("\n") <= 20


def test_noise_raises_nothing_but_invalid() -> None:
    rng = random.Random(0)
    names = [*of_preset(DEFAULT).query(), "preset", "labels", "weighting.weights", "x", "sharing.depth.x"]
    values = ["", "1", "-1", "0", "1e9", "true", "hard", "pcgrad", "<b>", "1,2,3", "é中", "\u202e", "digit,parity"]
    followed = 0
    for _attempt in range(400):
        query = {rng.choice(names): rng.choice(values) for _field in range(rng.randint(1, 6))}
        try:
            scene = read(query)
        except Invalid:
            continue
        followed += 1
        assert read(scene.query()) == scene
    assert 0 < followed < 400
