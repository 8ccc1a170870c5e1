"""Properties that hold for every weighting method of the catalogue, so that a new file is tested unasked."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from playground.basics.knobs import knobs_of
from playground.catalog import methods
from playground.weighting.base import norms
from tests.weighting.gramians import (
    TASKS,
    begun,
    gains,
    name,
    nasty,
    once,
    random_gramians,
    signals,
    some_losses,
    train,
    variants,
)

STEPS = 5
every_variant = pytest.mark.parametrize(("key", "knobs"), variants(), ids=name)
steady = [(key, knobs) for key, knobs in variants() if not methods()[key].uses_chance]
"""The draws of a method that uses chance go by the position of a task; all others do not care for it."""
every_steady_variant = pytest.mark.parametrize(("key", "knobs"), steady, ids=name)
every_steady_mediator = pytest.mark.parametrize(
    ("key", "knobs"), [(key, knobs) for key, knobs in steady if methods()[key].signal == "gramian"], ids=name
)
every_method = pytest.mark.parametrize("key", list(methods()))


@every_variant
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
@pytest.mark.parametrize("tasks", TASKS)
def test_weights_are_finite_on_the_nastiest_gramians(key: str, knobs: dict[str, Any], dtype: torch.dtype, tasks: int) -> None:
    cases = nasty(tasks)
    gramians = torch.stack(list(cases.values())).to(dtype).expand(STEPS, -1, -1, -1)
    losses = signals(STEPS, len(cases), tasks, dtype=dtype)[0]
    weights = train(begun(key, tasks, range(len(cases)), dtype, **knobs), losses, gramians)
    assert weights.shape == (STEPS, len(cases), tasks)
    assert weights.dtype == dtype
    astray = [case for run, case in enumerate(cases) if not weights[:, run].isfinite().all()]
    assert astray == []


@every_variant
@pytest.mark.parametrize("scale", [1e-12, 1e-6, 1e6, 1e12])
def test_weights_are_finite_for_losses_and_gradients_of_any_size(key: str, knobs: dict[str, Any], scale: float) -> None:
    losses, gramians = signals(STEPS, 4, 3, dtype=torch.float32)
    weights = train(begun(key, 3, range(4), torch.float32, **knobs), losses * scale, gramians * scale)
    assert weights.isfinite().all()


@every_variant
def test_weights_are_finite_where_losses_reach_zero(key: str, knobs: dict[str, Any]) -> None:
    losses, gramians = signals(STEPS, 4, 3, dtype=torch.float32)
    losses[2:, 0, 0] = 0
    losses[:, 1] = 0
    weights = train(begun(key, 3, range(4), torch.float32, **knobs), losses, gramians)
    assert weights.isfinite().all()


@every_variant
@pytest.mark.parametrize("tasks", [2, 4])
def test_a_fleet_equals_its_runs_alone(key: str, knobs: dict[str, Any], tasks: int) -> None:
    losses, gramians = signals(STEPS, 6, tasks)
    seeds = [3, 1, 4, 1, 5, 9]
    together = train(begun(key, tasks, seeds, **knobs), losses, gramians)
    for run, seed in enumerate(seeds):
        alone = train(begun(key, tasks, [seed], **knobs), losses[:, run : run + 1], gramians[:, run : run + 1])
        torch.testing.assert_close(together[:, run : run + 1], alone, rtol=1e-9, atol=1e-12)


@every_variant
def test_a_run_that_goes_astray_leaves_the_others_alone(key: str, knobs: dict[str, Any]) -> None:
    losses, gramians = signals(STEPS, 3, 3)
    expected = train(begun(key, 3, range(3), **knobs), losses, gramians)
    losses[2:, 1], gramians[2:, 1] = float("nan"), float("nan")
    gramians[3, 1] = float("inf")
    weights = train(begun(key, 3, range(3), **knobs), losses, gramians)
    torch.testing.assert_close(weights[:, [0, 2]], expected[:, [0, 2]], rtol=1e-9, atol=1e-12)


@every_steady_variant
@pytest.mark.parametrize("tasks", TASKS)
def test_permuting_the_tasks_permutes_the_weights(key: str, knobs: dict[str, Any], tasks: int) -> None:
    losses, gramians = signals(STEPS, 8, tasks, seed=2)
    # Two tasks apart, so that every task keeps its family.
    order = [*range(2, tasks), *range(min(2, tasks))] if tasks % 2 == 0 else [*range(2, tasks - 1), 0, 1, tasks - 1]
    plain = train(begun(key, tasks, range(8), **knobs), losses, gramians)
    permuted = train(begun(key, tasks, range(8), **knobs), losses[:, :, order], gramians[:, :, order][:, :, :, order])
    torch.testing.assert_close(permuted, plain[:, :, order], rtol=1e-6, atol=1e-9)


@every_steady_mediator
@pytest.mark.parametrize("tasks", TASKS)
def test_permuting_tasks_keeps_the_step_on_nasty_gramians(key: str, knobs: dict[str, Any], tasks: int) -> None:
    gramians, losses = torch.stack(list(nasty(tasks).values())), some_losses(len(nasty(tasks)), tasks)
    order = torch.randperm(tasks, generator=torch.Generator().manual_seed(1))
    lengths = norms(gramians)
    plain = (once(key, gramians, losses, **knobs) * lengths)[:, order]
    permuted = once(key, gramians[:, order][:, :, order], losses[:, order], **knobs) * lengths[:, order]
    gap = (permuted - plain).abs().amax(-1)
    assert (gap <= 1e-3 * plain.abs().amax(-1) + 1e-9).all()


@every_variant
def test_every_tensor_is_made_where_the_runs_are(key: str, knobs: dict[str, Any]) -> None:
    losses, gramians = signals(STEPS, 2, 3)
    method = begun(key, 3, range(2), **knobs)
    # A tensor made without saying where now has no numbers, as it would be on the wrong device where there is a GPU.
    with torch.device("meta"):
        method.begin(method.setting)
        weights = train(method, losses, gramians, per_epoch=1)
    assert weights.device == losses.device
    assert weights.isfinite().all()


@every_variant
def test_float32_and_float64_agree(key: str, knobs: dict[str, Any]) -> None:
    losses, gramians = signals(STEPS, 8, 3, seed=3)
    exact = train(begun(key, 3, range(8), torch.float64, **knobs), losses, gramians)
    single = train(begun(key, 3, range(8), torch.float32, **knobs), losses.float(), gramians.float())
    torch.testing.assert_close(single.double(), exact, rtol=2e-3, atol=2e-3)


@pytest.mark.parametrize("key", ["random", "dwa", "gradnorm"])
@pytest.mark.parametrize("tasks", TASKS)
def test_weights_add_up_to_the_number_of_tasks(key: str, tasks: int) -> None:
    losses, gramians = signals(STEPS, 8, tasks)
    weights = train(begun(key, tasks, range(8)), losses, gramians, per_epoch=1)
    torch.testing.assert_close(weights.sum(-1), torch.full_like(weights[..., 0], tasks))
    assert (weights >= 0).all()
    assert weights[-1].std() > 0


@pytest.mark.parametrize("key", ["upgrad", "dualproj", "mgda", "nash", "fairgrad"])
@pytest.mark.parametrize("tasks", TASKS)
def test_no_loss_rises_to_first_order(key: str, tasks: int) -> None:
    gramians = torch.cat([random_gramians(200, tasks), torch.stack(list(nasty(tasks).values()))])
    weights = once(key, gramians)
    unit = norms(gramians) * (weights.abs() * norms(gramians)).sum(-1, keepdim=True)
    assert (gains(weights, gramians) >= -1e-6 * unit).all()


@every_method
def test_knobs_and_card_have_their_words(key: str) -> None:
    method = methods()[key]
    assert len(method.card.title.split()) <= 4
    assert method.card.idea.endswith(".")
    assert method.card.formula
    assert "$" not in method.card.formula
    assert bool(method.card.paper) == bool(method.card.link)
    assert method.card.fails.endswith(".")
    assert all(knob.label and knob.help.endswith(".") for knob in knobs_of(method).values())
