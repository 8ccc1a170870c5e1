"""The numerical tools of the weighting methods."""

from __future__ import annotations

from itertools import product

import pytest
import torch
from scipy.optimize import nnls

from playground.basics.errors import Invalid
from playground.weighting.solvers import MOST_TASKS, WeightAdam, geometry, nonnegative, solutions_by_support, supports
from tests.weighting.gramians import TASKS, nasty, random_gramians


def test_adam_is_torchs_own_with_a_rate_for_each_run() -> None:
    gradients = torch.randn(10, 3, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    rates = torch.tensor([[0.1], [0.01], [1.0]]).double()
    adam, value = WeightAdam(gradients[0]), torch.zeros(3, 2).double()
    for gradient in gradients:
        value = value + adam.change(gradient, rates)
    for run in range(3):
        theirs = torch.zeros(2).double().requires_grad_()
        optimizer = torch.optim.Adam([theirs], lr=float(rates[run]))
        for gradient in gradients:
            theirs.grad = gradient[run].clone()
            optimizer.step()
        torch.testing.assert_close(value[run], theirs.detach())


@pytest.mark.parametrize("tasks", TASKS)
def test_geometry_puts_the_gramian_together_again(tasks: int) -> None:
    gramians = torch.cat([random_gramians(50, tasks), torch.stack(list(nasty(tasks).values()))])
    shape = geometry(gramians)
    lengths = torch.where(shape.nonzero, shape.lengths, 0.0) * shape.scale
    torch.testing.assert_close(lengths.unsqueeze(-1) * shape.cosines * lengths.unsqueeze(-2), gramians, rtol=1e-9, atol=0)
    assert torch.equal(torch.diagonal(shape.cosines, dim1=-2, dim2=-1), torch.ones(len(gramians), tasks).double())
    assert torch.equal(shape.nonzero, torch.diagonal(gramians, dim1=-2, dim2=-1) > 0)


def test_corners_solve_for_every_set_of_tasks() -> None:
    matrix, given = random_gramians(4, 3), torch.randn(4, 3, 2, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    found, sets = solutions_by_support(matrix, given), supports(matrix)
    assert sorted(sets.tolist()) == sorted(map(list, product([False, True], repeat=3)))
    for index, inside in enumerate(sets):
        z = torch.where(inside.unsqueeze(-1), found[:, index], 0.0)
        w = torch.where(inside.unsqueeze(-1), 0.0, found[:, index])
        torch.testing.assert_close(matrix @ z + given, w)


@pytest.mark.parametrize("tasks", [*TASKS, 16])
def test_nonnegative_equals_scipys_nonnegative_least_squares(tasks: int) -> None:
    matrix = geometry(random_gramians(60, tasks)).regularised
    factor = torch.linalg.cholesky(matrix)
    target = torch.randn(60, tasks, 1, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    found = nonnegative(matrix, -factor @ target)
    for run in range(60):
        expected, _ = nnls(factor[run].T.numpy(), target[run, :, 0].numpy())
        torch.testing.assert_close(found[run, :, 0], torch.from_numpy(expected), rtol=1e-6, atol=1e-8)


def test_nonnegative_on_the_nastiest_matrices() -> None:
    for tasks in TASKS:
        shape = geometry(torch.stack(list(nasty(tasks).values())))
        # What UPGrad and MGDA ask for.
        given = torch.cat(
            [shape.cosines, -shape.lengths.amin(-1, keepdim=True).unsqueeze(-1) / shape.lengths.unsqueeze(-1)], -1
        )
        found = nonnegative(shape.regularised, given)
        left = shape.regularised @ found + given
        # Where rows of the matrix agree to the tenth place z may be as large as 1e10; what is left is measured by that.
        size = 1 + found.abs().amax(1, keepdim=True)
        assert (found >= 0).all()
        assert (left >= -1e-12 * size).all()
        assert ((found * left).abs() <= 1e-12 * size.square()).all()


def test_too_many_tasks_are_refused_in_words() -> None:
    eye = torch.eye(MOST_TASKS + 1).double().unsqueeze(0)
    with pytest.raises(Invalid, match="at most 14"):
        solutions_by_support(eye, eye[..., :1])
