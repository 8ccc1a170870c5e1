"""The pictures of a race."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from playground.figures import landscape, style
from playground.figures.marks import COLORS, PARTNERS, SHAPES, marks

TITLES = {"one": "One", "two": "Two <b>", "three": "Three"}


def paths(count: int = 300) -> landscape.Paths:
    """Two methods from three starts; one run is lost halfway."""
    points = np.random.default_rng(0).normal(size=(count, 2, 3, 2))
    points[count // 2 :, 1, 2] = np.nan
    return landscape.Paths(("one", "two"), np.zeros((3, 2)), np.arange(count), points, points**2)


def ground(heights: np.ndarray | None = None) -> landscape.Ground:
    line = np.array([[-1.0, 0.0], [1.0, 0.0]])
    return landscape.Ground((-3, 3, -3, 3), line, line, heights)


def drawn(**more: object) -> str:
    return landscape.race(ground(**more), paths(), marks(TITLES), {("one", 0): "told <i>"})  # type: ignore[arg-type]  # heights


def test_the_markup_is_well_formed_and_escapes_words() -> None:
    markup = drawn(heights=np.add.outer(np.arange(20.0) ** 2, np.arange(30.0) ** 2))
    ElementTree.fromstring(f"<div>{markup}</div>")
    assert "Two &lt;b&gt;" in markup
    assert "told &lt;i&gt;" in markup


def test_every_run_is_in_both_pictures_with_few_points() -> None:
    found = re.findall(r'class="run" data-path="([^"]*)"', drawn())
    assert len(found) == 2 * 6
    assert {len(path.split()) for path in found} == {landscape.MOST_POINTS, landscape.MOST_POINTS // 2}
    assert "nan" not in "".join(found)


def test_a_run_without_any_number_is_left_out() -> None:
    lost = paths()
    lost.points[:, 0, 0] = np.nan
    lost.losses[:, 0, 0] = np.nan
    markup = landscape.race(ground(), lost, marks(TITLES), {})
    assert markup.count('class="run"') == 2 * 5


def test_a_pareto_set_of_one_point_is_a_ring() -> None:
    at = landscape.Ground((-3, 3, -3, 3), np.zeros((1, 2)), np.zeros((1, 2)), None)
    markup = landscape.race(at, paths(), marks(TITLES), {})
    assert markup.count('r="11"') == 2


def test_the_words_name_every_method_and_its_ends() -> None:
    text = landscape.race_text(paths(), TITLES, {"one": ["there", "here"], "two": ["lost"]})
    assert text.startswith("Paths of 2 methods after 299 steps")
    assert "One: there, here; Two <b>: lost." in text


def test_every_colour_has_a_partner_on_a_dark_page() -> None:
    colors = set(re.findall(r"#[0-9a-f]{6}", drawn(heights=np.add.outer(np.arange(9.0), np.arange(9.0)))))
    assert colors <= set(PARTNERS)


def luminance(color: str) -> float:
    """Relative luminance as in WCAG 2."""
    channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


@pytest.mark.parametrize("color", COLORS)
def test_colours_stand_out_on_both_pages(color: str) -> None:
    for shown, page in ((color, style.PANEL), (PARTNERS[color], PARTNERS[style.PANEL])):
        low, high = sorted((luminance(shown), luminance(page)))
        assert (high + 0.05) / (low + 0.05) >= 3


def test_many_methods_have_looks_of_their_own() -> None:
    many = marks({str(place): "" for place in range(len(COLORS) * len(SHAPES))})
    assert len({(mark.color, mark.shape) for mark in many.values()}) == 84
