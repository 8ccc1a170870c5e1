"""What holds for every test: one thread, English, and small made data in the place of those that have to be downloaded."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator

import pytest

from playground import words
from playground.tasks import fetched
from tests import frames

FETCHED = tempfile.TemporaryDirectory(prefix="playground-fetched-")


def pytest_configure() -> None:
    """Put the made data where suites look, also those of servers that tests start; before tests are collected."""
    os.environ[fetched.VARIABLE] = FETCHED.name
    frames.fill()


def pytest_unconfigure() -> None:
    FETCHED.cleanup()


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
