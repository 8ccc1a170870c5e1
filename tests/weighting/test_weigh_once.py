"""The weights of one step for arrays of any kind, and what is said about arrays that do not fit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import playground
from playground.basics.errors import Invalid
from playground.catalog import methods
from playground.weigh import weigh_once
from tests.weighting.gramians import random_gramians

LOSSES = np.array([[0.5, 1.0, 2.0], [1.0, 0.1, 0.7]])
GRAMIANS = random_gramians(2, 3).numpy()


@pytest.mark.parametrize("key", list(methods()))
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_weights_come_back_as_the_losses_came(key: str, dtype: str) -> None:
    losses, gramians = LOSSES.astype(dtype), GRAMIANS.astype(dtype)
    batch = weigh_once(key, losses, gramians)
    assert isinstance(batch, np.ndarray)
    assert (batch.shape, batch.dtype) == ((2, 3), np.dtype(dtype))
    tensors = weigh_once(key, torch.from_numpy(losses), torch.from_numpy(gramians))
    assert isinstance(tensors, torch.Tensor)
    np.testing.assert_array_equal(tensors.numpy(), batch)
    for run in range(2):
        single = weigh_once(key, losses[run], gramians[run])
        assert (single.shape, single.dtype) == ((3,), np.dtype(dtype))
        np.testing.assert_allclose(single, batch[run], rtol=1e-5, atol=1e-6)


def test_arrays_stay_as_they_are_and_may_be_read_only() -> None:
    losses, gramians = LOSSES.copy(), GRAMIANS.copy()
    losses.flags.writeable = gramians.flags.writeable = False
    for key in methods():
        weigh_once(key, losses, gramians)
    np.testing.assert_array_equal(losses, LOSSES)


def test_losses_alone_do_for_methods_that_need_no_more() -> None:
    for key, method in methods().items():
        if method.signal == "loss":
            assert weigh_once(key, LOSSES).shape == (2, 3)


def test_the_seed_decides_the_draws() -> None:
    assert np.array_equal(weigh_once("random", LOSSES, seed=1), weigh_once("random", LOSSES, seed=1))
    assert not np.array_equal(weigh_once("random", LOSSES, seed=1), weigh_once("random", LOSSES, seed=2))


def test_knobs_are_turned() -> None:
    assert weigh_once("static", LOSSES[0], weights=(1, 2, 3)).tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("arguments", "knobs", "sentence"),
    [
        (("pcgard", LOSSES, GRAMIANS), {}, r"`method` should be one of .* Did you mean `pcgrad`\?"),
        (("mgda", LOSSES, GRAMIANS), {"normalise": "l2"}, r"`weighting.normalise` should be one of normalize"),
        (("mgda", LOSSES, GRAMIANS), {"normalize": "l3"}, r"`weighting.normalize` should be one of none, l2"),
        (("static", LOSSES), {"weights": (1, 2)}, r"`weighting.weights` should hold one number for each of the 3 tasks"),
        (("mgda", LOSSES), {}, r"`gramian` should be given for a method that looks at gradients. Found `None`."),
        (("mgda", LOSSES, GRAMIANS[0]), {}, r"`gramian` should have shape \[2, 3, 3\].* Found `\[3, 3\]`"),
        (("mgda", LOSSES[0], GRAMIANS), {}, r"`gramian` should have shape \[3, 3\].* Found `\[2, 3, 3\]`"),
        (("equal", LOSSES[None]), {}, r"`losses` should be an array of shape \[T\] or \[R, T\]. Found `\(1, 2, 3\)`"),
        (("equal", 1.0), {}, r"`losses` should be an array of shape"),
        (("equal", np.ones(3, int)), {}, r"`losses` should hold floating-point numbers. Found `int64`."),
        (("gradnorm", 0 * LOSSES, GRAMIANS), {}, r"`losses` should all be greater than zero for this method. Found `0.0`."),
    ],
)
def test_what_does_not_fit_is_said_in_one_sentence(arguments: tuple[Any, ...], knobs: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence) as caught:
        weigh_once(*arguments, **knobs)
    assert len(caught.value.problems) == 1


def test_importing_the_package_loads_no_torch() -> None:
    code = "import sys, playground.weighting; sys.exit('torch' in sys.modules)"
    root = Path(playground.__file__).parents[1]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
