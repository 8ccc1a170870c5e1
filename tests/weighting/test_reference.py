"""Every method beside a reference of its own for 20 steps, in float32 as it is trained: see `reference`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from playground.basics.random_streams import stream
from playground.catalog import methods
from playground.training.fleet.gradients import Reach, TaskGradients
from playground.weighting.base import Signals
from tests.weighting import reference
from tests.weighting.gramians import begun, name

STEPS, PER_EPOCH, SIZE = 20, 2, 40

VARIANTS: list[tuple[str, dict[str, Any]]] = [
    *((key, {}) for key in reference.METHODS),
    ("static", {"weights": (1.0, 3.0, 0.5, 2.0, 0.0, 1.5, 1.0, 7.0)}),
    ("stch", {"on": "logs", "smoothness": 0.5}),
    ("gradnorm", {"alpha": 0.0, "rate": 0.005}),
    *(("mgda", {"normalize": choice}) for choice in ("l2", "loss", "loss+")),
    ("pcgrad", {"order": "given"}),
    ("cagrad", {"c": 0.1}),
    ("cagrad", {"c": 10.0}),
    ("nash", {"max_norm": 0.0}),
    ("fairgrad", {"p": 2.0}),
    *(("aligned", {"scale": choice}) for choice in ("median", "rmse")),
]

STEP = 1e-4
"""How far the step may be from the reference's, in parts of Σ |w_i| n_i.

Cosines of float32 gradients are known to about 1e-7, solvers put 1e-6 on their diagonal, and a system of conflicting
gradients answers with up to a hundred times that. Losses alone are weighed to about 1e-6.
"""

WEIGHT = 1e-3
"""How far each weight may be, in parts of its own, where gradients are clearly independent.

GradNorm rescales what it subtracts, so rounding grows over the steps (to 8e-5 in 20). Methods that add a part of a short
gradient to a long one know that part to `NOISE` only.
"""

NOISE = 1e-6
"""The part of the largest w n below which a weight's share of the step is rounding of the longer gradients."""

Kind = Callable[[np.random.Generator, int], np.ndarray]
"""Gradients [S, T, P] of a kind."""


def mixed(random: np.random.Generator, tasks: int) -> np.ndarray:
    """Random gradients, some close to each other, some against each other."""
    common, side = random.standard_normal((STEPS, 1, SIZE)), random.uniform(-1.5, 1.5, (STEPS, tasks, 1))
    return random.standard_normal((STEPS, tasks, SIZE)) + side * common


def unit(random: np.random.Generator, tasks: int) -> np.ndarray:
    found = mixed(random, tasks)
    return found / np.linalg.norm(found, axis=-1, keepdims=True)


def axes(random: np.random.Generator, tasks: int) -> np.ndarray:
    return np.tile(np.eye(tasks, SIZE), (STEPS, 1, 1))


def line(random: np.random.Generator, tasks: int) -> np.ndarray:
    return np.repeat(unit(random, tasks)[:, :1], tasks, axis=1)


def against(random: np.random.Generator, tasks: int) -> np.ndarray:
    """Nearly opposed: the odd ones against the even ones, up to a fifth of something of their own."""
    signs = np.where(np.arange(tasks) % 2, -1.0, 1.0)[:, None]
    return signs * line(random, tasks) + 0.2 * unit(random, tasks)


def apart(kind: Kind, ratio: float) -> Kind:
    """The same with lengths from 1 / √ratio to √ratio, given to the tasks anew in every step."""

    def gradients(random: np.random.Generator, tasks: int) -> np.ndarray:
        powers = random.permuted(np.tile(np.linspace(-0.5, 0.5, tasks), (STEPS, 1)), axis=1)
        return kind(random, tasks) * (ratio**powers)[..., None]

    return gradients


def one(kind: Kind, factor: float) -> Kind:
    """The same with the first task's gradient multiplied by a factor."""
    return lambda random, tasks: kind(random, tasks) * np.where(np.arange(tasks) == 0, factor, 1.0)[:, None]


INDEPENDENT: dict[str, Kind] = {
    "random": mixed,
    "ratio 1e3": apart(unit, 1e3),
    "ratio 1e6": apart(unit, 1e6),
    "orthogonal 400": apart(axes, 400.0),
    "orthogonal 1e6": apart(axes, 1e6),
    "one zero": one(mixed, 0.0),
}
"""Gradients that no method has to call dependent: step and weights are compared."""

DEPENDENT: dict[str, Kind] = {
    "parallel 1e3": apart(line, 1e3),
    "two of a kind": lambda random, tasks: np.concatenate([(found := mixed(random, tasks))[:, :1], found[:, :-1]], axis=1),
    "against": against,
    "zero": lambda random, tasks: 0.0 * mixed(random, tasks),
}
"""Many weights give one step here, and the step alone is compared."""

SLOW: dict[str, Kind] = {
    **{f"ratio {ratio:g}": apart(unit, ratio) for ratio in (1.0, 10.0, 1e2, 1e4, 1e5)},
    **{f"orthogonal {ratio:g}": apart(axes, ratio) for ratio in (1.0, 10.0, 1e3, 1e4, 1e5)},
    "one long": one(unit, 1e6),
    "one short": one(unit, 1e-6),
    "all long": lambda random, tasks: 1e6 * apart(unit, 1e3)(random, tasks),
    "all short": lambda random, tasks: 1e-6 * apart(unit, 1e3)(random, tasks),
}
SLOW_DEPENDENT: dict[str, Kind] = {
    "parallel 1e6": apart(line, 1e6),
    "against 1e6": apart(against, 1e6),
    "one zero against": one(against, 0.0),
}

