"""All tasks first, the main one after that."""

from __future__ import annotations

import pytest

from playground.basics.random_streams import stream
from playground.task_sampling.pretrain_finetune import PretrainFinetune


@pytest.mark.parametrize(("share", "main", "together"), [(0.6, 1, 60), (0.25, 3, 25), (0.95, 2, 95)])
def test_the_main_task_goes_on_alone(share: float, main: int, together: int) -> None:
    active = PretrainFinetune(share, main).active(100, (9, 9, 9), stream(0, "schedule"))
    assert active[:together].all()
    rest = active[together:]
    assert rest[:, main - 1].all()
    assert rest.sum() == len(rest) == 100 - together


def test_a_task_that_is_not_there_is_refused() -> None:
    (problem,) = PretrainFinetune(main=3).problems(("a", "b"))
    assert problem.where == "schedule.main"
    assert not PretrainFinetune(main=2).problems(("a", "b"))
