"""Things side by side in rows, none of them alone under a full row beside an empty place."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

Thing = TypeVar("Thing")


def even_rows(things: Sequence[Thing], most: int) -> list[Sequence[Thing]]:
    """Rows of at most `most` things, as equal as they can be: four of them at most three a row are two and two."""
    count = -(-len(things) // most)
    ends = [round(len(things) * place / count) for place in range(count + 1)] if count else [0]
    return [things[start:end] for start, end in pairwise(ends)]
