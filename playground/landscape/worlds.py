"""The worlds: two losses of a point x = (x1, x2), with all that is known about where they are least.

The *Pareto set* of a world are the points at which no loss can fall without the other rising; the *front* is where these
points lie among the losses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from playground.basics.words import N_

FLOOR = 5e-6
"""What the two valleys take the logarithm of is never smaller than this."""

PARETO_POINTS = 57
"""Points that a Pareto set is drawn through."""


@dataclass(frozen=True)
class World:
    """Two losses on a part of the plane.

    losses: [..., 2] points and the scale of the first loss in, [..., 2] losses out; differentiable.
    window: smallest and greatest x1 and x2 of the part that is drawn.
    starts: where the papers start, or good starts where there is no paper.
    pareto: [N, 2] points along the Pareto set, neighbours in a row; one point where the losses agree.
    bounds: a number for each loss that it never falls to, at scale 1.
    tolerance: how near to the Pareto set counts as having reached it, in units of the plane.
    knobs: for some methods, by key, what the papers turn for this world.
    """

    key: str
    title: str
    idea: str
    losses: Callable[[Tensor, float], Tensor]
    window: tuple[float, float, float, float]
    starts: tuple[tuple[float, float], ...]
    pareto: np.ndarray
    bounds: tuple[float, float]
    tolerance: float
    knobs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def lower(self, scale: float) -> tuple[float, float]:
        """The bounds of both losses at a scale of the first one."""
        return self.bounds[0] * scale, self.bounds[1]

    def values(self, points: np.ndarray, scale: float = 1.0) -> np.ndarray:
        """[..., 2] losses at points [..., 2], in float64."""
        with torch.no_grad():
            return self.losses(torch.tensor(np.asarray(points, float)), scale).numpy()

    def front(self, scale: float = 1.0) -> np.ndarray:
        """[N, 2] losses along the Pareto set."""
        return self.values(self.pareto, scale)

    def distance(self, points: np.ndarray) -> np.ndarray:
        """[...] distance of points [..., 2] to the Pareto set; not a number where a point is not one."""
        points = np.asarray(points, float)
        start = self.pareto[:-1] if len(self.pareto) > 1 else self.pareto
        along = (self.pareto[1:] if len(self.pareto) > 1 else self.pareto) - start
        square = np.maximum((along**2).sum(-1), 1e-300)
        away = points[..., None, :] - start
        part = np.clip((away * along).sum(-1) / square, 0, 1)
        return np.linalg.norm(away - part[..., None] * along, axis=-1).min(-1)


def with_gradients(world: World, points: Tensor, scale: float) -> tuple[Tensor, Tensor]:
    """[R, T] losses and [R, T, 2] gradients at points [R, 2].

    Every loss gets a copy of the points of its own, so that one backward pass serves them all.
    """
    copies = points.detach().expand(2, -1, -1).clone().requires_grad_()
    own = torch.diagonal(world.losses(copies, scale), dim1=0, dim2=2)
    (gradients,) = torch.autograd.grad(own.sum(), copies)
    return own.detach(), gradients.transpose(0, 1)


def _two_valleys(x: Tensor, scale: float) -> Tensor:
    """The problem of CAGrad (Liu et al., NeurIPS 2021): above x2 = 0 two steep, crossing ravines, below it two wide bowls."""
    x1, x2 = x.unbind(-1)
    bend = torch.tanh(-x2)
    ravine1 = (0.5 * (-x1 - 7) - bend).abs().clamp(min=FLOOR).log() + 6
    ravine2 = (0.5 * (-x1 + 3) + bend + 2).abs().clamp(min=FLOOR).log() + 6
    sag = 0.1 * (-x2 - 8) ** 2
    bowl1 = ((-x1 + 7) ** 2 + sag) / 10 - 20
    bowl2 = ((-x1 - 7) ** 2 + sag) / 10 - 20
    # At x2 = 0 both are zero, and `clamp` passes both gradients on.
    above, below = torch.tanh(0.5 * x2).clamp(min=0), torch.tanh(-0.5 * x2).clamp(min=0)
    return torch.stack([scale * (ravine1 * above + bowl1 * below), ravine2 * above + bowl2 * below], dim=-1)


def _valley_floor() -> np.ndarray:
    """[N, 2] the Pareto set of the two valleys.

    In the bowls λ f1 + (1 − λ) f2 is least at x1 = 14 λ − 7, whatever x2 is. What is left to find is the x2 at which
    (a + 0.01 (x2 + 8)²) tanh(−x2 / 2) with a = 4.9 − x1² / 10 − 20 does not change: by halving, as its slope rises there.
    The front is convex, so that every point of it is found in this way; the ravines never fall below −6.3, and every
    point of theirs is worse than one of the bowls.
    """
    x1 = np.linspace(-7, 7, PARETO_POINTS)
    low, high = np.full_like(x1, -12.0), np.full_like(x1, -8.0)
    for _halving in range(60):
        x2 = 0.5 * (low + high)
        depth = 4.9 - x1**2 / 10 - 20 + 0.01 * (x2 + 8) ** 2
        slope = 0.02 * (x2 + 8) * np.tanh(-x2 / 2) - 0.5 * depth / np.cosh(x2 / 2) ** 2
        low, high = np.where(slope < 0, x2, low), np.where(slope < 0, high, x2)
    return np.stack([x1, 0.5 * (low + high)], axis=-1)


def _squares(x: Tensor, scale: float) -> Tensor:
    """(x1², x2²): either loss cares for one number only."""
    first, second = (x**2).unbind(-1)
    return torch.stack([scale * first, second], dim=-1)


def _two_bowls(x: Tensor, scale: float) -> Tensor:
    """Squared distances to (1, 0) and to (−1, 0)."""
    x1, x2 = x.unbind(-1)
    return torch.stack([scale * ((x1 - 1) ** 2 + x2**2), (x1 + 1) ** 2 + x2**2], dim=-1)


def _two_scales(x: Tensor, scale: float) -> Tensor:
    """The squared distance to the origin, and ten times as much."""
    square = (x**2).sum(-1)
    return torch.stack([scale * square, 10 * square], dim=-1)


CONVEX_STARTS = ((-2.0, 1.5), (-0.5, 2.2), (2.2, 1.0), (1.5, -2.0))
CONVEX_WINDOW = (-3.0, 3.0, -3.0, 3.0)
ORIGIN = np.zeros((1, 2))

WORLDS: Mapping[str, World] = {
    world.key: world
    for world in (
        World(
            key="valleys",
            title=N_("Two valleys"),
            idea=N_(
                "Above, two steep ravines cross, and either task would rather follow its own; below lie two wide bowls. The "
                "second loss is the louder one. It is the test problem of CAGrad, Nash-MTL, FAMO and Aligned-MTL."
            ),
            losses=_two_valleys,
            window=(-11.0, 11.0, -11.0, 11.0),
            starts=((-8.5, 7.5), (0.0, 0.0), (9.0, 9.0), (-7.5, -0.5), (9.0, -1.0)),
            pareto=_valley_floor(),
            bounds=(-21.0, -21.0),
            tolerance=0.1,
            knobs={"famo": {"decay": 0.0}},
        ),
        World(
            key="bowls",
            title=N_("Two bowls"),
            idea=N_("Either loss is the squared distance to its own point; every point between the two is a fair end."),
            losses=_two_bowls,
            window=CONVEX_WINDOW,
            starts=CONVEX_STARTS,
            pareto=np.stack([np.linspace(-1, 1, PARETO_POINTS), np.zeros(PARETO_POINTS)], axis=-1),
            bounds=(0.0, 0.0),
            tolerance=0.02,
        ),
        World(
            key="squares",
            title=N_("Two numbers"),
            idea=N_("Either loss is the square of one number of its own: nothing to fight about, so who wastes time?"),
            losses=_squares,
            window=CONVEX_WINDOW,
            starts=CONVEX_STARTS,
            pareto=ORIGIN,
            bounds=(0.0, 0.0),
            tolerance=0.02,
        ),
        World(
            key="scales",
            title=N_("One bowl, two scales"),
            idea=N_("The same loss twice, once ten times as loud: the gradients agree, only their lengths differ."),
            losses=_two_scales,
            window=CONVEX_WINDOW,
            starts=CONVEX_STARTS,
            pareto=ORIGIN,
            bounds=(0.0, 0.0),
            tolerance=0.02,
        ),
    )
}
"""Every world by key."""
