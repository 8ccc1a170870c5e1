"""How large a fleet is: on a card as large as its memory allows, as hundreds of runs take little longer there than ten.

What a run takes is found by one step of one run on the processor, whose tensors are those that a card would hold.
"""

from __future__ import annotations

import torch
from torch import Tensor

from playground.experiment import Run
from playground.training.fleet.memory import runs_that_fit
from playground.training.loop import Training, device_here

VECTORS = 6
"""Long vectors of all parameters beside the gradients of the tasks: values, both averages of Adam, its two rooms, its rates."""


def most_here(run: Run) -> int | None:
    """How many runs like this one fit into one fleet where trainings here take place; None where memory does not decide."""
    if device_here() == "cpu":
        return None
    free, _all = torch.cuda.mem_get_info()
    return runs_that_fit(bytes_of(run), free)


def bytes_of(run: Run) -> int:
    """Bytes that a run takes of a fleet: its data, parameters and what Adam knows of them, gradients, and features for them."""
    training = Training([run], device="cpu")
    kept: dict[int, int] = {}

    def note(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        training.advance(1)
    values = training.adam.values.nbytes
    best = training.evaluation.checkpoints is not None
    data = sum(
        tensor.nbytes
        for split in (training.data.train, training.data.validation, training.data.test)
        for tensor in (split.inputs, split.known, *split.targets)
    )
    return sum(kept.values()) + values * (VECTORS + len(training.data.tasks) + best) + data
