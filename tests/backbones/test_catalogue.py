"""What holds for every backbone, also for one that is added tomorrow."""

from __future__ import annotations

import pytest
import torch

from playground import catalog
from playground.basics.random_streams import Streams

BACKBONES = sorted(catalog.backbones())


@pytest.mark.parametrize("key", BACKBONES)
def test_blocks_have_the_sizes_that_were_said(key: str) -> None:
    suites = [suite() for suite in catalog.suites().values() if suite.backbone == key]
    backbone = catalog.backbones()[key]()
    for suite in suites:
        inputs = suite.load(0).train.inputs[:3]
        sizes = backbone.sizes(inputs.shape[1:])
        assert len(sizes) == backbone.length + 1
        assert sizes[0] == inputs.shape[1:]
        x = torch.from_numpy(inputs).expand(2, *inputs.shape)
        for level in range(backbone.length):
            x = backbone.block(level, sizes[level], Streams([0, 1], "block", level))(x)
            assert x.shape == (2, 3, *sizes[level + 1])
            assert backbone.block_name(level)
        assert not torch.equal(x[0], x[1])


@pytest.mark.parametrize("key", BACKBONES)
def test_a_backbone_is_a_value(key: str) -> None:
    backbone = catalog.backbones()[key]()
    assert backbone == catalog.backbones()[key]()
    assert backbone.length >= 1
