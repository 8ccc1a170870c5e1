"""Colours that can be told apart, numbers and text that are safe to show."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from playground.figures import style
from tests.figures.samples import TASKS

# What eyes without one kind of cone see, on linear RGB (Machado, Oliveira and Fernandes, IEEE TVCG 2009).
EYES = {
    "three cones": np.eye(3),
    "no long waves": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "no middle waves": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
    "no short waves": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]
    ),
}


def linear(color: str) -> np.ndarray:
    """Linear RGB of ``#rrggbb``."""
    parts = np.array([int(color[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Contrast of two colours as WCAG 2 defines it, from 1 to 21."""
    low, high = sorted(float(linear(color) @ [0.2126, 0.7152, 0.0722]) + 0.05 for color in (one, other))
    return high / low


def oklab(rgb: np.ndarray) -> np.ndarray:
    """Linear RGB in OKLab (Ottosson 2020), where equal distances look equally far."""
    to_cones = [[0.41222147, 0.53633254, 0.05144599], [0.2119035, 0.68069955, 0.10739696], [0.08830246, 0.28171884, 0.6299787]]
    to_lab = [[0.21045426, 0.79361779, -0.00407205], [1.9779985, -2.4285922, 0.4505937], [0.02590404, 0.78277177, -0.80867577]]
    return np.array(to_lab) @ np.cbrt(np.array(to_cones) @ np.clip(rgb, 0, 1))


@pytest.mark.parametrize("dark", [False, True])
def test_tasks_stand_out_from_the_page(dark):
    page = style.DARK[style.PAGE] if dark else style.PAGE
    for color in style.TASK_COLORS:
        assert contrast(style.DARK[color] if dark else color, page) >= 3


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", [style.INK, style.MUTED, style.RIGHT, style.WRONG])
def test_words_are_easy_to_read(name, dark):
    for ground in (style.PAGE, style.PANEL):
        pair = (style.DARK[name], style.DARK[ground]) if dark else (name, ground)
        assert contrast(*pair) >= 4.5


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("dark", [False, True])
def test_six_tasks_are_told_apart_by_all_eyes(eyes, dark):
    colors = [style.DARK[color] if dark else color for color in style.TASK_COLORS[:6]]
    seen = [oklab(EYES[eyes] @ linear(color)) for color in colors]
    assert min(float(np.linalg.norm(one - other)) for one, other in combinations(seen, 2)) > 0.08


def test_no_partner_is_itself_a_colour_of_the_light_page():
    assert not set(style.DARK) & set(style.DARK.values())


def test_a_task_keeps_its_colour_whichever_tasks_are_learned():
    look = style.look_of(TASKS)
    assert [look.color(task.name) for task in TASKS] == list(style.TASK_COLORS[:3])
    assert look.color("nobody") == style.SHARED


def test_a_title_is_not_markup():
    assert style.Look({}, {"a": '<b>x</b> & "y"'}).label("a") == "&lt;b&gt;x&lt;/b&gt; &amp; &quot;y&quot;"


@pytest.mark.parametrize(
    "text", ["Which digit", "任务专用层的输出", "64 个单元", "Cross-stitch 单元", "是否 ≥ 5", "Incomprehensible"]
)
@pytest.mark.parametrize("room", [4, 7, 18])
def test_lines_fit_their_room_and_lose_nothing(text, room):
    lines = style.wrapped(text, room)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert 0 < sum(2 if "\u4e00" <= letter <= "\u9fff" else 1 for letter in line) <= room


@pytest.mark.parametrize("count", [0, 1, 5, 200, 201, 999, 5000])
def test_decimation_keeps_both_ends(count):
    kept = style.decimated(count)
    assert len(kept) <= style.MOST_POINTS
    assert len(set(kept)) == len(kept)
    if count:
        assert (kept[0], kept[-1]) == (0, count - 1)


def test_smoothing_has_no_bias():
    assert style.smoothed(np.full(20, 3.0), 0.9) == pytest.approx(3.0)
    values = np.random.default_rng(0).normal(size=50)
    assert style.smoothed(values, 0.0) == pytest.approx(values)
    smooth = style.smoothed(values, 0.9)
    assert smooth[0] == pytest.approx(values[0])
    assert np.abs(np.diff(smooth)).mean() < np.abs(np.diff(values)).mean()


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (-1.5, "−1.5"), (12.345, "12.3"), (1e-5, "1.00e−05"), (float("nan"), "–"), (1e6, "1.00e+06")],
)
def test_numbers_are_for_the_eye(value, text):
    assert style.number(value) == text


def test_smoothing_counts_steps_and_not_how_densely_was_recorded():
    rng = np.random.default_rng(0)
    steps = np.arange(1, 401)
    values = np.where(steps <= 200, 0.0, 1.0) + rng.normal(0, 0.01, 400)
    dense, thin = style.smoothed(values, 0.9, steps), style.smoothed(values[3::4], 0.9**4, steps[3::4])
    assert thin == pytest.approx(dense[3::4], abs=0.05)
    # A jump after a long gap is there at once.
    late = style.smoothed(np.array([0.0, 0.0, 0.0, 1.0]), 0.8, np.array([1, 2, 3, 1000]))
    assert late[-1] == pytest.approx(1.0)
