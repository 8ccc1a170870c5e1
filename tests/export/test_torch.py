"""Scripts in PyTorch do what the program does: the same losses step for step, and the same scores on test."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from playground import catalog
from playground.basics.errors import Invalid
from playground.experiment import Experiment
from playground.export.code import start
from playground.export.code.bundle import files
from playground.export.code.choice import Export, obstacle
from playground.export.code.script import script
from tests.experiments import small, suited
from tests.export import bench

SAMPLE = (
    ("separate", "equal"),
    ("hard", "pcgrad"),
    ("soft_l2", "uncertainty"),
    ("soft_trace", "dwa"),
    ("cross_stitch", "nash"),
    ("sluice", "gradnorm"),
    ("mmoe", "cagrad"),
    ("ple", "famo"),
    ("dselect_k", "stch"),
    ("mtan", "gradvac"),
    ("adapters", "mgda"),
    ("lora", "upgrad"),
    ("prompt", "fairgrad"),
)

METHODS = """aligned cagrad config db_mtl dualproj dwa equal fairgrad famo gls gradnorm gradvac imtl_g imtl_l log_loss mgda nash
pcgrad random static stch uncertainty upgrad"""

SCENES = {"suite": "scenes", "suite.pictures": 200, "backbone": "resnet", "checkpoint": "last"}
SENTENCES = {"suite": "sentences", "suite.sentences": 200, "backbone": "transformer", "checkpoint": "last"}
FAMILIES = {
    "few labels": {"labels.parity": 12, "labels.large": 12},
    "some labels": {"labels.parity": 700},
    "alternating": {"schedule": "alternate", "sharing": "soft_l2"},
    "fine-tuned": {"schedule": "pretrain_finetune", "weighting": "pcgrad"},
    "fine-tuned by losses": {"schedule": "pretrain_finetune", "weighting": "famo"},
    "cosine": {"decay": "cosine", "weighting": "imtl_l"},
    "last step": {"checkpoint": "last"},
    "patience": {"patience": 2, "rate": 0.1},
    "patience apart": {"patience": 2, "rate": 0.1, "sharing": "separate"},
    "convolutions": {"backbone": "cnn", "sharing": "lora"},
    "residual": {"backbone": "resnet", "sharing": "ple", "weighting": "pcgrad"},
    "rows as words": {"backbone": "transformer", "sharing": "mmoe"},
    "depth 0": {"sharing": "hard", "sharing.depth": 0},
    "chosen by example": {"sharing": "dselect_k", "sharing.by_example": True, "sharing.experts": 3},
    "odd halves": {"sharing": "sluice", "backbone.width": 7},
    "a table": {"suite": "wine", "backbone": "mlp", "tasks": ""},
    "numbers": {"suite": "diabetes", "backbone": "mlp", "tasks": "", "weighting": "gradnorm"},
    "two digits": {"suite": "two_digits", "backbone": "cnn", "tasks": "", "sharing": "mtan"},
    "a table of one's own": {"suite": "table", "backbone": "mlp", "tasks": ""},
    "a table, chosen otherwise": {
        "suite": "table",
        "tasks": "",
        "suite.numbers": "piecewise",
        "class_weights": "balanced",
        "checkpoint": "best",
        "decay": "cosine",
        "weighting": "pcgrad",
        "metrics.sold_out": "auc",
        "metrics.loaves_sold": "mae",
        "metrics.busiest_hour": "macro_f1",
    },
    "dropout and losses seen again": {"sharing": "mmoe", "weighting": "famo", "backbone.dropout": 0.3, "weight_decay": 0.2},
    "dropout in changes": {"sharing": "lora", "weighting": "cagrad", "backbone.dropout": 0.3, "heads": "constant"},
    "dropout by turns": {"sharing": "adapters", "sharing.alone": 0.4, "backbone.dropout": 0.3, "weight_decay": 0.5},
    "plane": {"suite": "toy_plane", "backbone": "mlp", "tasks": "", "sharing": "cross_stitch"},
    "functions": {"suite": "related_functions", "backbone": "mlp", "tasks": "", "weighting": "log_loss"},
    "sentences": {"suite": "sentences", "tasks": "topic,entities", "backbone": "transformer", "sharing": "prompt"},
    "words with adapters": {
        "suite": "sentences",
        "tasks": "topic,entities",
        "backbone": "transformer",
        "sharing": "adapters",
    },
    "experts chosen for words": {
        "suite": "sentences",
        "tasks": "topic,entities",
        "backbone": "transformer",
        "sharing": "dselect_k",
    },
    "scenes": {"suite": "scenes", "tasks": "kind", "backbone": "resnet", "sharing": "hard"},
    "boxes and classes": {**SCENES, "tasks": "kind,objects", "weighting": "pcgrad", "sharing.depth": 1},
    "masks and depths": {
        **SCENES,
        "rate": 0.001,
        "tasks": "segments,depth",
        "sharing": "cross_stitch",
        "weighting": "uncertainty",
    },
    "places from convolutions": {**SCENES, "tasks": "", "backbone": "cnn", "sharing": "adapters", "checkpoint": "best"},
    "places from vectors": {**SCENES, "tasks": "objects,depth", "backbone": "mlp", "sharing": "mmoe", "weighting": "dwa"},
    "places from rows": {**SCENES, "tasks": "segments,kind", "backbone": "transformer", "sharing": "lora"},
    "translation": {**SENTENCES, "tasks": "entities,translation", "weighting": "famo"},
    "translation and next words": {**SENTENCES, "tasks": "translation,next", "sharing": "adapters", "checkpoint": "best"},
    "translation apart": {**SENTENCES, "tasks": "topic,translation", "sharing": "separate", "suite.direction": "chinese"},
}
"""What else a run can be, one of each sort."""
RARE = ("places from convolutions", "places from rows", "translation and next words", "translation apart")
"""Those that take long and say little beside the others."""


ALONE = """
import builtins, runpy, sys
ABSENT = {"playground", "streamlit", "pandas", "plotly", "jinja2", "sqlalchemy", "safetensors", "onnx", "PIL", "pyarrow"}
plain = builtins.__import__

