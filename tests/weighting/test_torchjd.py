"""Every method on gradients that torchjd has too, held against it on Gramians of every kind.

Weights are compared one by one on well-conditioned Gramians, to 1e-5 relative; steps on degenerate ones, where weights need
not be unique. torchjd calls general solvers, most of which stop early. They are told to go on as far as they can, and where
one still does not arrive, by its own equation, there is nothing to compare with. Where this program departs on purpose, the
factor or the reason stands in the table below, and on the card of the method.

ConFIG, which torchjd has for gradients only, and MGDA, for which it takes many short steps that seldom arrive, are compared
in their own files, as are methods that see losses.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import cvxpy
import pytest
import scipy.optimize
import torch
from torch import Tensor
from torchjd import aggregation
from torchjd.aggregation import _fairgrad
from torchjd.linalg import QuadprogProjector

from playground.catalog import methods
from playground.weighting.base import norms
from tests.weighting.gramians import TASKS, gains, nasty, once, random_gramians

RANDOM = 100
"""Random Gramians for each number of tasks."""
SCALES = (1.0, 1e-6, 1e6)
"""What the gradients of a Gramian are multiplied by, in turns."""
WELL_CONDITIONED = 100.0
"""Greatest condition number of the cosines at which weights are compared."""
DEGENERATE = (
    "one zero",
    "all zero but one",
    "equal",
    "parallel",
    "opposed",
    "opposed, uneven",
    "two of a kind",
    "rank two",
    "orthogonal",
    "one huge",
    "one tiny",
)
"""Names of nasty Gramians on which steps are compared. With all gradients zero torchjd divides by zero."""

Call = Callable[[Tensor], Tensor]
"""[T] weights for one Gramian [T, T]."""


@dataclass(frozen=True)
class Reference:
    """How torchjd is asked, and how far it is followed.

    call: its weighting for a number of tasks. knobs: ours that make it the same method.
    factor: ours over theirs, by the number of tasks.
    power: where torchjd loses its way unless gradients are about as long as 1, it is asked about such ones only: then
        weights go with this power of the factor on a Gramian. None where it can be asked about any.
    excess: [N] how badly weights [N, T] fail the equation that they should solve for Gramians [N, T, T]; torchjd's own must
        be below 1e-6 to count.
    arrives: the least part of well-conditioned Gramians on which torchjd solves its equation.
    apart: degenerate Gramians on which it is not followed, and why.
    slow: whether it takes so long that only some Gramians are asked about, unless slow tests are asked for.
    """

    call: Callable[[int], Call]
    knobs: Mapping[str, Any] = field(default_factory=dict)
    factor: Callable[[int], float] = lambda tasks: 1.0
    power: float | None = None
    excess: Callable[[Tensor, Tensor], Tensor] = lambda weights, gramians: torch.zeros_like(weights[:, 0])
    arrives: float = 1.0
    apart: Mapping[str, str] = field(default_factory=dict)
    slow: bool = False


def projected(weighting: Any) -> Callable[[int], Call]:
    """A weighting that calls quadprog, which wants a little on the diagonal of a singular Gramian, and only there."""

    def call(gramian: Tensor) -> Tensor:
        lengths = norms(gramian[None])[0]
        regular = bool((lengths > 0).all()) and torch.linalg.cond(gramian / lengths / lengths.unsqueeze(-1)) < 1e6
        return weighting(projector=QuadprogProjector(norm_eps=0.0, reg_eps=0.0 if regular else 1e-10))(gramian)

    return lambda tasks: call


def nash(tasks: int) -> Call:
    """Nash-MTL, which wants gradients and gets the smallest matrix with this Gramian. Anew for each: it remembers."""

    def call(gramian: Tensor) -> Tensor:
        values, vectors = torch.linalg.eigh(gramian)
        return aggregation.NashMTL(tasks, max_norm=0.0).weighting(vectors * values.clamp(min=0).sqrt())

    return call


def unfair(power: float) -> Callable[[Tensor, Tensor], Tensor]:
    """How badly (G w)_i = w_i^(−1/power) fails, relatively."""
    return lambda weights, gramians: (gains(weights, gramians) * weights ** (1 / power) - 1).abs().amax(-1)


ROUNDING = "the least eigenvalue is lost in rounding on both sides"
REFERENCES = {
    "aligned": Reference(
        lambda tasks: aggregation.AlignedMTLWeighting(),
        factor=lambda tasks: tasks,
        apart={"opposed": "all weights are zero, torchjd divides zero by zero", "one huge": ROUNDING},
    ),
    "cagrad": Reference(
        lambda tasks: aggregation.CAGradWeighting(c=0.5, norm_eps=0.0),
        knobs={"c": 0.5},
        apart=dict.fromkeys(("one zero", "all zero but one"), "a task without a gradient has the weight of the mean here"),
    ),
    "dualproj": Reference(projected(aggregation.DualProjWeighting)),
    "fairgrad": Reference(lambda tasks: aggregation.FairGradWeighting(alpha=1.0), power=-0.5, excess=unfair(1.0), arrives=0.9),
    "gradvac": Reference(
        lambda tasks: lambda gramian: aggregation.GradVacWeighting()(gramian),  # anew for each: it remembers
        knobs={"order": "given"},
        power=0.0,
        apart=dict.fromkeys(("one huge", "one tiny"), "torchjd adds a small number to every length"),
    ),
    "imtl_g": Reference(
        lambda tasks: aggregation.IMTLGWeighting(),
        apart=dict.fromkeys(
            ("parallel", "opposed", "opposed, uneven", "rank two", "one tiny"),
            "of many equal projections it takes the one that is shortest in w, not in w n",
        ),
    ),
    "nash": Reference(nash, knobs={"max_norm": 0.0}, power=-0.5, excess=unfair(1.0), arrives=0.6, slow=True),
    "pcgrad": Reference(lambda tasks: aggregation.PCGradWeighting(), knobs={"order": "given"}),
    "upgrad": Reference(projected(aggregation.UPGradWeighting)),
}
ELSEWHERE = {
    "config": "compared in its own file",
    "mgda": "compared in its own file",
    "db_mtl": "not in torchjd",
    "gradnorm": "not in torchjd",
}
every_method = pytest.mark.parametrize("key", list(REFERENCES))


@pytest.fixture(autouse=True)
def _exact_and_in_the_given_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """General solvers go on as far as they can; what torchjd draws at random is the given order."""
    solve = cvxpy.Problem.solve
    options = {
        "CLARABEL": dict.fromkeys(("tol_gap_abs", "tol_gap_rel", "tol_feas"), 1e-14)
        | {"static_regularization_constant": 1e-13, "static_regularization_proportional": 0.0, "max_iter": 400}
        | {"iterative_refinement_reltol": 1e-16, "iterative_refinement_abstol": 1e-16, "iterative_refinement_max_iter": 50},
        "ECOS": dict.fromkeys(("abstol", "reltol", "feastol"), 1e-10),
    }

    def closely(problem: cvxpy.Problem, solver: str, **given: Any) -> float:
        with warnings.catch_warnings():  # that it is slow, or did not get as close as it was told to
            warnings.simplefilter("ignore")
            return solve(problem, solver=solver, **given, **options[solver])

    monkeypatch.setattr(cvxpy.Problem, "solve", closely)
    least_squares = partial(scipy.optimize.least_squares, ftol=1e-15, xtol=1e-15, gtol=1e-15)
    monkeypatch.setattr(_fairgrad, "least_squares", least_squares)
    monkeypatch.setattr(torch, "randperm", torch.arange)


def both(key: str, gramians: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """[N, T] our weights and torchjd's in our units, and [N] whether torchjd's solve their own equation."""
    reference, tasks = REFERENCES[key], gramians.shape[-1]
    scale = torch.ones_like(gramians[:, 0, 0])
    if reference.power is not None:
        scale = torch.diagonal(gramians, dim1=-2, dim2=-1).mean(-1)
    call = reference.call(tasks)
    theirs = torch.stack([call(gramian) for gramian in gramians / scale[:, None, None]])
    arrived = reference.excess(theirs, gramians / scale[:, None, None]) < 1e-6
    theirs = reference.factor(tasks) * theirs * scale.unsqueeze(-1) ** (reference.power or 0.0)
    return once(key, gramians, **reference.knobs), theirs, arrived


def test_every_method_on_gradients_is_compared() -> None:
    assert set(REFERENCES) | set(ELSEWHERE) == {key for key, method in methods().items() if method.signal == "gramian"}


def well_conditioned(tasks: int) -> Tensor:
    """[N, T, T] the well-conditioned ones among `RANDOM` random Gramians, of three scales by turns."""
    gramians = random_gramians(RANDOM, tasks)
    lengths = norms(gramians)
    condition = torch.linalg.cond(gramians / lengths.unsqueeze(-1) / lengths.unsqueeze(-2))
    scales = torch.tensor(SCALES).double().square().repeat(RANDOM)[:RANDOM]
    kept = (scales[:, None, None] * gramians)[condition < WELL_CONDITIONED]
    assert len(kept) > 0.6 * RANDOM
    return kept


def compare(key: str, tasks: int, count: int = RANDOM) -> None:
    """Weights on well-conditioned Gramians, in lengths of the gradients that they multiply."""
    gramians = well_conditioned(tasks)[:count]
    ours, theirs, arrived = both(key, gramians)
    assert arrived.double().mean() >= REFERENCES[key].arrives
    lengths = norms(gramians)
    gap = ((ours - theirs).abs() * lengths).amax(-1)
    assert (gap <= 1e-5 * (ours.abs() * lengths).amax(-1))[arrived].all()


@every_method
@pytest.mark.parametrize("tasks", TASKS)
def test_weights_are_torchjds_on_well_conditioned_gramians(key: str, tasks: int) -> None:
    compare(key, tasks, 15 if REFERENCES[key].slow else RANDOM)


@pytest.mark.slow
@pytest.mark.parametrize("key", [key for key, reference in REFERENCES.items() if reference.slow])
@pytest.mark.parametrize("tasks", TASKS)
def test_the_slow_ones_too_on_many(key: str, tasks: int) -> None:
    compare(key, tasks)


@every_method
@pytest.mark.parametrize("tasks", TASKS)
def test_steps_are_torchjds_on_degenerate_gramians(key: str, tasks: int) -> None:
    names = [name for name in DEGENERATE if name not in REFERENCES[key].apart]
    gramians = torch.stack([nasty(tasks)[name] for name in names])
    ours, theirs, arrived = both(key, gramians)
    assert ours.isfinite().all()
    between = torch.einsum("ri,rij,rj->r", ours - theirs, gramians, ours - theirs).clamp(min=0).sqrt()
    apart = arrived & ~(between <= 1e-5 * (ours.abs() * norms(gramians)).sum(-1))
    assert [name for name, differs in zip(names, apart, strict=True) if differs] == []
