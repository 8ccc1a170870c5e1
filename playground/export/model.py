"""The trained model: weights as safetensors, what is known of it as plain JSON beside them, and ONNX for serving."""

from __future__ import annotations

import json
import platform
import runpy
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from playground import public_names
from playground.basics.errors import Invalid, Problem
from playground.basics.words import _
from playground.export.code import bundle, start
from playground.export.code.choice import Export
from playground.measures import measure
from playground.suites.base import Task
from playground.training.fleet.labels import all_standardised
from playground.training.loop import Training
from playground.training.observing.events import Kept, Scored

OPSET = 18
LAYOUT = {"numbers": ["batch", "number"], "pictures": ["batch", "channel", "row", "column"], "tokens": ["batch", "position"]}
WRITTEN = "translation"
"""The kind of task whose answer is read again for each of its words."""
SO_FAR = "{task}_so_far"
"""What a graph calls the words of such a task that are written already: a graph has no loop, so who serves it asks again."""
LOADED = "exported"
"""The name under which a script is loaded, so that it does not train."""


def files(export: Export, onnx: bool = False) -> dict[str, bytes]:
    """Train the run in this process and give its model: weights, what is known of them and, if asked for, ONNX.

    Raises Invalid for another framework than PyTorch, and where a package that is needed is missing.
    """
    if export.framework != "pytorch":
        raise Invalid([Problem("--model", _("should go with --framework pytorch"), export.framework)])
    weights, facts = trained(export)
    found = {"model.safetensors": _packed(weights), "model.json": json.dumps(facts, ensure_ascii=False, indent=1).encode()}
    return found | ({"model.onnx": as_onnx(export, weights)} if onnx else {})


def trained(export: Export) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """The parameters that the run kept, by the names of the exported model, and what there is to know of it."""
    training = Training([export.run], device="cpu")
    scores: dict[str, dict[str, float]] = {}
    steps: dict[str, int] = {}
    for event in training.events():
        if isinstance(event, Scored):
            scores[event.split] = dict(zip(export.experiment.tasks, event.scores[0], strict=True))
        elif isinstance(event, Kept):
            steps = dict(zip(export.experiment.tasks, event.steps[0], strict=True))
    return start.weights_of(training.network, "torch"), facts(export, scores, steps)


def facts(export: Export, scores: Mapping[str, Mapping[str, float]], steps: Mapping[str, int]) -> dict[str, Any]:
    """Layout, preprocessing, tasks with classes and units, and how it was trained, as plain values."""
    experiment, suite = export.experiment, export.experiment.the_suite
    shape = list(export.data.train.inputs.shape[1:])
    *_parts, scales = all_standardised(export.data, start.kept(export), experiment.the_tasks)
    tasks = [
        {
            "name": task.name,
            "title": _(task.title),
            "kind": task.kind,
            "classes": [_(name) for name in task.classes],
            "unit": task.unit,
            "mean": float(mean) if task.natural else None,
            "deviation": float(deviation) if task.natural else None,
            "metric": measure(task).title,
            "test": scores.get("test", {}).get(task.name),
            "kept_step": steps.get(task.name),
        }
        for task, (mean, deviation) in zip(experiment.the_tasks, scales, strict=True)
    ]
    words = {"words": list(export.data.probe.words)} if export.data.probe and export.data.probe.words else {}
    served = [_served(SO_FAR.format(task=task.name), task.settings["length"]) for task in _written(export).values()]
    return {
        "inputs": {"shape": shape, "layout": LAYOUT[suite.gives], "type": str(export.data.train.inputs.dtype)} | words,
        "preprocessing": _("Inputs as they stand in data.npz: {words}").format(words=_(suite.card.notes) or _(suite.card.idea)),
        "outputs": _(
            "One array a task, in this order: scores of the classes before the softmax (of a binary task one score before the "
            "sigmoid), or numbers, which deviation and mean bring to their unit."
        ),
        **({"serving": served} if served else {}),
        "tasks": tasks,
        "experiment": public_names.public(experiment.to_dict()),
        "seed": export.seed,
        "versions": {"python": platform.python_version(), "torch": torch.__version__, "numpy": np.__version__},
    }


