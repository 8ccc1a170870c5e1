"""Classes that stand in an order: ratings from 1 to 5, low to high, never to always.

Which end of a scale is the better one does not matter: learning an order and learning its reverse is the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from playground.uploads.columns import values

SCALES = tuple(
    tuple(line.split(", "))
    for line in (
        "very low, low, medium, high, very high",
        "low, mid, high",
        "low, middle, high",
        "low, moderate, high",
        "low, normal, high",
        "low, average, high",
        "small, medium, large",
        "xxs, xs, s, m, l, xl, xxl",
        "none, minimal, mild, moderate, severe, very severe",
        "never, rarely, sometimes, often, always",
        "never, seldom, sometimes, often, always",
        "strongly disagree, disagree, neutral, agree, strongly agree",
        "strongly disagree, disagree, neither agree nor disagree, agree, strongly agree",
        "very dissatisfied, dissatisfied, neutral, satisfied, very satisfied",
        "unacc, acc, good, vgood",
        "very poor, poor, fair, good, very good, excellent",
        "poor, average, good, excellent",
        "fair, good, very good, premium, ideal",
        "beginner, intermediate, advanced, expert",
        "bronze, silver, gold, platinum",
        "primary, secondary, tertiary",
        "first, second, third, fourth, fifth",
        "cold, cool, mild, warm, hot",
        "sehr niedrig, niedrig, mittel, hoch, sehr hoch",
        "gering, mittel, hoch",
        "klein, mittel, groß",
        "nie, selten, manchmal, oft, immer",
        "jamais, rarement, parfois, souvent, toujours",
        "faible, moyen, élevé",
        "很低, 低, 中, 高, 很高",
        "低, 中等, 高",
        "小, 中, 大",
        "差, 中, 良, 优",
        "不及格, 及格, 中等, 良好, 优秀",
        "从不, 很少, 有时, 经常, 总是",
        "非常不同意, 不同意, 中立, 同意, 非常同意",
        "很不满意, 不满意, 一般, 满意, 很满意",
        "轻度, 中度, 重度",
    )
)
"""Words that everybody puts in this order, in small letters; a column may use a part of them."""

LETTERS = tuple("abcdefghij")
"""Grades; whether A is the best or the worst does not matter."""

TITLE = re.compile(
    r"(?:^|[\W_])(?:ratings?|scores?|stars?|grades?|levels?|quality|satisfaction|severity|likert|stage|bewertung|stufe|niveau)"
    r"(?:$|[\W_])|评分|星级|等级|级别|满意度|分级",
    re.IGNORECASE,
)
"""Headers over whole numbers that are grades and neither names nor amounts."""

FEWEST = 3
"""Classes from which on an order says more than two words."""


def guess(title: str, different: Sequence[str], kind: str, comma: bool) -> str:
    """What a column is that was taken for a category: its order where it most likely has one.

    different: its different cells, without those that say nothing.
    """
    if kind != "category" or len(different) < FEWEST:
        return kind
    rated = TITLE.search(title) and _sizes(different, comma) is not None
    return "ordinal" if rated or _scale(different) else kind


def order(different: Sequence[str], comma: bool) -> tuple[str, ...]:
    """The cells from the least to the greatest: numbers by size, words by a scale that has all of them; () for none."""
    if (sizes := _sizes(different, comma)) is not None:
        return tuple(sorted(different, key=lambda cell: sizes[cell]))
    scale = _scale(different) or _letters(different)
    return tuple(sorted(different, key=lambda cell: scale.index(cell.lower()))) if scale else ()


def ranks(cells: Sequence[str], steps: Sequence[str]) -> np.ndarray:
    """[N] int64 place of each cell in an order, −1 where it has none."""
    places = {cell: place for place, cell in enumerate(steps)}
    return np.array([places.get(cell, -1) for cell in cells], np.int64)


def _sizes(different: Sequence[str], comma: bool) -> dict[str, float] | None:
    sizes = {cell: values.number(cell, comma) for cell in different}
    return sizes if np.isfinite(list(sizes.values())).all() else None


def _scale(different: Sequence[str]) -> tuple[str, ...]:
    """The scale that has all of these words, each once; () for none."""
    small = [cell.lower() for cell in different]
    if len(set(small)) < len(small):
        return ()
    return next((scale for scale in SCALES if set(small) <= set(scale)), ())


def _letters(different: Sequence[str]) -> tuple[str, ...]:
    """The letters from A on, if these are they; whether they are grades or names cannot be seen, so they are never guessed."""
    return LETTERS if {cell.lower() for cell in different} == set(LETTERS[: len(different)]) else ()
