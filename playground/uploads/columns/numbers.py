"""Other ways than a mean and a deviation by which a column of numbers becomes inputs, fitted on the training rows.

They are for columns with long tails and steps, which small networks see badly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from types import MappingProxyType

import numpy as np

BINS = 8
"""Pieces into which a number is cut."""

SOFT = 3.0
"""Where robustly scaled numbers begin to be squeezed; none gets larger than this."""


def _known(numbers: np.ndarray, train: np.ndarray) -> np.ndarray:
    """The known numbers of the training rows, sorted; a zero where there is none."""
    found = np.sort(numbers[train][np.isfinite(numbers[train])])
    return found if len(found) else np.zeros(1)


def robust(numbers: np.ndarray, train: np.ndarray) -> np.ndarray:
    """[N, 1] without the median, by the distance between the quartiles, squeezed smoothly into ±`SOFT`; NaN stays."""
    known = _known(numbers, train)
    low, middle, high = np.quantile(known, [0.25, 0.5, 0.75])
    # Where more than half of the numbers agree, the whole range stands in.
    width = (high - low) / 1.349 or (known[-1] - known[0]) / 2 or 1.0
    scaled = (numbers - middle) / width
    return (scaled / np.sqrt(1 + (scaled / SOFT) ** 2))[:, None]


def ranked(numbers: np.ndarray, train: np.ndarray) -> np.ndarray:
    """[N, 1] normal scores of the places among the training rows (the mean place where several agree); NaN stays."""
    from scipy.special import ndtri

    known = _known(numbers, train)
    places = (np.searchsorted(known, numbers, "left") + np.searchsorted(known, numbers, "right")) / 2
    shares = np.clip(places / len(known), 0.5 / len(known), 1 - 0.5 / len(known))
    return np.where(np.isfinite(numbers), ndtri(shares), np.nan)[:, None]


def in_pieces(numbers: np.ndarray, train: np.ndarray) -> np.ndarray:
    """[N, 1 + BINS] the standardised number, and how far it has come in each piece between quantiles; NaN stays.

    Piecewise linear encoding (Gorishniy, Rubachev & Babenko, NeurIPS 2022): 0 before a piece, 1 behind it, between them in it.
    """
    known = _known(numbers, train)
    scaled = np.clip((numbers - known.mean()) / (known.std() or 1.0), -10, 10)
    edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)))
    found = np.zeros((len(numbers), 1 + BINS))
    found[:, 0] = scaled
    for place, (low, high) in enumerate(pairwise(edges)):
        found[:, 1 + place] = np.clip((numbers - low) / (high - low), 0, 1) - 0.5
    return np.where(np.isfinite(numbers)[:, None], found, np.nan)


WAYS: Mapping[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = MappingProxyType(
    {"robust": robust, "ranked": ranked, "piecewise": in_pieces}
)
"""By the names under which a suite offers them, beside "standard"."""
