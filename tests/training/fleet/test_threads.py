"""Training leaves the threads of whoever asks for it as they were."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from playground import train
from playground.basics.errors import Invalid
from playground.training.fleet.threads import each_with_threads
from playground.training.loop import Training
from tests.experiments import runs, small


@pytest.fixture(autouse=True)
def two_threads() -> Iterator[None]:
    """The caller has two threads in these tests."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("threads", [1, 3])
def test_it_trains_with_the_threads_it_is_told_and_one_otherwise(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[int] = set()
    step = Training._take_step
    monkeypatch.setattr(Training, "_take_step", lambda *given: seen.add(torch.get_num_threads()) or step(*given))
    for _event in train(small(steps=10)) if threads == 1 else train(small(steps=10), threads=threads):
        assert torch.get_num_threads() == 2
    assert seen == {threads}
    assert torch.get_num_threads() == 2


def test_a_training_that_is_abandoned_leaves_them_too() -> None:
    events = train(small(steps=10))
    for _time in range(5):
        next(events)
    assert torch.get_num_threads() == 2
    del events
    assert torch.get_num_threads() == 2


def test_whoever_changes_them_meanwhile_keeps_the_change() -> None:
    for number, _event in enumerate(train(small(steps=10))):
        if number == 3:
            torch.set_num_threads(4)
    assert torch.get_num_threads() == 4


def test_one_that_fails_leaves_them_too() -> None:
    with pytest.raises(Invalid):
        train(runs(small(steps=10), small(steps=11)))
    assert torch.get_num_threads() == 2

    def broken() -> Iterator[int]:
        yield torch.get_num_threads()
        raise RuntimeError

    told = each_with_threads(1, broken())
    assert next(told) == 1
    with pytest.raises(RuntimeError):
        next(told)
    assert torch.get_num_threads() == 2
