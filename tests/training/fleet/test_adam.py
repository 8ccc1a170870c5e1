"""Adam over a fleet beside the optimizer of torch, run by run."""

from __future__ import annotations

import torch

from playground.training.fleet.adam import FleetAdam

SHAPES = ((3, 4), (1, 4), (5,))


def some(generator: torch.Generator, runs: int) -> list[torch.Tensor]:
    return [torch.randn(runs, *shape, generator=generator) for shape in SHAPES]


def test_every_run_moves_as_with_an_optimizer_of_its_own() -> None:
    generator, rates = torch.Generator().manual_seed(0), torch.tensor([0.1, 0.003, 1e-4])
    parameters = [torch.nn.Parameter(values) for values in some(generator, 3)]
    alone = [[torch.nn.Parameter(parameter.detach()[run].clone()) for parameter in parameters] for run in range(3)]
    references = [torch.optim.Adam(own, lr=float(rate)) for own, rate in zip(alone, rates, strict=True)]
    adam = FleetAdam(parameters, rates)
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


def test_what_rests_is_skipped_as_where_torch_has_no_gradient() -> None:
    """Parameters of runs rest and wake at random; a whole stretch of steps in between moves all of them."""
    generator, rates = torch.Generator().manual_seed(0), torch.tensor([0.1, 0.003, 0.03])
    parameters = [torch.nn.Parameter(values) for values in some(generator, 3)]
    alone = [[torch.nn.Parameter(parameter.detach()[run].clone()) for parameter in parameters] for run in range(3)]
    references = [torch.optim.Adam(own, lr=float(rate)) for own, rate in zip(alone, rates, strict=True)]
    adam = FleetAdam(parameters, rates)
    for step in range(60):
        moving = torch.rand(len(SHAPES), 3, generator=generator) < 0.4
        if step < 8:
            moving[1] = False  # wakes after the others
        gradients = [10.0 ** (step % 4 - 2) * values for values in some(generator, 3)]
        whole = 20 <= step < 30
        factor = 1.0 if step < 40 else 0.3
        before = [getattr(adam, name).clone() for name in ("values", "mean", "square")]
        adam.step(gradients, factor, None if whole else moving)
        for run, (own, reference) in enumerate(zip(alone, references, strict=True)):
            for place, (parameter, gradient) in enumerate(zip(own, gradients, strict=True)):
                parameter.grad = gradient[run].clone() if whole or moving[place, run] else None
            reference.param_groups[0]["lr"] = factor * float(rates[run])
            reference.step()
            for parameter, fleet in zip(own, parameters, strict=True):
                torch.testing.assert_close(fleet.detach()[run], parameter.detach(), rtol=1e-5, atol=2e-6)
        if not whole:
            rests = torch.cat([(~row).repeat_interleave(one[0].numel()) for row, one in zip(moving, parameters, strict=True)])
            for name, values in zip(("values", "mean", "square"), before, strict=True):
                assert torch.equal(getattr(adam, name)[rests], values[rests])


def test_parameters_that_have_moved_together_go_on_as_they_began() -> None:
    """From the first step in which anything rests, each counts for itself; until then one count serves all."""
    generator = torch.Generator().manual_seed(0)
    together, apart = (
        [torch.nn.Parameter(values.clone()) for values in some(torch.Generator().manual_seed(1), 2)] for _ in "ab"
    )
    fleets = [FleetAdam(parameters, torch.tensor([0.1, 0.01])) for parameters in (together, apart)]
    everything = torch.ones(len(SHAPES), 2, dtype=torch.bool)
    for step in range(12):
        gradients = some(generator, 2)
        fleets[0].step(gradients)
        fleets[1].step(gradients, 1.0, None if step < 6 else everything)
    torch.testing.assert_close(fleets[1].values, fleets[0].values, rtol=1e-5, atol=1e-6)


def test_parameters_stay_the_same_objects_with_the_same_values() -> None:
    parameters = [torch.nn.Parameter(values) for values in some(torch.Generator().manual_seed(0), 2)]
    before = [parameter.detach().clone() for parameter in parameters]
    adam = FleetAdam(parameters, torch.tensor([0.1, 0.1]))
    assert all(one is other for one, other in zip(adam.parameters, parameters, strict=True))
    for parameter, values in zip(parameters, before, strict=True):
        torch.testing.assert_close(parameter.detach(), values, rtol=0, atol=0)


def test_gradients_are_left_as_they_are() -> None:
    generator = torch.Generator().manual_seed(0)
    parameters = [torch.nn.Parameter(values) for values in some(generator, 2)]
    gradients = some(generator, 2)
    before = [gradient.clone() for gradient in gradients]
    FleetAdam(parameters, torch.tensor([0.1, 0.2])).step(gradients)
    for gradient, values in zip(gradients, before, strict=True):
        torch.testing.assert_close(gradient, values, rtol=0, atol=0)


def test_a_broken_run_leaves_the_others_untouched() -> None:
    def moved(broken: bool) -> torch.Tensor:
        generator = torch.Generator().manual_seed(0)
        parameters = [torch.nn.Parameter(values) for values in some(generator, 3)]
        adam = FleetAdam(parameters, torch.tensor([0.1, 0.1, 0.1]))
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
    FleetAdam([parameter], torch.tensor([0.1, 0.1])).step([gradient])
    assert torch.equal(gradient, torch.full((2, 3), 0.5))
    torch.testing.assert_close(parameter.detach(), torch.full((2, 3), 0.9))
