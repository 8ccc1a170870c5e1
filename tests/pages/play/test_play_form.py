"""The form of the Playground: every widget turns the scene and the address, and what cannot be is said or grey."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from playground import catalog
from playground.basics.knobs import knobs_of
from playground.experiment import CHOICES, Experiment
from playground.measures import measure
from playground.metrics import offered
from playground.presets import presets
from playground.suites import fetched
from playground.suites.olivetti import Olivetti
from playground.ui import keys
from playground.ui.scene import of_preset
from tests import frames
from tests.pages.visitor import SMALL, Visitor

pytestmark = pytest.mark.usefixtures("url")


def agrees(ann: Visitor) -> None:
    """The address says what the session shows."""
    assert ann.linked == ann.scene
    assert ann.linked == ann.scene


def test_another_example() -> None:
    ann = Visitor(link=SMALL)
    for key in list(presets())[-2:]:
        ann.set("preset", key)
        assert ann.scene == of_preset(key)
        agrees(ann)


def test_other_data_come_with_all_their_tasks() -> None:
    ann = Visitor(link=SMALL | {"labels.xor": "50"})
    ann.set("suite", "wine")
    assert ann.scene.experiment.suite.name == "wine"
    assert ann.scene.experiment.tasks == tuple(task.name for task in catalog.suites()["wine"]().tasks())
    assert not ann.scene.experiment.labels
    agrees(ann)


def test_tasks_are_ticked_and_one_stays() -> None:
    ann = Visitor(link=SMALL | {"labels.xor": "50", "weighting": "static", "weighting.weights": "2,1"})
    ann.set("tasks", ["circle", "half"])
    assert ann.scene.experiment.tasks == ("circle", "half")
    assert not ann.scene.experiment.labels, "labels of a task that is gone should go with it"
    assert ann.scene.experiment.weighting.knobs["weights"] == ()
    ann.set("tasks", ["circle"])
    ann.set("tasks", [])
    assert "At least one task" in ann.warnings
    assert list(ann.scene.experiment.tasks) == ["circle"]
    assert ann.widget("field:tasks").value == ["circle"]
    agrees(ann)


def test_data_that_were_not_downloaded_are_not_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(fetched.VARIABLE, str(tmp_path))
    Olivetti().keep(frames.faces())
    ann = Visitor(link=SMALL)
    offered = ann.widget("field:suite").options
    for key, suite in catalog.suites().items():
        missing = suite.fetched and key != "olivetti"
        assert (f"{suite.card.title} ✗ not downloaded yet" in offered) == missing
        assert (suite.card.title in offered) == (not missing)
    # A link that asks for them is answered in words.
    other = Visitor(link={"suite": "newsgroups"})
    assert other.scene.experiment.suite.name != "newsgroups"
    assert "downloaded once" in other.warnings


def test_without_sharing_the_weighting_falls_back_and_what_cannot_work_is_named() -> None:
    ann = Visitor(link=SMALL | {"weighting": "pcgrad"})
    assert not any("✗" in option for option in ann.widget("field:weighting").options)
    ann.set("sharing", "separate")
    assert ann.scene.experiment.sharing.name == "separate"
    assert ann.scene.experiment.weighting.name == "equal"
    assert "equal weights" in ann.warnings
    offered = ann.widget("field:weighting").options
    for method in catalog.methods().values():
        title = method.card.title
        assert (f"{title} ✗ nothing is shared" in offered) == (method.signal != "loss")
        assert (title in offered) == (method.signal == "loss")
    ann.set("weighting", "pcgrad")
    assert ann.scene.experiment.weighting.name == "equal"
    assert "no two tasks share a parameter" in ann.warnings
    agrees(ann)


def test_nothing_is_shared_at_depth_zero() -> None:
    ann = Visitor(link=SMALL | {"weighting": "mgda"})
    ann.set("sharing.depth", 1)
    assert ann.scene.experiment.sharing.knobs["depth"] == 1
    assert not ann.warnings
    ann.set("sharing.depth", 0)
    assert ann.scene.experiment.weighting.name == "equal"
    assert "equal weights" in ann.warnings
    agrees(ann)


def test_a_shorter_network_takes_the_shared_blocks_with_it() -> None:
    ann = Visitor(link=SMALL)
    ann.set("backbone.depth", 1)
    assert ann.scene.experiment.backbone.knobs["depth"] == 1
    assert ann.scene.experiment.sharing.knobs["depth"] == 1
    assert "All blocks are shared now" in ann.warnings
    agrees(ann)


def test_every_way_of_sharing_and_weighting_shows_its_knobs() -> None:
    ann = Visitor(link=SMALL)
    strategies = dict(sorted(catalog.strategies().items(), key=lambda item: item[0] == "hard"))  # which suits every method
    for field, entries in (("sharing", strategies), ("weighting", catalog.methods())):
        for key, entry in entries.items():
            if entry.card.title not in ann.widget(f"field:{field}").options:
                assert any(one.startswith(f"{entry.card.title} ✗ ") for one in ann.widget(f"field:{field}").options)
                continue
            ann.set(field, key)
            assert getattr(ann.scene.experiment, field).name == key
            for name, knob in knobs_of(entry).items():
                inner = (
                    [f"{field}.{name}.{task}" for task in ann.scene.experiment.tasks] if knob.per_task else [f"{field}.{name}"]
                )
                for one in inner:
                    ann.widget(keys.field(one))
            agrees(ann)


def test_knobs_of_a_method_are_turned() -> None:
    ann = Visitor(link=SMALL | {"weighting": "dwa"})
    ann.set("weighting.temperature", 3.0)
    assert ann.scene.experiment.weighting.knobs["temperature"] == 3.0
    ann.set("weighting", "static")
    ann.set("weighting.weights.xor", 2.5)
    assert ann.scene.experiment.weighting.knobs["weights"] == (1.0, 2.5)
    ann.set("weighting.weights.circle", 0.0)
    assert ann.scene.experiment.weighting.knobs["weights"] == (0.0, 2.5)
    agrees(ann)


TURNED: dict[str, Any] = {
    "labels.xor": 100,
    "backbone.width": 16,
    "steps": 40,
    "batch": 32,
    "rate": 0.02,
    "baseline_rate": 0.01,
    "sweep": True,
    "suite.noise": 0.1,
}


def test_everything_else_is_turned() -> None:
    ann = Visitor(link=SMALL)
    for field, value in TURNED.items():
        ann.set(field, value)
        assert ann.scene.experiment.to_flat()[field] == value
        assert ann.widget(keys.field(field)).value == value
    ann.set("labels.xor", 0)
    assert "labels.xor" not in ann.scene.experiment.to_flat()
    agrees(ann)


def test_seeds_are_turned() -> None:
    ann = Visitor(link=SMALL)
    before = ann.scene.experiment
    ann.set("seeds", 3)
    ann.set("seed", 12)
    assert list(ann.scene.all_seeds) == [12, 13, 14]
    assert ann.scene.experiment == before
    agrees(ann)


def _turn_by_chance(ann: Visitor, rng: random.Random) -> tuple[str, Any]:
    """One widget of the form, turned to something that a hand could turn it to."""
    app = ann.app.sidebar
    widgets = [
        one
        for kind in (app.selectbox, app.button_group, app.slider, app.number_input, app.toggle)
        for one in kind
        if str(one.key).startswith("field:") and not one.disabled
    ]
    one = rng.choice(widgets)
    value: object
    match one.type:
        case "selectbox":
            value = rng.choice(_offered(ann, one))
        case "button_group" | "pills":
            known = [task.name for task in ann.scene.experiment.the_suite.tasks()]
            value = rng.sample(known, rng.randint(0, len(known)))
        case "toggle" | "checkbox":
            value = not one.value
        case "slider":
            value = rng.choice([one.min, one.max])
        case _:
            value = rng.choice([bound for bound in (one.min, one.max, one.value) if bound is not None])
    one.set_value(value)
    ann.look()
    return str(one.key), value


def _offered(ann: Visitor, box: Any) -> list[str]:
    """The keys of what a list offers."""
    lists: dict[str, Any] = {
        "preset": {key: preset.title for key, preset in presets().items()},
        "suite": _titles(catalog.suites()),
        "sharing": _titles(catalog.strategies()),
        "weighting": _titles(catalog.methods()),
        "backbone": _titles(catalog.backbones()),
        "schedule": _titles(catalog.schedules()),
    }
    field = box.key.removeprefix("field:")
    choice, _dot, name = field.partition(".")
    experiment = ann.scene.experiment
    if choice == "metrics":
        task = next(task for task in experiment.the_tasks if task.name == name)
        lists[field] = {key: measure(task, key).title for key in offered(task)}
    elif field not in lists:
        entry = CHOICES[choice]()[getattr(experiment, choice).name] if name else Experiment
        knob = knobs_of(entry)[name or field]
        lists[field] = {key: knob.word(key) for key in knob.choices}
    return [key for key, title in lists[field].items() if title in box.options]


def _titles(entries: Any) -> dict[str, str]:
    return {key: entry.card.title for key, entry in entries.items()}


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_is_turned_the_address_agrees_and_nothing_breaks(seed: int) -> None:
    rng, ann = random.Random(seed), Visitor(link=SMALL)
    for _turn in range(12):
        _turn_by_chance(ann, rng)
        agrees(ann)
