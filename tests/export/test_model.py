"""The trained model: what is written is what the run kept, and nothing of it is pickled."""

from __future__ import annotations

import json
import runpy
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import load

from playground import catalog
from playground.basics.errors import Invalid
from playground.experiment import Experiment
from playground.export import model
from playground.export.code import start
from playground.export.code.choice import Export
from tests.experiments import small, suited
from tests.export import bench


@pytest.mark.parametrize("sharing", ["hard", "separate", "cross_stitch"])
def test_a_model_scores_as_its_run_did(sharing: str, tmp_path: Path) -> None:
    export = Export(suited(sharing))
    content = model.files(export)
    facts = json.loads(content["model.json"])
    scores = bench.run_here(export.experiment)[1]
    assert {task["name"]: task["test"] for task in facts["tasks"]} == pytest.approx(scores)
    loaded = model.exported_model(export, load(content["model.safetensors"]))
    inputs, digits = torch.from_numpy(export.data.test.inputs), export.data.test.targets["digit"]
    with torch.no_grad():
        right = (loaded(inputs)[0].argmax(-1).numpy() == digits).mean()
    assert 100 * right == pytest.approx(scores["digit"], abs=1e-3)


@pytest.mark.parametrize("sharing", ["hard", "separate"])
def test_the_script_tests_these_weights(
    sharing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    export = Export(suited(sharing, steps=10))
    path = bench.written(tmp_path, export.experiment)
    content = model.files(export)
    (tmp_path / "model.safetensors").write_bytes(content["model.safetensors"])
    monkeypatch.setattr(sys, "argv", [str(path), "--weights", str(tmp_path / "model.safetensors")])
    runpy.run_path(str(path), run_name="__main__")
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 1
    wanted = {task["name"]: task["test"] for task in json.loads(content["model.json"])["tasks"]}
    assert json.loads(told[0]) == pytest.approx(wanted, rel=1e-4)


def test_a_model_is_of_pytorch() -> None:
    with pytest.raises(Invalid, match="--framework pytorch"):
        model.files(Export(small(), framework="tensorflow"))


FEW = {"backbone.depth": 2, "backbone.width": 8, "batch": 16, "steps": 10, "sharing": "hard"}
OTHERS = {
    "numbers": {"suite": "wine", "tasks": ""},
    "words": {"suite": "sentences", "suite.sentences": 200, "tasks": "topic,entities", "backbone": "transformer"},
    "scenes": {"suite": "scenes", "suite.pictures": 100, "tasks": "objects,segments,depth", "backbone": "resnet"},
}
ALSO = [pytest.param(one, marks=pytest.mark.exhaustive) for one in ("words", "lora", "prompt")]
SIZES = (1, 5, 40)
"""How many rows are asked for at once; the graph is read from two."""


def of(name: str, **changes: object) -> Export:
    return Export(Experiment.from_flat({**FEW, **OTHERS[name], **changes}) if name in OTHERS else suited(name))


def served_alike(export: Export, weights: Mapping[str, np.ndarray]) -> None:
    """Asserts that what is served as ONNX answers as the model does, whatever the number of rows."""
    onnxruntime = pytest.importorskip("onnxruntime")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what torch's exporter says of its own parts
        session = onnxruntime.InferenceSession(model.as_onnx(export, weights))
    exported = model.exported_model(export, weights)
    for size in SIZES:
        inputs = export.data.test.inputs[:size]
        with torch.no_grad():
            wanted = [one.numpy() for one in exported(torch.from_numpy(inputs))]
        so_far = {one.name: np.zeros((size, *one.shape[1:]), np.int64) for one in session.get_inputs() if one.name != "inputs"}
        for task, ours in zip(export.experiment.the_tasks, wanted, strict=True):
            if task.kind == model.WRITTEN:
                written_alike(session, inputs, so_far, task.name, ours)
            else:
                (theirs,) = session.run([task.name], {"inputs": inputs, **so_far})
                np.testing.assert_allclose(theirs, ours, atol=1e-4, rtol=1e-4)


def written_alike(session: Any, inputs: np.ndarray, so_far: dict[str, np.ndarray], task: str, wanted: np.ndarray) -> None:
    """Asserts that words which are asked for one by one, as the JSON beside a model says, are those of wanted [B, M].

    A score that is the highest to 1e-4 is: rounding may order two of them otherwise.
    """
    words, rows = so_far[model.SO_FAR.format(task=task)], np.arange(len(inputs))
    for place in range(wanted.shape[1]):
        (scores,) = session.run([task], {"inputs": inputs, **so_far})
        going = ~(words == 1).any(1)
        taken = scores[rows, place, wanted[:, place]]
        np.testing.assert_allclose(taken[going], scores[:, place, 1:].max(-1)[going], atol=1e-4)
        assert (wanted[~going, place] == 0).all()
        words[:, place] = wanted[:, place]


@pytest.mark.slow
def test_onnx_of_a_translation_is_told_the_words_so_far() -> None:
    export = of("words", tasks="entities,translation,next", **{"sharing": "adapters", "suite.direction": "chinese"})
    content = json.loads(json.dumps(model.facts(export, {}, {})))
    (how,) = content["serving"]
    (task,) = (one for one in export.experiment.the_tasks if one.kind == model.WRITTEN)
    assert f"translation_so_far, int64 [batch, {task.settings['length']}]" in how
    assert content["inputs"]["words"][1:3] != content["tasks"][1]["classes"][1:3]
    served_alike(export, model.trained(export)[0])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["hard", "mmoe", "sluice", "numbers", "scenes", *ALSO])
def test_onnx_gives_what_the_model_gives_for_batches_of_any_size(name: str) -> None:
    export = of(name)
    served_alike(export, model.trained(export)[0])


@pytest.mark.slow
@pytest.mark.exhaustive
@pytest.mark.parametrize("strategy", catalog.strategies())
def test_every_strategy_serves_any_size_of_words(strategy: str) -> None:
    try:
        export = of("words", sharing=strategy).check()
    except Invalid:
        pytest.skip("does not go with words")
    served_alike(export, start.first_weights(export))


@pytest.mark.slow
def test_onnx_of_one_size_only_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """As an exporter writes it that takes the two rows that it was shown for all there are."""
    pytest.importorskip("onnxscript")
    export, real = Export(suited("hard")), torch.onnx.export
    monkeypatch.setattr(torch.onnx, "export", lambda *some, **named: real(*some, **named | {"dynamic_shapes": None}))
    first = start.first_weights(export)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(Invalid, match="any size"):
            model.as_onnx(export, first)
