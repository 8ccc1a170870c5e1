"""Bars, squares and examples show the numbers they are made from; no title is markup."""

from __future__ import annotations

import html
import re

import numpy as np
import plotly.graph_objects as go
import pytest

from playground import catalog
from playground.data_summary import Labels, Survey
from playground.figures.style import look_of
from playground.figures.views import data
from playground.suites.base import Probe, Task
from playground.suites.digits import Digits

TASKS = (
    Task("kind", "<b>Kind</b> & $x$", "classes", ("one", "<i>two</i>", "three")),
    Task("size", "Size", "regression", unit="SD"),
)
LOOK = look_of(TASKS)
CLASSES = Labels(np.array([5, 3, 0]), None, "examples")
NUMBERS = Labels(np.array([1, 6, 1]), np.array([0.0, 1.0, 2.0, 3.0]), "pixels")


def surveyed(strength: float, chance: float = 0.1, linear: float = np.nan) -> Survey:
    """Two tasks with so much in common."""
    pairs = ((1.0, strength), (np.nan, chance), (np.nan, linear))
    common, by_chance, straight = (np.array([[own, value], [value, own]]) for own, value in pairs)
    return Survey({}, (2,), {}, {}, ("kind", "size"), common, by_chance, straight, {})


BOTH = surveyed(0.4)


def checked(figure: go.Figure) -> go.Figure:
    """The figure, with plotly's own checks."""
    return go.Figure(figure.to_dict())


def test_a_bar_a_class() -> None:
    figure = checked(data.labels(TASKS[0], LOOK, CLASSES))
    assert list(figure.data[0].y) == [5, 3, 0]
    assert list(figure.data[0].x) == ["one", "&lt;i&gt;two&lt;/i&gt;", "three"]
    assert figure.data[0].marker.color.startswith(LOOK.color("kind"))
    assert "62 %: what always guessing it gets right" in figure.layout.title.subtitle.text
    pixels = data.labels(TASKS[0], LOOK, Labels(np.array([5, 3, 0]), None, "pixels"))
    assert pixels.layout.title.subtitle.text == "The commonest class has 62 %."
    assert figure.layout.yaxis.title.text == "examples"
    assert "one 5; <i>two</i> 3; three 0" in data.labels_text(TASKS[0], LOOK, CLASSES)


def test_bars_of_a_number() -> None:
    figure = checked(data.labels(TASKS[1], LOOK, NUMBERS))
    assert list(figure.data[0].x) == [0.5, 1.5, 2.5]
    assert figure.layout.xaxis.title.text == "SD"
    assert figure.layout.yaxis.title.text == "pixels"
    assert "between 1 and 2" in data.labels_text(TASKS[1], LOOK, NUMBERS)


def test_of_many_classes_the_commonest_are_drawn() -> None:
    task = Task("many", "Many", "classes", tuple(f"c{number}" for number in range(100)))
    figure = checked(data.labels(task, look_of((task,)), Labels(np.arange(100), None, "examples")))
    assert list(figure.data[0].x) == [f"c{number}" for number in range(80, 100)]
    assert "20 commonest of 100" in figure.layout.title.subtitle.text


def test_a_task_without_labels_has_a_sentence() -> None:
    for found in (Labels(np.zeros(3, int), None, "examples"), Labels(np.zeros(1, int), np.array([0.0, 1.0]), "examples")):
        figure = checked(data.labels(TASKS[0], LOOK, found))
        assert figure.layout.title.subtitle.text == "No label at all."


def test_squares_say_how_close_two_tasks_are() -> None:
    figure = checked(data.together(BOTH, LOOK))
    assert len(figure.layout.shapes) == 2
    assert [re.sub("<.*?>", " ", text) for text in figure.data[0].text if text] == ["0.4  (0.1) "] * 2
    assert "<b>" not in "".join(figure.layout.xaxis.ticktext)
    words = data.together_text(BOTH, LOOK)
    assert "0.4, chance gives up to 0.1" in words
    assert "linear" not in words
    assert "no closer" not in words
    one = np.array([[1.0]])
    alone = Survey({}, (2,), {}, {}, ("kind",), one, one, one, {})
    assert "two tasks" in checked(data.together(alone, LOOK)).layout.annotations[0].text
    apart = surveyed(np.nan, np.nan)
    assert not checked(data.together(apart, LOOK)).layout.shapes
    assert "No two targets" in data.together_text(apart, LOOK)


def test_a_pair_that_chance_explains_has_an_empty_square() -> None:
    by_chance, seen = (checked(data.together(surveyed(0.3, chance, -0.03), LOOK)) for chance in (0.31, 0.29))
    assert by_chance.layout.shapes[0].opacity < 0.05 < 0.15 < seen.layout.shapes[0].opacity
    assert "1 pair is no closer than shuffled columns are." in data.together_text(surveyed(0.3, 0.31), LOOK)
    assert "linear correlation −0.03" in data.together_text(surveyed(0.3, 0.1, -0.03), LOOK)
    assert any("linear correlation −0.03" in text for text in seen.data[0].customdata)


def test_pictures_stand_with_their_own_labels() -> None:
    suite = Digits()
    loaded = suite.load(0)
    markup, words = data.examples(loaded.probe, suite.tasks(), look_of(suite.tasks()))
    assert isinstance(markup, str)
    said = [html.unescape(one).strip() for one in re.findall(r'class="word[^>]*>.*?</span>([^<]*)<', markup)]
    expected = [
        task.classes[int(loaded.probe.targets[task.name][place])]
        for place in range(len(loaded.probe.inputs))
        for task in suite.tasks()
    ]
    assert said == expected
    assert "✗" not in markup
    assert str(len(loaded.probe.inputs)) in words


@pytest.mark.parametrize("suite", [key for key, suite in catalog.suites().items() if suite().obstacle() is None])
def test_the_truth_of_every_suite_is_all_right(suite: str) -> None:
    made = catalog.suites()[suite]()
    probe = made.load(0).probe
    figure, words = data.examples(probe, made.tasks(), look_of(made.tasks()))
    text = figure if isinstance(figure, str) else figure.to_json()
    assert "wrong" not in re.findall(r'class="word ([a-z]*)"', text)
    assert words


def test_every_kind_has_a_truth() -> None:
    """The truth of each kind, brought to the form of its answers, by hand."""
    probe = Probe(
        np.zeros((1, 1), np.float32),
        "rows",
        targets={
            "classes": np.array([1]),
            "regression": np.array([2.5]),
            "boxes": np.array([[[1, 0.1, 0.2, 0.3, 0.4]]]),
            "depth": np.arange(16.0).reshape(1, 4, 4),
            "tags": np.array([[0, 1, -1]]),
            "translation": np.array([[4, 1]]),
        },
    )
    found = {kind: data.truth(Task(kind, kind, kind, ("a", "b") if kind == "classes" else ()), probe) for kind in probe.targets}
    assert found == {
        "classes": [[0.0, 1.0]],
        "regression": [[2.5]],
        "boxes": [[[1, 0.1, 0.2, 0.3, 0.4, 1]]],
        "depth": [[[2.5, 4.5], [10.5, 12.5]]],
        "tags": [[0, 1, -1]],
        "translation": [[[4, 0], [1, 1]]],
    }
    assert data.truth(Task("nobody", "", "classes"), probe) is None
