"""The pictures of the arrow lab."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np

from playground.figures import arrows
from playground.figures.marks import PARTNERS, marks

GRADIENTS = np.array([[2.0, 0.0], [-1.0, 1.0]])
LOOKS = marks({"a": "A & B", "b": "Far", "c": "None"})
STEPS = [
    arrows.Outcome(LOOKS["a"], np.array([1.0, 1.0]), np.array([1.0, 1.0]), ("helped", "left")),
    arrows.Outcome(LOOKS["b"], np.array([9.0, 1.0]), np.array([17.0, 1.0]), ("helped", "hurt")),
    arrows.Outcome(LOOKS["c"], np.array([0.0, 0.0]), np.array([0.0, 0.0]), ("left", "left")),
]


def test_the_markup_is_well_formed_and_knows_both_themes() -> None:
    for markup in (arrows.lab(GRADIENTS, np.array([0.2, 0.6]), STEPS), arrows.cards(GRADIENTS, STEPS)):
        ElementTree.fromstring(f"<div>{markup}</div>")
        assert "A &amp; B" in markup
        assert set(re.findall(r"#[0-9a-f]{6}", markup)) <= set(PARTNERS)


def test_every_gradient_has_a_handle_with_words() -> None:
    markup = arrows.lab(GRADIENTS, np.zeros(2), [])
    assert re.findall(r'data-task="(\d)"', markup) == ["0", "1"]
    assert markup.count('tabindex="0" role="button" aria-label="Gradient of Task') == 2


def test_what_is_longer_than_the_picture_is_dashed() -> None:
    (inside,) = (arrows._direction(arrows.Plane(-3.3, 3.3, -3.3, 3.3), one) for one in STEPS[:1])
    outside = arrows._direction(arrows.Plane(-3.3, 3.3, -3.3, 3.3), STEPS[1])
    assert arrows.DASHED not in inside
    assert arrows.DASHED in outside


def test_who_is_hurt_is_told_by_sign_and_by_words() -> None:
    markup = arrows.cards(GRADIENTS, STEPS)
    assert (markup.count("▲"), markup.count("▼"), markup.count("●")) == (2, 1, 3)
    text = arrows.lab_text(GRADIENTS, STEPS)
    assert "Task 1: gradient (2, 0)" in text
    assert "Far: direction (17, 1), hurts Task 2" in text
    assert arrows.cards_text(STEPS) == "A & B: hurts nobody; Far: hurts Task 2; None: hurts nobody."
