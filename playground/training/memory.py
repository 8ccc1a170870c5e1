"""Memory that a training frees in one step and needs again in the next."""

from __future__ import annotations

import ctypes
from functools import cache

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
"""Names of two settings of glibc's allocator, see mallopt(3)."""
LARGE = 32 * 2**20
KEPT = 512 * 2**20


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
