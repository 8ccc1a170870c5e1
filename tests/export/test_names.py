"""Names that somebody brings (columns, classes, files) are data in an export: they never become code, nor break it."""

from __future__ import annotations

import ast
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest

from playground.experiment import Experiment
from playground.export import model
from playground.export.code import start
from playground.export.code.bundle import files
from playground.export.code.choice import Export
from playground.export.code.notebook import notebook
from playground.export.code.script import script
from playground.export.code.text import comment, literal, wrapped
from playground.uploads.kept import storage
from playground.uploads.reading.reader import read_bytes
from playground.uploads.table import table_of
from tests.export import bench

HOSTILE = (
    '"""; import os; os.system("touch pwned"); """',
    "'; raise SystemExit('pwned') #",
    "{{ 7 * 7 }}{% include 'torch.py.j2' %}",
    "a\u2028b\u2029c\x85d",
    "\\\" + __import__('os').getcwd() + \\\"",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "${process.exit()} `id` $(id)",
    "../../etc/passwd\x00",
    "\u202etxt.exe",
    "f'{open(0)}' %s {0} {task}",
    "# %% pwned\nimport os",
    "class",
    "None",
    "inputs",
)
"""Headers and classes that try to be something else."""


def table(headers: tuple[str, str, str], classes: tuple[str, str, str]) -> Experiment:
    """An experiment on a table with these headers of its two targets and one input, and these classes."""
    rng = np.random.default_rng(0)
    size = rng.normal(size=120).round(3)
    first, second, third = headers
    frame = pd.DataFrame({"size": size, third: rng.normal(size=120).round(3)})
    frame[first], frame[second] = rng.choice(classes, 120), np.where(size + rng.normal(size=120) > 0, "u", "v")
    brought = table_of(read_bytes(frame.to_csv(index=False).encode(), "a.csv"))
    names = [column.name for column in brought.columns]
    key = storage.lend(brought.learning([names[2], names[3]]))
    small = {"steps": 20, "batch": 16, "backbone.width": 4}
    return Experiment.from_flat({"suite": "table", "suite.table": key, **small})


def cases() -> Iterator[Experiment]:
    """Random mixtures of hostile words."""
    rng = random.Random(1)
    words = [word for word in HOSTILE if "\x00" not in word]
    classes = [word for word in words if word != "None"]  # which would be a gap, and no class
    for _case in range(6):
        yield table(tuple(rng.sample(words, 3)), tuple(rng.sample(classes, 3)))  # type: ignore[arg-type]


def shape(text: str) -> list[str]:
    """The code of a script without what its literals say."""
    return [type(node).__name__ for node in ast.walk(ast.parse(text)) if not isinstance(node, ast.Constant)]


@pytest.mark.parametrize("word", HOSTILE)
def test_a_literal_is_the_text_and_nothing_else(word: str) -> None:
    assert ast.literal_eval(literal(word)) == word
    assert literal([word, 1, None]).count("\n") == 0
    assert ast.literal_eval(literal([word, [word]])) == [word, [word]]


def test_what_is_no_plain_value_is_no_literal() -> None:
    with pytest.raises(TypeError):
        literal({"a": 1})


@pytest.mark.parametrize("word", HOSTILE)
def test_every_line_of_a_comment_is_one(word: str) -> None:
    assert all(line.strip().startswith("#") for line in comment(word * 9, 4).splitlines())


def test_lines_are_not_longer_than_they_may_be() -> None:
    for text in ("word " * 60, "汉字，" * 60, "mixed 汉字 " * 30):
        assert max(len(line) for line in wrapped(text, 50)) <= 50
        assert "".join("".join(wrapped(text, 50)).split()) == "".join(text.split())


@pytest.mark.parametrize("framework", ["pytorch", "tensorflow"])
def test_hostile_headers_make_the_code_of_harmless_ones(framework: str) -> None:
    """With numbers and classes being the same, the two scripts are one program with other words in it."""
    harmless = Export(table(("kind", "price", "weight"), ("a", "b", "c")), framework=framework)
    for experiment in cases():
        export = Export(experiment, framework=framework)
        text = script(export, start.rows_of(export))
        assert shape(text) == shape(script(harmless, start.rows_of(harmless)))
        assert all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in experiment.tasks)
        found = json.loads(notebook(text))
        nbformat.validate(nbformat.from_dict(found))
        code = "\n".join("".join(cell["source"]) for cell in found["cells"] if cell["cell_type"] == "code")
        assert shape(code) == shape(text.split('"""\n', 1)[-1])


def test_an_export_with_hostile_headers_runs(tmp_path: Path) -> None:
    experiment = table((HOSTILE[0], HOSTILE[2], HOSTILE[5]), (HOSTILE[1], HOSTILE[4], HOSTILE[9]))
    bench.agree(bench.written(tmp_path, experiment), experiment)
    names = set(files(Export(experiment)))
    assert names == {"train.py", "data.npz", "start.npz", "experiment.toml", "requirements.txt", "README.md"}


def test_what_is_told_of_a_model_is_plain_json() -> None:
    experiment = table((HOSTILE[0], HOSTILE[5], HOSTILE[2]), (HOSTILE[3], HOSTILE[4], HOSTILE[9]))
    told_of_it = json.loads(json.dumps(model.facts(Export(experiment), {}, {})))
    assert {task["kind"] for task in told_of_it["tasks"]} == {"classes", "binary"}
