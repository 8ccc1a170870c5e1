"""What holds for every test: one thread, English, and a way to make small experiments."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from playground import words


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    """Threads of torch wait for each other on a busy machine; one is faster for networks this small."""
    import torch

    torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Every test begins and ends in English."""
    words.use("en")
    yield
    words.use("en")
