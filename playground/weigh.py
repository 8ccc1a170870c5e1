"""The weights of one step without a training: losses and Gramian in, weights out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from playground.basics.errors import Invalid, Problem, unknown
from playground.basics.knobs import knobs_of, read_knobs
from playground.basics.random_streams import Streams
from playground.basics.words import _
from playground.catalog import methods

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

Array = TypeVar("Array", "np.ndarray", "Tensor")


def weigh_once(key: str, losses: Array, gramian: Array | None = None, *, seed: int = 0, **knobs: Any) -> Array:
    """The weights that a method gives in its first step, as the kind of array and in the dtype of `losses`.

    key: the method's key in the catalogue.
    losses: [T] loss of each task, or [R, T] for R runs, floating point.
    gramian: [T, T] or [R, T, T] inner products of the task gradients; methods with signal "loss" do without.
    seed: what methods that use chance draw from; every one of R runs draws what a single one would.
    knobs: the method's knobs by name; what is left out takes its default.

    All tasks count as regression tasks. Methods that learn while they go give the weights that they start with.

    Raises Invalid for an unknown method, bad knobs, and shapes or losses that the method cannot work with.
    """
    # Imported here so that nobody pays for torch by importing this module.
    import torch

    from playground.weighting.base import FleetSetup, Signals

    if key not in methods():
        raise Invalid([unknown("method", key, list(methods()))])
    checked, problems = read_knobs("weighting", methods()[key], knobs)
    if problems := problems or _misfits(key, losses, gramian, checked):
        raise Invalid(problems)
    runs = (1, *losses.shape)[-2]
    values = _tensor(losses).view(runs, -1)
    tasks = values.shape[1]
    inner = None if gramian is None else _tensor(gramian).to(values).view(runs, tasks, tasks)
    method = methods()[key](**checked)
    method.begin(FleetSetup(("regression",) * tasks, Streams([seed] * runs, "weigh_once"), torch.full_like(values[:, 0], 1e-3)))
    weights = method.answer(Signals(values, inner, step=0, epoch=0)).reshape(losses.shape)
    return weights if isinstance(losses, torch.Tensor) else weights.numpy()


def _tensor(array: Any) -> Tensor:
    """A contiguous tensor of its own with the numbers of a numpy array or a tensor, without gradient."""
    import torch

    return array.detach().clone().contiguous() if isinstance(array, torch.Tensor) else torch.tensor(array)


def _misfits(key: str, losses: Any, gramian: Any, knobs: dict[str, Any]) -> list[Problem]:
    """What is wrong with the arrays given to `weigh_once` for a method; empty when it can work with them."""
    method = methods()[key]
    shape = tuple(getattr(losses, "shape", ()))
    if len(shape) not in (1, 2) or 0 in shape:
        return [Problem("losses", _("should be an array of shape [T] or [R, T]"), shape or losses)]
    if "float" not in str(losses.dtype):
        return [Problem("losses", _("should hold floating-point numbers"), losses.dtype)]
    if method.needs_positive and not bool((losses > 0).all()):
        return [Problem("losses", _("should all be greater than zero for this method"), losses.min())]
    if gramian is None and method.signal == "gramian":
        return [Problem("gramian", _("should be given for a method that looks at gradients"), None)]
    wanted = (*shape, shape[-1])
    if gramian is not None and tuple(getattr(gramian, "shape", ())) != wanted:
        should = _("should have shape {shape}, one row and column a task").format(shape=list(wanted))
        return [Problem("gramian", should, list(getattr(gramian, "shape", ())) or gramian)]
    count = shape[-1]
    should = _("should hold one number for each of the {count} tasks, or none").format(count=count)
    per_task = [name for name, description in knobs_of(method).items() if description.per_task]
    return [Problem(f"weighting.{name}", should, len(knobs[name])) for name in per_task if len(knobs[name]) not in (0, count)]
