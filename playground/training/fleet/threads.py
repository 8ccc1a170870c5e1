"""How many threads torch trains with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import torch

T = TypeVar("T")


def use_one_thread() -> None:
    """Train on one thread in this process: tensors this small are no faster on two, and many times slower when anything else
    wants the cores."""
    torch.set_num_threads(1)


@contextmanager
def with_threads(count: int) -> Iterator[None]:
    """Let torch use `count` threads in here, and as many as before afterwards."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def each_with_threads(count: int, things: Iterator[T]) -> Iterator[T]:
    """The same things, each made with so many threads; between two of them the caller's own setting holds."""
    while True:
        with with_threads(count):
            try:
                thing = next(things)
            except StopIteration:
                return
        yield thing
