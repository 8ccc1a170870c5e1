"""What holds for every suite of the catalogue, also for one that is added tomorrow."""

from __future__ import annotations

import dataclasses
import math
import re

import numpy as np
import pytest

from playground import catalog
from playground.basics.knobs import knobs_of
from playground.experiment import Experiment
from playground.figures.views import views
from playground.suites.base import Data, Part, Suite, keep_labels
from playground.suites.two_digits import sources

SUITES = sorted(catalog.suites())


def extremes() -> list[tuple[str, str, object]]:
    """Every finite bound and every choice of every knob, as (suite, knob, value)."""
    cases: list[tuple[str, str, object]] = []
    for key in SUITES:
        for name, knob in knobs_of(catalog.suites()[key]).items():
            if isinstance(knob.default, bool):
                values: tuple[object, ...] = (False, True)
            elif isinstance(knob.default, str):
                values = knob.choices
            else:
                values = tuple(type(knob.default)(end) for end in (knob.low, knob.high) if math.isfinite(end))
            cases += [(key, name, value) for value in values]
    return cases


def without_shapes() -> list[tuple[str, str, object]]:
    """Those of them that should leave the shape of the data alone."""
    return [(key, name, value) for key, name, value in extremes() if not knobs_of(catalog.suites()[key])[name].shapes]


def make(key: str, **turned: object) -> Suite:
    return catalog.suites()[key](**turned)


def parts(data: Data) -> dict[str, Part]:
    return {"train": data.train, "validation": data.validation, "test": data.test}


def rows(part: Part) -> set[bytes]:
    """The examples of a part: inputs together with their labels, so that twins among real scans stay apart."""
    columns = [part.inputs.reshape(len(part), -1), *(values.reshape(len(part), -1) for values in part.targets.values())]
    return {row.tobytes() for row in np.concatenate(columns, axis=1)}


def check(suite: Suite, data: Data) -> None:
    """The shapes and types that a kind and the page expect."""
    shape = data.train.inputs.shape[1:]
    for part in parts(data).values():
        assert len(part) > 0
        assert part.inputs.shape == (len(part), *shape)
        assert part.inputs.dtype in (np.float32, np.int64)
        assert np.isfinite(part.inputs).all()
        assert list(part.targets) == list(part.known) == [task.name for task in suite.tasks()]
        for task in suite.tasks():
            target, known = part.targets[task.name], part.known[task.name]
            assert known.shape == (len(part),)
            assert known.dtype == bool
            if task.kind in ("classes", "binary"):
                assert target.shape == (len(part),)
                assert target.dtype == np.int64
                assert set(target[known]) <= set(range(len(task.classes)))
            elif task.kind == "regression":
                assert target.shape == ((len(part),) if task.outputs == 1 else (len(part), task.outputs))
                assert target.dtype in ((np.float32, np.float64) if task.natural else (np.float32,))
                assert np.isfinite(target).all()
    assert views.drawn(data.probe.view)
    assert data.probe.inputs.shape[1:] == shape
    assert data.probe.inputs.dtype == data.train.inputs.dtype
    for name, target in data.probe.targets.items():
        assert len(target) == len(data.probe.inputs), name
        assert target.dtype == data.train.targets[name].dtype
    if data.probe.view == "plane":
        assert math.prod(data.probe.shape) == len(data.probe.inputs)
    if data.probe.view == "pictures":
        assert math.prod(data.probe.shape) == math.prod(shape)


@pytest.mark.parametrize("key", SUITES)
def test_the_suite_introduces_itself(key: str) -> None:
    suite = make(key)
    assert re.fullmatch(r"[a-z][a-z0-9_]*", key)
    assert suite.card.title
    assert len(suite.card.title.split()) <= 4
    assert suite.card.idea.endswith(".")
    assert isinstance(suite.real, bool)
    assert suite.backbone in catalog.backbones()
    for name, knob in knobs_of(suite).items():
        assert knob.label, name
        assert knob.help.endswith("."), name
        assert name not in ("name", "tasks", "labels"), name


@pytest.mark.parametrize("key", SUITES)
def test_tasks_have_names_and_kinds_that_exist(key: str) -> None:
    tasks = make(key).tasks()
    names = [task.name for task in tasks]
    assert len(set(names)) == len(names) >= 2
    for task in tasks:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", task.name)
        assert task.title
        assert task.kind in catalog.kinds()
        if task.kind == "classes":
            assert len(task.classes) >= 2
        if task.kind == "binary":
            assert len(task.classes) == 2


@pytest.mark.parametrize("key", SUITES)
def test_shapes_types_and_classes(key: str) -> None:
    suite = make(key)
    data = suite.load(0)
    check(suite, data)
    for task in suite.tasks():
        if task.kind in ("classes", "binary"):
            known = data.train.known[task.name]
            assert set(data.train.targets[task.name][known]) == set(range(len(task.classes)))


@pytest.mark.parametrize("key", SUITES)
def test_a_seed_gives_its_data_and_another_seed_gives_other_data(key: str) -> None:
    first, again, other = make(key).load(3), make(key).load(3), make(key).load(4)
    for name, part in parts(first).items():
        assert np.array_equal(part.inputs, parts(again)[name].inputs)
        for task, target in part.targets.items():
            assert np.array_equal(target, parts(again)[name].targets[task])
    assert np.array_equal(first.probe.inputs, again.probe.inputs)
    assert rows(first.train) != rows(other.train)


