"""Chosen experts beside slow loops over selectors, experts and bits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from playground.backbones.mlp import MLP
from playground.sharing.dselect_k import DSelectK, DSelectTrunk, smooth_step
from tests.sharing import naive


def step(t: float, width: float) -> float:
    """The smooth step, case by case."""
    if t <= -width / 2:
        return 0.0
    if t >= width / 2:
        return 1.0
    return -2 / width**3 * t**3 + 3 / (2 * width) * t + 0.5


def given(codes: np.ndarray, width: float) -> np.ndarray:
    """[2^M] what a selector with the codes [M] gives to each number, whose bits are read from the lowest on."""
    result = np.ones(2 ** len(codes))
    for number in range(len(result)):
        for bit, code in enumerate(codes):
            on = step(float(code), width)
            result[number] *= on if (number >> bit) & 1 else 1 - on
    return result


def built(**knobs: Any) -> DSelectTrunk:
    trunk = naive.build(DSelectK(**knobs))
    assert isinstance(trunk, DSelectTrunk)
    return trunk


def selectors(gate: Any, run: int, rows: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each of the rows the scores [k] and codes [k, M] of a task's selectors."""
    if gate.layer is None:
        both = np.concatenate([naive.numpy(gate.codes)[run, 0], naive.numpy(gate.scores)[run, 0]])
        found = np.repeat(both[None], len(rows), axis=0)
    else:
        found = naive.linear(gate.layer, run, rows.mean(1))
    bits = gate.count * gate.bits
    return [(one[bits:], one[:bits].reshape(gate.count, gate.bits)) for one in found]


@pytest.mark.parametrize("knobs", [{}, {"by_example": True}, {"experts": 3, "width": 0.5}, {"experts": 5, "count": 1}])
def test_each_task_takes_what_its_selectors_give(knobs: dict[str, Any]) -> None:
    trunk, x, expected = built(**knobs), naive.inputs(), []
    count, width = trunk.knobs.experts, trunk.knobs.width
    for run in range(naive.RUNS):
        rows = naive.numpy(x)[run]
        experts, tasks = [naive.tower(expert, run, rows) for expert in trunk.experts], []
        for gate in trunk.gates:
            mixed = np.zeros_like(experts[0])
            for example, (scores, codes) in enumerate(selectors(gate, run, rows)):
                for share, code in zip(naive.softmax(scores), codes, strict=True):
                    weights = given(code, width)
                    mixed[example] += sum(share * weights[e] * experts[e][example] for e in range(count))
            tasks.append(mixed)
        expected.append(tasks)
    naive.agree(trunk(x), expected)


@pytest.mark.parametrize("knobs", [{}, {"by_example": True}, {"experts": 3}])
def test_the_penalty_is_the_entropy_of_the_selectors(knobs: dict[str, Any]) -> None:
    trunk, x = built(entropy=0.5, **knobs), naive.inputs()
    trunk(x)
    penalty = trunk.penalty()
    assert penalty is not None
    for run in range(naive.RUNS):
        total = 0.0
        for gate in trunk.gates:
            rows = selectors(gate, run, naive.numpy(x)[run])
            for _scores, codes in rows:
                for code in codes:
                    weights = given(code, 1.0)
                    total -= sum(w * np.log(w) for w in weights if w > 0) / len(rows)
                    if trunk.knobs.experts < len(weights):
                        total += 1 / weights[: trunk.knobs.experts].sum() / len(rows)
        assert float(penalty[run].detach()) == pytest.approx(0.5 * total, rel=1e-3)


def test_without_a_penalty_there_is_none() -> None:
    trunk = built(entropy=0.0)
    trunk(naive.inputs())
    assert trunk.penalty() is None


def test_the_smooth_step_is_flat_outside_and_has_no_corner() -> None:
    t = torch.tensor([-3.0, -1.0, -0.999, 0.0, 0.999, 1.0, 3.0], requires_grad=True)
    values = smooth_step(t, 2.0)
    np.testing.assert_allclose(naive.numpy(values), [step(one, 2.0) for one in t.tolist()], atol=1e-6)
    (slope,) = torch.autograd.grad(values.sum(), t)
    np.testing.assert_allclose(slope.numpy()[[0, 3, 6]], [0, 0.75, 0], atol=1e-6)
    assert slope[2].abs() < 0.01
    assert slope[4].abs() < 0.01


def test_decided_codes_choose_exactly_k_experts() -> None:
    trunk = built(experts=4, count=2)
    with torch.no_grad():
        for gate in trunk.gates:
            gate.codes.copy_(torch.tensor([9.0, -9.0, 9.0, 9.0]).expand_as(gate.codes))
            gate.scores.zero_()
    trunk(naive.inputs())
    np.testing.assert_allclose(naive.numpy(trunk.learned()["gate"]), np.broadcast_to([0, 0.5, 0, 0.5], (2, 3, 4)), atol=1e-6)
    penalty = trunk.penalty()
    assert penalty is not None
    np.testing.assert_allclose(naive.numpy(penalty), 0, atol=1e-6)


def test_it_costs_a_network_an_expert_and_a_code_a_selector() -> None:
    network = naive.FIRST + (naive.DEPTH - 1) * naive.LATER
    assert naive.size(built()) == 4 * network + 3 * (2 * 2 + 2)
    assert naive.size(built(experts=5, count=1)) == 5 * network + 3 * (1 * 3 + 1)
    assert naive.size(built(by_example=True)) == 4 * network + 3 * (naive.INPUTS[1] + 1) * (2 * 2 + 2)


def test_more_choices_than_experts_are_a_problem() -> None:
    (problem,) = DSelectK(experts=2, count=3).problems(MLP(), naive.TASKS)
    assert problem.where == "sharing.count"
    assert not DSelectK(experts=2, count=2).problems(MLP(), naive.TASKS)
