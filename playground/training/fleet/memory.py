"""Memory that a training frees in one step and needs again in the next, and how many runs the memory of a card holds."""

from __future__ import annotations

import ctypes
from functools import cache

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
"""Names of two settings of glibc's allocator, see mallopt(3)."""
LARGE = 32 * 2**20
KEPT = 512 * 2**20


MOST_ON_A_CARD = 512
"""Runs of a fleet on a card at most: beyond these a step takes as much longer as there are more."""
USED = 0.6
"""Part of a card's free memory that a fleet may take; what is freed lies in pieces, and looks at whole splits need some."""


def runs_that_fit(each: int, free: int) -> int:
    """How many runs of `each` bytes make a fleet where so many bytes are free; one at least."""
    return max(1, min(MOST_ON_A_CARD, int(USED * free) // max(1, each)))


@cache
def keep_freed_memory() -> bool:
    """Ask the allocator to keep what is freed instead of giving it back to the system; returns whether it does.

    The tensors of a fleet are large enough that glibc would fetch fresh pages for each of them in every step, and the
    system clears every page first: a fifth of the time of a fleet of forty. Where the C library is another one, nothing
    happens.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):
        return False
    return bool(mallopt(MMAP_THRESHOLD, LARGE)) and bool(mallopt(TRIM_THRESHOLD, KEPT))
