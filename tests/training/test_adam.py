"""Adam over a fleet beside the optimizer of torch, run by run."""

from __future__ import annotations

import torch

from playground.training.adam import Adam

SHAPES = ((3, 4), (1, 4), (5,))


def some(generator: torch.Generator, runs: int) -> list[torch.Tensor]:
    return [torch.randn(runs, *shape, generator=generator) for shape in SHAPES]


def test_every_run_moves_as_with_an_optimizer_of_its_own() -> None:
    generator, rates = torch.Generator().manual_seed(0), torch.tensor([0.1, 0.003, 1e-4])
    parameters = [torch.nn.Parameter(values) for values in some(generator, 3)]
    alone = [[torch.nn.Parameter(parameter.detach()[run].clone()) for parameter in parameters] for run in range(3)]
    references = [torch.optim.Adam(own, lr=float(rate)) for own, rate in zip(alone, rates, strict=True)]
    adam = Adam(parameters, rates)
    for step in range(30):
        if step == 15:
            rates = torch.tensor([0.02, 0.0, 0.5])
            adam.set_rates(rates)
            for reference, rate in zip(references, rates, strict=True):
                reference.param_groups[0]["lr"] = float(rate)
        gradients = [10.0 ** (step % 4 - 2) * values for values in some(generator, 3)]
        adam.step(gradients)
        for run, (own, reference) in enumerate(zip(alone, references, strict=True)):
            for parameter, gradient in zip(own, gradients, strict=True):
                parameter.grad = gradient[run].clone()
            reference.step()
            for parameter, fleet in zip(own, parameters, strict=True):
                torch.testing.assert_close(fleet.detach()[run], parameter.detach(), rtol=1e-5, atol=1e-6)


def test_parameters_stay_the_same_objects_with_the_same_values() -> None:
    parameters = [torch.nn.Parameter(values) for values in some(torch.Generator().manual_seed(0), 2)]
    before = [parameter.detach().clone() for parameter in parameters]
    adam = Adam(parameters, torch.tensor([0.1, 0.1]))
    assert all(one is other for one, other in zip(adam.parameters, parameters, strict=True))
    for parameter, values in zip(parameters, before, strict=True):
        torch.testing.assert_close(parameter.detach(), values, rtol=0, atol=0)


def test_gradients_are_left_as_they_are() -> None:
    generator = torch.Generator().manual_seed(0)
    parameters = [torch.nn.Parameter(values) for values in some(generator, 2)]
    gradients = some(generator, 2)
    before = [gradient.clone() for gradient in gradients]
    Adam(parameters, torch.tensor([0.1, 0.2])).step(gradients)
    for gradient, values in zip(gradients, before, strict=True):
        torch.testing.assert_close(gradient, values, rtol=0, atol=0)


def test_a_broken_run_leaves_the_others_untouched() -> None:
    def moved(broken: bool) -> torch.Tensor:
        generator = torch.Generator().manual_seed(0)
        parameters = [torch.nn.Parameter(values) for values in some(generator, 3)]
        adam = Adam(parameters, torch.tensor([0.1, 0.1, 0.1]))
        for _step in range(5):
            gradients = some(generator, 3)
            if broken:
                gradients[0][1] = torch.nan
            adam.step(gradients)
        return torch.cat([parameter.detach().flatten(1) for parameter in parameters], 1)[[0, 2]]

    assert torch.equal(moved(False), moved(True))


def test_one_parameter_alone_is_no_exception() -> None:
    """A list of a single gradient, which joins without a copy, is not written to either."""
    parameter, gradient = torch.nn.Parameter(torch.ones(2, 3)), torch.full((2, 3), 0.5)
    Adam([parameter], torch.tensor([0.1, 0.1])).step([gradient])
    assert torch.equal(gradient, torch.full((2, 3), 0.5))
    torch.testing.assert_close(parameter.detach(), torch.full((2, 3), 0.9))
