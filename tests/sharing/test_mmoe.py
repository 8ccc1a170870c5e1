"""A mixture of experts beside slow loops."""

from __future__ import annotations

import numpy as np
import pytest

from playground.sharing.mmoe import MMoE, MMoETrunk
from tests.sharing import naive


@pytest.mark.parametrize("count", [1, 3])
def test_each_task_mixes_the_experts_by_its_gate(count: int) -> None:
    trunk, x, expected = naive.build(MMoE(count)), naive.inputs(), []
    assert isinstance(trunk, MMoETrunk)
    for run in range(naive.RUNS):
        rows = naive.numpy(x)[run]
        experts = [naive.tower(expert, run, rows) for expert in trunk.experts]
        gates = [naive.gate(gate, run, rows) for gate in trunk.gates]
        expected.append([sum(gate[:, [e]] * experts[e] for e in range(count)) for gate in gates])
    naive.agree(trunk(x), expected)  # type: ignore[arg-type]  # sums of arrays


@pytest.mark.parametrize("count", [1, 4])
def test_it_costs_a_network_an_expert_and_a_gate_a_task(count: int) -> None:
    network = naive.FIRST + (naive.DEPTH - 1) * naive.LATER
    # The gates read the mean over the first axis of the inputs.
    assert naive.size(naive.build(MMoE(count))) == count * network + 3 * (naive.INPUTS[1] * count + count)


def test_what_is_learned_is_the_mean_of_the_gates() -> None:
    trunk, x = naive.build(MMoE(3)), naive.inputs()
    assert isinstance(trunk, MMoETrunk)
    assert trunk.learned() == {}
    trunk(x)
    found = naive.numpy(trunk.learned()["gate"])
    assert found.shape == (naive.RUNS, 3, 3)
    for run in range(naive.RUNS):
        for task, gate in enumerate(trunk.gates):
            np.testing.assert_allclose(found[run, task], naive.gate(gate, run, naive.numpy(x)[run]).mean(0), rtol=1e-4)
