"""The state of a fleet between two steps, and a training that goes on from it as if nothing had happened.

What follows from the runs alone is made anew: data, first weights, which parameters rest, and the batches, whose rows are
drawn once more and not looked at. Kept is what the steps changed: parameters and what Adam, methods and schedules remember of
them, the states of all streams that were drawn from, counters, the best step so far, and what has still to be told. So a
training that takes a state up yields, on a machine of the same kind, the very numbers that it would have yielded anyway.
"""

from __future__ import annotations

from typing import Any

from playground.backbones.layers import Dropout
from playground.basics.errors import Invalid, Problem, quote
from playground.basics.words import _
from playground.training.loop import Training
from playground.training.observing.affinity import Twins
from playground.training.observing.events import Changed
from playground.training.packing import Packed, fill, pack


def save(training: Training) -> Packed:
    """What `take_up` needs; to be called between two steps. Raises Invalid where a method remembers what cannot be written."""
    return pack(_state(training))


def take_up(training: Training, packed: Packed) -> None:
    """Let a training of the same runs in the same order, which has taken no step, stand where the saved one stood.

    Raises Invalid for a state that is damaged or of other runs; the training is of no use then.
    """
    # A twin has to begin with the same batches, so before any is drawn.
    for twins in _twins(training):
        twins.twin = training.twin()
    try:
        _stand(training, fill(packed, _state(training)))
    except (KeyError, ValueError, TypeError) as error:  # of other parts
        raise Invalid([Problem("saved state", _("should be one of the same runs"), quote(error))]) from error


def _twins(training: Training) -> list[Twins]:
    return [probe for probe in training.probes if isinstance(probe, Twins) and not training.whole.shares]


def _state(training: Training) -> dict[str, Any]:
    """Everything of a training that its steps changed, by name. Objects in it are those of the training."""
    network, adam, evaluation, best = training.network, training.adam, training.evaluation, training.evaluation.checkpoints
    # What Adam counts is one number until something has rested.
    steps = {"together": adam.steps} if isinstance(adam.steps, int) else {"apart": adam.steps}
    return {
        "counts": [training.step, training.passes, training.worked],
        "fleet": [training.rates, training.alive, training.last],
        "told later": [[one.step, one.runs, one.what] for one in training.waiting if isinstance(one, Changed)],
        "adam": [adam.values, adam.mean, adam.square],
        "steps": steps,
        "buffers": [*network.buffers()],
        "dropout": [layer.passes for layer in network.modules() if isinstance(layer, Dropout)],
        "methods": [group.method for group in training.groups],
        "ends": [evaluation.ends, evaluation.alive, evaluation.looked],
        "best": None if best is None else [best.kept, best.steps, best.best, best.loss, best.first, best.since],
        "twins": [_state(twins.twin) for twins in _twins(training) if isinstance(twins.twin, Training)],
    }


def _stand(training: Training, state: dict[str, Any]) -> None:
    """Set what `_state` says; methods are filled already."""
    network, adam, evaluation, best = training.network, training.adam, training.evaluation, training.evaluation.checkpoints
    step, training.passes, training.worked = state["counts"]
    training.rates, training.alive, training.last = state["fleet"]
    training.waiting = [Changed(*one) for one in state["told later"]]
    # In place: parameters are views of one long vector.
    for mine, found in zip((adam.values, adam.mean, adam.square), state["adam"], strict=True):
        mine.copy_(found)
    adam.set_rates(training.rates)
    (adam.steps,) = state["steps"].values()
    for mine, found in zip(network.buffers(), state["buffers"], strict=True):
        mine.copy_(found)
    layers = [layer for layer in network.modules() if isinstance(layer, Dropout)]
    for layer, passes in zip(layers, state["dropout"], strict=True):
        layer.passes = passes
    evaluation.ends, evaluation.alive, evaluation.looked = state["ends"]
    if best is not None:
        best.kept, best.steps, best.best, best.loss, best.first, best.since = state["best"]
    for twins, found in zip(_twins(training), state["twins"], strict=True):
        assert isinstance(twins.twin, Training)
        _stand(twins.twin, found)
    if step:
        training.step = step - 1
        training.rest()  # as the last step found it
        training.batch = training.data.repeat(step)
    training.step = step