def _written(export: Export) -> dict[int, Task]:
    """By their numbers the tasks whose answers are written word by word."""
    return {number: task for number, task in enumerate(export.experiment.the_tasks) if task.kind == WRITTEN}


def _served(name: str, length: int) -> str:
    """How a graph is asked for an answer of many words."""
    words = _(
        "model.onnx also reads {name}, int64 [batch, {length}]: the words written so far, at first all 0. It gives scores of "
        "the word at every place, from those before it alone. Write the likeliest word at place 0, never word 0, into {name}; "
        "ask again for place 1; and so on, up to word 1, the end."
    )
    return words.format(name=name, length=length)


def exported_model(export: Export, weights: Mapping[str, np.ndarray]) -> torch.nn.Module:
    """The model of the exported script itself, with these weights."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in bundle.files(Export(export.experiment, export.seed)).items():
            (Path(folder) / name).write_bytes(content)
        model: torch.nn.Module = runpy.run_path(str(Path(folder) / "train.py"), run_name=LOADED)["Model"]()
    model.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
    return model.eval()


class Served(nn.Module):
    """A model that is told the words so far of what it writes, each [B, M], instead of writing to the end."""

    def __init__(self, model: nn.Module, written: Sequence[int], tasks: int):
        super().__init__()
        self.model, self.written, self.tasks = model, written, tasks

    def forward(self, inputs: Tensor, so_far: list[Tensor]) -> list[Tensor]:
        """The answers of all tasks; of those that are written, scores [B, M, V] of the word at each place."""
        told = dict(zip(self.written, so_far, strict=True))
        answers: list[Tensor] = self.model(inputs, [told.get(number) for number in range(self.tasks)])
        return answers


def as_onnx(export: Export, weights: Mapping[str, np.ndarray]) -> bytes:
    """The model as ONNX, for batches of any size; what is written word by word is asked for as `Served` does.

    Raises Invalid where the packages for it are missing, and where the graph serves batches of one size only.
    """
    try:
        import onnxscript  # noqa: F401 - torch needs it, and says so only in the middle of the work
    except ImportError:
        should = _("should go with the packages onnx and onnxscript: pip install onnx onnxscript")
        raise Invalid([Problem("--onnx", should, _("none"))]) from None
    shown, tasks, written = export.data.test.take(np.arange(2)), export.experiment.tasks, _written(export)
    model, batch = exported_model(export, weights), {0: torch.export.Dim("batch")}
    given: tuple[Any, ...] = (torch.from_numpy(shown.inputs),)
    sizes: tuple[Any, ...] = (batch,)
    if written:
        model = Served(model, list(written), len(tasks))
        given += ([torch.from_numpy(shown.targets[task.name]) for task in written.values()],)
        sizes += ([batch] * len(written),)
    program = torch.onnx.export(
        model,
        given,
        dynamo=True,
        verbose=False,
        opset_version=OPSET,
        input_names=["inputs", *(SO_FAR.format(task=task.name) for task in written.values())],
        output_names=list(tasks),
        dynamic_shapes=sizes,
    )
    assert program is not None
    graph = program.model_proto.graph
    # Where code asks for a number of rows as a plain number, the exporter writes that number down instead of failing.
    fixed = [one.name for one in (*graph.input, *graph.output) if not one.type.tensor_type.shape.dim[0].dim_param]
    if fixed:
        should = _("should be for a network that serves batches of any size as ONNX")
        raise Invalid([Problem("--onnx", should, ", ".join(fixed))])
    return bytes(program.model_proto.SerializeToString())


def _packed(weights: Mapping[str, np.ndarray]) -> bytes:
    """Weights as the bytes of a safetensors file: numbers and names, nothing that is run when it is read."""
    try:
        from safetensors.numpy import save
    except ImportError:
        raise Invalid(
            [Problem("--model", _("should go with the package safetensors: pip install safetensors"), _("none"))]
        ) from None
    return save(dict(weights))
