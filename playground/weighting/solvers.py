"""Small numerical tools that several methods share, all of them for R runs at once and without a loop over runs.

A fleet holds runs that may go astray. Nothing here raises because one run's numbers are not finite, and nothing lets
such numbers pass from one run to another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from playground.basics.errors import Invalid, Problem
from playground.basics.knobs import knob
from playground.basics.random_streams import Streams
from playground.basics.words import N_, _
from playground.weighting.base import permutations

SMALLEST_LOSS = 1e-12
"""A loss below it counts as this much where a method divides by losses or takes their logarithm."""

SHORTEST = 1e-20
"""A gradient shorter than this part of the longest one counts as zero."""

REGULAR = 1e-3
"""Cosines with a determinant above it have no eigenvalue near zero: the least one is above a third of the determinant."""

MOST_TASKS = 14
"""Up to here every set of tasks can be tried, see `solutions_by_support`."""

ROUNDED = 1e-13
"""What is negative by less than this part of the greatest number beside it counts as zero."""

MOST_PIVOTS = 10
"""Pivots a task, at most, see `nonnegative`: a matrix that is nearly singular may have rounding go round in circles."""


def positive(losses: Tensor) -> Tensor:
    """[R, T] losses that may be divided by: a loss of zero becomes a very small one."""
    return losses.clamp(min=SMALLEST_LOSS)


class WeightAdam:
    """Adam for numbers [R, T] that a method learns (Kingma and Ba, ICLR 2015), with its usual constants."""

    def __init__(self, like: Tensor):
        self.steps = 0
        self.mean, self.square = torch.zeros_like(like), torch.zeros_like(like)

    def change(self, gradient: Tensor, rate: Tensor | float) -> Tensor:
        """[R, T] what to add for a gradient [R, T]; rate is one number or [R, 1], one for each run."""
        self.steps += 1
        self.mean = 0.9 * self.mean + 0.1 * gradient
        self.square = 0.999 * self.square + 0.001 * gradient.square()
        mean = self.mean / (1 - 0.9**self.steps)
        square = self.square / (1 - 0.999**self.steps)
        return -rate * mean / (square.sqrt() + 1e-8)


def rate_knob(help: str) -> Any:
    """The field for the rate of a method that learns its weights; help: what moves at it, marked with `N_`."""
    return knob(0.025, low=1e-5, high=1.0, log=True, label=N_("Rate of the weights"), help=help)


@dataclass(frozen=True)
class Geometry:
    """The task gradients as angles and lengths, in float64: a Gramian without its scales.

    With lengths relative to the longest one, numbers stay near 1 however long or short the gradients are.

    cosines: [R, T, T] with a diagonal of ones; a gradient that is zero is taken to be at a right angle to the others.
    lengths: [R, T] divided by the longest of the run; never below `SHORTEST`.
    scale: [R, 1] length of the longest; 1 where all are zero.
    nonzero: [R, T] bool: whether a gradient is not zero.
    ridge: what rounding may have changed in a cosine; added to the diagonal it makes the matrix safe to solve with.
    """

    cosines: Tensor
    lengths: Tensor
    scale: Tensor
    nonzero: Tensor
    ridge: float

    @property
    def regularised(self) -> Tensor:
        """[R, T, T] the cosines with the ridge on the diagonal: positive definite even for parallel gradients."""
        return _with_diagonal(self.cosines, 1 + self.ridge)


def geometry(gramian: Tensor) -> Geometry:
    """Angles and lengths of the gradients behind a Gramian [R, T, T] of any floating dtype."""
    exact = gramian.double()
    lengths = torch.diagonal(exact, dim1=-2, dim2=-1).clamp(min=0).sqrt()
    longest = lengths.amax(-1, keepdim=True)
    scale = torch.where(longest == 0, 1.0, longest)
    relative = (lengths / scale).clamp(min=SHORTEST)
    nonzero = lengths > SHORTEST * longest
    both = nonzero.unsqueeze(-1) & nonzero.unsqueeze(-2)
    unit = relative * scale
    cosines = torch.where(both, exact / unit.unsqueeze(-1) / unit.unsqueeze(-2), 0.0).clamp(-1, 1)
    ridge = 1e-10 if gramian.dtype == torch.float64 else 1e-6
    return Geometry(_with_diagonal(cosines, 1.0), relative, scale, nonzero, ridge)


def solutions_by_support(matrix: Tensor, given: Tensor) -> Tensor:
    """[R, 2^T, T, K] for every set S of tasks the numbers that solve `matrix` z + `given` = w with w = 0 in S, z = 0 outside.

    matrix: [R, T, T] positive definite. given: [R, T, K], K problems at once. In the answer stands z_i for a task in S
    and w_i for a task outside; `supports` says which tasks are in which set.

    One pivot for each task doubles the number of sets: with the pivot the task is in, without it, it is out. This is the
    principal pivoting of linear complementarity problems (Cottle, Pang and Stone 1992), done for all sets in a few
    vectorised steps. Columns that are no longer needed are dropped on the way.

    Raises Invalid for more than `MOST_TASKS` tasks.
    """
    tasks = matrix.shape[-1]
    if tasks > MOST_TASKS:
        should = _("should be at most {most} for a method that tries every set of tasks").format(most=MOST_TASKS)
        raise Invalid([Problem("tasks", should, tasks)])
    table = torch.cat([matrix, given], dim=-1).unsqueeze(1)
    for task in range(tasks):
        column, without = table[..., :1], table[..., 1:]
        row = without[..., task : task + 1, :] / column[..., task : task + 1, :]
        within = without - column * row
        within[..., task, :] = -row.squeeze(-2)
        table = torch.cat([without, within], dim=1)
    return table


def supports(like: Tensor) -> Tensor:
    """[2^T, T] bool: which tasks are in which set of `solutions_by_support`; like is a tensor [..., T] on the right device."""
    tasks = like.shape[-1]
    sets = torch.arange(2**tasks, device=like.device)
    return (sets.unsqueeze(-1) >> torch.arange(tasks, device=like.device)) & 1 == 1


def nonnegative(matrix: Tensor, given: Tensor) -> Tensor:
    """[R, T, K] the z ≥ 0 that minimises ½ zᵀ `matrix` z + `given`ᵀ z, for K problems [R, T, K] at once.

    matrix: [R, T, T] positive definite.

    At the minimum z ≥ 0, w = matrix z + given ≥ 0, and one of z_i, w_i is zero for every task. Principal pivoting walks from
    z = 0 to it, exchanging z_i and w_i for one task at a time: the one that is most negative, which takes about T pivots,
    and after three times as many the first one that is negative, which is sure to end (Murty 1974). All problems take
    their pivots at once.
    """
    runs, tasks, count = given.shape
    # Each problem's table [T, T + 1]: the numbers that are not zero now, in terms of those that are, and their values.
    tables = matrix.unsqueeze(1).expand(-1, count, -1, -1).reshape(-1, tasks, tasks)
    table = torch.cat([tables, given.transpose(1, 2).reshape(-1, tasks, 1)], dim=-1)
    inside = torch.zeros_like(table[..., 0], dtype=torch.bool)
    for step in range(MOST_PIVOTS * tasks):
        value = table[..., -1]
        negative = value < -ROUNDED * value.abs().amax(-1, keepdim=True)
        wrong = negative.any(-1, keepdim=True)
        if not bool(wrong.any()):
            break
        task = value.argmin(-1, keepdim=True) if step < 3 * tasks else negative.int().argmax(-1, keepdim=True)
        table = torch.where(wrong.unsqueeze(-1), _pivoted(table, task), table)
        inside = inside ^ torch.zeros_like(inside).scatter_(1, task, wrong)
    found = torch.where(inside, table[..., -1].clamp(min=0), 0.0)
    return found.view(runs, count, tasks).transpose(1, 2)


def _pivoted(table: Tensor, task: Tensor) -> Tensor:
    """[N, T, T + 1] tables after the exchange of z_i and w_i for the task i of each, [N, 1]."""
    _count, tasks, width = table.shape
    down, across = task.unsqueeze(-1).expand(-1, tasks, 1), task.unsqueeze(-1).expand(-1, 1, width)
    column, row = table.gather(2, down), table.gather(1, across)
    pivot = column.gather(1, task.unsqueeze(-1))
    row = row / pivot
    changed = (table - column * row).scatter_(2, down, column / pivot)
    return changed.scatter_(1, across, (-row).scatter_(2, task.unsqueeze(-1), 1 / pivot))


def eigen(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """[R, T] eigenvalues, in rising order, and [R, T, T] eigenvectors, as columns, of symmetric matrices [R, T, T].

    The library's solver raises for the whole fleet when one matrix is not finite; here that run alone gets NaN.
    """
    sound = matrix.isfinite().all(-1).all(-1)
    values, vectors = torch.linalg.eigh(torch.where(sound[:, None, None], matrix, _identity(matrix)))
    return torch.where(sound.unsqueeze(-1), values, torch.nan), vectors


def principal(shape: Geometry) -> tuple[Tensor, Tensor, Tensor]:
    """The principal directions of the gradients of each run, for G = U S² Uᵀ in units of the longest gradient.

    Returns U [R, T, T], directions as columns; S [R, T], the square roots of G's eigenvalues, in falling order; and the rank
    [R, 1] of G: so many of S are not zero. Where numbers are not finite S is NaN.

    How many directions there are is a question about angles, so it is asked of the cosines C = V μ Vᵀ, whose eigenvalues do
    not fall with the length of a gradient. S are the singular values of D V √μ, D = diag(n): a task whose gradient is 10⁶
    times shorter than another one still stands in their sixth place, where an eigenvalue of G would stand in the twelfth.
    """
    values, vectors = eigen(shape.cosines)
    sound = values.isfinite().all(-1, keepdim=True)
    kept = values > shape.ridge * values.shape[-1]
    lengths = torch.where(shape.nonzero & sound, shape.lengths, 0.0)
    roots = torch.where(kept, values, 0.0).sqrt()
    left, found, _right = torch.linalg.svd(lengths.unsqueeze(-1) * vectors * roots.unsqueeze(-2))
    # A gradient of zero has a direction of its own among the cosines, and none here.
    rank = kept.sum(-1, keepdim=True) - (~shape.nonzero).sum(-1, keepdim=True)
    return left, torch.where(sound, found, torch.nan), rank.clamp(min=0)


def even_projection(shape: Geometry) -> Tensor:
    """[R, T] the v for which Σ v_i u_i, u_i the unit gradients, has the same inner product with every u_i: v = C⁺ 1.

    Zero where there is no such direction: where gradients are opposed and 1 lies in the null space of C. C⁺ is C⁻¹ where C
    is surely regular, which Cholesky's factors tell; only the other runs pay for eigenvalues.
    """
    factor = torch.linalg.cholesky_ex(shape.cosines).L
    regular = torch.diagonal(factor, dim1=-2, dim2=-1).prod(-1).square() > REGULAR
    even = torch.cholesky_solve(torch.ones_like(shape.lengths).unsqueeze(-1), factor).squeeze(-1)
    if not bool(regular.all()):
        even[~regular] = _even_by_eigenvalues(shape.cosines[~regular], shape.ridge)
    return torch.where(even.sum(-1, keepdim=True) <= shape.ridge, 0.0, even)


def _even_by_eigenvalues(cosines: Tensor, ridge: float) -> Tensor:
    """[R, T] C⁺ 1 for cosines [R, T, T] that may be singular; eigenvalues that rounding cannot tell from zero are left out."""
    values, vectors = eigen(cosines)
    kept = values > ridge * values.shape[-1]
    shares = vectors.sum(-2) * torch.where(kept, 1 / torch.where(kept, values, 1.0), 0.0 * values)
    return (vectors * shares.unsqueeze(-2)).sum(-1)


def solve_fair(matrix: Tensor, demand: Tensor, power: float) -> Tensor:
    """[R, T] the x > 0 with (`matrix` x)_i = demand_i x_i^(−1/power), for matrices [R, T, T], demands [R, T] > 0, power ≥ 1.

    Damped Newton steps for u = matrix x. It is where ½ uᵀ matrix⁻¹ u + Σ demand^power u^(1−power) / (power − 1) is least
    (− Σ demand log u for power 1): a strictly convex function that grows without bound where some u_i comes near 0. The
    damping is the weakest one with which it is sure to fall; it keeps u positive, and near the minimum steps are whole.
    """
    u = demand ** (power / (power + 1))
    for _step in range(100):
        x = (demand / u) ** power
        lack = u - (matrix @ x.unsqueeze(-1)).squeeze(-1)
        more = torch.linalg.solve_ex(matrix + torch.diag_embed(u / x / power), lack.unsqueeze(-1)).result.squeeze(-1)
        part = -more / x / power
        size = part.abs().amax(-1, keepdim=True)
        damping = (1 - (1 + power * size) ** (-1 / power)) / size.clamp(min=1e-300)
        u = u * (1 + torch.where(size < 1e-6, 1.0, damping) * part)
        if not bool((size > 1e-6).any()):
            break
    return (demand / u) ** power


def order_knob() -> Any:
    """The field for the order of `projection_order`."""
    return knob(
        "random",
        choices=("random", "given"),
        words=(N_("random"), N_("as given")),
        label=N_("Order"),
        help=N_("In which order a gradient meets the others: a random one in every step, as in the paper, or theirs."),
    )


def projection_order(order: str, streams: Streams, like: Tensor) -> Tensor:
    """[R, T, T] int64: for each run and task, the order in which its gradient meets the others; itself stands there too.

    order: "random" for a new order in every step, "given" for the order of the tasks. like: a Gramian [R, T, T].
    """
    if order == "random":
        return permutations(streams, like.shape[-1]).to(like.device)
    return torch.arange(like.shape[-1], device=like.device).expand(like.shape)


def _with_diagonal(matrix: Tensor, value: float) -> Tensor:
    """[R, T, T] a matrix [R, T, T] with `value` all along its diagonal."""
    changed = matrix.clone()
    torch.diagonal(changed, dim1=-2, dim2=-1).fill_(value)
    return changed


def _identity(matrix: Tensor) -> Tensor:
    """[T, T] the identity, like a matrix [..., T, T]."""
    return torch.eye(matrix.shape[-1], dtype=matrix.dtype, device=matrix.device)