def without(name, *more, **named):
    if name.partition(".")[0] in ABSENT:
        raise ModuleNotFoundError(name)
    return plain(name, *more, **named)

builtins.__import__ = without
runpy.run_path(sys.argv[1], run_name="__main__")
"""
"""Runs a script where the packages of this program cannot be imported."""


@pytest.fixture(autouse=True)
def thread() -> Iterator[None]:
    with bench.one_thread():
        yield


def offered(strategy: str, method: str, **more: object) -> Experiment | None:
    """An experiment that is offered for export; None where the two do not go together, or bring no template."""
    try:
        found = suited(strategy, weighting=method, steps=50, **more)
    except Invalid:
        return None
    return None if obstacle(found, "pytorch") else found


def every() -> list[tuple[str, str]]:
    """Every strategy with every method."""
    return [(strategy, method) for strategy in catalog.strategies() for method in catalog.methods()]


def of_family(name: str) -> Experiment:
    """The experiment of one of `FAMILIES`, small and short."""
    changes = dict(FAMILIES[name])
    backbone = {"backbone.depth": 2, "backbone.width": 8}
    suite = {"suite": changes.get("suite", "digits"), "batch": 16, "steps": 50}
    return Experiment.from_flat({"tasks": "digit,parity,large", **backbone, **suite, "sharing": "hard", **changes})


def test_whatever_was_promised_brings_its_template() -> None:
    lacking = [key for key, _method in SAMPLE if obstacle(suited(key), "pytorch")]
    lacking += [key for key in METHODS.split() if obstacle(small(weighting=key), "pytorch")]
    assert lacking == []
    assert [name for name in FAMILIES if obstacle(of_family(name), "pytorch")] == []


def test_what_brings_no_template_is_named_before_anything_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new entry may say that it has no export by having no such file."""
    monkeypatch.setattr("playground.export.code.choice.beside", lambda entry, suffix: None if entry.key == "dwa" else Path("/"))
    assert "Dynamic weight average" in str(obstacle(small(weighting="dwa"), "pytorch"))
    with pytest.raises(Invalid, match="template"):
        Export(small(weighting="dwa")).check()
    assert obstacle(small(), "pytorch") is None


@pytest.mark.parametrize(("strategy", "method"), SAMPLE[1::3])
def test_a_script_agrees_with_the_run(strategy: str, method: str, tmp_path: Path) -> None:
    experiment = offered(strategy, method)
    assert experiment is not None
    bench.agree(bench.written(tmp_path, experiment), experiment)


@pytest.mark.slow
@pytest.mark.exhaustive
@pytest.mark.parametrize(("strategy", "method"), every())
def test_every_pair_agrees_with_the_run(strategy: str, method: str, tmp_path: Path) -> None:
    experiment = offered(strategy, method)
    if experiment is None:
        pytest.skip("needs a strategy that shares something")
    bench.agree(bench.written(tmp_path, experiment), experiment)


QUICK = ["few labels", "fine-tuned", "patience apart", "a table of one's own"]


