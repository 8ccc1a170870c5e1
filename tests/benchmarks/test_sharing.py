"""The race of strategies runs, and its loops hold what fleets hold; `python -m tests.benchmarks.sharing` says how fast."""

from __future__ import annotations

import sys

import pytest
import torch

from playground import catalog
from playground.backbones.mlp import MLP
from playground.experiment import Run
from playground.training.loop import Training
from playground.training.observing.events import Stepped
from tests.benchmarks import sharing

KEYS = sorted(sharing.TRUNKS)


def test_loops_are_of_strategies_that_take_the_network() -> None:
    assert set(KEYS) <= {key for key, entry in catalog.strategies().items() if not entry().problems(MLP(depth=3), "abc")}
    assert len(KEYS) >= 12


@pytest.mark.parametrize("key", KEYS)
def test_a_loop_has_as_many_parameters_as_a_run_of_the_fleet(key: str) -> None:
    training = Training([Run(sharing.experiment(key), 0)], device="cpu")
    plain = sharing.Net(sharing.TRUNKS[key]())
    assert sum(p.numel() for p in training.parameters) == sum(p.numel() for p in plain.parameters())


@pytest.mark.parametrize("kind", [sharing.SumLoop, sharing.JacobianLoop])
@pytest.mark.parametrize("key", KEYS)
def test_every_loop_learns(kind: type[sharing.SumLoop], key: str) -> None:
    training = kind(0, key)
    for event in training.events():
        assert isinstance(event, Stepped)
        if event.step == 40:
            break
    training.look()
    assert sum(training.told[-1]) > sum(training.told[0]) + 0.2


@pytest.mark.parametrize("key", sorted(set(KEYS) - {"soft_l2", "soft_trace", "sluice", "dselect_k"}))
def test_both_loops_find_the_same_gradients(key: str) -> None:
    """The mean of the tasks' gradients is a third of their sum; with a penalty it would be that only in part."""
    found = []
    for kind in (sharing.SumLoop, sharing.JacobianLoop):
        loop = kind(0, key)
        inputs, targets = loop.train
        loop.step(inputs[:64], [target[:64] for target in targets])
        found.append([parameter.grad for parameter in loop.shared])
    for one, other in zip(*found, strict=True):
        assert one is not None
        assert other is not None
        torch.testing.assert_close(one, 3 * other, rtol=1e-3, atol=1e-6)


def test_the_tables_are_printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["sharing", "--repeats", "1", "--steps", "2", "--only", "hard", "mmoe"]
    monkeypatch.setattr(sys, "argv", arguments)
    sharing.main()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[2:4]] == ["hard", "mmoe"]
    monkeypatch.setattr(sys, "argv", ["sharing", "--backbones", "--repeats", "1", "--steps", "4", "--only", "cnn"])
    sharing.main()
    assert "cnn, digits" in capsys.readouterr().out


def test_a_fleet_of_convolutions_is_not_slower_than_one_after_the_other() -> None:
    """It takes about half; the best of three turns counts on both sides, in processor time."""
    times = [sharing.together(sharing.trunk_of("cnn", "digits"), 4, 4) for _turn in range(3)]
    assert min(fast for fast, _slow in times) < min(slow for _fast, slow in times)