@pytest.mark.parametrize("key", SUITES)
@pytest.mark.parametrize("seed", [0, 1])
def test_no_example_is_in_two_splits(key: str, seed: int) -> None:
    data = make(key).load(seed)
    train, validation, test = (rows(part) for part in parts(data).values())
    assert not train & validation
    assert not train & test
    assert not validation & test


@pytest.mark.parametrize(("key", "name", "value"), extremes())
def test_every_knob_can_be_turned_to_its_ends(key: str, name: str, value: object) -> None:
    suite = make(key, **{name: value})
    check(suite, suite.load(0))


@pytest.mark.parametrize(("key", "name", "value"), without_shapes())
def test_a_knob_that_is_not_said_to_change_shapes_does_not(key: str, name: str, value: object) -> None:
    plain, turned = make(key), make(key, **{name: value})
    before, after = plain.load(0), turned.load(0)
    assert turned.tasks() == plain.tasks()
    # Runs that differ in it alone may train in one fleet, so every part should keep its size.
    for name_of_part, part in parts(before).items():
        assert parts(after)[name_of_part].inputs.shape == part.inputs.shape
    assert after.probe.inputs.shape == before.probe.inputs.shape


@pytest.mark.parametrize("key", SUITES)
def test_its_defaults_are_those_of_its_experiment(key: str) -> None:
    suite = make(key)
    assert {"steps", "batch", "rate"} <= set(suite.defaults)
    experiment = Experiment.from_dict({"suite": key})
    for name, value in suite.defaults.items():
        assert experiment.to_flat()[name] == value
    assert experiment.batch <= len(suite.load(0).train)


@pytest.mark.parametrize("key", SUITES)
def test_fewer_labels_are_a_subset_of_more(key: str) -> None:
    suite = make(key)
    train = suite.load(0).train
    name, *others = (task.name for task in suite.tasks())
    few, more = keep_labels(train, {name: 10}, seed=5), keep_labels(train, {name: 30}, seed=5)
    assert few.known[name].sum() == min(10, len(train))
    assert more.known[name].sum() == min(30, len(train))
    # The other tasks know all examples, so none was left out and the rows still correspond.
    assert len(few) == len(more) == len(train)
    assert (few.known[name] <= more.known[name]).all()
    for other in others:
        assert np.array_equal(few.known[other], train.known[other])


@pytest.mark.parametrize("key", SUITES)
def test_parts_name_the_tasks_in_the_order_of_the_suite(key: str) -> None:
    """Which labels a task keeps goes by its place."""
    suite = make(key)
    data, names = suite.load(0), [task.name for task in suite.tasks()]
    for part in (data.train, data.validation, data.test):
        assert list(part.known) == list(part.targets) == names


@pytest.mark.parametrize("key", SUITES)
def test_examples_without_any_label_are_left_out(key: str) -> None:
    suite = make(key)
    train = suite.load(0).train
    few = keep_labels(train, {task.name: 4 for task in suite.tasks()}, seed=5)
    assert np.any(list(few.known.values()), axis=0).all()
    assert len(few) <= 4 * len(suite.tasks())
    assert rows(few) <= rows(train)
    assert all(known.sum() == 4 for known in few.known.values())


@pytest.mark.parametrize("key", SUITES)
def test_a_turned_suite_is_a_value(key: str) -> None:
    suite = make(key)
    assert suite == make(key)
    assert hash(suite) == hash(make(key))
    with pytest.raises(dataclasses.FrozenInstanceError):
        suite.key = "other"  # type: ignore[misc]  # it must not work: that is what is tested


def rows_of(data: Data) -> set[bytes]:
    """The inputs of all examples of all splits."""
    return {row.tobytes() for part in parts(data).values() for row in part.inputs}


@pytest.mark.parametrize("key", [key for key in SUITES if catalog.suites()[key].fresh])
def test_a_suite_that_is_said_to_be_fresh_makes_other_examples_for_every_seed(key: str) -> None:
    first, second = (rows_of(make(key).load(seed)) for seed in (0, 1))
    # Short beginnings of sentences are few, so some of them come again.
    assert len(first & second) < 0.1 * len(first)
    assert make(key).resampling == 0


@pytest.mark.parametrize("key", ["digits", "two_digits", "wine", "diabetes", "linnerud", "breast_cancer", "table"])
def test_a_suite_whose_seeds_redraw_the_split_says_by_which_shares(key: str) -> None:
    """Pictures of two scans are counted by their scans: as many as one likes can be made of them."""
    sizes = {name: len(part) for name, part in parts(make(key).load(0)).items()}
    if key == "two_digits":
        sizes = {name: len(rows) for name, rows in sources(0).items()}
    assert make(key).resampling == pytest.approx(sizes["test"] / sizes["train"], rel=0.05)
    assert sum(make(key).shares) == pytest.approx(1)


def test_every_measured_suite_redraws_one_set_of_data() -> None:
    assert {key for key in SUITES if not catalog.suites()[key].fresh} == {
        *(key for key in SUITES if catalog.suites()[key].real),
        "table",
    }
