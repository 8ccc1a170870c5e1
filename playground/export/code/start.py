"""What a run starts from, as plain arrays: its data, its first weights, and the rows of every batch."""

from __future__ import annotations

import io
from collections.abc import Mapping

import numpy as np
from torch import nn

from playground.backbones import mlp
from playground.backbones.attention import LayerNorm
from playground.backbones.convolution import Convolution, Norm
from playground.backbones.layers import Dropout, Linear
from playground.basics.random_streams import stream
from playground.export.code.choice import Export
from playground.export.code.templates import LAYERS
from playground.sharing.adapters import Adapter
from playground.sharing.blocks import Gate
from playground.sharing.cross_stitch import Stitch
from playground.sharing.mtan import AttentionMask
from playground.suites.base import Part, keep_labels
from playground.training.fleet.batches import RowSource
from playground.training.fleet.labels import all_standardised
from playground.training.fleet.network import Network
from playground.training.loop import Training

RENAMED = {"trunk.common.": "shared.", "trunk.": ""}
"""Modules that an export calls as diagrams do; trunk and heads are one model there."""
NAMES: dict[type, dict[str, str]] = {
    Norm: {"scale": "weight", "shift": "bias"},
    LayerNorm: {"scale": "weight", "shift": "bias"},
    Adapter: {"down": "0.weight", "up": "2.weight"},
}
"""What parameters of a module are called in layers of torch."""


def data(export: Export) -> dict[str, np.ndarray]:
    """The three splits: inputs, targets of each task with zeros where they are unknown, and which are known [N, T].

    Numbers in a unit of their own are standardised; deviations [T] bring errors back to it.
    """
    tasks = export.experiment.tasks
    *parts, scales = all_standardised(export.data, kept(export), export.experiment.the_tasks)
    found = {"deviations": scales[:, 1]} if any(task.natural for task in export.experiment.the_tasks) else {}
    for name, part in zip(("train", "validation", "test"), parts, strict=True):
        found[f"{name}/inputs"] = part.inputs.transpose(0, 2, 3, 1) if channels_last(export) else part.inputs
        found[f"{name}/known"] = np.stack([part.known[task] for task in tasks], axis=1)
        for task in tasks:
            target, known = part.targets[task], part.known[task]
            found[f"{name}/target/{task}"] = np.where(
                known.reshape(-1, *[1] * (target.ndim - 1)), target, np.zeros_like(target)
            )
    return found


def channels_last(export: Export) -> bool:
    """Whether pictures are given as Keras reads them; a network that flattens them reads them as they are."""
    shape = export.data.train.inputs.shape[1:]
    return export.framework == "tensorflow" and len(export.experiment.the_backbone.sizes(shape)[-1]) == 3


def kept(export: Export) -> Part:
    """The training examples with the labels that the run is given."""
    return keep_labels(export.data.train, export.experiment.labels, export.seed)


def rows_of(export: Export) -> RowSource:
    """Where the run draws the rows of its batches from, at its first step."""
    experiment, part = export.experiment, kept(export)
    sizes = [int(part.known[task].sum()) for task in experiment.tasks]
    active = experiment.the_schedule.active(experiment.steps, sizes, stream(export.seed, "schedule"))
    size = len(export.data.train)
    return RowSource(part, experiment.tasks, experiment.batch, export.seed, active, experiment.places, size)


def batches(export: Export, rows: RowSource) -> dict[str, np.ndarray]:
    """rows: [steps, B], −1 where a step has fewer; known: [steps, B, T]; active: [steps, T] from which tasks a step learns."""
    drawn, spans = rows.draw(export.experiment.steps)
    beyond = np.arange(drawn.rows.shape[1]) >= spans[..., 1].max(1)[:, None]
    return {"rows": np.where(beyond, -1, drawn.rows).astype(np.int32), "known": drawn.known, "active": drawn.active}


def first_weights(export: Export) -> dict[str, np.ndarray]:
    """The parameters of the run's network before its first step, as an exported model names and turns them.

    With them go the weights of classes, and for Keras, whose layers have no such names, the keys of dropout in their order.
    """
    network = Training([export.run], device="cpu").network
    found = weights_of(network, LAYERS[export.framework])
    for task, weights in zip(export.experiment.tasks, network.class_weights, strict=True):
        if weights is not None:
            found[f"class_weights/{task}"] = weights[0].numpy()
    if export.framework == "tensorflow" and (keys := dropout_keys(network)):
        found["dropout"] = np.array(list(keys.values()))
    return found


def dropout_keys(network: Network, place: int = 0) -> dict[str, int]:
    """By the path of each dropout the key of the numbers that the run at `place` draws there."""
    named = network.named_modules()
    return {path: one._keys[place] for path, one in named if isinstance(one, Dropout)}


def weights_of(network: Network, layers: str, place: int = 0) -> dict[str, np.ndarray]:
    """The parameters of the run at `place` in a fleet's network, by the names that they have in exported models."""
    found = {}
    for path, module in network.named_modules():
        holder = network.get_submodule(path.rpartition(".")[0])
        for name, value in module.named_parameters(recurse=False):
            array = _as_plain(module, name, value.detach()[place].cpu().numpy(), layers)
            if (
                layers == "torch"
                and array.ndim == 2
                and getattr(holder if isinstance(holder, AttentionMask) else module, "axis", -1) != -1
            ):
                array = array[..., None, None]  # what is applied at every place of a picture is a convolution there
            found[renamed(path, name, module, holder)] = np.ascontiguousarray(array)
    if layers == "torch":
        for path, key in dropout_keys(network, place).items():
            found[renamed(f"{path.removesuffix('.dropout')}.3", "key", nn.Identity(), nn.Identity())] = np.array(key)
    return found


def renamed(path: str, name: str, module: nn.Module, holder: nn.Module) -> str:
    """The name of a parameter in an exported model, which is made of plain layers one after the other.

    module: what the parameter belongs to; holder: what this is a part of.
    """
    before, _dot, last = path.rpartition(".")
    if isinstance(holder, mlp.Layer):
        path = f"{before}.1"
    elif isinstance(holder, Gate):
        path = before
    elif isinstance(holder, AttentionMask):
        path = f"{before}.{ {'first': 0, 'second': 2}[last] }"
    whole = path if isinstance(module, Stitch) else f"{path}.{NAMES.get(type(module), {}).get(name, name)}"
    for ours, theirs in RENAMED.items():
        if whole.startswith(ours):
            return theirs + whole.removeprefix(ours)
    return whole


def _as_plain(module: nn.Module, name: str, array: np.ndarray, layers: str) -> np.ndarray:
    """One run's part of a parameter, in the shape that layers of torch, or of Keras, have."""
    if isinstance(module, Linear):
        return (array.T if layers == "torch" else array) if name == "weight" else array[0]
    if isinstance(module, Adapter):
        return array.T if layers == "torch" else array
    if isinstance(module, Convolution) and name == "weight" and layers == "keras":
        return array.transpose(2, 3, 1, 0)
    if isinstance(module, LayerNorm):
        return array.reshape(-1)
    return array


def packed(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Arrays as the bytes of an .npz file; equal arrays give equal bytes."""
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()
