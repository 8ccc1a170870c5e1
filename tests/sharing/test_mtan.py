"""Attention masks beside slow loops."""

from __future__ import annotations

import numpy as np
import torch

from playground.sharing.hard import Hard
from playground.sharing.mtan import MTAN, MTANTrunk
from tests.sharing import naive


def built(hidden: int = 3) -> MTANTrunk:
    trunk = naive.build(MTAN(hidden))
    assert isinstance(trunk, MTANTrunk)
    return trunk


def test_each_task_masks_the_common_features() -> None:
    trunk, x, expected = built(), naive.inputs(), []
    for run in range(naive.RUNS):
        common, taken = naive.numpy(x)[run], list[np.ndarray]()
        for level, (block, masks) in enumerate(trunk._levels()):
            common, before, taken = naive.layer(block, run, common), taken, []
            for task, mask in enumerate(masks):
                read = common
                if level:
                    carried = naive.layer(trunk.carriers[level - 1], run, before[task])
                    read = np.concatenate([common, carried], axis=1)
                inner = np.maximum(naive.linear(mask.first, run, read), 0)
                taken.append(common / (1 + np.exp(-naive.linear(mask.second, run, inner))))
        expected.append(taken)
    naive.agree(trunk(x), expected)


def test_masks_that_are_wide_open_are_hard_sharing() -> None:
    trunk, hard, x = built(), naive.build(Hard(naive.DEPTH)), naive.inputs()
    with torch.no_grad():
        for own, other in zip(trunk.common.parameters(), hard.parameters(), strict=True):
            other.copy_(own)
        for _block, masks in trunk._levels():
            for mask in masks:
                mask.second.bias += 100
    for feature, common in zip(trunk(x), hard(x), strict=True):
        torch.testing.assert_close(feature, common)


def test_it_costs_two_networks_and_a_mask_a_task_and_level() -> None:
    network = naive.FIRST + 2 * naive.LATER
    first = naive.WIDTH * 3 + 3 + 3 * naive.WIDTH + naive.WIDTH
    later = 2 * naive.WIDTH * 3 + 3 + 3 * naive.WIDTH + naive.WIDTH
    assert naive.size(built(3)) == network + (network - naive.FIRST) + 3 * (first + 2 * later)


def test_what_is_learned_is_how_wide_the_masks_are_open() -> None:
    trunk, x = built(), naive.inputs()
    assert trunk.learned() == {}
    features = trunk(x)
    learned = {name: naive.numpy(value) for name, value in trunk.learned().items()}
    assert learned["open"].shape == (naive.RUNS, naive.DEPTH, 3)
    assert learned["mask"].shape == (naive.RUNS, naive.DEPTH, 3, naive.WIDTH)
    np.testing.assert_allclose(learned["mask"].mean(-1), learned["open"], rtol=1e-5)
    common = trunk.common(x)
    for task, feature in enumerate(features):
        mask = naive.numpy(feature / common)
        there = naive.numpy(common) > 0
        for run in range(naive.RUNS):
            for unit in range(naive.WIDTH):
                if there[run, :, unit].all():
                    assert abs(mask[run, :, unit].mean() - learned["mask"][run, -1, task, unit]) < 1e-4
