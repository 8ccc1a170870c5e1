"""Experiments are values: what is written is read, what is wrong is said, and nothing else happens."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path
from typing import Any

import pytest

from playground import catalog, public_names
from playground.basics.errors import Invalid, Problem
from playground.basics.knobs import Knob, knobs_of
from playground.experiment import CHOICES, SWEEP, Choice, Experiment, Run, text_of
from tests.experiments import from_link, random_experiments, small, to_link

LONGEST = 20_000
"""Characters that the text of an error may have, whatever was put in."""

DRAWN = random_experiments(400, seed=1)


def problems(values: Any) -> tuple[Problem, ...]:
    """What is wrong with a nested dict."""
    with pytest.raises(Invalid) as caught:
        Experiment.from_dict(values)
    assert len(str(caught.value)) < LONGEST
    return caught.value.problems


def one(values: Any) -> Problem:
    """The only thing that is wrong with it."""
    (problem,) = problems(values)
    return problem


# --- written forms -------------------------------------------------------------------------------------------------


def test_drawn_experiments_cover_the_catalogue() -> None:
    for name in CHOICES:
        assert {getattr(each, name).name for each in DRAWN} == set(CHOICES[name]()), name


@pytest.mark.parametrize("read", ["dict", "flat", "link", "toml", "json"])
def test_every_form_is_read_back(read: str) -> None:
    for each in [*DRAWN, Experiment.from_dict({})]:
        again = {
            "dict": lambda each=each: Experiment.from_dict(each.to_dict()),
            "flat": lambda each=each: Experiment.from_flat(each.to_flat()),
            "link": lambda each=each: from_link(to_link(each)),
            "toml": lambda each=each: public_names.read_toml(public_names.to_toml(each)),
            "json": lambda each=each: Experiment.from_dict(json.loads(json.dumps(each.to_dict()))),
        }[read]()
        assert again == each
        assert hash(again) == hash(each)
        assert again.canonical() == each.canonical()
        assert again.key(3) == each.key(3)


def test_files_are_read(tmp_path: Path) -> None:
    for each in DRAWN[:5]:
        toml, plain = tmp_path / "one.toml", tmp_path / "one.json"
        toml.write_text(public_names.to_toml(each), encoding="utf-8")
        plain.write_text(json.dumps({"experiment": each.to_dict()}), encoding="utf-8")
        assert public_names.read_file(toml) == public_names.read_file(plain) == each


def test_what_is_left_out_takes_its_default() -> None:
    assert Experiment.from_dict({}) == Experiment.from_flat({}) == from_link("") == public_names.read_toml("")
    for key, suite in catalog.suites().items():
        each = Experiment.from_dict({"suite": key})
        assert each.tasks == tuple(task.name for task in suite().tasks())
        assert each.backbone.name == suite.backbone
        assert each.labels == {}


def test_different_experiments_are_written_differently() -> None:
    assert len({each.canonical() for each in DRAWN}) == len({to_link(each) for each in DRAWN}) == len(set(DRAWN))


def test_flat_does_not_depend_on_order_nor_touch_what_it_was_given() -> None:
    rng = random.Random(0)
    for each in DRAWN[:20]:
        items = list(each.to_flat().items())
        rng.shuffle(items)
        assert Experiment.from_flat(dict(items)) == each
    given: dict[str, Any] = {"labels": {"digit": 5}, "labels.parity": 3}
    assert Experiment.from_flat(given).labels == {"digit": 5, "parity": 3}
    assert given == {"labels": {"digit": 5}, "labels.parity": 3}


def test_a_link_keeps_names_apart_from_their_knobs() -> None:
    each = from_link("sharing.depth=1&sharing=hard&labels.digit=40&tasks=parity,digit&sweep=true&rate=1e-3")
    assert each.sharing == Choice("hard", {"depth": 1})
    assert each.labels == {"digit": 40}
    assert each.sweep is True
    assert each.rate == 0.001


# --- what is wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", sorted(CHOICES))
def test_a_misspelt_name_is_answered_with_the_nearest(field: str) -> None:
    for name in CHOICES[field]():
        problem = one({field: name + "x"})
        assert problem.where == field
        assert problem.found == name + "x"
        assert problem.nearest in CHOICES[field]()
        assert name in problem.should
        assert f"`{name}x`" in str(problem)
        assert f"`{problem.nearest}`" in str(problem)


@pytest.mark.parametrize("field", sorted(CHOICES))
def test_an_unknown_knob_is_named(field: str) -> None:
    for name, entry in CHOICES[field]().items():
        problem = problems({field: {"name": name, "no_such_knob": 1}})[0]
        assert problem.where == f"{field}.no_such_knob"
        for key in knobs_of(entry):
            assert key in problem.should


def bad_numbers(knob: Knob) -> list[Any]:
    """Values that a knob of a number must refuse."""
    return [knob.low - 1, knob.high + 1, "many", "", None, [], {}, "nan", "inf", float("nan"), float("-inf"), 10**400, True]


def test_every_number_is_checked() -> None:
    places: list[tuple[dict[str, Any], str, Knob]] = [
        ({"name": name}, f"{field}.{key}", knob)
        for field in CHOICES
        for name, entry in CHOICES[field]().items()
        for key, knob in knobs_of(entry).items()
    ]
    places += [({}, name, knob) for name, knob in knobs_of(Experiment).items()]
    for choice, where, knob in places:
        if isinstance(knob.default, (bool, str, tuple)):
            bad: list[Any] = [] if knob.per_task else ["perhaps", None, [], {}, 7, 10**5000]
        else:
            bad = bad_numbers(knob) + ([knob.default + 0.5] if isinstance(knob.default, int) else [])
        field, dot, key = where.partition(".")
        for value in bad:
            if isinstance(value, float) and value in (float("inf"), float("-inf")) and value in (knob.low, knob.high):
                value = float("nan")
            found = problems({field: {**choice, key: value}} if dot else {field: value})
            assert found[0].where == where, value
            assert found[0].should


def test_lists_of_numbers_are_checked() -> None:
    for value in ("1,x", [1, None], [[1]], 3, None, [-1, 1], ["nan", 1]):
        assert one({"weighting": {"name": "static", "weights": value}}).where == "weighting.weights", value
    problem = one({"tasks": ["digit", "parity"], "weighting": {"name": "static", "weights": [1, 2, 3]}})
    assert problem.where == "weighting.weights"
    assert "2" in problem.should
    assert problem.found == 3


def test_tasks_and_labels_are_checked() -> None:
    assert one({"tasks": ["digits"]}).nearest == "digit"
    assert one({"tasks": 3}).where == "tasks"
    assert one({"tasks": {"digit": 1}}).where == "tasks"
    assert one({"tasks": [["digit"], "parity"]}).where == "tasks"
    assert one({"labels": {"digti": 3}}).nearest == "digit"
    assert one({"labels": {"digit": -1}}).where == "labels.digit"
    assert one({"labels": {"digit": "all"}}).where == "labels.digit"
    assert one({"labels": [3]}).where == "labels"
    assert one({"tasks": ["digit", "parity"], "labels": {"loops": 3}}).where == "labels.loops"


def test_what_does_not_go_together_is_said() -> None:
    assert one({"sharing": {"name": "hard", "depth": 3}, "backbone": {"name": "mlp", "depth": 2}}).where == "sharing.depth"
    assert one({"sharing": "separate", "weighting": "pcgrad"}).where == "weighting"
    assert one({"sharing": "cross_stitch", "tasks": ["digit"]}).where == "sharing"
    assert Experiment.from_dict({"sharing": "separate"}).obstacle() is None


def test_methods_that_need_positive_losses_are_refused_where_a_loss_can_be_negative(monkeypatch: pytest.MonkeyPatch) -> None:
    class Signed(catalog.kinds()["regression"]):  # type: ignore[misc, name-defined]  # a class from the catalogue
        """A kind made up for this test: a loss that can be negative, as a log-likelihood of densities is."""

        positive = False

    kinds = {**catalog.kinds(), "binary": Signed}
    for key, method in catalog.methods().items():
        values = {"tasks": ["digit", "parity"], "weighting": key}
        experiment = Experiment.from_dict(values)
        assert experiment.obstacle() is None
        with monkeypatch.context() as patch:
            patch.setattr(catalog, "kinds", lambda: kinds)
            assert (experiment.obstacle() is not None) == method.needs_positive
            assert Experiment.from_dict({**values, "tasks": ["digit"]}).obstacle() is None
            if method.needs_positive:
                problem = one(values)
                assert problem.where == "weighting"
                assert "Odd or even" in problem.should
            else:
                Experiment.from_dict(values)


def test_everything_wrong_is_said_at_once() -> None:
    found = problems(
        {
            "suite": "digit",
            "sharing": {"name": "hard", "depth": -1, "depht": 2},
            "weighting": {"name": "dwa", "temperature": "warm"},
            "backbone": 7,
            "steps": 0,
            "rate": "fast",
            "colour": "blue",
        }
    )
    wheres = {problem.where for problem in found}
    assert wheres == {
        "suite",
        "sharing.depth",
        "sharing.depht",
        "weighting.temperature",
        "backbone",
        "steps",
        "rate",
        "colour",
    }
    for problem in found:
        assert str(problem).count("\n") == 0


# --- whatever comes in ---------------------------------------------------------------------------------------------

DEEP: list[Any] = []
for _level in range(100_000):
    DEEP = [DEEP]

HOSTILE: list[Any] = [
    None,
    True,
    -1,
    0,
    10**400,
    10**5000,
    -(10**5000),
    1e308,
    float("inf"),
    float("nan"),
    "",
    "\x00",
    "\x1b[31mred",
    "nan",
    "９",
    "‮‮",
    "\ud800",
    "x" * 10_000_000,
    "1" * 10_000_000,
    "`" * 1000,
    "a\nb\nc",
    b"digits",
    [],
    [[]],
    [None],
    DEEP,
    {},
    {"name": []},
    {"name": {}},
    {"name": None},
    {"name": 10**5000},
    {"": 1},
    {"x" * 10_000_000: 1},
    {"name": "hard", "depth": {"depth": {"depth": 1}}},
    {"digit": {"digit": {}}},
    {1: 2},
    object(),
]


def read_or_refuse(read: Any, value: Any) -> None:
    """Reads a value; nothing but Invalid may come of it, with a text of bounded length on printable lines."""
    try:
        read(value)
    except Invalid as invalid:
        text = str(invalid)
        assert text
        assert len(text) < LONGEST
        assert all(line.isprintable() for line in text.split("\n"))


def brief(text: str) -> str:
    """A short name for a test with a long text."""
    return repr(text[:12])


FIELDS = ["suite", "tasks", "labels", "backbone", "sharing", "weighting", "steps", "rate", "sweep", "nonsense", ""]


@pytest.mark.parametrize("field", FIELDS)
def test_hostile_values_raise_nothing_but_invalid(field: str) -> None:
    for value in HOSTILE:
        read_or_refuse(Experiment.from_dict, {field: value})
        read_or_refuse(Experiment.from_flat, {field: value})
        read_or_refuse(Experiment.from_flat, {f"{field}.depth": value, field: "hard"})
        read_or_refuse(Experiment.from_flat, {f"{field}.name": value})
        read_or_refuse(Experiment.from_flat, {f"{field}.a.b.c": value})


def test_hostile_wholes_raise_nothing_but_invalid() -> None:
    for value in HOSTILE:
        read_or_refuse(Experiment.from_dict, value)


@pytest.mark.parametrize(
    "query",
    [
        "%",
        "%00=%00",
        "a=%ff%fe",
        "&&&===",
        "?" * 1000,
        "steps=" + "9" * 10_000_000,
        "suite=digits&suite=wine&suite=",
        "sharing.depth=1&sharing.depth=2",
        ".=1&..=2&.name=3",
        "labels=3&labels.digit=4&labels=5",
        "steps.x=1&steps=20",
        "\ud800=\ud800",
        "&".join(f"f{number}=1" for number in range(3000)),
    ],
    ids=brief,
)
def test_hostile_links_raise_nothing_but_invalid(query: str) -> None:
    read_or_refuse(from_link, query)


@pytest.mark.parametrize(
    "text",
    [
        "=",
        "steps = ",
        "steps = 1\nsteps = 2",
        "experiment = 3",
        "[experiment]\n[experiment]",
        "[[experiment]]",
        "[experiment.sharing.depth.depth]\nx = 1",
        "steps = nan",
        "steps = inf",
        "steps = " + "9" * 5000,
        "steps = " + "[" * 100_000,
        "x = '" + "y" * 10_000_000 + "'",
        "steps = 1979-05-27",
        "\x00",
    ],
    ids=brief,
)
def test_hostile_files_raise_nothing_but_invalid(text: str, tmp_path: Path) -> None:
    read_or_refuse(public_names.read_toml, text)
    for name in ("one.toml", "one.json"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        read_or_refuse(public_names.read_file, path)


@pytest.mark.parametrize(
    "text", ["{", "[]", "3", "null", '{"steps": ' + "9" * 5000 + "}", "[" * 100_000, '{"steps": NaN}'], ids=brief
)
def test_hostile_json_raises_invalid(text: str, tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Invalid) as caught:
        public_names.read_file(path)
    assert len(str(caught.value)) < LONGEST


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    binary = tmp_path / "one.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path, tmp_path / "none.toml", binary):
        with pytest.raises(Invalid) as caught:
            public_names.read_file(path)
        assert caught.value.problems[0].where == "file"


# --- meaning -------------------------------------------------------------------------------------------------------


def test_the_order_of_tasks_does_not_matter() -> None:
    first, second = from_link("tasks=parity,digit"), from_link("tasks=digit,parity,digit")
    assert first == second
    assert first.tasks == ("digit", "parity")
    assert first.key(0) == second.key(0)


def test_no_labels_named_means_all_labels() -> None:
    assert small(labels__digit=0) == small()
    assert small(labels__digit=40) != small()


def test_the_key_ignores_what_the_run_itself_does_not_train() -> None:
    each = small()
    assert each.set(baseline_rate=0.01).key(0) == each.set(sweep=True).key(0) == each.key(0)
    assert each.key(0) != each.key(1)
    others = [each.set(**{name: value}) for name, value in {"rate": 0.01, "steps": 31, "batch": 17, "sharing.depth": 1}.items()]
    others += [small(weighting="dwa"), small(labels__digit=40), small(tasks="digit,parity"), small(sharing="separate")]
    assert len({one.key(0) for one in [each, *others]}) == len(others) + 1
    assert Run(each, 4).key == each.key(4)


def test_the_shape_is_what_a_fleet_has_in_common() -> None:
    each = small()
    for same in (small(weighting="dwa"), small(rate=0.1), small(labels__digit=40), small(baseline_rate=0.1), small(sweep=True)):
        assert same.shape() == each.shape()
    for other in (
        small(steps=31),
        small(batch=17),
        small(tasks="digit,parity"),
        small(backbone__width=9),
        small(sharing="separate"),
        small(measure=True, sharing__depth=1),
        small(checkpoint="last"),
        small(patience=5),
    ):
        assert other.shape() != each.shape()
    assert small(sharing__depth=1).shape() == each.shape(), "a strategy may mix this knob"
    assert Experiment.from_dict({"suite": "wine"}).shape() != Experiment.from_dict({}).shape()
    for key, suite in catalog.suites().items():
        plain = Experiment.from_dict({"suite": key})
        for name, knob in knobs_of(suite).items():
            if isinstance(knob.default, (int, float)) and not isinstance(knob.default, bool):
                value = knob.low if knob.default != knob.low else knob.high
                turned = Experiment.from_flat({"suite": key, f"suite.{name}": value, "tasks": ",".join(plain.tasks[:1])})
                base = plain.set(tasks=plain.tasks[0])
                assert (turned.shape() != base.shape()) == knob.shapes, (key, name)


def test_the_best_step_counts_unless_the_last_one_is_asked_for() -> None:
    """In every written form, and in those of old that do not say it."""
    last = small(checkpoint="last", patience=7)
    for again in (
        Experiment.from_dict(last.to_dict()),
        from_link(to_link(last)),
        public_names.read_toml(public_names.to_toml(last)),
        Experiment.from_flat({name: text_of(value) for name, value in last.to_flat().items()}),
    ):
        assert (again.checkpoint, again.patience) == ("last", 7)
    old = {name: value for name, value in small().to_flat().items() if name not in ("checkpoint", "patience")}
    assert Experiment.from_flat(old) == small()
    assert (small().checkpoint, small().patience) == ("best", 0)
    assert last.baseline().checkpoint == "last", "what counts for the run counts for its baselines"
    assert last.key(0) != small().key(0)
    with pytest.raises(Invalid, match="best"):
        small(checkpoint="beste")


def test_the_baseline_is_separate_networks_with_equal_weights() -> None:
    each = small(weighting="pcgrad", labels__digit=40, baseline_rate=0.01)
    baseline = each.baseline()
    assert baseline.sharing == Choice("separate")
    assert baseline.weighting == Choice("equal")
    assert baseline.rate == 0.01
    assert each.set(baseline_rate=0).baseline().rate == each.rate
    for name in ("suite", "tasks", "labels", "backbone", "steps", "batch"):
        assert getattr(baseline, name) == getattr(each, name)
    assert baseline.baseline() == baseline
    assert Experiment.from_dict(baseline.to_dict()) == baseline


def test_a_sweep_tries_three_rates_within_bounds() -> None:
    each = small(rate=0.003, baseline_rate=0.9, sweep=True)
    assert [one.rate for one in each.trainings()] == [0.003 * factor for factor in SWEEP]
    assert [one.rate for one in each.baselines()] == [0.9 / 3, 0.9, 1.0]
    assert not any(one.sweep or one.baseline_rate for one in [*each.trainings(), *each.baselines()])
    plain = small()
    assert plain.trainings() == [plain]
    assert plain.baselines() == [plain.baseline()]


def test_a_changed_choice_drops_the_knobs_of_the_old_one() -> None:
    each = small(weighting="dwa", weighting__temperature=5.0)
    assert each.set(weighting="equal").weighting == Choice("equal")
    assert each.set(weighting="dwa").weighting == each.weighting
    assert each.set(**{"weighting.temperature": 3}).weighting.knobs["temperature"] == 3.0
    moved = small(labels__digit=40).set(suite="wine")
    assert moved.labels == {}
    assert moved.tasks == tuple(task.name for task in catalog.suites()["wine"]().tasks())
    with pytest.raises(Invalid):
        each.set(nonsense=1)


def test_parts_are_made_with_their_knobs() -> None:
    each = small(weighting="dwa", weighting__temperature=5.0, sharing__depth=1)
    assert each.new_weighting().temperature == 5.0  # type: ignore[attr-defined]  # that of the method asked for
    assert each.new_weighting() is not each.new_weighting()
    assert each.the_strategy.depth == 1  # type: ignore[attr-defined]  # that of the strategy asked for
    assert each.the_backbone.length == 2
    assert [task.name for task in each.the_tasks] == ["digit", "parity", "large"]


def test_a_backbone_that_cannot_read_the_suite_is_refused_in_words() -> None:
    for key, suite in catalog.suites().items():
        for name, backbone in catalog.backbones().items():
            values = {"suite": key, "backbone": name, "sharing": {"name": "hard", "depth": 1}}
            if suite.gives in backbone.takes:
                assert Experiment.from_dict(values).backbone.name == name
            else:
                problem = one(values)
                assert problem.where == "backbone"
                assert "should be a network that reads" in problem.should


def test_a_new_suite_comes_with_its_own_defaults_and_a_network_that_reads_it() -> None:
    before = Experiment.from_flat({"suite": "digits", "backbone": "cnn", "steps": 77, "labels.parity": 5, "sharing.depth": 1})
    kept = before.set(suite="two_digits")
    assert kept.backbone.name == "cnn"
    assert kept.steps == catalog.suites()["two_digits"].defaults["steps"]
    assert not kept.labels
    changed = before.set(suite="wine", **{"sharing.depth": 1})
    assert changed.backbone.name == "mlp"
    assert before.set(suite="digits").steps == 77


def test_shared_blocks_that_nobody_named_fit_suite_and_network() -> None:
    assert Experiment.from_dict({"suite": "scenes"}).sharing.knobs["depth"] == 5
    assert Experiment.from_dict({"suite": "scenes", "sharing": {"name": "hard", "depth": 1}}).sharing.knobs["depth"] == 1
    short = {"suite": "scenes", "backbone": {"name": "cnn", "depth": 3}}
    assert Experiment.from_dict(short).sharing.knobs["depth"] == 3
    assert Experiment.from_dict({"backbone": {"name": "mlp", "depth": 1}}).sharing.knobs["depth"] == 1
    assert Experiment.from_dict({}).set(suite="scenes").sharing.knobs["depth"] == 5
    assert one({"backbone": {"name": "mlp", "depth": 1}, "sharing": {"name": "hard", "depth": 2}}).where == "sharing.depth"


# --- what must not move --------------------------------------------------------------------------------------------

KEYS = {
    "": ("2b3b7326fc2e1e17b2f37d132004a5f6", "8077220598e7426b"),
    "suite=diabetes": ("8d5da8f23cbaed19a15d990b61c56dcc", "1164ae966bb49aba"),
    "suite=sentences&sharing=lora": ("0c07fa228fe8721c5c25f10fdb8e4ad4", "206251198b26ee75"),
    "suite=scenes&sharing=mtan&weighting=mgda&steps=40": ("d02262923e07a0853f2f702782bf797c", "d427473487ae65a5"),
}
"""Links, with the key of their run with seed 0 and the beginning of a hash of what their fleets have in common."""


@pytest.mark.parametrize("link", KEYS)
def test_keys_stay_what_they_are(link: str) -> None:
    """Stored runs, recordings and races are found by these: where a key moves, all of them are lost."""
    each = from_link(link)
    assert (each.key(0), hashlib.sha256(each.shape().encode()).hexdigest()[:16]) == KEYS[link]


def test_links_stay_what_they_are() -> None:
    each = from_link("sharing.depth=1&labels.digit=40&weighting=static&weighting.weights=1,2,0.5,1")
    assert to_link(each) == (
        "suite=digits&backbone=mlp&backbone.depth=2&backbone.width=64&backbone.dropout=0.0&sharing=hard&sharing.depth=1"
        "&weighting=static&weighting.weights=1.0%2C2.0%2C0.5%2C1.0&schedule=joint&tasks=digit%2Cparity%2Clarge%2Cloops"
        "&labels.digit=40&steps=500&batch=64&rate=0.003&decay=none&weight_decay=0.0&strengths=false&class_weights=equal"
        "&heads=random&checkpoint=best&patience=0&baseline_rate=0.0&sweep=false&measure=false"
    )
