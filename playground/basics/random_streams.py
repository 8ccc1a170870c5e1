"""Named streams of random numbers: every use of chance has a name, and a seed with a name gives the same numbers always.

Because a stream depends on nothing but the seed and its own name, two experiments that differ in their weighting method
see the same data, the same first weights and the same batches: comparisons are paired.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np


def stream(seed: int, *names: object) -> np.random.Generator:
    """A generator for (seed, names); equal arguments give equal numbers, on every machine."""
    text = "/".join(str(name) for name in (seed, *names))
    return np.random.default_rng(int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest(), "big"))


class Streams:
    """One stream for each of R runs, under a common name.

    Runs with the same seed draw the same numbers from streams of the same name.
    """

    def __init__(self, seeds: Sequence[int], *names: object):
        self.seeds = tuple(seeds)
        self.names = names
        self._generators: list[np.random.Generator] | None = None

    def at(self, *names: object) -> Streams:
        """The streams named below this one; drawing from them leaves this one as it is."""
        return Streams(self.seeds, *self.names, *names)

    @property
    def generators(self) -> list[np.random.Generator]:
        """The R generators, made when first needed."""
        if self._generators is None:
            self._generators = [stream(seed, *self.names) for seed in self.seeds]
        return self._generators

    def uniform(self, *shape: int) -> np.ndarray:
        """[R, *shape] numbers from U(0, 1), float32."""
        return np.stack([generator.random(shape, dtype=np.float32) for generator in self.generators])

    def normal(self, *shape: int) -> np.ndarray:
        """[R, *shape] numbers from N(0, 1), float32."""
        return np.stack([generator.standard_normal(shape, dtype=np.float32) for generator in self.generators])