@pytest.mark.parametrize("name", QUICK)
def test_a_script_of_another_sort_agrees(name: str, tmp_path: Path) -> None:
    bench.agree(bench.written(tmp_path, of_family(name)), of_family(name))


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.exhaustive if name in RARE else ()) for name in FAMILIES if name not in QUICK],
)
def test_every_other_sort_agrees(name: str, tmp_path: Path) -> None:
    bench.agree(bench.written(tmp_path, of_family(name)), of_family(name))
    check(tmp_path)


def test_where_dropout_draws_otherwise_a_sentence_says_so(tmp_path: Path) -> None:
    """A task's own blocks see the rows of its own batch in a run, and all rows in a script; on average they are alike."""
    changes = {"labels.parity": 40, "labels.large": 40, "sharing": "separate"}
    base = of_family("few labels").set(**changes)
    dropped = base.set(**{"backbone.dropout": 0.2})
    words = "Dropout leaves out other features than in the run"
    text = {one: script(Export(one), start.rows_of(Export(one))) for one in (base, dropped)}
    assert words not in text[base]
    assert words in text[dropped]
    bench.agree(bench.written(tmp_path, base), base)
    theirs, _tested = bench.run_script(bench.written(tmp_path, dropped))
    ours, _scores = bench.run_here(dropped)
    last = slice(len(ours) // 2, None)
    np.testing.assert_allclose(np.mean(theirs[last], 0), np.mean(ours[last], 0), rtol=0.15)
    assert np.abs(np.array(theirs) - np.array(ours)).max() > bench.CLOSE


def test_another_seed_is_another_run(tmp_path: Path) -> None:
    bench.agree(bench.written(tmp_path, small(steps=20), seed=3), small(steps=20), seed=3)
    with pytest.raises(AssertionError):
        bench.agree(tmp_path / "train.py", small(steps=20), seed=4)


def test_a_broken_rule_would_be_seen(tmp_path: Path) -> None:
    path = bench.written(tmp_path, small(weighting="pcgrad", steps=50))
    path.write_text(path.read_text().replace("product < 0", "product > 0"))
    with pytest.raises(AssertionError):
        bench.agree(path, small(weighting="pcgrad", steps=50))


def test_the_cells_of_a_notebook_do_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = small(steps=20, weighting="nash")
    for name, content in files(Export(experiment, notebook=True)).items():
        (tmp_path / name).write_bytes(content)
    cells = json.loads((tmp_path / "train.ipynb").read_text(encoding="utf-8"))["cells"]
    monkeypatch.chdir(tmp_path)
    told: dict[str, object] = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), told)  # as a kernel does
    assert told["scores"] == pytest.approx(bench.run_here(experiment)[1], rel=1e-3)
    assert cells[0]["source"][0].startswith("# Hard sharing with Nash-MTL")


def texts(notebook: bool = False) -> Iterator[tuple[str, str]]:
    """The script of every strategy with some methods, of every method, and of every other sort."""
    found = {f"{strategy} {method}": offered(strategy, method) for strategy, method in SAMPLE}
    found |= {f"{method}": offered("hard", method) for method in catalog.methods()}
    found |= {name: of_family(name) for name in FAMILIES if "s" not in FAMILIES[name].get("suite", "")}
    for name, experiment in found.items():
        if experiment is not None:
            export = Export(experiment, notebook=notebook)
            yield name, script(export, start.rows_of(export))


def test_scripts_are_formatted_and_clean(tmp_path: Path) -> None:
    for name, text in texts():
        (tmp_path / f"{name.replace(' ', '_')}.py").write_text(text, encoding="utf-8")
    check(tmp_path)


def check(folder: Path) -> None:
    """Asserts that scripts in a folder are clean and formatted by this program's own rules."""
    pyproject = Path(__file__).parents[2] / "pyproject.toml"
    for command in (["check"], ["format", "--diff"]):
        ruff = [sys.executable, "-m", "ruff", *command, "-q", "--no-cache", "--config", str(pyproject), str(folder)]
        done = subprocess.run(ruff, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr


def test_scripts_say_what_they_do() -> None:
    for _name, text in texts():
        head = text.split('"""')[1]
        assert "https://" in head
        assert "PyTorch" in head.splitlines()[0]


def test_torch_numpy_and_scikit_learn_are_enough(tmp_path: Path) -> None:
    """In a process that can import nothing else: neither this program nor what it is made of."""
    experiment = small(steps=20, weighting="nash", metrics__parity="auc")
    path = bench.written(tmp_path, experiment)
    done = subprocess.run(
        [sys.executable, "-I", "-c", ALONE, path], cwd="/", capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    scores = json.loads(done.stdout.splitlines()[-1])
    assert scores == pytest.approx(bench.run_here(experiment)[1], rel=1e-3)