NOT_FOLLOWED = {
    ("gradvac", "against 1e6"): "turns on the sine of a cosine near −1, which float32 gradients do not hold",
    ("gradnorm", "ratio 1"): "all lengths begin at their common target, and rounding says on which side of it",
    **dict.fromkeys(
        (("mgda", kind) for kind in ("parallel 1e3", "parallel 1e6", "two of a kind", "against 1e6")),
        "weights found on normalised gradients, which are alike or cancel, multiply the gradients as they were; the knob only",
    ),
}
"""Methods and kinds of gradients where what the formulas ask for is decided by rounding."""


def losses_of(random: np.random.Generator, runs: int, tasks: int) -> np.ndarray:
    """[S + 1, R, T] losses that start between 0.01 and 100 and fall unevenly."""
    start = 10 ** random.uniform(-2, 2, (runs, tasks))
    return start * np.exp(np.cumsum(random.normal(-0.1, 0.2, (STEPS + 1, runs, tasks)), axis=0))


def compare(key: str, knobs: dict[str, Any], tasks: int, kinds: dict[str, Kind], weights_too: bool) -> list[str]:
    """What differs, in words, in a fleet with one run for each kind of gradients."""
    knobs = {**knobs, "weights": knobs["weights"][:tasks]} if "weights" in knobs else knobs
    random = np.random.default_rng(tasks)
    gradients = np.stack([kind(random, tasks) for kind in kinds.values()], axis=1).astype(np.float32)
    losses = losses_of(random, len(kinds), tasks).astype(np.float32)
    method = begun(key, tasks, range(len(kinds)), torch.float32, **knobs)
    families = method.setting.families
    theirs = [
        reference.METHODS[key](reference.Start(families, 0.1, stream(seed, "test")), **knobs) for seed in range(len(kinds))
    ]
    differ = []
    for step in range(STEPS):
        weights = trained(method, gradients[step], losses[step], step).astype(float)
        if method.sees_after:
            method.after_step(torch.from_numpy(losses[step + 1]))
        for run, kind in enumerate(kinds):
            rows = gradients[step, run].astype(float)
            expected = theirs[run].weigh(rows, losses[step, run].astype(float), step // PER_EPOCH)
            theirs[run].after(losses[step + 1, run].astype(float))
            skipped = (key, kind) in NOT_FOLLOWED and (bool(knobs) or key != "mgda")
            if not skipped and (words := difference(weights[run], expected, rows, weights_too)):
                differ.append(f"{kind}, step {step}: {words}")
    return differ


def trained(method: Any, gradients: np.ndarray, losses: np.ndarray, step: int) -> np.ndarray:
    """[R, T] the weights for gradients [R, T, P] with the Gramian that the training makes of them."""
    seen, rows = torch.from_numpy(losses), torch.from_numpy(gradients)
    gramian = TaskGradients(Reach((), (), ()), seen, {tuple(range(rows.shape[1])): rows}, []).gramian()
    signals = Signals(seen, gramian if method.signal == "gramian" else None, step, step // PER_EPOCH)
    return method.weigh(signals).numpy()


def difference(found: np.ndarray, expected: np.ndarray, rows: np.ndarray, weights_too: bool) -> str:
    """What is wrong with weights [T] for gradients [T, P]; "" where nothing is."""
    gap, lengths = found - expected, np.linalg.norm(rows, axis=1)
    said = (np.abs(expected) * lengths).sum()
    if not np.isfinite(found).all() or np.linalg.norm(gap @ rows) > STEP * said + 1e-30:
        return f"step {found @ rows} instead of {expected @ rows}, weights {found} instead of {expected}"
    noise = NOISE * (np.abs(expected) * lengths).max() / np.maximum(lengths, 1e-300)
    if weights_too and (np.abs(gap) > WEIGHT * np.abs(expected) + noise).any():
        return f"weights {found} instead of {expected}"
    return ""


def test_every_method_has_a_reference() -> None:
    assert set(reference.METHODS) == set(methods())


@pytest.mark.parametrize(("key", "knobs"), VARIANTS, ids=name)
@pytest.mark.parametrize("tasks", [2, 3, 8])
def test_weights_are_those_of_the_reference(key: str, knobs: dict[str, Any], tasks: int) -> None:
    assert compare(key, knobs, tasks, INDEPENDENT, weights_too=True) == []


@pytest.mark.parametrize(("key", "knobs"), VARIANTS, ids=name)
@pytest.mark.parametrize("tasks", [2, 3])
def test_steps_are_those_of_the_reference_where_gradients_depend_on_each_other(
    key: str, knobs: dict[str, Any], tasks: int
) -> None:
    assert compare(key, knobs, tasks, DEPENDENT, weights_too=False) == []


@pytest.mark.slow
@pytest.mark.parametrize(("key", "knobs"), VARIANTS, ids=name)
@pytest.mark.parametrize("tasks", [2, 3, 8])
def test_it_holds_for_lengths_of_every_ratio(key: str, knobs: dict[str, Any], tasks: int) -> None:
    assert compare(key, knobs, tasks, SLOW, weights_too=True) == []
    assert compare(key, knobs, tasks, {**DEPENDENT, **SLOW_DEPENDENT}, weights_too=False) == []
