"""One new file is a new entry, with no other file touched; and one that lacks something is left out, named, with its fault."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from playground import catalog, data_summary, presets
from playground.__main__ import main
from playground.basics.errors import Invalid
from playground.experiment import Experiment, Run
from playground.figures.network import network
from playground.figures.style import look_of
from playground.figures.views import data, views
from playground.training.fleet.network import draw
from playground.training.loop import Training
from playground.training.observing.events import Failed, Finished, Measured, Pictured, Scored
from playground.ui import pages
from playground.ui.lookup import methods
from tests.newcomers import FILES, added, forget

NEW = {
    "suite": "signs",
    "sharing": "one_trunk",
    "weighting": "loudest",
    "weighting.factor": 3.0,
    "schedule": "halves",
    "steps": 20,
    "batch": 8,
    "backbone.width": 4,
}
WITH_KIND = {path: text.replace('"Product"), "regression"', '"Product"), "absolute"') for path, text in FILES.items()}
"""All files, and the suite has a task of the new kind."""


@pytest.fixture
def everything(tmp_path: Path) -> Iterator[None]:
    with added(tmp_path, WITH_KIND):
        yield


@pytest.mark.usefixtures("everything")
def test_new_files_are_in_the_catalogue_and_carded() -> None:
    catalog.read_all()
    presets.presets()
    assert [*catalog.faults(), *presets.faults(), *pages.faults()] == []
    assert {"loudest"} <= set(catalog.methods())
    assert {"one_trunk"} <= set(catalog.strategies())
    assert {"signs"} <= set(catalog.suites())
    assert {"absolute"} <= set(catalog.kinds())
    assert {"halves"} <= set(catalog.schedules())
    assert presets.presets()["signs_together"].seeds == 2
    assert pages.found()[-1].path.name == "hello.py"
    assert pages.found()[-1].title == "Hello"
    method = catalog.methods()["loudest"]
    assert methods.passes("loudest", method.card, "greatest more")
    assert methods.knob_table(method).iloc[0, 0] == "`factor`"
    assert methods.needs(method) == ["losses only"]
    assert methods.family(catalog.strategies()["one_trunk"]) == "Hard sharing"


@pytest.mark.usefixtures("everything")
def test_new_files_are_trained_in_a_fleet_and_drawn() -> None:
    experiment = Experiment.from_flat(NEW)
    assert Experiment.from_flat(experiment.to_flat()) == experiment
    events = list(Training([Run(experiment, seed) for seed in (0, 1)]).events())
    assert not [event for event in events if isinstance(event, Failed)]
    assert isinstance(events[-1], Finished)
    first = next(event for event in events if isinstance(event, Measured))
    assert sorted(first.weights[0]) == [1.0, 3.0]
    last = [event for event in events if isinstance(event, Measured)][-1]
    assert last.weights[0] == [1.0, 0.0], "the second half learns from the first task"
    assert np.isfinite([event.scores for event in events if isinstance(event, Scored)]).all()
    suite = experiment.the_suite
    loaded, look = suite.load(0), look_of(suite.tasks())
    shown = next(event for event in events if isinstance(event, Pictured))
    _figure, said = views.view(loaded.probe, suite.tasks(), look, shown.outputs)
    assert "Product" in said
    assert "Sign" in network.describe(draw(experiment), look, None)
    found = data_summary.survey(suite, loaded)
    assert set(found.labels) == {"sign", "product"}
    assert found.ties.shape == (2, 2)
    assert data.examples(loaded.probe, suite.tasks(), look)[1].startswith("9 examples")


VIEW = '''
"""Everything as one line."""


def in_a_line(probe, tasks, look, outputs):
    return f"<div>{len(probe.inputs)}</div>"


def in_a_line_text(probe, tasks, look, outputs):
    return "All in a line."
'''


def test_a_new_view_is_a_file_named_like_it(tmp_path: Path) -> None:
    suite = FILES["playground/suites/signs.py"].replace('"rows"', '"in_a_line"')
    with added(tmp_path, {"playground/suites/signs.py": suite, "playground/figures/views/in_a_line.py": VIEW}):
        made = catalog.suites()["signs"]()
        probe, tasks = made.load(0).probe, made.tasks()
        outputs = {"sign": np.ones((9, 2)), "product": np.ones((9, 1))}
        assert views.view(probe, tasks, look_of(tasks), outputs) == ("<div>9</div>", "All in a line.")


def lines(path: str, old: str, new: str) -> tuple[str, str]:
    """A file with one thing changed."""
    assert old in FILES[path]
    return path, FILES[path].replace(old, new)


METHOD, STRATEGY, SUITE = "playground/weighting/loudest.py", "playground/sharing/one_trunk.py", "playground/suites/signs.py"
KIND, SCHEDULE = "playground/task_types/absolute.py", "playground/task_sampling/halves.py"
PRESET, PAGE = "presets/signs_together.toml", "pages/hello.py"

LEFT_OUT = {
    "method: no card": (lines(METHOD, "    card = Card", "    other = Card"), "`card` should be a card"),
    "method: wrong word": (lines(METHOD, '"loss"', '"gradient"'), "`signal` should be one of loss, gramian. Found `gradient`."),
    "method: no word": (lines(METHOD, '    signal = "loss"\n', ""), "`signal` should be one of 'loss', 'gramian'"),
    "method: another key": (lines(METHOD, 'key = "loudest"', 'key = "loud"'), "`key` should be the name of its file, loudest"),
    "method: no key": (lines(METHOD, '    key = "loudest"\n', ""), "`key` should be the name of its file, loudest"),
    "method: does not load": (lines(METHOD, "import torch\n", "import torchh\n"), "No module named 'torchh'"),
    "method: no sentence": (lines(METHOD, 'N_("Noise is loud.")', '""'), "`card.fails` should be a text"),
    "method: knob without ends": (lines(METHOD, "high=9.0, ", ""), "`factor` should have a low and a higher high"),
    "method: default out of bounds": (lines(METHOD, "knob(2.0", "knob(20.0"), "`factor` should be between 1 and 9"),
    "method: knob without words": (lines(METHOD, 'label=N_("Factor"), ', ""), "`factor.label` should be a text"),
    "method: no weigh": (lines(METHOD, "def weigh(", "def weight("), "`Loudest` should have weigh"),
    "method: no dataclass": (lines(METHOD, "@dataclass\n", ""), "`Loudest` should be a dataclass"),
    "method: bare field": (
        lines(METHOD, "    factor: float = knob(2.0", "    bare: int\n    factor: float = knob(2.0"),
        "`bare` should have a default",
    ),
    "method: no child": (lines(METHOD, "class Loudest(Weighting)", "class Loudest"), "`Loudest` should inherit Weighting"),
    "method: two in one": (
        (METHOD, FILES[METHOD] + "\n\nclass Second:\n    key = 'second'\n"),
        "should hold one class with a key",
    ),
    "strategy: wrong family": (
        lines(STRATEGY, '"hard"', '"firm"'),
        "`family` should be one of none, hard, soft. Found `firm`.",
    ),
    "suite: no real": (lines(SUITE, "    real = False\n", ""), "`real` should be True or False"),
    "kind: no metric": (lines(KIND, '    metric = N_("mean absolute error")\n', ""), "`metric` should be a text"),
    "schedule: no active": (lines(SCHEDULE, "def active(", "def actives("), "`Halves` should have active"),
    "preset: misspelt field": (lines(PRESET, "steps = 20", "stps = 20"), "Did you mean `steps`?"),
    "preset: no TOML": (lines(PRESET, "seeds = 2", "seeds = = 2"), "`preset` should be a readable TOML file"),
    "page: no title": (
        lines(PAGE, 'TITLE, ICON, PLACE = N_("Hello"), ":material/waving_hand:", 9', 'ICON = ":a:"'),
        "`TITLE` should be a text",
    ),
    "page: no Python": ((PAGE, "def ("), "`import` should load"),
}


@pytest.mark.parametrize("case", LEFT_OUT)
def test_a_file_that_lacks_something_is_named_and_the_others_go_on(case: str, tmp_path: Path) -> None:
    (path, text), words = LEFT_OUT[case]
    with added(tmp_path, FILES | {path: text}):
        catalog.read_all()
        presets.presets()
        (fault,) = [*catalog.faults(), *presets.faults(), *pages.faults()]
        assert fault.file == path
        assert str(fault).startswith(f"{path}: ")
        assert words in str(fault)
        there = {f"playground/{name}/{key}.py" for name in catalog.BASES for key in catalog._entries(name)}
        there |= {f"presets/{key}.toml" for key in presets.presets()} | {f"pages/{one.path.name}" for one in pages.found()}
        assert set(FILES) - there == {path}
        assert len(catalog.methods()) > 20


FLEETS = {
    "method: weights of all runs": (
        lines(METHOD, "self.ones())", "self.ones())[0]"),
        "should give weights [R, T] = [2, 2]",
        "[2]",
    ),
    "method: another type": (lines(METHOD, "self.ones())", "self.ones()).double()"), "of type torch.float32", "torch.float64"),
    "method: no numbers": (lines(METHOD, "self.ones())", "self.ones()) / 0"), "should give finite numbers", "inf"),
    "method: no tensor": (lines(METHOD, "self.ones())", "self.ones()).tolist()"), "should give a tensor", "list"),
    "suite: wrong type of inputs": (
        lines(SUITE, ".astype(np.float32)", ""),
        "numpy array of float32 with 2 axes",
        "float64 [60, 2]",
    ),
    "suite: wrong type of classes": (
        lines(SUITE, "(x.sum(1) > 0).astype(np.int64)", "np.sign(x.sum(1))"),
        "int64 classes [60]",
        "float32 [60]",
    ),
    "suite: classes from one": (
        lines(SUITE, "(x.sum(1) > 0)", "1 + (x.sum(1) > 0)"),
        "numbers of the 2 classes, from 0",
        "(1, 2)",
    ),
    "suite: another name": (lines(SUITE, '"product": x.prod', '"produkt": x.prod'), "Did you mean `product`?", "produkt"),
    "suite: name that is none": (
        (SUITE, FILES[SUITE].replace('"product"', '"the product"')),
        "lower-case letters",
        "the product",
    ),
    "suite: unknown kind": (lines(SUITE, '"regression"', '"regresion"'), "Did you mean `regression`?", "regresion"),
    "suite: no example": (
        lines(SUITE, "(60, 2)", "(60 * (name != 'validation'), 2)"),
        "should hold at least one example",
        "0",
    ),
    "suite: not finite": (
        lines(SUITE, "return whole(x", "x[3] = np.inf\n        return whole(x"),
        "should hold finite numbers",
        "inf",
    ),
}


@pytest.mark.parametrize("case", FLEETS)
def test_what_only_shows_in_a_training_is_a_sentence_that_names_the_file(case: str, tmp_path: Path) -> None:
    (path, text), words, value = FLEETS[case]
    with added(tmp_path, FILES | {path: text}), pytest.raises(Invalid) as caught:
        list(Training([Run(Experiment.from_flat(NEW), seed) for seed in (0, 1)]).events())
    said = str(caught.value)
    assert path in said
    assert words in said
    assert value in said


def test_a_strategy_that_writes_into_padding_is_found_when_it_is_built(tmp_path: Path) -> None:
    shift = "(self.common(x) + self.shift)"
    text = (
        FILES[STRATEGY]
        .replace("self.common(x)]", f"{shift}]")
        .replace("from torch import Tensor", "import torch\nfrom torch import Tensor, nn")
    )
    runs = "len(plan.streams.seeds)"
    text = text.replace('("shared")\n', f'("shared")\n        self.shift = nn.Parameter(torch.zeros({runs}, 1, 1, 1))\n', 1)
    tokens = Experiment.from_flat({"suite": "sentences", "backbone.width": 16, "backbone.depth": 1})
    for written in (FILES[STRATEGY], text):
        with added(tmp_path, {STRATEGY: written}):
            inputs = tokens.the_suite.load(0).train.inputs.shape[1:]
            from playground.training.fleet.network import Network

            experiment = tokens.set(sharing="one_trunk")
            if written is text:
                with pytest.raises(Invalid, match=re.escape(f"{STRATEGY} forward()` should keep positions of padding zero")):
                    Network(experiment, [0, 1], inputs)
            else:
                Network(experiment, [0, 1], inputs)


def test_the_list_tells_what_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (path, text), words = LEFT_OUT["method: no card"]
    bad, _words = LEFT_OUT["preset: misspelt field"]
    with added(tmp_path, {path: text, bad[0]: bad[1]}):
        assert main(["list"]) == 0
        listed = capsys.readouterr()
        assert f"Left out: {path}: {words}" in listed.out
        assert f"Left out: {bad[0]}: " in listed.out
        assert "pcgrad" in listed.out
        forget()
        assert main(["train", "nowhere"]) == 2
        assert f"Left out: {bad[0]}: " in capsys.readouterr().err


def test_there_is_a_short_walk_for_every_sort_of_file() -> None:
    text = (Path(__file__).parent.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    walks = dict(re.findall(r"^### A (.+)\n\n((?:.+\n)+)", text, re.MULTILINE))
    assert list(walks) == [
        "weighting method",
        "sharing strategy",
        "suite",
        "kind of task",
        "schedule",
        "preset",
        "page",
        "lesson",
    ]
    for walk in walks.values():
        assert len(walk.splitlines()) <= 10
        named = re.findall(r"`((?:playground|tests|presets|docs)/[\w/]+\.\w+)`", walk)
        assert not [path for path in named if "VIEW" not in path and not (Path(__file__).parent.parent / path).exists()]


def test_the_loop_knows_no_method_by_name() -> None:
    for path in (Path(catalog.__file__).parent / "training").rglob("*.py"):
        texts = {node.value for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Constant)}
        assert not texts & set(catalog.methods()), path.name


def test_any_method_that_accepts_weights_is_given_them(tmp_path: Path) -> None:
    text = FILES[METHOD].replace('signal = "loss"', 'signal = "loss"\n    accepts_weights = True')
    text += "\n    def take(self, weights):\n        self.factor = weights[0]\n"
    with added(tmp_path, FILES | {METHOD: text}):
        training = Training([Run(Experiment.from_flat(NEW | {"schedule": "joint"}), 0)])
        training.record_all = True
        events = training.events()
        found = []
        for event in events:
            if isinstance(event, Measured):
                found.append(max(event.weights[0]))
                if event.step == 3:
                    training.set_weights([7.0, 1.0])
        assert found[:3] == [3.0] * 3
        assert found[3:] == [7.0] * 17
